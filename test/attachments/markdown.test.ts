import { join } from "node:path";
import fc from "fast-check";
import { lexer, type Token, type Tokens } from "marked";
import { describe, expect, it } from "vitest";
import { markdownReport } from "../../src/attachments/markdown.ts";
import { cleanText } from "../../src/chat/clean.ts";
import { botName } from "../../src/version.ts";
import { ASKED, failedRun, renamed, unknownRun } from "./facts.ts";
import { hostileText } from "./hostile.ts";

const by = { timeZone: "Europe/Berlin", shown: (at: number) => at };

const isTable = (token: Token): token is Tokens.Table => token.type === "table";
const tablesOf = (markdown: string) => lexer(markdown).filter(isTable);

/** What a reader of the page sees, and all that is more than text in it. */
const seen = (tokens: readonly Token[]): { text: string; more: string[] } => ({
  text: tokens.map((token) => ("text" in token ? token.text : "")).join(""),
  more: tokens.map(({ type }) => type).filter((type) => type !== "text" && type !== "escape"),
});

const inlineOf = (token: Token): Token[] => {
  if (isTable(token)) return [...token.header, ...token.rows.flat()].flatMap((one) => one.tokens);
  return "tokens" in token ? (token.tokens ?? []) : [];
};

const shapeOf = (markdown: string) =>
  lexer(markdown).map((token) =>
    isTable(token) ? token.rows.map((cells) => cells.length) : token.type,
  );

describe("the report as Markdown", () => {
  it("tells who decided what when, what became of each VM, and what nobody knows", async () => {
    await expect(
      markdownReport(failedRun, by).replace(botName, "failover-bot"),
    ).toMatchFileSnapshot(join(import.meta.dirname, "failed-run.md"));
  });

  it("says of a run that began elsewhere and goes on what is not known of it", () => {
    const report = markdownReport(unknownRun, by);
    expect(report).toContain("# Not ended yet: Berlin Plan, not started by this bot");
    expect(report).toContain("EM has named no VM.");
    expect(report).toContain("| Age of the oldest restore point used | not known |");
    expect(report).not.toContain("People's time");
  });

  it("shows times by the wall clock as it is set now, and in the time zone of the settings", () => {
    const late = { timeZone: "UTC", shown: (at: number) => at + 3_600_000 };
    expect(markdownReport(failedRun, late)).toContain("| Sent to EM | 2026-11-21 07:01 UTC |");
  });

  it("says how long after the decision each thing was, and nothing of what was before it", () => {
    const early = { at: ASKED - 1, by: "bot", what: { is: "session-began" } } as const;
    const [, , , timeline] = tablesOf(markdownReport({ ...failedRun, timeline: [early] }, by));
    expect(timeline?.rows[0]?.[1]?.text).toBe("");
  });

  it("takes whatever names and reasons hold as text", () => {
    const shape = shapeOf(markdownReport(renamed(failedRun, "a"), by));
    fc.assert(
      fc.property(hostileText, (text) => {
        const report = markdownReport(renamed(failedRun, text), by);
        expect(shapeOf(report)).toEqual(shape);
        expect(lexer(report).flatMap((token) => seen(inlineOf(token)).more)).toEqual([]);
        const name = tablesOf(report)[2]?.rows[0]?.[0];
        expect(seen(name?.tokens ?? []).text).toBe(cleanText(text).trim());
      }),
      { numRuns: 60 },
    );
  });
});
