/** What is kept of a run: as it happens, once it has ended, and of one without a report. */
import { describe, expect, it } from "vitest";
import { sweep } from "../../src/ops/retention.ts";
import type { RunRecord } from "../../src/records/past-run.ts";
import { readRun } from "../../src/report/reading.ts";
import { momentsOf } from "../../src/store/moments.ts";
import { silence } from "../fakes/paper-em.ts";
import {
  EM_KEY,
  finished,
  over,
  person,
  type QuickBot,
  sessionOf,
  startQuickBot,
} from "../fakes/quick-bot.ts";

const ben = { from: person("Ben") };

async function confirmed() {
  const bot = await startQuickBot();
  await bot.say("start Plan A because of the flood");
  await bot.confirm(ben);
  await bot.look();
  return bot;
}

/** EM carries the order out, and its points show it. */
async function carriedOut(bot: QuickBot) {
  const at = bot.clock.now();
  bot.em.tasks = [finished()];
  bot.em.sessions = [
    sessionOf({
      ...{ createdAt: at, endedAt: at + 1000, state: "Stopped", result: "Success" },
      vms: ["a", "b"].map((vm) => ({ vm, state: "Stopped", result: "Success", progress: 100 })),
    }),
  ];
  bot.em.points = over("a", "b").map((point) => ({ ...point, createdAt: at + 2000 }));
  await bot.later(10);
}

const toldIn = ({ moments }: Pick<RunRecord, "moments">) =>
  moments.map(({ what }) => {
    if (what.is === "deed") return `${what.stop ? "stop " : ""}${what.deed} by ${what.who?.name}`;
    if (what.is === "called")
      return `${what.call} calls ${what.people.map(({ name }) => name).join(", ")}`;
    return what.is === "event" ? what.event.is : what.is;
  });

const recorded = async ({ store }: QuickBot, run: string) =>
  (await readRun(store, run)) ?? expect.fail("nothing is known of it");

describe("the record of a run", () => {
  it("grows with what happens, and is one report once the run has ended", async () => {
    const bot = await confirmed();
    const { id } = await bot.watch();
    const deeds = ["asked by Anna", "confirmed by Ben", "sending by Anna", "accepted by Anna"];
    expect(toldIn(await recorded(bot, id))).toEqual(deeds);
    expect(await bot.store.all("reports")).toEqual([]);
    await carriedOut(bot);
    const kept = await bot.store.get("reports", id);
    expect(kept).toEqual(await recorded(bot, id));
    expect(kept).toMatchObject({
      watch: { id, phase: { is: "ended", how: { is: "confirmed" } } },
      order: { id, reason: "of the flood" },
    });
    expect(toldIn(kept ?? expect.fail())).toEqual([
      ...deeds,
      "found",
      "vms",
      "ended",
      "end calls Anna, Ben",
    ]);
    expect(await bot.store.all("moments")).toEqual([]);
  });

  it("says of each moment when it was, who did it, where and why", async () => {
    const bot = await confirmed();
    const [asked, approved] = (await recorded(bot, (await bot.watch()).id)).moments;
    expect(asked).toEqual({
      ...{ version: 1, run: (await bot.watch()).id, at: bot.clock.now() },
      what: {
        ...{ is: "deed", deed: "asked", who: person("Anna"), where: expect.anything() },
        ...{ what: expect.stringMatching(/^start cloud plan "Plan A"/), why: "of the flood" },
      },
    });
    expect(approved?.what).toMatchObject({ who: ben.from });
  });

  it("takes with it what happened to a question that was asked anew", async () => {
    const bot = await startQuickBot();
    await bot.say("start Plan A");
    bot.em.points = bot.em.points.map((point) => ({ ...point, state: "Failover" }));
    await bot.confirm(ben);
    await bot.look();
    const { id } = await bot.order();
    const moments = (await momentsOf(bot.store, id)).map(({ value }) => value);
    expect(toldIn({ moments })).toEqual([
      ...["asked by Anna", "confirmed by Ben", "void by Anna", "asked by Anna"],
    ]);
    expect(await bot.store.all("moments")).toHaveLength(moments.length);
  });

  it("has the orders to stop it, told apart from its own", async () => {
    const bot = await startQuickBot();
    await bot.say("start Plan A");
    await bot.confirm(ben);
    bot.em.before("startPlan", () => bot.chat.type("stop Plan A", ben));
    await bot.look();
    await bot.look();
    const all = toldIn(await recorded(bot, (await bot.watch()).id));
    expect(all.filter((told) => told.startsWith("stop"))).toEqual([
      ...["asked", "confirmed", "sending", "accepted"].map((deed) => `stop ${deed} by Ben`),
    ]);
  });

  it("has the times in which nothing could be known, and whom they called", async () => {
    const bot = await confirmed();
    bot.em.broken = { method: "task", error: silence() };
    await bot.later(10);
    await bot.later(120);
    bot.em.broken = undefined;
    await bot.later(10);
    const again = await bot.restart(60_000, "server-2");
    await again.look();
    const { moments } = await recorded(again, (await again.watch()).id);
    expect(toldIn({ moments }).slice(4)).toEqual([
      ...["silent", "silence calls Anna, Ben", "answering", "away", "absence calls Anna, Ben"],
    ]);
    expect(moments.at(-2)?.what).toMatchObject({ event: { tookOverFrom: "server-2" } });
  });

  it("is told of a run that somebody else began", async () => {
    const bot = await startQuickBot();
    bot.em.sessions = [sessionOf()];
    await bot.look();
    await bot.look();
    const { id } = await bot.watch();
    const record = await recorded(bot, id);
    expect(record.order).toBeUndefined();
    expect(toldIn(record)).toEqual(["elsewhere", "found"]);
  });

  it("of a run that ended before there were reports has its watch and its order", async () => {
    const bot = await confirmed();
    const { id } = await bot.watch();
    await carriedOut(bot);
    await bot.store.commit([{ remove: "reports", key: id }]);
    const record = await recorded(bot, id);
    expect(record).toMatchObject({ watch: { id }, order: { id }, moments: [] });
  });

  it("has what came just after the end", async () => {
    const bot = await confirmed();
    const { id } = await bot.watch();
    await carriedOut(bot);
    const last = { ...((await recorded(bot, id)).moments.at(-1) ?? expect.fail()), at: 1 };
    await bot.store.commit([{ append: "moments", value: last }]);
    expect((await recorded(bot, id)).moments.at(-1)).toEqual(last);
  });

  it("is none of what nobody knows", async () => {
    const { store } = await startQuickBot();
    expect(await readRun(store, "run-unknown")).toBeUndefined();
  });
});

describe("the daily sweep", () => {
  const DAY_MS = 86_400_000;
  const kept = async ({ store }: QuickBot) =>
    (await store.all("reports")).length + (await store.all("runs")).length;

  it("forgets what happened to questions that became no run", async () => {
    const bot = await startQuickBot();
    await bot.say("start Plan A");
    await bot.say("cancel");
    await bot.say("start Plan A");
    const { id } = await bot.order();
    await sweep({ ...bot, emKey: EM_KEY, reportDays: 400 });
    expect((await bot.store.all("moments")).map(({ value }) => value.run)).toEqual([id]);
  });

  it("keeps reports for as many days as is set, and no longer", async () => {
    const bot = await confirmed();
    await carriedOut(bot);
    bot.clock.advance(400 * DAY_MS - 60_000);
    await sweep({ ...bot, emKey: EM_KEY, reportDays: 400 });
    expect(await kept(bot)).toBe(2);
    bot.clock.advance(120_000);
    await sweep({ ...bot, emKey: EM_KEY, reportDays: 400 });
    expect(await kept(bot)).toBe(0);
  });

  it("removes with a smaller number what is there already; the run itself is told for 90 days", async () => {
    const bot = await confirmed();
    const { id } = await bot.watch();
    await carriedOut(bot);
    bot.clock.advance(31 * DAY_MS);
    await sweep({ ...bot, emKey: EM_KEY, reportDays: 30 });
    expect(await kept(bot)).toBe(0);
    expect(await recorded(bot, id)).toMatchObject({ watch: { id }, moments: [] });
    bot.clock.advance(60 * DAY_MS);
    expect(await readRun(bot.store, id)).toBeUndefined();
  });
});
