/** Whom a run has called, and what is known of their answers. */
import { describe, expect, it } from "vitest";
import type { Place } from "../../src/chat/port.ts";
import { readRun } from "../../src/report/reading.ts";
import { silence } from "../fakes/paper-em.ts";
import {
  finished,
  over,
  person,
  type QuickBot,
  sessionOf,
  startQuickBot,
} from "../fakes/quick-bot.ts";

const ben = { from: person("Ben") };
const cara = { from: person("Cara") };

async function running(options: Parameters<typeof startQuickBot>[0] = {}) {
  const bot = await startQuickBot(options);
  await bot.say("start Plan A");
  await bot.confirm(ben);
  await bot.look();
  const thread: Place =
    bot.chat.messages.findLast(({ place }) => place.thread !== undefined)?.place ?? expect.fail();
  return { bot, run: (await bot.watch()).id, thread };
}

/** EM is silent for two minutes, which calls people. */
async function silentFor(bot: QuickBot) {
  bot.em.broken = { method: "task", error: silence() };
  await bot.later(10);
  await bot.later(120);
  bot.em.broken = undefined;
  await bot.later(10);
}

const callsIn = async ({ store }: QuickBot, run: string) =>
  ((await readRun(store, run))?.moments ?? []).flatMap(({ what }) => {
    if (what.is === "called") return [`${what.call}: ${what.people.map(({ name }) => name)}`];
    return what.is === "answered" || what.is === "told-directly"
      ? [`${what.who.name} ${what.is}`]
      : [];
  });

describe("an answer of somebody who was called", () => {
  it("is the first that is heard of her where the run is shown", async () => {
    const { bot, run, thread } = await running();
    await silentFor(bot);
    await bot.say("status", { ...ben, place: thread });
    await bot.say("status", { ...ben, place: thread });
    await bot.say("note I look into it");
    expect(await callsIn(bot, run)).toEqual([
      ...["silence: Anna,Ben", "Ben answered", "Anna answered"],
    ]);
  });

  it("is a press, too", async () => {
    const { bot, run } = await running();
    await silentFor(bot);
    await bot.chat.press(`vms:${run}`, undefined, ben);
    expect(await callsIn(bot, run)).toContain("Ben answered");
  });

  it("is none before the call, elsewhere, or of somebody else", async () => {
    const { bot, run, thread } = await running();
    await bot.say("status", { ...ben, place: thread });
    await silentFor(bot);
    await bot.say("status", { ...ben, place: { platform: "terminal", channel: "other" } });
    await bot.say("status", { ...cara, place: thread });
    await bot.say("status", { ...ben, place: thread, edited: true });
    expect(await callsIn(bot, run)).toEqual(["silence: Anna,Ben"]);
  });

  it("is kept over a restart as one", async () => {
    const { bot, run, thread } = await running();
    await silentFor(bot);
    await bot.say("status", { ...ben, place: thread });
    const again = await bot.restart();
    await again.say("status", { ...ben, place: thread });
    expect((await callsIn(again, run)).filter((told) => told === "Ben answered")).toHaveLength(1);
  });
});

describe("a call", () => {
  it("is of those alone whose platform shows the run", async () => {
    const slack = person("Sue", "slack");
    const { bot, run } = await running({
      platforms: ["terminal", "slack"],
      config: { onCall: [{ platform: "slack", id: slack.id }] },
    });
    await silentFor(bot);
    await bot.chats[1]?.type("watch Plan A", { from: slack });
    await bot.chats[1]?.type("status", { from: slack });
    expect(await callsIn(bot, run)).toEqual(["silence: Anna,Ben"]);
  });

  it("that had to be a direct message is kept once that has arrived", async () => {
    const { bot, run } = await running();
    const failure = { kind: "place", why: "archived" } as const;
    bot.chat.refuse({ channel: "ops", failure });
    bot.em.tasks = [finished()];
    bot.em.sessions = [
      sessionOf({ endedAt: bot.clock.now(), state: "Stopped", result: "Success" }),
    ];
    bot.em.points = over("a", "b").map((one) => ({ ...one, createdAt: bot.clock.now() + 1000 }));
    await bot.later(10);
    await bot.later(60);
    expect(await callsIn(bot, run)).toEqual([
      ...["end: Anna,Ben", "Anna told-directly", "Ben told-directly"],
    ]);
  });
});
