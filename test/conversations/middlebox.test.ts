/**
 * Something between the bot and EM answers in EM's place, after it has passed the order on or
 * instead: what is said of the order is true, and it goes once. All answers: in the campaigns.
 */
import { describe, expect, it } from "vitest";
import { confirmed, errorOfEm, isStart, lostTask, page } from "./middlebox.ts";

describe("an order that something answers in EM's place", () => {
  it.each([
    ["401", page(401)],
    ["EM's words on an unknown task", lostTask],
  ])("with %s though EM has it: it is found and followed to its end", async (_, raw) => {
    const { bot, texts, posts } = await confirmed(({ sandbox }) =>
      sandbox.control.answerOtherwise(raw, isStart),
    );
    await bot.untilQuiet();
    expect(texts()).toMatch(/Failed over, confirmed/);
    expect(texts()).not.toMatch(/not started|Nothing was sent/i);
    expect(posts()).toBe(1);
  });

  it.each([400, 403, 404, 409])(
    "is not carried out where EM itself refuses it with %i, and its plan is free again",
    async (status) => {
      const { bot, texts, posts } = await confirmed(({ sandbox }) =>
        sandbox.control.answerNext(errorOfEm(status, "It cannot be done now"), isStart),
      );
      expect(texts()).toMatch(/Not started: /);
      expect(await bot.store.all("holds")).toEqual([]);
      expect(posts()).toBe(1);
    },
  );
});
