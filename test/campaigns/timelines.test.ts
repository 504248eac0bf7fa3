/**
 * The timeline of a run in every scenario, held against what the simulated EM did: its times, its
 * restore points and its ends, number by number.
 */
import { describe, expect, it } from "vitest";
import type { Happening, RunFacts } from "../../src/report/facts.ts";
import { readRun } from "../../src/report/reading.ts";
import { factsOf } from "../../src/report/run-facts.ts";
import { undoOf } from "../../src/report/undone.ts";
import { type Course, courseOf } from "../../src/sandbox/estate/course.ts";
import type { Outcome, Run } from "../../src/sandbox/estate/estate.ts";
import { type ScenarioName, scenarioNames } from "../../src/sandbox/scenarios.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";
const plans: Partial<Record<ScenarioName, string>> = {
  "no-cloud": "SQL Failover Plan",
  "shared-names": "North Failover Plan",
  "hostile-names": "L".repeat(300),
};

async function factsIn({ store }: TestBot, run: string): Promise<RunFacts> {
  const record = (await readRun(store, run)) ?? expect.fail(`nothing is known of ${run}`);
  return factsOf(record, await undoOf(store, record));
}

/** To its end, or for half an hour. */
async function untilOver(bot: TestBot): Promise<void> {
  const isOver = async () =>
    (await bot.store.all("orders")).length + (await bot.store.all("watches")).length === 0;
  for (let looks = 0; looks < 180 && !(await isOver()); looks++) await bot.pass(10_000, 10_000);
}

interface Times {
  readonly asked: number;
  readonly confirmed: number;
}

/** Asked at once, and confirmed half a minute later. */
async function ordered(bot: TestBot, line: string): Promise<Times> {
  const asked = bot.clock.now();
  await bot.say(line);
  await bot.pass(30_000);
  const confirmed = bot.clock.now();
  await bot.confirm();
  await untilOver(bot);
  return { asked, confirmed };
}

/** By somebody else, in the console. */
async function begunElsewhere(bot: TestBot): Promise<undefined> {
  const { control, estate } = bot.sandbox;
  control.order(estate.plans().find(({ name }) => name === PLAN)?.id ?? "", "start");
  await bot.pass(30_000);
  await untilOver(bot);
}

const ofEm = ({ timeline }: RunFacts) =>
  timeline.filter(({ by }) => by === "em").map(({ at, what }) => ({ at, ...what }));

const emsLine = (at: number, what: Happening["what"]) => ({ at, ...what });

const marks: Record<Outcome, string> = { Success: "done", Warning: "warning", Failed: "failed" };

/** What EM did until now, as a timeline. */
function didBy(course: Course, now: number) {
  const all = [
    emsLine(course.beginsAt, { is: "session-began" }),
    ...course.vms.map(({ vm, beginsAt }) => emsLine(beginsAt, { is: "vm-began", vm: vm.name })),
    ...course.vms.map(({ vm, endsAt, result, message }) => ({
      ...{ at: endsAt, is: "vm-ended", vm: vm.name, mark: marks[result], message },
    })),
    emsLine(course.endsAt, { is: "session-ended" }),
  ];
  return all.filter(({ at }) => at <= now).toSorted((one, other) => one.at - other.at);
}

/** How old the points of a run were as its VMs began, as EM has them. */
const agesIn = ({ sandbox }: TestBot, run: Run): Record<string, number | undefined> =>
  Object.fromEntries(
    courseOf(run).vms.map(({ vm, beginsAt }) => {
      const point = sandbox.estate.points().find(({ id }) => id === vm.point?.id);
      return [vm.name, point && beginsAt - point.createdAt];
    }),
  );

const runOf = ({ sandbox }: TestBot, { session }: RunFacts) =>
  sandbox.estate.runs().find(({ id }) => id === session) ?? expect.fail("EM has no such run");

/** Everything that is said of EM is what EM did. */
function expectTrue(bot: TestBot, facts: RunFacts, words: "known" | "unknown" = "known"): void {
  const run = runOf(bot, facts);
  const course = courseOf(run);
  const known = ({ vm, ...line }: { vm?: string; mark?: string; message?: string; at: number }) =>
    words === "unknown" && vm?.endsWith("3") && line.mark
      ? { ...line, vm, mark: "unknown", message: 'EM says "SkippedByPolicy"' }
      : { ...line, vm };
  expect(ofEm(facts).map(known)).toEqual(didBy(course, bot.clock.now()).map(known));
  expect(Object.fromEntries(facts.vms.map(({ name, point }) => [name, point?.ageMs]))).toEqual(
    agesIn(bot, run),
  );
  if (words === "known") expectScored(bot, facts);
  const points = new Map(course.vms.map(({ vm }) => [vm.name, vm.point?.name]));
  expect(facts.vms.map(({ point }) => point?.name)).toEqual(
    facts.vms.map(({ name }) => points.get(name)),
  );
}

/** Its scorecard is counted from EM's own times, to the millisecond. */
function expectScored(bot: TestBot, facts: RunFacts): void {
  const { scorecard, sent } = facts;
  const run = runOf(bot, facts);
  const contradicted = facts.vms.filter(({ evidence }) => evidence === "not-so");
  const up = courseOf(run).vms.filter(
    ({ vm, endsAt, result }) =>
      endsAt <= bot.clock.now() &&
      result !== "Failed" &&
      !contradicted.some(({ name }) => name === vm.name),
  );
  const ends = up.map(({ endsAt }) => endsAt);
  const from = (at: number | undefined, to: number) =>
    at === undefined || ends.length === 0 ? undefined : to - at;
  const ages = agesIn(bot, run);
  const most = Math.max(...up.map(({ vm }) => ages[vm.name] ?? 0));
  expect({ ...scorecard, data: scorecard.data?.mostMs }).toMatchObject({
    up: up.length,
    of: facts.vms.length,
    firstUpMs: from(scorecard.decided?.at, Math.min(...ends)),
    lastUpMs: from(scorecard.decided?.at, Math.max(...ends)),
    machineMs: from(sent?.at, Math.max(...ends)),
    ...(run.action === "start" && facts.action ? { data: up.length > 0 ? most : undefined } : {}),
  });
}

/** What the bot adds to EM's times, by what it is. */
const ownIn = ({ timeline }: RunFacts) =>
  timeline.flatMap(({ by, what }) => {
    if (by === "em") return [];
    if (what.is === "deed") return what.deed;
    return what.is === "event" ? what.event.is : what.is;
  });

const way = ["asked", "confirmed", "sending", "accepted"];
const end = ["ended", "called"];
const late = ["reported", ...end];

/** What each scenario adds to a start, in order. */
const told: Record<Exclude<ScenarioName, "forbidden" | "many">, readonly string[]> = {
  "all-well": [...way, ...end],
  "vm-fails": [...way, "called", ...end],
  "vm-warns": [...way, ...end],
  "vm-stalls": [...way, "stalled", "called"],
  "task-fails": [...way, ...end],
  "session-fails": [...way, ...end],
  "answer-lost": [
    "asked",
    "confirmed",
    "sending",
    "answer-lost",
    "looking",
    "called",
    "found",
    ...end,
  ],
  "logons-drop": [...way, ...end],
  "em-restarts": [...way, "silent", "called", "answering", ...end],
  contradicted: [...way, ...late],
  "points-lag": [...way, ...late],
  "started-elsewhere": ["elsewhere", "reported", "ended"],
  "plan-edited": [...way, ...end],
  "slow-and-flaky": [...way, ...end],
  garbage: ["elsewhere", "reported", "silent", "answering", "ended"],
  "hostile-names": [...way, ...end],
  "unknown-words": [...way, ...end],
  "shared-names": [...way, ...end],
  "no-cloud": [...way, ...end],
};

async function runsIn(bot: TestBot): Promise<RunFacts[]> {
  const ended = (await bot.store.all("runs")).map(({ key }) => key);
  const open = (await bot.store.all("watches")).map(({ key }) => key);
  return Promise.all([...ended, ...open].map((id) => factsIn(bot, id)));
}

describe("the timeline of a start tells what EM did, and what was done about it", () => {
  it.each(Object.keys(told) as (keyof typeof told)[])("%s", async (scenario) => {
    const bot = await startBot({ scenario, speed: scenario === "slow-and-flaky" ? 500 : 1 });
    const line = `start "${plans[scenario] ?? PLAN}"`;
    const isElsewhere = scenario === "garbage" || scenario === "started-elsewhere";
    const times = isElsewhere ? await begunElsewhere(bot) : await ordered(bot, line);
    const [facts = expect.fail("nothing ran"), ...others] = await runsIn(bot);
    if (!isElsewhere) expect(others).toEqual([]);
    expect(ownIn(facts)).toEqual(told[scenario]);
    expect(facts.asked?.at).toBe(times?.asked);
    expect(facts.approved.map(({ at }) => at)).toEqual(times ? [times.confirmed] : []);
    if (facts.session === undefined) return;
    expectTrue(bot, facts, scenario === "unknown-words" ? "unknown" : "known");
    if (times) expect(facts.sent?.at).toBe(runOf(bot, facts).orderedAt);
  });
});

it("covers every scenario in which something can be started", () => {
  expect([...Object.keys(told), "forbidden", "many"].sort()).toEqual(scenarioNames.toSorted());
});

describe("the facts of a run", () => {
  it("have the time in which EM was silent, and what was read after it", async () => {
    const bot = await startBot({ scenario: "em-restarts" });
    const { confirmed } = await ordered(bot, `start "${PLAN}"`);
    const [facts = expect.fail()] = await runsIn(bot);
    const sent = confirmed + 10_000;
    expect(facts.gaps).toEqual([{ from: sent + 10_000, to: sent + 80_000, why: "em-silent" }]);
  });

  it("have the time in which nobody watched", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await bot.confirm();
    await bot.pass(20_000);
    const from = bot.clock.now();
    const again = await bot.restart(60_000);
    await untilOver(again);
    const [facts = expect.fail()] = await runsIn(again);
    expect(facts.gaps).toEqual([{ from, to: from + 70_000, why: "nobody-watched" }]);
    expectTrue(again, facts);
  });

  it("have who has undone it, and when that was done", async () => {
    const bot = await startBot();
    await ordered(bot, `start "${PLAN}"`);
    await ordered(bot, `undo "${PLAN}"`);
    const runs = await runsIn(bot);
    const start = runs.find(({ action }) => action === "start") ?? expect.fail();
    const undo = runs.find(({ action }) => action === "undo") ?? expect.fail();
    const last = start.timeline.at(-1);
    expect(last?.what).toMatchObject({ is: "undone", run: undo.run, who: { name: "Anna" } });
    expect(last?.at).toBe((undo.timeline.findLast(({ by }) => by === "em") ?? undo.ended)?.at);
    expect(undo.timeline.some(({ what }) => what.is === "undone")).toBe(false);
  });

  it.each(["test", "undo"] as const)("of a %s are as EM did it", async (action) => {
    const bot = await startBot({ switches: { undoSession: "made" } });
    if (action === "undo") await ordered(bot, `start "${PLAN}"`);
    await ordered(bot, `${action} "${PLAN}"`);
    const facts = (await runsIn(bot)).find((one) => one.action === action) ?? expect.fail();
    expectTrue(bot, facts);
  });
});
