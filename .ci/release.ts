/**
 * `npm run release -- 1.2.3`: writes the version, the changelog's section and the state file that the
 * tests keep of it, commits that and tags it. Nothing is pushed or published, and no test is run:
 * `.ci/run` does that.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { FORMAT } from "../src/store/migrations.ts";
import { assertHigher, changelogWith, packageWith, ReleaseError, unreleased } from "./releasing.ts";

const CHANGELOG = ".github/CHANGELOG.md";
const MANIFESTS = ["package.json", "package-lock.json"];
const RELEASED = "test/fixtures/released";

const git = (...words: readonly string[]) => execFileSync("git", words, { encoding: "utf8" });
const read = (path: string) => readFileSync(path, "utf8");

function assertClean(version: string): void {
  const changed = git("status", "--porcelain").trim();
  if (changed !== "")
    throw new ReleaseError(`Cannot release ${version} as not all is committed:\n${changed}`);
  if (git("tag", "--list", `v${version}`).trim() !== "")
    throw new ReleaseError(`Cannot release ${version} as there is a tag v${version}`);
}

/** All is made before the first file is written. */
function release(next: string, date: string): void {
  const { version: now } = JSON.parse(read("package.json"));
  assertHigher(next, now);
  assertClean(next);
  const changelog = read(CHANGELOG);
  const written = [
    [CHANGELOG, changelogWith(changelog, next, date)],
    ...MANIFESTS.map((path) => [path, packageWith(read(path), now, next)] as const),
  ] as const;
  for (const [path, text] of written) writeFileSync(path, text);
  mkdirSync(RELEASED, { recursive: true });
  copyFileSync(`test/fixtures/state-v${FORMAT}.db`, `${RELEASED}/${next}.db`);
  git("add", CHANGELOG, ...MANIFESTS, RELEASED);
  git("commit", "--quiet", "--message", `chore(release): version ${next}`);
  git(
    "tag",
    "--annotate",
    "--cleanup=verbatim",
    "--message",
    messageOf(next, changelog),
    `v${next}`,
  );
}

const messageOf = (version: string, changelog: string) =>
  `Version ${version}\n\n${unreleased(changelog)}\n`;

try {
  const [, , next = ""] = process.argv;
  release(next, new Date().toISOString().slice(0, 10));
  process.stdout.write(`Released ${next} here; git push --follow-tags makes it known\n`);
} catch (error) {
  if (!(error instanceof ReleaseError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
