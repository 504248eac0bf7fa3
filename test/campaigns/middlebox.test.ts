/**
 * Something between the bot and EM answers in EM's place, after it has passed the order on or
 * instead: what is said of the order is true, and it goes once.
 */
import { describe, expect, it } from "vitest";
import { confirmed, isStart, named } from "../conversations/middlebox.ts";

describe("an order that something answers in EM's place", () => {
  it.each(named)(
    "with %i (%s) though EM has it: it is found and followed to its end",
    async (...[, , raw]) => {
      const { bot, texts, posts } = await confirmed(({ sandbox }) =>
        sandbox.control.answerOtherwise(raw, isStart),
      );
      expect(texts()).not.toMatch(/not started|was not sent|Nothing was sent/i);
      await bot.untilQuiet();
      expect(texts()).toMatch(/Failed over, confirmed/);
      expect(texts()).not.toMatch(/not started|Nothing was sent/i);
      expect(posts()).toBe(1);
      expect(bot.sandbox.estate.runs().filter(({ orderedAt }) => orderedAt > 0)).not.toEqual([]);
    },
  );

  it.each(named)(
    "with %i (%s) and keeps it from EM: it is looked for, and is not sent again",
    async (...[, , raw]) => {
      const { bot, texts, posts } = await confirmed(({ sandbox }) =>
        sandbox.control.answerNext(raw, isStart),
      );
      expect(texts()).toContain("may or may not have been carried out");
      expect(await bot.store.all("holds")).toHaveLength(1);
      await bot.untilQuiet(60_000);
      expect(posts()).toBe(1);
      expect(texts()).not.toMatch(/Failed over, confirmed/);
    },
  );
});
