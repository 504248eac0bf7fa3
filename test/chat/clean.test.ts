import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanText } from "../../src/chat/clean.ts";

describe("text of strangers", () => {
  it.each([
    ["loses the codes that a terminal obeys", "\u001b[31mred\u001b[0m \u009b1mbold", "red bold"],
    [
      "loses links and titles hidden in terminal codes",
      "\u001b]8;;https://evil\u0007here\u001b]8;;\u0007",
      "here",
    ],
    ["is one line", "one\r\ntwo\nthree\tfour\u2028five", "one two three four five"],
    ["loses marks that turn its direction", "a\u202eb\u2066c\u200fd", "abcd"],
    ["loses what cannot be seen", "a\u200bb\ufeffc\u0000d\u0007e", "abcde"],
    ["keeps scripts and signs that are joined", "👩‍💻 क्‍ष", "👩‍💻 क्‍ष"],
    ["has halves of characters replaced", "a\ud800b", "a\ufffdb"],
  ])("%s", (_, text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });

  it("holds no control character, whatever it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(cleanText(text)).not.toMatch(
          /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u,
        );
      }),
    );
  });
});
