/** Runs that somebody started outside the bot. */
import { describe, expect, it } from "vitest";
import { startBot, type TestBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";
/** A run of the sandbox is over within this. */
const RUN_MS = 300_000;
const OVER = `Started outside this bot, and ended: ${PLAN}`;

const startElsewhere = ({ sandbox }: TestBot, name = PLAN) =>
  sandbox.control.order(
    sandbox.estate.plans().find((plan) => plan.name === name)?.id ?? expect.fail(),
    "start",
  );
const told = (bot: TestBot, start: string) =>
  bot.chat.messages.map(bot.chat.text).filter((text) => text.includes(start));

async function missed(options: Parameters<typeof startBot>[0] = {}) {
  const bot = await startBot(options);
  await bot.look();
  startElsewhere(bot);
  bot.clock.advance(RUN_MS);
  await bot.look();
  return bot;
}

describe("a run that began and ended elsewhere between two looks", () => {
  it("is told afterwards, once, with its end", async () => {
    const bot = await missed();
    await bot.untilQuiet();
    await bot.pass(RUN_MS, 30_000);
    expect(told(bot, OVER)).toHaveLength(1);
    const [card = expect.fail()] = told(bot, ", not started by this bot");
    expect(card).toContain("[done] filesrv03");
    expect(bot.chat.transcript()).not.toContain("The session is running");
  });

  it("tells its failure, and calls those on call", async () => {
    const onCall = [{ platform: "slack", id: "S0123ONCALL" }] as const;
    const bot = await missed({ scenario: "vm-fails", config: { onCall } });
    await bot.untilQuiet();
    const calls = bot.chat.messages.filter(({ versions: [card] }) => card?.notify?.length);
    expect(calls.map(bot.chat.text)).toEqual([
      expect.stringContaining(OVER),
      expect.stringContaining("filesrv04 failed: "),
      expect.stringContaining(
        `filesrv04 failed: ${PLAN}, not started by this bot (5 of 6 ended well)`,
      ),
    ]);
  });

  it("is told though EM's clock is wrong by hours, either way", async () => {
    for (const emAheadMs of [-5 * 3_600_000, 5 * 3_600_000]) {
      const bot = await missed({ emAheadMs });
      await bot.untilQuiet();
      expect(told(bot, OVER)).toHaveLength(1);
    }
  });

  it("is told after the next start where the bot did not run", async () => {
    const before = await startBot();
    await before.look();
    startElsewhere(before);
    const bot = await before.restart(RUN_MS);
    await bot.look();
    await bot.untilQuiet();
    expect(told(bot, OVER)).toHaveLength(1);
  });

  it("is not told again after a restart", async () => {
    const before = await missed();
    await before.untilQuiet();
    const bot = await before.restart(60_000);
    await bot.pass(120_000, 30_000);
    expect(told(bot, OVER)).toHaveLength(1);
  });

  it("is not told where it ended before the bot's first start", async () => {
    const bot = await startBot();
    startElsewhere(bot);
    bot.clock.advance(RUN_MS);
    await bot.pass(120_000, 30_000);
    expect(bot.chat.messages).toEqual([]);
  });

  it("is not told of what was ordered here", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await bot.confirm();
    await bot.look();
    bot.clock.advance(RUN_MS);
    await bot.untilQuiet();
    await bot.pass(120_000, 30_000);
    expect(told(bot, "outside this bot")).toEqual([]);
  });

  it("costs one question to EM in half a minute", async () => {
    const bot = await startBot();
    await bot.look();
    const questions = () =>
      bot.sandbox.requests.filter(
        ({ path }) => path.includes("CloudFailoverSession") && !path.includes("Working"),
      ).length;
    const before = questions();
    await bot.pass(60_000);
    expect(questions() - before).toBe(2);
  });
});
