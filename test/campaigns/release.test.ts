/** `npm run release` in a repository of its own, as it leaves that. */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { newFolder } from "../program/program.ts";

const root = join(import.meta.dirname, "../..");
const NEXT = "77.0.1";
let home = "";

const git = (...words: readonly string[]) =>
  execFileSync("git", ["-c", "user.name=Anna", "-c", "user.email=anna@example.com", ...words], {
    cwd: home,
    encoding: "utf8",
  });
const read = (path: string) => readFileSync(join(home, path), "utf8");
const write = (path: string, text: string) => writeFileSync(join(home, path), text);

const author = {
  GIT_AUTHOR_NAME: "Anna",
  GIT_AUTHOR_EMAIL: "anna@example.com",
  GIT_COMMITTER_NAME: "Anna",
  GIT_COMMITTER_EMAIL: "anna@example.com",
};

function release(...words: readonly string[]) {
  const env = { PATH: process.env.PATH, HOME: home, ...author };
  const run = [join(home, ".ci/release.ts"), ...words];
  const { status, stdout, stderr } = spawnSync(process.execPath, run, { cwd: home, env });
  return { code: status, output: String(stdout), errors: String(stderr) };
}

beforeEach(() => {
  home = newFolder();
  for (const path of [".ci", ".github/CHANGELOG.md", "src", "test/fixtures"])
    cpSync(join(root, path), join(home, path), { recursive: true });
  for (const path of ["package.json", "package-lock.json", ".gitignore"])
    copyFileSync(join(root, path), join(home, path));
  symlinkSync(join(root, "node_modules"), join(home, "node_modules"));
  write(".gitignore", "node_modules\n");
  const changelog = read(".github/CHANGELOG.md");
  write(
    ".github/CHANGELOG.md",
    changelog.replace("## Unreleased\n", "## Unreleased\n\n- # New.\n"),
  );
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "--message", "begin");
});

describe("a release", () => {
  it("writes version, changelog and state file, commits them, and tags that", () => {
    expect(release(NEXT)).toEqual({
      code: 0,
      output: `Released ${NEXT} here; git push --follow-tags makes it known\n`,
      errors: "",
    });
    expect(git("status", "--porcelain")).toBe("");
    expect(
      git("show", "--name-only", "--format=%s", `v${NEXT}^{commit}`).trim().split("\n"),
    ).toEqual([
      `chore(release): version ${NEXT}`,
      "",
      ".github/CHANGELOG.md",
      "package-lock.json",
      "package.json",
      `test/fixtures/released/${NEXT}.db`,
    ]);
    expect(git("cat-file", "-t", `v${NEXT}`).trim()).toBe("tag");
    expect(git("tag", "--list", "--format=%(contents)", `v${NEXT}`)).toContain("- # New.");
    expect(JSON.parse(read("package.json")).version).toBe(NEXT);
    expect(read(".github/CHANGELOG.md")).toMatch(
      /^# Changelog\n\n## Unreleased\n\n## 77\.0\.1 \(\d{4}-\d\d-\d\d\)\n\n- # New\.\n/,
    );
  });

  it("is refused, and nothing is written, where not all is committed", () => {
    write("notes.txt", "mine");
    const { code, errors } = release(NEXT);
    expect(code).toBe(1);
    expect(errors).toBe(`Cannot release ${NEXT} as not all is committed:\n?? notes.txt\n`);
    expect(git("status", "--porcelain")).toBe("?? notes.txt\n");
  });

  it.each([
    [["0.0.1"], "Cannot release 0.0.1 as it is not higher than"],
    [[], 'Cannot release "" as a version is three numbers'],
  ])("is refused for %j", (words, why) => {
    const { code, errors } = release(...words);
    expect([code, errors.startsWith(why)]).toEqual([1, true]);
    expect(git("status", "--porcelain")).toBe("");
  });

  it("is refused where that version is tagged, and where nothing is new since the last one", () => {
    git("tag", `v${NEXT}`);
    expect(release(NEXT).errors).toBe(`Cannot release ${NEXT} as there is a tag v${NEXT}\n`);
    expect(release("77.0.2").code).toBe(0);
    expect(release("77.0.3")).toMatchObject({
      code: 1,
      errors: 'Cannot release 77.0.3 as nothing stands under "## Unreleased"\n',
    });
  });
});
