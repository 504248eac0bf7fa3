/** The pages of the repository: what they name is there. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
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
const { scripts }: { scripts: Record<string, string> } = JSON.parse(read("package.json"));

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

describe.each(pages)("%s", (page) => {
  it("names only commands that package.json has", () => {
    const named = [...read(page).matchAll(/\bnpm run ([\w-]+)|\bnpm (start|test)\b/g)].map(
      ([, name = "", short = name]) => short,
    );
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
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

it("show the rooms as they are", () => {
  const rooms = readdirSync(join(root, "src"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `src/${name}/`);
  const shown = [...read(".github/ARCHITECTURE.md").matchAll(/^\| `(src\/[a-z]+\/)` \|/gm)].map(
    ([, room]) => room,
  );
  expect(shown.sort()).toEqual(rooms.sort());
});
