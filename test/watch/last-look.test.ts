/** What a look costs in commits, and that nothing of what was seen is lost or invented by a kill. */
import { describe, expect, it } from "vitest";
import { steadyClock } from "../../src/clock.ts";
import { beginTime } from "../../src/program/bot-time.ts";
import type { AnyWatch } from "../../src/records/any-watch.ts";
import { watchInHand } from "../../src/store/in-hand.ts";
import type { Store } from "../../src/store/store.ts";
import { saveLook } from "../../src/watch/last-look.ts";
import { unwatchHere } from "../../src/watch/places.ts";
import { watchTopic } from "../../src/watch/records.ts";
import { changing, meddling } from "../fakes/meddled-store.ts";
import { silence } from "../fakes/paper-em.ts";
import {
  BEGUN,
  EM_KEY,
  OPS,
  person,
  type QuickBot,
  sessionOf,
  startQuickBot,
} from "../fakes/quick-bot.ts";
import { phases, watchIn } from "./things.ts";

const LOOK_S = 5;

/** A store that counts what is committed. */
function counting() {
  const counted = {
    commits: 0,
    wrap: (store: Store): Store => ({
      ...store,
      commit: (changes) => {
        counted.commits += 1;
        return store.commit(changes);
      },
    }),
  };
  return counted;
}

/** So many runs that somebody else began, all followed. */
async function following(runs: number, wrap?: (store: Store) => Store): Promise<QuickBot> {
  const bot = await startQuickBot(wrap ? { wrap } : {});
  bot.em.sessions = Array.from({ length: runs }, (_, i) =>
    sessionOf({ id: `session-${i}`, name: `Plan ${i}` }),
  );
  for (let look = 0; look < 2; look++) await onlyLook(bot);
  return bot;
}

/** Without what is sent afterwards. */
async function onlyLook({ clock, parts }: QuickBot): Promise<void> {
  clock.advance(LOOK_S * 1000);
  await parts.watcher.tick();
}

/** How many commits each of so many looks makes. */
async function commitsALook(bot: QuickBot, counted: { commits: number }, looks: number) {
  const each: number[] = [];
  for (let look = 0; look < looks; look++) {
    const before = counted.commits;
    await onlyLook(bot);
    each.push(counted.commits - before);
  }
  return each;
}

/** All of them. */
const progressed = ({ em }: QuickBot, percent: number) => {
  em.sessions = em.sessions.map((session) => ({
    ...session,
    progress: percent,
    vms: session.vms.map((vm) => ({ ...vm, progress: percent })),
  }));
};

/** Of the first of them. */
const aVmEnded = ({ em }: QuickBot) => {
  em.sessions = em.sessions.map((session, i) =>
    i === 0
      ? { ...session, vms: session.vms.map((vm) => ({ ...vm, state: "Stopped" as const })) }
      : session,
  );
};

describe.each([1, 10, 100])("a look at %i runs", (runs) => {
  it("is one commit where nothing changed, cards drawn anew included", async () => {
    const counted = counting();
    const bot = await following(runs, counted.wrap);
    expect(await commitsALook(bot, counted, 5)).toEqual([1, 1, 1, 1, 1]);
    const drawn = (await bot.store.all("topics")).map(({ value }) => value.updatedAt);
    expect(drawn).toHaveLength(runs);
    expect(Math.min(...drawn)).toBeGreaterThan(BEGUN + 3 * LOOK_S * 1000);
  });

  it("is one commit where they are further", async () => {
    const counted = counting();
    const bot = await following(runs, counted.wrap);
    progressed(bot, 40);
    expect(await commitsALook(bot, counted, 2)).toEqual([1, 1]);
  });

  it("is one more where one of them changed", async () => {
    const counted = counting();
    const bot = await following(runs, counted.wrap);
    aVmEnded(bot);
    expect(await commitsALook(bot, counted, 2)).toEqual([runs === 1 ? 1 : 2, 1]);
  });

  it("is one commit where EM stays silent", async () => {
    const counted = counting();
    const bot = await following(runs, counted.wrap);
    bot.em.broken = { method: "sessions", error: silence() };
    await commitsALook(bot, counted, 7);
    expect(await commitsALook(bot, counted, 2)).toEqual([1, 1]);
  });
});

/** When the bot that goes on says that it was away from. */
async function awayFrom(bot: QuickBot): Promise<number> {
  const again = await bot.restart(60_000);
  await again.parts.watcher.tick();
  const [line] = (await again.store.all("lines")).filter(({ value }) =>
    JSON.stringify(value.card).includes("I was away"),
  );
  return Number(/"at":(\d+)/.exec(JSON.stringify(line?.value.card))?.[1]);
}

describe("a run of which nothing new is seen", () => {
  it("is not saved again, and shown as of the last look", async () => {
    const bot = await following(1);
    const saved = await bot.watch();
    for (let look = 0; look < 15; look++) await onlyLook(bot);
    const seenAt = bot.clock.now();
    expect(await bot.watch()).toEqual(saved);
    expect(await watchInHand(bot.store, saved.id)).toEqual({ ...saved, seenAt });
    await bot.parts.outbox.flush();
    bot.clock.advance(3000);
    await bot.say("watches");
    expect(bot.last()).toContain("3 s ago");
    await bot.say(`status ${saved.id}`);
    expect(bot.last()).toContain("Last seen 2026-11-21 06:01 UTC");
  });

  it("that is further is shown so at once, though it is not saved again; after a kill, too", async () => {
    const bot = await following(1);
    const saved = await bot.watch();
    progressed(bot, 40);
    await onlyLook(bot);
    const changedAt = bot.clock.now();
    expect(await bot.watch()).toEqual(saved);
    const shown = await watchInHand(bot.store, saved.id);
    expect(shown).toMatchObject({ session: { progress: 40, changedAt } });
    expect(shown?.vms.map((vm) => "progress" in vm && vm.progress)).toEqual([40, 40]);
    expect(await drawnCard(bot, saved)).toContain("40 %");
    await onlyLook(bot);
    const again = await bot.restart();
    expect(await watchInHand(again.store, saved.id)).toMatchObject({ session: { changedAt } });
    expect((await again.store.get("topics", saved.topics[0] ?? ""))?.updatedAt).toBe(changedAt);
  });

  it("is saved with how far it is, once somebody is told of it", async () => {
    const bot = await following(1);
    progressed(bot, 40);
    await onlyLook(bot);
    aVmEnded(bot);
    await onlyLook(bot);
    expect(await bot.watch()).toMatchObject({ session: { progress: 40 } });
    await onlyLook(bot);
    expect((await bot.store.get("looks", EM_KEY))?.headways).toEqual({});
  });

  it("was last seen at the last look, once EM is silent", async () => {
    const bot = await following(1);
    await onlyLook(bot);
    const seenAt = bot.clock.now();
    bot.em.broken = { method: "sessions", error: silence() };
    await onlyLook(bot);
    expect((await bot.watch()).silence?.since).toBe(seenAt);
  });

  it("was watched until the last look, after a kill", async () => {
    const bot = await following(2);
    await onlyLook(bot);
    expect(await awayFrom(bot)).toBe(bot.clock.now() - 60_000);
  });
});

const drawnCard = async ({ store }: QuickBot, { topics }: AnyWatch) =>
  JSON.stringify((await store.get("topics", topics[0] ?? ""))?.card);

const dies = () => Promise.reject(new Error("dead"));

describe("a kill before a look is saved", () => {
  it("costs that one look: the bot was away from the one before", async () => {
    const meddler = meddling();
    const bot = await following(2, meddler.wrap);
    await onlyLook(bot);
    const savedAt = bot.clock.now();
    meddler.before(changing("looks"), dies);
    await expect(onlyLook(bot)).rejects.toThrow("dead");
    expect(await awayFrom(bot)).toBe(savedAt);
  });

  it("leaves no card that shows more than is known", async () => {
    const meddler = meddling();
    const bot = await following(2, meddler.wrap);
    for (let look = 0; look < 2; look++) await onlyLook(bot);
    const before = await bot.store.all("topics");
    meddler.before(changing("looks"), dies);
    await expect(onlyLook(bot)).rejects.toThrow("dead");
    expect(await bot.store.all("topics")).toEqual(before);
    await onlyLook(bot);
    expect(await bot.store.all("topics")).not.toEqual(before);
  });
});

describe("a card drawn anew", () => {
  it("is one of the fifty that were drawn the longest ago", async () => {
    const { store, clock } = await startQuickBot();
    const drawn: string[] = [];
    const noting: Store = {
      ...store,
      commit: async (changes) => {
        for (const change of changes)
          if ("put" in change && change.put === "topics") drawn.push(change.key);
        return store.commit([]);
      },
    };
    const watch = watchIn(phases.following);
    const topics = Array.from({ length: 52 }, (_, i) => `topic-${(i * 5) % 52}`);
    const stale = topics.map((id) => ({
      ...watchTopic(watch, id, OPS, BEGUN),
      updatedAt: BEGUN + Number(id.slice("topic-".length)),
    }));
    const steady = steadyClock(clock);
    await saveLook({ store: noting, emKey: EM_KEY, clock: steady }, [watch], [{ watch, stale }]);
    expect(drawn).toEqual(Array.from({ length: 50 }, (_, i) => `topic-${i}`));
  });

  it("does not bring back what somebody unwatched in the same moment; the others are drawn", async () => {
    const meddler = meddling();
    const bot = await following(2, meddler.wrap);
    for (let look = 0; look < 2; look++) await onlyLook(bot);
    const [first = expect.fail(), second = expect.fail()] = await bot.store.all("watches");
    const { parts } = bot;
    meddler.before(changing("looks"), (store) =>
      unwatchHere(first.value, OPS, person("Cara"), { ...parts, store }),
    );
    await onlyLook(bot);
    const topicOf = async (watch: typeof first) =>
      bot.store.get("topics", watch.value.topics[0] ?? "");
    expect(meddler.done).toBe(1);
    expect(JSON.stringify((await topicOf(first))?.card)).toContain("Cara");
    expect((await topicOf(second))?.updatedAt).toBe(bot.clock.now());
  });
});

describe("where one run cannot be looked into", () => {
  it("it is saved that the others were seen", async () => {
    let damaged = "";
    const bot = await following(3, (store) => ({
      ...store,
      get: async (namespace, key) => {
        if (key === damaged) throw new Error("damaged");
        return store.get(namespace, key);
      },
    }));
    const [first = expect.fail(), second = expect.fail()] = await bot.store.all("watches");
    damaged = first.value.topics[0] ?? "";
    const before = bot.clock.now();
    await expect(onlyLook(bot)).rejects.toThrow("damaged");
    const seen = (await bot.store.get("looks", EM_KEY))?.seen ?? {};
    expect(seen[second.key]).toBe(bot.clock.now());
    expect(seen[first.key]).toBeLessThanOrEqual(before);
  });
});

describe("the bot's line of time", () => {
  const beginning = (bot: QuickBot, machine: QuickBot["clock"]) =>
    beginTime(machine, bot.store, () => true);

  it("begins no earlier than the last look", async () => {
    const bot = await following(1);
    for (let look = 0; look < 3; look++) await onlyLook(bot);
    const seenAt = bot.clock.now();
    bot.clock.advance(-10_000);
    expect((await beginning(bot, bot.clock)).now()).toBeGreaterThanOrEqual(seenAt);
  });

  it("does not go by what is no longer followed", async () => {
    const bot = await following(1);
    for (let look = 0; look < 3; look++) await onlyLook(bot);
    await bot.store.commit([{ remove: "watches", key: (await bot.watch()).id }]);
    bot.clock.advance(-10_000);
    expect((await beginning(bot, bot.clock)).now()).toBe(bot.clock.now());
  });
});
