/** EM is asked to collect its data when a run has ended, and what it shows then is evidence. */
import { describe, expect, it } from "vitest";
import type { EmClient } from "../../src/em/client.ts";
import { EmError } from "../../src/em/errors.ts";
import type { Watch } from "../../src/records/watch.ts";
import type { SandboxOptions } from "../../src/sandbox/sandbox.ts";
import { auditLog } from "../fakes/audit-log.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";
const MINUTE = 60_000;

/** EM learns only every 15 minutes, and where its site is lost nothing makes new points. */
function lagging(options: Partial<Parameters<typeof startBot>[0]> = {}) {
  const site = { lostAt: Number.POSITIVE_INFINITY };
  const ask = (em: EmClient): EmClient => ({
    ...em,
    points: async (...asked) =>
      (await em.points(...asked)).filter(({ createdAt }) => createdAt <= site.lostAt),
  });
  return { site, bot: startBot({ scenario: "points-lag", ask, ...options }) };
}

async function run(bot: TestBot, verb: string) {
  await bot.say(`${verb} "${PLAN}"`);
  await bot.confirm();
  await bot.untilQuiet(5_000);
}

async function untilChecked(bot: TestBot): Promise<void> {
  const phases = async () => (await bot.store.all("watches")).map(({ value }) => value.phase.is);
  for (let looks = 0; looks < 60 && !(await phases()).includes("checking"); looks++)
    await bot.pass(5_000);
}

async function lastRun(bot: TestBot): Promise<Watch> {
  const all = (await bot.store.all("past-watches")).map(({ value }) => value);
  const [last] = all.sort((a, b) => b.since - a.since);
  return last?.of === "failover" ? last : expect.fail("No run has ended");
}

/** How it ended, and how long that took after EM's session, or the order, was over. */
async function endOf(bot: TestBot) {
  const { phase, session, order } = await lastRun(bot);
  if (phase.is !== "ended") return expect.fail("It runs");
  const over = session?.endedAt ?? order?.sentAt ?? expect.fail("It never began");
  return { how: phase.how, tookMs: phase.at - over };
}

const asked = ({ sandbox }: TestBot) =>
  sandbox.requests.filter(({ path }) => path.includes("action=collect")).length;

const made: SandboxOptions["switches"] = { undoSession: "made" };

describe("where EM's data lags, the end is confirmed within a minute", () => {
  it.each([
    ["of a start", {}, ["start"]],
    ["of a test, whose VMs were ready before", {}, ["test"]],
    ["of an undo with a session", made, ["start", "undo"]],
    ["of a start where all was failed over before", {}, ["start", "start"]],
  ])("%s", async (_, switches, verbs) => {
    const bot = await lagging({ switches }).bot;
    for (const verb of verbs) {
      await run(bot, verb);
      await bot.pass(5 * MINUTE, MINUTE);
    }
    const { how, tookMs } = await endOf(bot);
    expect(how).toMatchObject({ is: "confirmed" });
    expect(tookMs).toBeLessThanOrEqual(MINUTE);
  });

  it("of a start elsewhere", async () => {
    const bot = await lagging().bot;
    const plan = (await bot.em.plans("cloud")).find(({ name }) => name === PLAN);
    await bot.em.startPlan(plan ?? expect.fail(), { points: "latest" });
    await bot.pass(MINUTE);
    await bot.untilQuiet(5_000);
    const { how, tookMs } = await endOf(bot);
    expect(how).toMatchObject({ is: "confirmed" });
    expect(tookMs).toBeLessThanOrEqual(MINUTE);
  });
});

it("an undo without a session is confirmed once it has had two minutes", async () => {
  const bot = await lagging().bot;
  await run(bot, "start");
  await bot.pass(5 * MINUTE, MINUTE);
  await run(bot, "undo");
  const { how, tookMs } = await endOf(bot);
  expect(how).toMatchObject({ is: "confirmed" });
  expect(tookMs).toBeLessThanOrEqual(3 * MINUTE);
});

describe("where the site is lost, so that nothing makes new points", () => {
  it("a VM that was not failed over contradicts EM's session within a minute", async () => {
    const { site, bot: starting } = lagging();
    const bot = await starting;
    site.lostAt = bot.clock.now();
    await bot.say(`start "${PLAN}"`);
    await bot.confirm();
    await untilChecked(bot);
    bot.sandbox.control.setVmState("ABC Company", "filesrv04", "Ready");
    await bot.untilQuiet(5_000);
    const { how, tookMs } = await endOf(bot);
    expect(how).toEqual({ is: "contradicted", vms: [{ vm: "filesrv04", state: "Ready" }] });
    expect(tookMs).toBeLessThanOrEqual(MINUTE);
  });

  it("a test is EM's word alone where EM is not asked, and is confirmed where it is", async () => {
    for (const [collects, end] of [
      [false, "reported"],
      [true, "confirmed"],
    ] as const) {
      const { site, bot: starting } = lagging({ config: { collects } });
      const bot = await starting;
      site.lostAt = bot.clock.now();
      await run(bot, "test");
      expect((await endOf(bot)).how).toMatchObject({ is: end });
      expect(asked(bot)).toBe(collects ? 1 : 0);
    }
  });
});

describe("what EM is asked of itself", () => {
  it("is in the audit log, in nobody's name", async () => {
    const bot = await lagging().bot;
    await run(bot, "start");
    const entries = (await auditLog(bot.store)).map(({ value }) => value);
    const own = entries.filter(({ deed }) => deed === "collecting" || deed === "collected");
    expect(own.map(({ who, what }) => [who, what])).toEqual([
      [undefined, "EM is asked to collect the data of srv13.tech.local, as a run on it has ended"],
      [
        undefined,
        expect.stringMatching(/^EM collects the data of srv13\.tech\.local; its tasks: task-\d+$/),
      ],
    ]);
  });

  it("is once where the account may not, and is told nobody", async () => {
    const forbidding = (em: EmClient): EmClient => ({
      ...em,
      collect: () => Promise.reject(new EmError("forbidden", "EM does not let this account do it")),
    });
    const bot = await startBot({ scenario: "points-lag", ask: forbidding });
    await run(bot, "test");
    await run(bot, "test");
    expect((await endOf(bot)).how).toMatchObject({ is: "confirmed" });
    const log = (await auditLog(bot.store)).map(({ value }) => value);
    expect(log.filter(({ deed }) => deed === "not-sent").map(({ what }) => what)).toEqual([
      "collect srv13.tech.local: the bot's EM account may not do that; it was not carried out",
    ]);
    expect(bot.chat.transcript()).not.toContain("collect");
  });
});
