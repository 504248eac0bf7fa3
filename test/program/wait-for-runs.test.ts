import { describe, expect, it } from "vitest";
import { waitForRuns } from "../../src/program/wait-for-runs.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";

/** A clock that goes on while it is waited by, with a look at EM now and then. */
const passing = (bot: TestBot) => ({
  elapsed: bot.clock.elapsed,
  sleep: async () => {
    await bot.pass(30_000, 30_000);
  },
});
const waited = (bot: TestBot, waitMs?: number) =>
  waitForRuns(bot.store, bot.parts.bot.begun, passing(bot), waitMs);

async function started(scenario: "all-well" | "vm-stalls") {
  const bot = await startBot({ scenario });
  await bot.say(`start "${PLAN}"`);
  await bot.confirm();
  await bot.look();
  return bot;
}

describe("a pipe", () => {
  it("waits for what its lines began", async () => {
    expect(await waited(await started("all-well"))).toEqual([]);
  });

  it("waits no longer than it shall for a run that stalls, and knows which", async () => {
    const bot = await started("vm-stalls");
    const [run] = bot.parts.bot.begun;
    const before = bot.clock.elapsed();
    expect(await waited(bot, 600_000)).toEqual([run]);
    expect(bot.clock.elapsed() - before).toBeLessThan(660_000);
  });

  it("does not wait for what unwatch has named", async () => {
    const bot = await started("vm-stalls");
    await bot.say("unwatch");
    expect(await waited(bot)).toEqual([]);
  });

  it("waits no longer than it shall for a CDP session, which goes on and on, nor after unwatch", async () => {
    const bot = await startBot();
    for (let tries = 0; tries < 500 && bot.parts.bot.begun.size === 0; tries++) {
      await bot.say("watch cdp CDP Policy 1");
      if (bot.parts.bot.begun.size === 0) bot.clock.advance(60_000);
    }
    expect(await waited(bot, 60_000)).toHaveLength(1);
    await bot.say("unwatch");
    expect(await waited(bot)).toEqual([]);
  });
});
