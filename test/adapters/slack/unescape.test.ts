import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escaped, fittedEscaped, plainText } from "../../../adapters/slack/text.ts";
import { lineToBot, typedWords } from "../../../adapters/slack/unescape.ts";

describe("what somebody typed in Slack", () => {
  it.each([
    ["start R&amp;D &lt;prod&gt;", "start R&D <prod>"],
    ["start &amp;lt;b&amp;gt;", "start &lt;b&gt;"],
    ["start <http://abc.example|abc.example>", "start abc.example"],
    ["start <https://abc.example/x>", "start https://abc.example/x"],
    ["start <mailto:a@abc.example|a@abc.example>", "start a@abc.example"],
    ["start <mailto:a@abc.example>", "start a@abc.example"],
    ["watch <#C0WAR|war-room>", "watch #war-room"],
    ["watch <#C0WAR>", "watch #a channel"],
    ["ask <@U0BOB|bob> and <@U0EVE>", "ask @bob and @somebody"],
    ["tell <!subteam^S0ONCALL>", "tell @a group"],
    ["tell <!here> and <!subteam^S0ONCALL|@oncall>", "tell @here and @oncall"],
    ["start “ABC Plan”", "start “ABC Plan”"],
  ])("%j is the line %j", (typed, line) => {
    expect(typedWords(typed)).toBe(line);
  });

  it.each([
    ["<@U0FAILOVER> status", "status"],
    ["<@U0FAILOVER|failover>: status", "status"],
    ["  <@U0FAILOVER>", ""],
    ["status <@U0FAILOVER>", "status"],
    ["hey <@U0FAILOVER> status", "hey status"],
    ["<@U0EVE> says <@U0FAILOVER> status", "@somebody says @failover status"],
  ])("%j is to the bot the line %j", (typed, line) => {
    expect(lineToBot(typed, { id: "U0FAILOVER", calls: ["@failover"] })).toBe(line);
  });

  it("calls the bot at its beginning, as long as Slack has not told who the bot is", () => {
    const line = lineToBot("<@U0FAILOVER> ask <@U0BOB|bob>", { calls: ["@failover"] });
    expect(line).toBe("ask @bob");
  });

  it("comes through unchanged when Slack has escaped it, whatever it is", () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        fc.pre(!/^\s*<@/.test(line));
        expect(typedWords(escaped(line))).toBe(line.trim());
      }),
    );
  });
});

describe("text for Slack", () => {
  it("is never longer than it may be, and never ends amid an entity or a character", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.integer({ min: 1, max: 20 }),
        (text, most) => {
          const shown = fittedEscaped(text, most);
          expect(shown.length).toBeLessThanOrEqual(most);
          expect(shown.isWellFormed()).toBe(text.isWellFormed() || shown.isWellFormed());
          expect(shown).not.toMatch(/&(?!amp;|lt;|gt;)/);
        },
      ),
    );
  });

  it("is never empty where Slack takes nothing empty", () => {
    expect(plainText("\u202e", 75).text).toBe("–");
  });
});
