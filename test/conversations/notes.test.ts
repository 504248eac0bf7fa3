/** Lines of people's own on the timeline of a run. */
import { describe, expect, it } from "vitest";
import type { Place } from "../../src/chat/port.ts";
import { sweep } from "../../src/ops/retention.ts";
import { readRun } from "../../src/report/reading.ts";
import { happened, momentOf } from "../../src/store/moments.ts";
import { meddling } from "../fakes/meddled-store.ts";
import {
  EM_KEY,
  finished,
  OPS,
  over,
  person,
  planOf,
  type QuickBot,
  sessionOf,
  startQuickBot,
} from "../fakes/quick-bot.ts";

const ben = { from: person("Ben") };

async function running(options: Parameters<typeof startQuickBot>[0] = {}) {
  const bot = await startQuickBot(options);
  await bot.say("start Plan A");
  await bot.confirm(ben);
  await bot.look();
  return { bot, run: (await bot.watch()).id, thread: threadIn(bot) };
}

/** Of the newest card. */
const threadIn = ({ chat }: QuickBot): Place =>
  chat.messages.findLast(({ place }) => place.thread !== undefined)?.place ??
  expect.fail("there is no thread");

async function ended(bot: QuickBot) {
  bot.em.tasks = [finished()];
  bot.em.sessions = [
    sessionOf({ endedAt: bot.clock.now() + 1000, state: "Stopped", result: "Success", vms: [] }),
  ];
  bot.em.points = over("a", "b").map((point) => ({ ...point, createdAt: bot.clock.now() + 2000 }));
  await bot.later(10);
}

const notesOn = async ({ store }: QuickBot, run: string) =>
  (await readRun(store, run))?.moments.flatMap(({ what }) =>
    what.is === "note" ? [`${what.who.name}: ${what.text}`] : [],
  );

describe("a note in the thread of a run", () => {
  it("that names a run which nobody knows is not put down on another one", async () => {
    const { bot, run, thread } = await running();
    await bot.say("note run-abc234 the switch was replaced", { place: thread });
    expect(await notesOn(bot, run)).toEqual([]);
    expect(bot.last()).toContain("No run run-abc234 is known here");
    expect(bot.last()).toContain("Nothing was noted.");
  });

  it("stands on its timeline and in the audit log, and is answered there", async () => {
    const { bot, run, thread } = await running();
    await bot.say("note the switch was replaced", { place: thread });
    expect(await notesOn(bot, run)).toEqual(["Anna: the switch was replaced"]);
    expect(bot.last()).toBe('Noted on the run of "Plan A"\nthe switch was replaced');
    expect((await bot.audit()).at(-1)).toMatchObject({
      ...{ deed: "noted", who: person("Anna"), where: thread, run },
      what: "Plan A: the switch was replaced",
    });
    expect(bot.chat.messages.filter((one) => bot.chat.text(one).includes("switch"))).toHaveLength(
      1,
    );
  });

  it("is told in its other threads", async () => {
    const { bot, thread } = await running({ platforms: ["terminal", "slack"] });
    const [, slack = expect.fail()] = bot.chats;
    await slack.type("watch Plan A");
    await bot.later(5);
    await bot.say("note the switch was replaced", { place: thread });
    expect(slack.transcript()).toContain("  | Noted\n  | Anna: the switch was replaced");
  });

  it("is told in the thread where it was written beside the card", async () => {
    const { bot, run } = await running();
    await bot.say("note the switch was replaced");
    expect(await notesOn(bot, run)).toHaveLength(1);
    expect(bot.chat.transcript()).toContain("  | Noted\n  | Anna: the switch was replaced");
  });

  it("has all lines of what was written, up to a thousand characters", async () => {
    const { bot, run, thread } = await running();
    await bot.say("note first this\nthen that", { place: thread });
    await bot.say(`note ${"😀".repeat(1500)}`, { place: thread });
    const [first, second = ""] = (await notesOn(bot, run)) ?? [];
    expect(first).toBe("Anna: first this then that");
    expect([...second.replace("Anna: ", "")]).toHaveLength(1000);
  });

  it("is noted once, however often it is delivered", async () => {
    const { bot, run, thread } = await running();
    await bot.say("note one", { place: thread, delivery: "note-1" });
    await bot.say("note one", { place: thread, delivery: "note-1" });
    const again = await bot.restart();
    await again.say("note one", { place: thread, delivery: "note-1" });
    expect(await notesOn(again, run)).toEqual(["Anna: one"]);
  });

  it("says nothing of it after a restart that came just after it was saved", async () => {
    const { bot, run, thread } = await running();
    await bot.say("note one", { place: thread });
    expect(await bot.store.all("received")).toEqual([]);
    expect(await notesOn(bot, run)).toHaveLength(1);
  });

  it("is saved once where somebody else changes the run meanwhile", async () => {
    const meddled = meddling();
    const { bot, run, thread } = await running({ wrap: meddled.wrap });
    meddled.before(
      (change) => "append" in change && change.append === "moments",
      async (store) => {
        const watch = await bot.watch();
        await store.commit([{ put: "watches", key: run, value: { ...watch, seenAt: 1 } }]);
      },
    );
    await bot.say("note one", { place: thread });
    expect(meddled.done).toBe(1);
    expect(await notesOn(bot, run)).toEqual(["Anna: one"]);
    expect((await bot.watch()).seenAt).toBe(1);
  });

  it("wants something to note", async () => {
    const { bot, run, thread } = await running();
    await bot.say("note", { place: thread });
    expect(bot.last()).toContain("Say what shall be noted.");
    expect(await notesOn(bot, run)).toEqual([]);
  });

  it("is for those who may read there", async () => {
    const { bot, run, thread } = await running();
    bot.policy = { people: {}, rules: [{ allow: ["order"], who: ["everyone"] }] };
    await bot.say("note one", { place: thread });
    expect(bot.last()).toContain("Not allowed: note");
    expect(await notesOn(bot, run)).toEqual([]);
  });
});

describe("a note on what is not running", () => {
  it("goes from the question to its run", async () => {
    const bot = await startQuickBot();
    await bot.say("start Plan A");
    await bot.say("note we have told the customer");
    await bot.confirm(ben);
    await bot.look();
    const { id } = await bot.watch();
    expect(await notesOn(bot, id)).toEqual(["Anna: we have told the customer"]);
  });

  it("is on the run that ended in this thread, however long ago", async () => {
    const { bot, run, thread } = await running();
    await ended(bot);
    expect(await bot.store.all("topics")).toEqual([]);
    bot.clock.advance(100 * 86_400_000);
    await bot.say("note it held", { place: thread });
    expect(await notesOn(bot, run)).toEqual(["Anna: it held"]);
  });

  it("is beside threads on the run that ended last, within a day", async () => {
    const { bot, run } = await running();
    await ended(bot);
    await bot.say("note it held");
    expect(await notesOn(bot, run)).toEqual(["Anna: it held"]);
    bot.clock.advance(86_400_000);
    await bot.say("note it still holds");
    expect(bot.last()).toContain("No run is shown here\nNothing was noted.");
    await bot.say(`note ${run.toUpperCase()} it still holds`);
    expect(await notesOn(bot, run)).toEqual(["Anna: it held", "Anna: it still holds"]);
  });

  it("is refused where nothing is shown", async () => {
    const bot = await startQuickBot();
    await bot.say("note nobody is there");
    expect(bot.last()).toContain("No run is shown here");
    await bot.say("note run-234567 nobody is there");
    expect(bot.last()).toContain("No run run-234567 is known here");
    expect(await bot.store.all("moments")).toEqual([]);
  });

  it("asks which run is meant where several are shown", async () => {
    const bot = await startQuickBot();
    bot.em.plans = [planOf(), planOf({ id: "plan-2", name: "Plan B" })];
    await bot.say("start Plan A");
    await bot.say("start Plan B");
    await bot.say("note which");
    const [first = expect.fail()] = await bot.store.all("orders");
    expect(bot.last()).toContain("Several runs are shown here");
    expect(bot.last()).toContain(`\`note ${first.key} …\``);
    await bot.say(`note ${first.key} this`, { place: OPS });
    expect(await bot.store.find("moments", "run", first.key)).toHaveLength(2);
  });
});

it("is forgotten with the report of its run, though the run itself is known for longer", async () => {
  const { bot, run, thread } = await running();
  await ended(bot);
  await bot.say("note it held", { place: thread });
  bot.clock.advance(2 * 86_400_000);
  await sweep({ ...bot, emKey: EM_KEY, reportDays: 1 });
  expect(await bot.store.all("past-watches")).toHaveLength(1);
  expect(await bot.store.all("moments")).toEqual([]);
  await bot.say("note it still holds", { place: thread });
  expect(bot.last()).toContain("That run is from long ago");
  expect(await bot.store.all("moments")).toEqual([]);
  expect(await notesOn(bot, run)).toEqual([]);
});

it("is one of 500 on one run: nobody floods its report", async () => {
  const { bot, run, thread } = await running();
  const note = { is: "note", who: person("Anna"), where: thread, text: "x" } as const;
  await bot.store.commit(Array.from({ length: 499 }, () => happened(momentOf(run, 0, note))));
  await bot.say("note the last", { place: thread });
  expect(bot.last()).toContain("Noted on the run");
  await bot.say("note one too many", { place: thread });
  expect(bot.last()).toContain("This run has as many notes as it can have");
  await ended(bot);
  await bot.say("note afterwards", { place: thread });
  expect(bot.last()).toContain("This run has as many notes as it can have");
  expect(await notesOn(bot, run)).toHaveLength(500);
});

it("forgets with the daily sweep of which run a thread told, once nothing is known of that", async () => {
  const { bot } = await running();
  await ended(bot);
  const sweeping = { ...bot, emKey: EM_KEY, reportDays: 1 };
  await sweep(sweeping);
  expect(await bot.store.all("threads")).toHaveLength(2);
  bot.clock.advance(91 * 86_400_000);
  await sweep(sweeping);
  expect(await bot.store.all("threads")).toEqual([]);
});
