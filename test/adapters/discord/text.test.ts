import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clamped, code, masked, strong } from "../../../adapters/discord/text.ts";
import { cleanText } from "../../../src/chat/clean.ts";
import { hostileTexts } from "../../contracts/chat-port.ts";
import { read } from "../../fakes/discord/markdown.ts";

/** Discord's own syntax in all mixtures, beside any text at all. */
const syntax = fc.constantFrom(
  ...[
    "**",
    "*",
    "_",
    "__",
    "~~",
    "||",
    "`",
    "```",
    "# ",
    "-# ",
    "> ",
    ">>> ",
    "- ",
    "1. ",
    "\\",
    "\n",
    " ",
  ],
  ...[
    "@everyone",
    "@here",
    "<@123456789>",
    "<@&123456789>",
    "<#123456789>",
    "<t:1:R>",
    "<:a:123456789>",
  ],
  ...[
    ":smile:",
    "https://",
    "evil.example",
    "discord.gg/abc",
    "[ok](https://evil.example)",
    "[",
    "](",
    ")",
  ],
  ...["srv01", "10:15:30", "\u202e", "\u0007"],
);
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(syntax).map((parts) => parts.join("")),
);

const withoutNeutral = (text: string) => text.replaceAll("\u200b", "");

describe("text of strangers in Discord", () => {
  it.each(Object.entries(hostileTexts))("stays text: %s", (_, text) => {
    expect(read(clamped(text, 4000)).marks).toEqual([]);
  });

  it("stays text, and the text that it was, whatever it is made of", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { text: seen, marks } = read(clamped(text, 100_000));
        expect(marks).toEqual([]);
        expect(withoutNeutral(seen)).toBe(cleanText(text));
      }),
    );
  });

  it("stays text when two strings stand side by side", () => {
    for (const [one, other] of [
      ["http:", "//evil.example/a"],
      ["1", ". first"],
      [":smi", "le:"],
      ["#", " a"],
    ]) {
      expect(read(clamped(one ?? "", 100) + clamped(other ?? "", 100)).marks).toEqual([]);
    }
  });

  it("is bold, and nothing but bold, where the card says so", () => {
    fc.assert(
      fc.property(
        anyText.filter((text) => cleanText(text).trim() !== ""),
        (text) => {
          expect(read(strong(text, 100_000)).marks).toEqual(["bold"]);
        },
      ),
    );
  });

  it("is never longer than it may be, and says with an ellipsis that it was cut", () => {
    fc.assert(
      fc.property(anyText, fc.nat(40), (text, max) => {
        for (const draw of [clamped, strong, code])
          expect(draw(text, max).length).toBeLessThanOrEqual(max);
        expect(masked(text, "https://em.example/", max).length).toBeLessThanOrEqual(max);
      }),
    );
    expect(clamped("ABC Company Failover Plan", 12)).toBe("ABC Company…");
    expect(clamped("a*****", 5)).toBe("a\\*…");
  });

  it("can be typed as it stands, even with backticks in it", () => {
    expect(read(code('start "a `b` c"', 100))).toEqual({
      text: 'start "a `b` c"',
      marks: ["code"],
    });
    expect(read(code("start **now**", 100))).toEqual({ text: "start **now**", marks: ["code"] });
  });

  it("leads to a web address alone, without a preview", () => {
    expect(masked("the manual", "https://bot.example/help?a=1", 200)).toBe(
      "[the manual](<https://bot.example/help?a=1>)",
    );
    expect(masked("press", "javascript:alert(1)", 200)).toBe("press");
    expect(masked("a [b](c)", "https://bot.example/)>(", 200)).toBe(
      "[a (b)(c)](<https://bot.example/%29%3E%28>)",
    );
  });
});
