/** What a run is held against, and what earlier runs say of the next. */
import { describe, expect, it } from "vitest";
import type { RunSummary } from "../../src/records/past-run.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";
const TWIN = "Standard Failover Plan";
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

const last = (bot: TestBot) =>
  bot.chat.text(bot.chat.messages.at(-1) ?? expect.fail("nothing was said"));
const said = (bot: TestBot, words: string) =>
  bot.chat.messages.map(bot.chat.text).filter((text) => text.includes(words));

async function asked(bot: TestBot, line: string): Promise<string> {
  await bot.say(line);
  return last(bot);
}

async function ordered(bot: TestBot, line: string): Promise<void> {
  await bot.say(line);
  await bot.confirm();
  await bot.untilQuiet(10_000);
}

const promising = (recovery: number, data: number) => ({
  policy: {
    people: {},
    rules: [{ allow: ["all"], who: ["everyone"] }],
    targets: [{ plans: [`${PLAN} @ ABC Company`], recovery, data }],
  },
});

describe("a run with a target", () => {
  it("is told once to have missed it, also by a bot that was killed meanwhile, and its end says by how much", async () => {
    const bot = await startBot({ config: promising(60 * SECOND_MS, 6 * 60 * MINUTE_MS) });
    await bot.say(`start "${PLAN}"`);
    await bot.confirm();
    await bot.pass(15 * SECOND_MS);
    expect(said(bot, "left of the target of 1 min, until 2026-11-21 06:01 UTC.")).toHaveLength(1);
    await bot.pass(50 * SECOND_MS);
    expect(said(bot, "Target of 1 min missed (")).toHaveLength(1);
    expect(said(bot, "The target of 1 min is missed since 2026-11-21 06:01 UTC.")).toHaveLength(1);
    const later = await bot.restart(SECOND_MS);
    await later.untilQuiet(10_000);
    expect(said(later, "Target of 1 min missed (")).toHaveLength(1);
    const ends = said(later, "the target of 1 min missed by");
    expect(ends).toHaveLength(2);
    expect(ends[0]).toMatch(/, as the question showed; within the target of 6 h\.\n/);
  });

  it("stands under what the policy said when it was asked", async () => {
    const bot = await startBot({ config: promising(60 * MINUTE_MS, MINUTE_MS) });
    await ordered(bot, `start "${PLAN}"`);
    const [card] = said(bot, "Recovery: ");
    expect(card).toMatch(/, within the target of 1 h; people /);
    expect(card).toMatch(/; the target of 1 min missed by 3 h \d+ min\./);
  });
});

/** As earlier runs of the plan have left them. */
async function remember(bot: TestBot, runs: readonly Partial<RunSummary>[]): Promise<void> {
  const { plan, value } = await ownRun(bot);
  await bot.store.commit(
    runs.map((own, i) => ({
      put: "runs",
      key: `run-earlier${i}`,
      value: { ...value, plan, run: `run-earlier${i}`, ...own },
    })),
  );
}

async function ownRun(bot: TestBot) {
  const [newest] = await bot.store.all("runs");
  if (!newest) return expect.fail("no run is kept");
  return { plan: newest.value.plan, value: newest.value };
}

const masked = (said: string) => said.replace(/run-\w{6}\b/g, "run-<id>");

describe("earlier runs", () => {
  it("are told with how they ended, and how the medians are", async () => {
    const bot = await startBot();
    await ordered(bot, `test "${PLAN}"`);
    await remember(bot, [
      { by: "Ben", how: "reported", endedAt: bot.clock.now() + 1 },
      { by: "Cleo", how: "failed", up: 5, recoveryMs: undefined, endedAt: 1 },
      { by: "Dora", endedAt: 0 },
    ]);
    expect(masked(await asked(bot, `history ${PLAN}`))).toMatchInlineSnapshot(`
      "The last 4 runs of "ABC Company Failover Plan"
      A test usually takes 1 min 26 s from the question, 1 min 16 s of it in EM (median of 3).
      Usual for each VM in a test: apache05 1 min 8 s, srv38 1 min 4 s, srv40 55 s, filesrv04 53 s, sql07 52 s and filesrv03 35 s.
      [reported] test – 2026-11-21 06:00 UTC, took 1 min 26 s, EM's word, by Ben, run-earlier0
      [done] test – 2026-11-21 06:00 UTC, took 1 min 26 s, by Anna, run-<id>
      [failed] test – 2026-11-21 06:00 UTC, 5 of 6 tested, by Cleo, run-earlier1
      [done] test – 2026-11-21 06:00 UTC, took 1 min 26 s, by Dora, run-earlier2
      \`report run-earlier0\` gives that run with all its times."
    `);
    expect(masked(await asked(bot, "history"))).toMatchInlineSnapshot(`
      "The last 4 runs
      [reported] ABC Company Failover Plan – test, 2026-11-21 06:00 UTC, took 1 min 26 s, EM's word, by Ben, run-earlier0
      [done] ABC Company Failover Plan – test, 2026-11-21 06:00 UTC, took 1 min 26 s, by Anna, run-<id>
      [failed] ABC Company Failover Plan – test, 2026-11-21 06:00 UTC, 5 of 6 tested, by Cleo, run-earlier1
      [done] ABC Company Failover Plan – test, 2026-11-21 06:00 UTC, took 1 min 26 s, by Dora, run-earlier2
      \`history\` and a plan's name shows what is usual for it; \`report run-earlier0\` gives that run with all its times."
    `);
  });

  it("of plans of one name are kept apart by their tenants", async () => {
    const bot = await startBot();
    await ordered(bot, `test "${TWIN} @ ABC Company"`);
    expect(await asked(bot, `history ${TWIN} @ ABC Company`)).toMatch(
      /^The last run of "Standard Failover Plan @ ABC Company"\n\[done\] test – /,
    );
    const other = await asked(bot, "plans standard");
    const tenant = /tenant (?!ABC)([^,]+),/.exec(other)?.[1];
    expect(await asked(bot, `history ${TWIN} @ ${tenant}`)).toBe(
      `No run of "${TWIN} @ ${tenant}" is kept`,
    );
  });

  it("are told while EM is down, and of a plan that is no more", async () => {
    const bot = await startBot();
    await ordered(bot, `test "${PLAN}"`);
    await remember(bot, [{ name: "Old Plan", plan: "sandbox gone" }]);
    expect(await asked(bot, "history old plan")).toMatch(/^The last run of "Old Plan"\n/);
    await bot.sandbox.close();
    expect(await asked(bot, "history")).toMatch(/^The last 2 runs\n/);
    expect(await asked(bot, `history ${PLAN}`)).toMatch(/^The last run of "ABC Company/);
  });

  it("let the question say what is usual, and a VM be told to be slow, with the numbers", async () => {
    const bot = await startBot();
    await ordered(bot, `start "${PLAN}"`);
    const started = (await bot.store.all("runs")).find(({ value }) => value.action === "start");
    if (!started) return expect.fail("no start is kept");
    await remember(
      bot,
      [1, 2, 3].map(() => ({ ...started.value, tookMs: { sql07: 10 * SECOND_MS } })),
    );
    await ordered(bot, `undo "${PLAN}"`);
    await bot.say(`start "${PLAN}"`);
    expect(said(bot, "usually takes EM 1 min (median of 4 runs)")).toHaveLength(1);
    await bot.confirm();
    await bot.untilQuiet(10_000);
    expect(said(bot, "sql07 is slower than usual\n")).toEqual([
      expect.stringMatching(/^sql07 is slower than usual\n\d+ s so far, usually 10 s\./),
    ]);
  });
});
