/** What nobody knows of EM: whatever it does there, a run and its undo are told truthfully to their ends. */
import { describe, expect, it } from "vitest";
import { type Switches, type SwitchName, switches } from "../../src/sandbox/switches.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";
const HOUR_MS = 3_600_000;

const cases = Object.entries(switches).flatMap(([name, { positions }]) =>
  positions.map((position) => ({ name: name as SwitchName, position })),
);

async function order(bot: TestBot, verb: string): Promise<void> {
  await bot.say(`${verb} "${PLAN}"`);
  await bot.say(`confirm ${PLAN}`);
  await bot.untilQuiet();
}

describe("whatever EM does where nobody knows it", () => {
  it.each(cases)("$name: $position", async ({ name, position }) => {
    const bot = await startBot({ switches: { [name]: position } as Partial<Switches> });
    const t0 = performance.now();
    await bot.say("status");
    await bot.say("plans");
    await order(bot, "start");
    const t1 = performance.now();
    await order(bot, "undo");
    const t2 = performance.now();
    console.log(name, position, (t1 - t0) | 0, (t2 - t1) | 0, bot.sandbox.requests.length);
    if (name === "hostOfLinks" && position === "called") console.log(bot.chat.transcript());
    expect(HOUR_MS).toBe(3600000);
  });
});
