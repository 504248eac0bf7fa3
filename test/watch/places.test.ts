/** Where a run is shown, to whom it belongs to want less of it, and what is said in each place. */
import { describe, expect, it } from "vitest";
import { newId } from "../../src/ids.ts";
import type { Policy, Rule } from "../../src/policy/policy.ts";
import type { ReplicationWatch } from "../../src/records/replication-watch.ts";
import { topicId } from "../../src/speech/topics.ts";
import { beginWatch, watchHere } from "../../src/watch/places.ts";
import { newWatch } from "../../src/watch/records.ts";
import {
  BEGUN,
  EM_KEY,
  OPS,
  person,
  type QuickBot,
  sessionOf,
  startQuickBot,
} from "../fakes/quick-bot.ts";

const LOUNGE = { platform: "terminal", channel: "lounge" } as const;
const read: Rule = { allow: ["read"], who: ["everyone"] };
const only = (verb: string, who: string, plans?: string[]): Rule => ({
  ...{ allow: [verb], who: [`terminal:${who}`] },
  ...(plans && { plans }),
});
const rules = (...of: Rule[]): Policy => ({ people: {}, rules: of });
const ben = { from: person("Ben") };
const cara = { from: person("Cara") };

/** Ordered by Anna, approved by Ben. */
async function ordered(policy?: Policy): Promise<QuickBot> {
  const bot = await startQuickBot();
  await bot.say("start Plan A");
  await bot.confirm(ben);
  await bot.look();
  if (policy) bot.policy = policy;
  return bot;
}

/** Begun in the console, watched by Anna. */
async function elsewhere(policy?: Policy): Promise<QuickBot> {
  const bot = await startQuickBot({
    announceIn: [],
    config: { onCall: [{ platform: "slack", id: "oncall" }] },
  });
  bot.em.sessions = [sessionOf()];
  await bot.say("watch Plan A");
  await bot.look();
  if (policy) bot.policy = policy;
  return bot;
}

const isQuiet = async (bot: QuickBot) => ((await bot.watch()).quiet ?? []).length > 0;
const said = (bot: QuickBot, channel: string) =>
  bot.chat.messages
    .filter(({ place }) => place.channel === channel)
    .map((message) => bot.chat.text(message));

describe("to want less of a run that was ordered here", () => {
  it.each([
    ["who asked", person("Anna")],
    ["who confirmed", person("Ben")],
  ])("belongs to %s, though he or she may only read by now", async (_, from) => {
    const bot = await ordered(rules(read));
    await bot.say("unwatch", { from });
    expect(await isQuiet(bot)).toBe(true);
    expect((await bot.audit()).at(-1)).toMatchObject({ deed: "quieted", who: from, where: OPS });
  });

  it("does not belong to who may only read: that is said, and audited", async () => {
    const bot = await ordered(rules(read));
    await bot.say("unwatch", cara);
    expect(await isQuiet(bot)).toBe(false);
    expect(bot.last()).toContain("Not allowed: unwatch Plan A");
    expect((await bot.audit()).at(-1)?.what).toMatch(/^unwatch Plan A: /);
    expect(bot.parts.bot.begun.size).toBe(1);
  });

  it("belongs to who may order the like", async () => {
    const bot = await ordered(rules(read, only("start", "cara", ["Plan A @ ABC"])));
    await bot.say("unwatch", cara);
    expect(await isQuiet(bot)).toBe(true);
    expect(bot.parts.bot.begun.size).toBe(0);
  });

  it.each([
    ["another order", only("undo", "cara")],
    ["the like for another tenant", only("start", "cara", ["Plan A @ Other"])],
  ])("does not belong to who may give %s", async (_, rule) => {
    const bot = await ordered(rules(read, rule));
    await bot.say("unwatch", cara);
    expect(await isQuiet(bot)).toBe(false);
  });
});

describe("to want less of a run that nobody ordered here", () => {
  it("belongs to who may start its plan", async () => {
    const bot = await elsewhere(rules(read, only("start", "cara")));
    await bot.say("unwatch", cara);
    expect(await isQuiet(bot)).toBe(true);
  });

  it("belongs to who asked to watch it there, and there alone", async () => {
    const bot = await elsewhere(rules(read));
    await bot.say("watch Plan A", { ...ben, place: LOUNGE });
    await bot.say("unwatch", { place: LOUNGE });
    await bot.say("unwatch", ben);
    expect(await isQuiet(bot)).toBe(false);
    await bot.say("unwatch", { ...ben, place: LOUNGE });
    await bot.say("unwatch");
    expect((await bot.watch()).quiet).toHaveLength(2);
  });

  it.each([
    ["replication, by who may start any plan", only("start", "cara"), true],
    ["replication, not by who may start some", only("start", "cara", ["Plan A"]), false],
    ["replication, not by who may only read", read, false],
  ])("%s", async (_, rule, isTheirs) => {
    const bot = await startQuickBot({ policy: rules(read, rule) });
    const watch: ReplicationWatch = {
      ...{ version: 2, of: "replication", id: "watch-1", em: EM_KEY, kind: "snapshot" },
      ...{ subject: { name: "Job", session: "s1" }, notify: [], topics: [topicId("watch-1", OPS)] },
      ...{ since: BEGUN, seenAt: BEGUN, phase: { is: "following" }, vms: [] },
    };
    await bot.store.commit([{ put: "watches", key: watch.id, value: watch }]);
    await bot.chat.press("unwatch:watch-1", undefined, cara);
    const quiet = (await bot.store.get("watches", watch.id))?.quiet;
    expect(quiet).toEqual(isTheirs ? watch.topics : undefined);
  });
});

describe("a place where less of a run is wanted", () => {
  async function quieted() {
    const bot = await elsewhere();
    await bot.say("watch Plan A", { ...ben, place: LOUNGE });
    await bot.say("unwatch", { ...ben, place: LOUNGE });
    return bot;
  }

  it("shows who wanted that, on the run's own card, and keeps its id to come back to it", async () => {
    const bot = await quieted();
    const [card] = said(bot, "lounge");
    expect(card).toMatch(/no longer watched here/i);
    expect(card).toContain("Stopped by Ben");
    expect(card).toContain(`watch ${(await bot.watch()).id}`);
    const { topics, quiet } = await bot.watch();
    expect(quiet).toEqual(topics.slice(1));
  });

  it("reads no more of it but the end, while other places read all", async () => {
    const bot = await quieted();
    bot.em.sessions = [
      sessionOf({
        progress: 60,
        vms: [{ vm: "a", state: "Stopped", result: "Success", progress: 100 }],
      }),
    ];
    await bot.later(60);
    expect(said(bot, "lounge")).toHaveLength(1);
    expect(said(bot, "ops").join("\n")).toContain("60 %");
    bot.em.sessions = [sessionOf({ state: "Stopped", result: "Failed", endedAt: BEGUN + 10_000 })];
    await bot.later(60);
    expect(said(bot, "lounge")).toHaveLength(2);
    expect(said(bot, "lounge").join("\n")).toContain("Failed: Plan A");
    expect(await bot.store.all("topics")).toEqual([]);
  });

  it("reads all again where somebody asks to watch it again there, and only there", async () => {
    const bot = await quieted();
    await bot.say("unwatch");
    await bot.say("watch Plan A", { ...cara, place: LOUNGE });
    const { topics, quiet, askedBy } = await bot.watch();
    expect(quiet).toEqual(topics.slice(0, 1));
    expect(Object.values(askedBy ?? {}).map(({ name }) => name)).toEqual(["Anna", "Cara"]);
    expect(said(bot, "lounge")[0]).not.toMatch(/no longer watched here/i);
  });

  it("is told so where somebody wants less of it again, which is no deed", async () => {
    const bot = await quieted();
    const { id } = await bot.watch();
    await bot.chat.press(`unwatch:${id}`, undefined, { ...ben, place: LOUNGE });
    expect(bot.last()).toContain("Only alarms and the end of that run are said here, already");
    expect((await bot.deeds()).filter((deed) => deed === "quieted")).toHaveLength(1);
  });
});

describe("a run that somebody begins to watch", () => {
  it("that nobody knew of is told to those on call, once", async () => {
    const bot = await elsewhere();
    expect((await bot.watch()).notify).toMatchObject([{ id: "oncall" }]);
    expect((await bot.watch()).askedBy).toEqual({
      [(await bot.watch()).topics[0] ?? ""]: person("Anna"),
    });
    expect(said(bot, "ops").join("\n")).toContain("not started by this bot");
    expect(bot.chat.transcript()).toContain("Started outside this bot: Plan A");
  });

  it("that was told before is shown there, and is no news", async () => {
    const bot = await elsewhere();
    const { id } = await bot.watch();
    await bot.store.commit([{ remove: "watches", key: id }]);
    const before = bot.chat.messages.length;
    await bot.say("watch Plan A", { place: LOUNGE });
    expect((await bot.watch()).id).not.toBe(id);
    expect((await bot.watch()).notify).toEqual([]);
    expect(said(bot, "lounge")).toHaveLength(1);
    expect(bot.chat.messages).toHaveLength(before + 1);
  });

  it("and that another process follows by now is that one, in one more place", async () => {
    const bot = await elsewhere();
    const watch = await bot.watch();
    bot.em.before("plans", async () => {
      await bot.store.commit([{ put: "watches", key: watch.id, value: watch }]);
    });
    await bot.store.commit([{ remove: "watches", key: watch.id }]);
    bot.clock.advance(3_600_000);
    await bot.say("watch Plan A", { place: LOUNGE });
    expect((await bot.watch()).id).toBe(watch.id);
    expect((await bot.watch()).topics).toHaveLength(2);
  });

  it("and that somebody else has begun to watch since it was read is theirs", async () => {
    const bot = await elsewhere();
    const watch = await bot.watch();
    const second = newWatch(newId("watch"), sessionOf(), [], EM_KEY, bot.clock.now());
    expect((await beginWatch(second, LOUNGE, bot.parts, person("Ben")))?.id).toBe(watch.id);
    expect(await bot.watch()).toEqual(watch);
  });
});

describe("a run that is to be shown in one more place", () => {
  it("and is shown there already stands there once: its card is named", async () => {
    const bot = await elsewhere();
    const { topics } = await bot.watch();
    await bot.say("watch Plan A", ben);
    expect(bot.last()).toMatch(/^"Plan A" is watched here already\nOpen its card/);
    expect((await bot.watch()).topics).toEqual(topics);
    expect(Object.values((await bot.watch()).askedBy ?? {})).toEqual([person("Anna")]);
  });

  it("and that nobody asked for is nobody's there", async () => {
    const bot = await startQuickBot();
    bot.em.sessions = [sessionOf()];
    await bot.look();
    expect(await watchHere(await bot.watch(), LOUNGE, bot.parts)).toBeUndefined();
    expect((await bot.watch()).topics).toHaveLength(2);
    expect(await bot.watch()).not.toHaveProperty("askedBy");
  });
});
