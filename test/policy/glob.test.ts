import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { globs } from "../../src/policy/glob.ts";

const letters = fc.string({
  unit: fc.constantFrom("a", "b", "*", "?", ".", "(", "\\", "^", "$"),
  maxLength: 8,
});
const plain = fc.string({ unit: "grapheme", maxLength: 20 });

/** The same, slowly. */
function slowly([first, ...pattern]: readonly string[], text: readonly string[]): boolean {
  if (first === undefined) return text.length === 0;
  if (first === "*")
    return slowly(pattern, text) || (text.length > 0 && slowly(["*", ...pattern], text.slice(1)));
  return text.length > 0 && (first === "?" || first === text[0]) && slowly(pattern, text.slice(1));
}

describe("a pattern", () => {
  it.each([
    ["ABC*", "ABC Company Failover Plan", true],
    ["*plan", "ABC Company Failover Plan", true],
    ["abc company failover plan", "ABC Company Failover Plan", true],
    ["AB? Company*", "ABC Company Failover Plan", true],
    ["ABC", "ABC Company Failover Plan", false],
    ["*", "", true],
    ["?", "", false],
    ["?", "\u{1f4a5}", true],
    ["a.c", "abc", false],
    ["(a|b)+", "a", false],
    ["Caf\u00e9*", "Cafe\u0301 Failover", true],
    ["Prod Plan", "Prod\u00a0Plan", true],
    ["two*lines", "two\nlines", true],
  ])("%j on %j: %s", (pattern, text, fits) => {
    expect(globs(pattern, text)).toBe(fits);
  });

  it("is what its signs say, whatever stands around them", () => {
    fc.assert(
      fc.property(
        letters,
        letters,
        (pattern, text) => globs(pattern, text) === slowly([...pattern], [...text]),
      ),
    );
  });

  it("without signs fits itself, and with a star at either end whatever holds it", () => {
    fc.assert(
      fc.property(plain, plain, plain, (before, text, after) => {
        const pattern = text.replace(/[*?]/g, "");
        expect(globs(text, text)).toBe(true);
        expect(globs(`*${pattern}*`, `${before} ${pattern} ${after}`)).toBe(true);
      }),
    );
  });

  it("takes no longer for being spiteful", () => {
    expect(globs(`${"*a".repeat(200)}b`, "a".repeat(2000))).toBe(false);
  });
});
