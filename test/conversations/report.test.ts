/** The report of a run, as its people get it. */
import { describe, expect, it } from "vitest";
import { reportFrom } from "../../src/ops/report-export.ts";
import { endOfRun } from "../../src/report/ending.ts";
import { summaryOf } from "../../src/report/summary.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";
import { EM_KEY, planOf, startQuickBot } from "../fakes/quick-bot.ts";
import { phases, watchIn } from "../watch/things.ts";

const PLAN = "ABC Company Failover Plan";
const elsewhere = { platform: "terminal", channel: "war-room" } as const;

const last = (bot: TestBot) =>
  bot.chat.text(bot.chat.messages.findLast(({ file }) => file === undefined) ?? expect.fail());
const filesOf = (bot: TestBot) => bot.chat.messages.filter(({ file }) => file !== undefined);
const contentOf = (bot: TestBot, form: string) =>
  filesOf(bot)
    .filter(({ file }) => file?.name.endsWith(form))
    .map(({ file }) => Buffer.from(file?.bytes ?? []).toString());

async function begun(): Promise<TestBot> {
  const bot = await startBot();
  await bot.say(`start "${PLAN}" because fire`);
  await bot.say(`confirm ${PLAN}`);
  await bot.pass(30_000);
  return bot;
}

describe("the report of a run", () => {
  it("comes by itself, with the same numbers in each form, and again for whoever asks", async () => {
    const bot = await begun();
    const thread = bot.chat.messages.find(({ place }) => place.thread)?.place ?? expect.fail();
    await bot.untilQuiet();
    expect(filesOf(bot).map(({ place }) => place)).toEqual([thread, thread, thread]);
    const [report = ""] = contentOf(bot, ".md");
    expect(report).toContain(`# Failed over, confirmed: ${PLAN}\n`);
    expect(report).toMatch(/Asked for \| by Anna in the terminal, .*\n\| Because \| fire \|/);
    const [table = ""] = contentOf(bot, ".csv");
    expect(table.trim().split("\r\n")).toHaveLength(1 + 6);

    await bot.say("report", { place: thread });
    expect(last(bot)).toMatch(new RegExp(`^\\[ok\\] Report: Failed over, confirmed: ${PLAN}\n`));
    await bot.say(`report ${PLAN}`, { place: elsewhere });
    await bot.say("report abc company", { place: elsewhere });
    expect(contentOf(bot, ".md")).toEqual([report, report, report, report]);
    expect(contentOf(bot, ".csv")).toEqual([table, table, table, table]);
    expect(contentOf(bot, ".png")).toHaveLength(4);
    expect(filesOf(bot).filter(({ place }) => place.channel === "war-room")).toHaveLength(6);

    const inShell = (of: string, as: "markdown" | "json") =>
      reportFrom({ ...bot.store, close: async () => undefined }, { of, as, timeZone: "UTC" });
    expect(await inShell(PLAN, "markdown")).toBe(report);
    const { run, vms } = JSON.parse((await inShell(`${PLAN} @ ABC Company`, "json")) ?? "");
    expect(vms).toHaveLength(6);
    expect(JSON.parse((await inShell(run, "json")) ?? "").run).toBe(run);
    expect(await inShell("nonsense", "json")).toBeUndefined();
  });

  it("of one that goes on says how it stands now", async () => {
    const bot = await begun();
    await bot.say("report");
    const card = last(bot);
    expect(card).toMatch(
      new RegExp(`^\\[running\\] Report: Not ended yet: ${PLAN} \\(\\d of 6 up\\)`),
    );
    expect(card).toContain("It goes on: this is how it stands now.");
    const [report = ""] = contentOf(bot, ".md");
    expect(filesOf(bot).map(({ file }) => file?.name)).toContain(
      `${PLAN} 2026-11-21 0600 UTC so far.md`,
    );
    expect(report).toContain("| As of | 2026-11-21 06:00 UTC |");
    expect(report).toContain("| not known |");
  });

  it("of one begun elsewhere has what is known of it", async () => {
    const bot = await startBot({ scenario: "started-elsewhere" });
    await bot.pass(240_000);
    await bot.say("report", { place: elsewhere });
    expect(last(bot)).toContain("No run is shown here");
    await bot.say(`report ${PLAN}`, { place: elsewhere });
    expect(contentOf(bot, ".md").at(-1)).toContain("| Order | not by this bot: ");
  });

  it("is refused of what is no run, and of a plan that has none, with what to type", async () => {
    const bot = await startBot();
    await bot.say("report");
    expect(last(bot)).toContain("No run is shown here");
    await bot.say(`report ${PLAN}`);
    expect(last(bot)).toContain(`No run of "${PLAN}" is known`);
    await bot.say("report nonsense");
    expect(last(bot)).toContain("nonsense");
    await bot.say("report run-abc234");
    expect(last(bot)).toContain("No run run-abc234 is known here");
    expect(filesOf(bot)).toEqual([]);
    expect(bot.parts.bot.refused).toBe(4);
  });

  it("asks which is meant where several runs are shown", async () => {
    const bot = await startBot();
    for (const plan of [PLAN, "Headquarters Failover"]) {
      await bot.say(`start "${plan}"`);
      await bot.say(`confirm ${plan}`);
    }
    await bot.pass(20_000);
    await bot.say("report");
    expect(last(bot)).toMatch(/Several runs are shown here\n.*\n`report run-\w{6}` – \w/);
  });

  it("is of no other tenant's run, and of none where two tenants may be meant", async () => {
    const bot = await startQuickBot();
    const of = (tenant: string, own = {}) =>
      planOf({ tenant: { id: tenant, name: tenant }, ...own });
    bot.em.plans = [of("Acme"), of("Beta", { id: "plan-2" })];
    const { planId: _, tenant: __, ...subject } = watchIn(phases.ended).subject;
    const nobodys = watchIn(phases.ended, { em: EM_KEY, subject: { ...subject, name: "Plan A" } });
    const kept = await endOfRun(bot.store, nobodys, []);
    await bot.store.commit(kept?.kept ?? []);
    await bot.say("report Plan A @ Beta");
    expect(bot.last()).toContain('No run of "Plan A" is known');

    const run = summaryOf({ watch: nobodys });
    const betas = { ...run, run: "run-beta22", plan: `${EM_KEY} plan-2`, tenant: "Beta" };
    await bot.store.commit([{ put: "runs", key: betas.run, value: betas }]);
    const inShell = (of: string) =>
      reportFrom(
        { ...bot.store, close: async () => undefined },
        { of, as: "json", timeZone: "UTC" },
      );
    expect(await inShell("Plan A")).toBeUndefined();
    expect(await inShell(run.run)).toContain('"Plan A"');
  });

  it("is of no plan about which the policy lets nobody read, nor are notes and the history", async () => {
    const bot = await startQuickBot();
    const of = (tenant: string, own = {}) =>
      planOf({ tenant: { id: tenant, name: tenant }, ...own });
    bot.em.plans = [of("Acme"), of("Beta", { id: "plan-2", name: "Plan B" })];
    for (const [name, tenant] of [
      ["Plan A", "Acme"],
      ["Plan B", "Beta"],
    ] as const) {
      const subject = { ...watchIn(phases.ended).subject, name, tenant, planId: name };
      const watch = watchIn(phases.ended, { em: EM_KEY, subject });
      const id = `run-${tenant.toLowerCase()}22`;
      await bot.store.commit((await endOfRun(bot.store, { ...watch, id }, []))?.kept ?? []);
    }
    const everyone = { who: ["everyone"] };
    bot.policy = {
      people: {},
      rules: [
        { allow: ["all"], ...everyone },
        { deny: ["read"], plans: ["* @ Beta"], ...everyone },
      ],
    };
    for (const line of ["report Plan B", "report run-beta22", "history Plan B"]) {
      await bot.say(line);
      expect(bot.last()).toContain("Not allowed");
    }
    await bot.say("note run-beta22 they failed");
    expect(bot.last()).toContain("Not allowed");
    expect(await bot.store.all("moments")).toEqual([]);
    await bot.say("history");
    expect(bot.last()).toContain("Plan A");
    expect(bot.last()).not.toContain("Plan B");
    await bot.say("report Plan A");
    expect(bot.last()).not.toContain("Not allowed");
  });

  it("is of a replication nothing, as none is kept of it", async () => {
    const bot = await startBot();
    await bot.say('watch replica "SQL Server Replication"');
    await bot.untilQuiet();
    expect(filesOf(bot)).toEqual([]);
  });
});
