/** What the bot says and does while clocks jump, differ and stand still. */
import { describe, expect, it } from "vitest";
import { startBot, type TestBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";
const HOUR = 3_600_000;

async function started(bot: TestBot): Promise<void> {
  await bot.say(`start "${PLAN}"`);
  await bot.say(`confirm ${PLAN}`);
  await bot.look();
}

/** One card or line after the other, as they stand now. */
const said = ({ chat }: TestBot) => chat.messages.map(chat.text);
const saidOf = (bot: TestBot, words: string) => said(bot).filter((text) => text.includes(words));

describe("the wall clock is moved", () => {
  it.each([
    ["an hour forward", HOUR, "moved by 1 h, forward"],
    ["an hour back", -HOUR, "moved by 1 h, back"],
  ])("%s in a run: it is said once, and nothing stalls, expires or is called", async (_, ms, words) => {
    const bot = await startBot();
    await started(bot);
    await bot.pass(20_000);
    bot.clock.jump(ms);
    await bot.untilQuiet();
    expect(saidOf(bot, words)).toHaveLength(1);
    expect(saidOf(bot, "No change for long")).toEqual([]);
    expect(saidOf(bot, "lost sight")).toEqual([]);
    expect(saidOf(bot, "does not answer")).toEqual([]);
    expect(bot.chat.transcript()).toContain("failed over, confirmed");
  });

  it.each([HOUR, -HOUR])("by %i ms: a question stays open for as long as before", async (ms) => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    bot.clock.jump(ms);
    await bot.pass(280_000, 20_000);
    expect(await bot.store.all("orders")).toHaveLength(1);
    await bot.pass(40_000, 20_000);
    expect(await bot.store.all("orders")).toEqual([]);
    expect(bot.sandbox.estate.runs()).toEqual(bot.sandbox.estate.runs().filter(({ action }) => action !== "start"));
  });
});
