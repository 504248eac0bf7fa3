import { describe, expect, it } from "vitest";
import type { ScenarioName } from "../../src/sandbox/scenarios.ts";
import { IDLE_MS, startBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";

async function runOf(scenario: ScenarioName, config = {}) {
  const bot = await startBot({ scenario, config, speed: scenario === "slow-and-flaky" ? 500 : 1 });
  await bot.say(`start "${PLAN}"`);
  await bot.say(`confirm ${PLAN}`);
  await bot.untilQuiet();
  return bot;
}

/** The end as the thread tells it. */
const ends: Partial<Record<ScenarioName, RegExp>> = {
  "all-well": /\[ok\] Failed over, confirmed: .*\n/,
  "vm-fails":
    /\[problem\] filesrv04 failed: .* \(5 of 6 up\)\n.*EM says: Failed to power on VM filesrv04/,
  "vm-warns": /\[warning\] .*Failed over, confirmed, with warnings: .*\n/,
  "task-fails": /\[problem\] Failed: .*\n.*EM says:/,
  "session-fails": /\[problem\] Failed: .*\n.*EM gave no reason\./,
  "answer-lost": /\[ok\] Failed over, confirmed: .*\n/,
  "logons-drop": /\[ok\] Failed over, confirmed: .*\n/,
  "em-restarts": /\[ok\] Failed over, confirmed: .*\n/,
  contradicted:
    /\[problem\] .*EM reports success, but the replica of filesrv04 is in state Ready: .*\n/,
  "points-lag": /\[ok\] Failed over, confirmed: .*\n/,
  "slow-and-flaky":
    /\[ok\] Failed over, confirmed: .*\n|(Lost sight of|Not known whether it began); outcome not known: .*\n/,
};

/** The line in the thread that tells an end. */
const ENDS =
  /^ {2}\| \[(ok|problem|warning)\] (Failed|filesrv04 failed: .*5 of 6|EM reports success|Lost|Not known)/gm;

describe("the end of a run says what is known, and no more", () => {
  it.each(Object.entries(ends))("%s", async (scenario, end) => {
    const bot = await runOf(scenario as ScenarioName);
    const transcript = bot.chat.transcript();
    expect(transcript).toMatch(end);
    expect(transcript.match(ENDS)).toHaveLength(1);
  });

  it("points that lag: EM's word is told as EM's word until they show it", async () => {
    const bot = await runOf("points-lag");
    expect(bot.chat.transcript()).toContain(
      "| EM reports the end; not yet confirmed by the replica points",
    );
  });

  it("points that never come in time: not confirmed, said once", async () => {
    const bot = await runOf("points-lag", { evidenceWaitMs: 10_000 });
    expect(bot.chat.transcript()).toMatch(/\[warning\] .*EM reports success, not confirmed: .*\n/);
  });

  it("a VM that never moves is named, and the run is watched on", async () => {
    const bot = await startBot({ scenario: "vm-stalls" });
    await bot.say(`start "${PLAN}"`);
    await bot.say(`confirm ${PLAN}`);
    await bot.pass(15 * 60_000, IDLE_MS);
    const transcript = bot.chat.transcript();
    expect(transcript).toContain("[warning] filesrv04 stalled: ");
    expect(transcript.match(/\| \[warning\] filesrv04 stalled: /g)).toHaveLength(1);
    expect(transcript).toMatch(/\[stalled\] filesrv04 – no change since/);
  });
});
