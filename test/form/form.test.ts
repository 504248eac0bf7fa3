/** The readers that the house rules and `npm run form` stand on see what they should. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type CodeFile, readCode, shippedIn } from "./code.ts";
import { namesWithTwoMeanings } from "./exports.ts";
import { figuresOf } from "./figures.ts";
import { functionsOf } from "./functions.ts";
import { circlesOfFiles, circlesOfFolders, importsOf } from "./imports.ts";
import { upward } from "./layers.ts";
import { sentencesIn } from "./sentences.ts";

/** A tree with these files, read; gone after the test. */
function tree(files: Readonly<Record<string, string>>): CodeFile[] {
  const root = mkdtempSync(join(tmpdir(), "failover-bot-form-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return shippedIn(root).map((path) => readCode(root, path));
}

const importsIn = (files: Readonly<Record<string, string>>) => tree(files).flatMap(importsOf);

describe("imports", () => {
  it("are seen in every form, types apart from what is loaded", () => {
    const imports = importsIn({
      "src/em/a.ts": [
        'import { one } from "./one.ts";',
        'import type { Two } from "./two.ts";',
        'import { type Three } from "./three.ts";',
        'export * from "./four.ts";',
        'export type { Five } from "./five.ts";',
        'export type Six = import("../six.ts").Six;',
        'export const seven = () => import("seven");',
      ].join("\n"),
    });
    const said = imports.map(({ to, typeOnly, onDemand }) => [to, typeOnly, onDemand]);
    expect(said).toEqual([
      ["src/em/one.ts", false, false],
      ["src/em/two.ts", true, false],
      ["src/em/three.ts", false, false],
      ["src/em/four.ts", false, false],
      ["src/em/five.ts", true, false],
      ["src/six.ts", true, false],
      ["seven", false, true],
    ]);
  });

  it("of types alone close a circle of files, and of folders", () => {
    const imports = importsIn({
      "src/em/a.ts": 'import type { B } from "../watch/b.ts";',
      "src/watch/b.ts": 'import { c } from "./c.ts";',
      "src/watch/c.ts": 'import "../em/a.ts";',
    });
    expect(circlesOfFiles(imports)).toEqual([
      "src/em/a.ts → src/watch/b.ts → src/watch/c.ts → src/em/a.ts",
    ]);
    expect(circlesOfFolders(imports)).toEqual(["src/em → src/watch → src/em"]);
  });

  it("lead down, or are told: to a folder above, beside, or without a place", () => {
    const imports = importsIn({
      "adapters/slack/a.ts": 'import "../../src/chat/b.ts"; import "../discord/c.ts";',
      "src/chat/b.ts": 'import type { W } from "../watch/d.ts"; import "./e.ts";',
      "src/watch/d.ts": 'import "../nowhere/f.ts"; import "../chat/b.ts"; import "valibot";',
    });
    expect(upward(imports).map(({ to }) => to)).toEqual([
      "src/watch/d.ts",
      "src/nowhere/f.ts",
      "adapters/discord/c.ts",
    ]);
  });
});

describe("exported names", () => {
  it("have two meanings where two files declare them, not where they are passed on", () => {
    const files = tree({
      "src/a.ts": "export const one = 1, two = 2; export type Kind = 1; export function f() {}",
      "src/b.ts": 'export { one } from "./a.ts"; export interface Kind {} ; export const g = 1;',
      "src/c.ts": 'import { two } from "./a.ts"; export { two }; const h = 1; export { h as g };',
    });
    expect(namesWithTwoMeanings(files)).toEqual([
      "Kind: src/a.ts, src/b.ts",
      "g: src/b.ts, src/c.ts",
    ]);
  });
});

describe("sentences", () => {
  const inCode = (...lines: string[]) =>
    tree({ "src/a.ts": lines.join("\n") }).flatMap(sentencesIn);

  it("are seen by their words, in quotes and where something is filled in", () => {
    expect(
      inCode(
        'export const a = "Nothing was sent.";',
        `export const b = (name: string) => \`Approved by \${name}\`;`,
        `export const c = (name: string) => ({ why: \`\${name} is watched here already\` });`,
        'export const keys = ["not shown", "session-runs", "Failover"];',
        `export const key = (em: string, id: string) => \`\${em} plan \${id}\`;`,
      ),
    ).toEqual(["Nothing was sent.", "Approved by ", " is watched here already"]);
  });

  it("are not those of the log, of errors, of usage and of a line that cannot be read", () => {
    expect(
      inCode(
        'export const tell = (state: State) => state.log.warn({ err: 1 }, "EM could not be asked");',
        'export const say = (log: Log) => log.info("a delivery came twice");',
        'export const fail = () => { throw new ChatError("gone", "Cannot write here now"); };',
        'export const verb = { usage: "[plan or id]", details: ["It changes nothing at all."] };',
        'export const parsed = { ok: false, why: "Name the plan to start." };',
      ),
    ).toEqual([]);
  });
});

describe("functions", () => {
  it("count their lines, and their own forks alone", () => {
    const [file] = tree({
      "src/a.ts": [
        "export function outer(n: number) {",
        "  const within = () => {",
        "    return n > 1 ? n : n || 2;",
        "  };",
        "  if (n) return within();",
        "  return [n].map((one) => one ?? 1);",
        "}",
      ].join("\n"),
    });
    expect(file && functionsOf(file)).toEqual([
      { lines: 3, cyclomatic: 3 },
      { lines: 7, cyclomatic: 2 },
    ]);
  });
});

describe("figures", () => {
  it("are those of a tree read by hand", () => {
    const figures = figuresOf(
      tree({
        "src/a.ts": [
          "/** What it is,",
          " * and why. */",
          "export const a = [1] as const; // not a comment line",
          "",
          `export const b = (x: any) => x! as string; //${"-".repeat(70)}`,
        ].join("\n"),
        "src/b.ts": "export function c() {\n}\n",
      }),
    );
    expect(Object.fromEntries(figures.map(({ what, value }) => [what, value]))).toEqual({
      "files / lines": "2 / 7",
      "file median / p90 / largest": "5 / 5 / 5",
      "functions with a block body, median / p90": "2 / 2",
      "of them over 50 lines": "0 (0.0 %)",
      "cyclomatic, median / p90": "1 / 1",
      "non-blank line length, median / p90": "21 / 115",
      "lines over 100 columns": "1",
      "comment lines": "28.6 %",
      "`any` / `x as T` / `x!`": "1 / 1 / 1",
      "circles of files, types included": "0",
      "circles of folders, types included": "0",
      "upward arrows": "0",
      "exported names with two meanings": "0",
    });
  });
});
