/** Where production runs, as people are told of it. */
import { describe, expect, it } from "vitest";
import { startBot, type TestBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";
const NORTH = "North Failover Plan";
const SOUTH = "South Failover Plan";

const last = (bot: TestBot) =>
  bot.chat.text(bot.chat.messages.at(-1) ?? expect.fail("nothing was said"));

async function asked(bot: TestBot, line: string): Promise<string> {
  await bot.say(line);
  return last(bot);
}

/** Starts a plan, and waits for its end. */
async function failOver(bot: TestBot, plan: string): Promise<void> {
  await bot.say(`start "${plan}"`);
  await bot.confirm();
  await bot.untilQuiet(30_000);
}

describe("an hour after a failover", () => {
  it("status begins with what is failed over, and plans says it of that plan alone", async () => {
    const bot = await startBot({ scenario: "vm-fails" });
    await failOver(bot, PLAN);
    await bot.pass(3_600_000, 600_000);
    const status = await asked(bot, "status");
    expect(status).toMatch(
      /^\[warning\] Failed over now: ABC Company Failover Plan \(5 of 6 VMs\)\n.*\nABC Company Failover Plan: 5 of 6 VMs failed over, since .*; filesrv04 is not up\n/,
    );
    const plans = await asked(bot, "plans");
    expect(plans.match(/failed over/g)).toHaveLength(1);
    expect(plans).toContain("5 of 6 VMs failed over; filesrv04 is not up · tenant ABC Company");
    expect(await asked(bot, `status ${PLAN}`)).toMatch(
      /^\[warning\] Failover plan "ABC Company Failover Plan": 5 of 6 VMs failed over\n5 of 6 VMs run from their replicas since .*; filesrv04 is not up\.\n/,
    );
  });

  it("an undo takes it away again", async () => {
    const bot = await startBot();
    await failOver(bot, PLAN);
    await bot.say(`undo "${PLAN}"`);
    await bot.confirm();
    await bot.untilQuiet(30_000);
    expect(await asked(bot, "status")).toMatch(/^Nothing is failed over; no failover runs\n/);
    const run = (await bot.store.all("runs")).find(({ value }) => value.action === "start");
    const card = await asked(bot, `status ${run?.key}`);
    expect(card).toMatch(
      /^\[ok\] Failed over, confirmed: .*\n.*\nUndone since, .* by run run-\w{6} of Anna\.\n/,
    );
    expect(card).not.toContain("The failover stays until it is undone");
  });
});

describe("two tenants whose VMs have the same names", () => {
  it("of which one is failed over, are told apart, and the run's end is confirmed", async () => {
    const bot = await startBot({ scenario: "shared-names" });
    await failOver(bot, NORTH);
    const said = bot.chat.messages.filter(({ file }) => file === undefined).map(bot.chat.text);
    const ends = said.filter((text) => text.includes("confirmed"));
    expect(ends.at(-1)).toContain(`Failed over, confirmed: ${NORTH}`);
    expect(await asked(bot, "status")).toMatch(
      /^\[warning\] Failed over now: North Failover Plan \(2 VMs\)\n/,
    );
    expect(await asked(bot, `status ${NORTH}`)).toContain(`"${NORTH}": failed over\n`);
    const other = await asked(bot, `status ${SOUTH}`);
    expect(other).toMatch(/^Failover plan "South Failover Plan"\n/);
    expect(other).toContain(`start "${SOUTH}"`);
    expect(await asked(bot, `undo "${SOUTH}"`)).toContain(
      "EM shows no VM of this plan in state Failover",
    );
  });

  it("before any session has shown it, nobody is told that a point is theirs", async () => {
    const bot = await startBot({ scenario: "shared-names" });
    expect(await asked(bot, `status ${NORTH}`)).toContain(
      "Another tenant has VMs of the same name, and EM does not show which points are whose.",
    );
  });

  it("are told apart when the sessions that showed it are gone, as that is remembered", async () => {
    const bot = await startBot({ scenario: "shared-names" });
    await failOver(bot, NORTH);
    await bot.pass(40 * 86_400_000, 86_400_000);
    expect(await asked(bot, `status ${NORTH}`)).toContain(`"${NORTH}": failed over\n`);
  });
});

describe("status by an id", () => {
  it("shows a run that has ended, a session of it, and a session of replication", async () => {
    const bot = await startBot();
    await failOver(bot, PLAN);
    const [run] = await bot.store.all("past-watches");
    expect(await asked(bot, `status ${run?.key}`)).toContain("Failed over, confirmed");
    const [session] = await bot.em.sessions({ planName: PLAN, limit: 1 });
    expect(await asked(bot, `status ${session?.id}`)).toContain("Failover session of");
    for (const kind of ["snapshot", "cdp"] as const) {
      const [one] = await bot.em.replicationSessions(kind, { limit: 1 });
      expect(await asked(bot, `status ${one?.id}`)).toMatch(/^(\[running\] )?Session of /);
    }
  });
});
