/** The page of the terminal: its tables and examples are those of the program. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runOutcomes } from "../../../src/chat/about.ts";
import { lineFaults, lineSchema } from "./line-schema.ts";

const page = readFileSync(new URL("../../../adapters/terminal/README.md", import.meta.url), "utf8");

/** First cells of the table with this heading. */
function firstCells(heading: string): string[] {
  const [, rows = ""] =
    new RegExp(`\\| ${heading} \\|.*\\n\\| ---.*\\n((?:\\|.*\\n)+)`).exec(page) ?? [];
  return [...rows.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell = ""]) => cell);
}

const fieldsOf = (...names: readonly string[]) =>
  names.flatMap((name) => Object.keys(lineSchema.$defs[name]?.properties ?? {}));

describe("the terminal's page", () => {
  it("has each field of a line that shows a card", () => {
    const fields = fieldsOf("card-line", "of-run", "asked", "under-way", "ended");
    expect(firstCells("Field").toSorted()).toEqual([...new Set(fields)].toSorted());
  });

  it("has each outcome, as the schema does", () => {
    expect(firstCells("Outcome")).toEqual([...runOutcomes]);
    expect(lineSchema.$defs.outcome).toEqual({ enum: [...runOutcomes] });
  });

  it("shows lines that are as the schema says", () => {
    const [, lines = ""] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
    const shown = lines.trim().split("\n");
    expect(shown).toHaveLength(2);
    expect(shown.flatMap(lineFaults)).toEqual([]);
  });
});

describe("the schema", () => {
  const line = (more: object) =>
    JSON.stringify({
      kind: "edit",
      id: "1",
      place: { platform: "terminal", channel: "terminal" },
      card: { tone: "good", title: "Mail", lines: [] },
      ...more,
    });
  const ended = { run: "run-1", plan: "Mail", stands: "ended", outcome: "confirmed" };

  it("takes a card about no run, and an end", () => {
    expect([line({}), line(ended)].flatMap(lineFaults)).toEqual([]);
  });

  it.each([
    ["an end without its outcome", { ...ended, outcome: undefined }],
    ["an outcome that there is not", { ...ended, outcome: "fine" }],
    ["an end without its run", { ...ended, run: undefined }],
    ["an end of nothing", { ...ended, plan: undefined }],
    ["a question that never closes", { ...ended, stands: "asked", outcome: undefined }],
    ["what nobody has described", { more: 1 }],
  ])("refuses %s", (_, more) => {
    expect(lineFaults(line(more))).not.toEqual([]);
  });
});
