import { describe, expect, it } from "vitest";
import { fileCard, refusedFileCard } from "../../src/chat/file-card.ts";
import { plainCard } from "../../src/chat/plain.ts";
import type { Card } from "../../src/chat/port.ts";

const file = { name: "report.md", text: "Failover of ABC\r\n\r\nAll is well\n" };
const read = (card: Card) => plainCard(card, { now: 0, timeZone: "UTC" });

describe("a file", () => {
  it("stands beside its text, line by line", () => {
    expect(read(fileCard(file))).toBe("report.md\nFailover of ABC\nAll is well");
  });

  it("says first that it is perhaps there twice, as a long text may be cut short", () => {
    expect(read(fileCard(file, true))).toBe(
      "report.md\n(Perhaps posted twice)\nFailover of ABC\nAll is well",
    );
  });

  it("may have no text", () => {
    expect(read(fileCard({ name: "report.md", text: "" }))).toBe("report.md");
  });

  it("that is not taken has why and its text in its place", () => {
    expect(read(refusedFileCard(file, "Too large", false))).toBe(
      '[warning] The file "report.md" is not here\nToo large\nFailover of ABC\nAll is well',
    );
    expect(read(refusedFileCard(file, "Too large", true))).toContain(
      "\nPerhaps it is: an earlier attempt to attach it had no answer\n",
    );
  });
});
