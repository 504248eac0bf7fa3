/**
 * Something between the bot and EM answers in EM's place, after it has passed the order on or
 * instead: what is said of the order is true, and it goes once.
 */
import { describe, expect, it } from "vitest";
import { startBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";
const isStart = ({ method, path }: { method: string; path: string }) =>
  method === "POST" && path.includes("action=start");
const page = (status: number) => ({
  status,
  headers: { "Content-Type": "text/html" },
  body: "<html><body><h1>Blocked</h1></body></html>",
});
const error = (status: number, message: string) => ({
  status,
  headers: { "Content-Type": "application/xml" },
  body: `<Error xmlns="http://www.veeam.com/ent/v1.0" Message="${message}" StatusCode="${status}" />`,
});
const lostTask = error(500, "There is no backup task with id [task-1] in current rest session");

const answers = [
  ...[401, 403, 404, 405, 408, 409, 429, 500, 502, 503, 504].map(page),
  { ...page(200), body: "" },
  { ...page(404), body: "" },
  { ...error(403, "Access denied"), body: '<Error Message="Access de' },
  lostTask,
];
const named = answers.map((raw) => [raw.status, raw.body.slice(0, 30), raw] as const);

async function confirmed(befall: (bot: Awaited<ReturnType<typeof startBot>>) => void) {
  const bot = await startBot();
  await bot.say(`start "${PLAN}"`);
  befall(bot);
  await bot.say(`confirm ${PLAN}`);
  await bot.pass(20_000);
  const texts = () => bot.chat.messages.map(bot.chat.text).join("\n");
  return { bot, texts, posts: () => bot.sandbox.requests.filter(isStart).length };
}

describe("an order that something answers in EM's place", () => {
  it.each(named)(
    "with %i (%s) though EM has it: it is found and followed to its end",
    async (...[, , raw]) => {
      const { bot, texts, posts } = await confirmed(({ sandbox }) =>
        sandbox.control.answerOtherwise(raw, isStart),
      );
      expect(texts()).not.toMatch(/not started|was not sent|Nothing was sent/);
      await bot.untilQuiet();
      expect(texts()).toMatch(/failed over, confirmed/);
      expect(texts()).not.toMatch(/not started|Nothing was sent/);
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
      expect(texts()).not.toMatch(/failed over, confirmed/);
    },
  );

  it.each([400, 403, 404, 409])(
    "is not carried out where EM itself refuses it with %i, and its plan is free again",
    async (status) => {
      const { bot, texts, posts } = await confirmed(({ sandbox }) =>
        sandbox.control.answerNext(error(status, "It cannot be done now"), isStart),
      );
      expect(texts()).toMatch(/not started/);
      expect(await bot.store.all("holds")).toEqual([]);
      expect(posts()).toBe(1);
    },
  );
});
