import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { widthOf, wrapped } from "../../src/chat/width.ts";

describe("the width of a text", () => {
  it.each([
    ["srv01", 5],
    ["", 0],
    ["größer", 6],
    ["e\u0301", 1],
    ["漢字", 4],
    ["✅ ok", 5],
    ["👩‍💻", 2],
  ])("%j takes %d columns", (text, columns) => {
    expect(widthOf(text)).toBe(columns);
  });
});

describe("a text that is broken into lines", () => {
  it("stays whole where it fits", () => {
    expect(wrapped("as it is", 8)).toEqual(["as it is"]);
  });

  it("is broken at blanks, and goes on indented", () => {
    expect(wrapped("Failover of ABC Company Failover Plan", 25)).toEqual([
      "Failover of ABC Company",
      "  Failover Plan",
    ]);
  });

  it("is broken within a word that no line holds", () => {
    expect(wrapped("x".repeat(12), 5)).toEqual(["xxxxx", "xxxxx", "xx"]);
  });

  it("never is wider than asked for, and loses nothing but blanks", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 200 });
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 60 }), (given, width) => {
        const lines = wrapped(given, width);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        expect(lines.join("").replaceAll(" ", "")).toBe(given.replaceAll(" ", ""));
      }),
    );
  });
});
