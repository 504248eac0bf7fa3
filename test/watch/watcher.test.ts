/** The loop that follows EM: when it looks, at what, and what it makes of it. */
import { setImmediate } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { chance } from "../../src/chance.ts";
import { EmError } from "../../src/em/errors.ts";
import type { FailoverSession, ReplicationSession } from "../../src/em/types.ts";
import { newReplicationWatch, putWatch } from "../../src/watch/records.ts";
import { forbidden, refusal, silence } from "../fakes/paper-em.ts";
import {
  BEGUN,
  EM_KEY,
  finished,
  OPS,
  over,
  person,
  planOf,
  pointOf,
  type QuickBot,
  sessionOf,
  startQuickBot,
} from "../fakes/quick-bot.ts";

const POLL_MS = 5000;
const IDLE_MS = 30_000;
/** Of a pause, more or less. */
const JITTER = 0.2;

async function ordered(options: Parameters<typeof startQuickBot>[0] = {}): Promise<QuickBot> {
  const bot = await startQuickBot(options);
  await bot.say("start Plan A");
  await bot.confirm();
  await bot.look();
  return bot;
}

async function followed(options: Parameters<typeof startQuickBot>[0] = {}): Promise<QuickBot> {
  const bot = await ordered(options);
  bot.em.tasks = [finished()];
  bot.em.sessions = [sessionOf()];
  await bot.later(5);
  return bot;
}

const stopped = (own: Partial<FailoverSession> = {}) =>
  sessionOf({
    ...{ state: "Stopped", result: "Success", progress: 100, endedAt: BEGUN + 10_000 },
    vms: ["a", "b"].map((vm) => ({ vm, state: "Stopped", result: "Success", progress: 100 })),
    ...own,
  });

const asked = ({ em }: QuickBot, method: QuickBot["em"]["asked"][number]) =>
  em.asked.filter((one) => one === method).length;

/** Lets everything happen that waits for nothing but its turn. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 60; turn++) await setImmediate();
}

/** The loop runs; gives how often it has looked at open sessions so far. */
async function looping(bot: QuickBot): Promise<() => number> {
  const stop = new AbortController();
  const running = bot.parts.watcher.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  await settled();
  return () => asked(bot, "sessions");
}

async function passing(bot: QuickBot, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 1000) {
    bot.clock.advance(Math.min(1000, left));
    await settled();
  }
}

describe("what is to be said", () => {
  it("is said before the look is over that has shown it", async () => {
    const bot = await followed();
    bot.em.sessions = [sessionOf({ id: "other", name: "Other" }), stopped()];
    const woken: string[] = [];
    bot.parts.wakeups.on("speech", () => void woken.push("word"));
    const look = bot.parts.watcher.tick().then(() => woken.push("the look is over"));
    await look;
    expect(woken.indexOf("word")).toBeLessThan(woken.length - 2);
  });

  it("is nothing where a look has shown nothing new", async () => {
    const bot = await followed({ announceIn: [] });
    await bot.parts.watcher.tick();
    let woken = 0;
    bot.parts.wakeups.on("speech", () => void woken++);
    await bot.parts.watcher.tick();
    expect(woken).toBe(1);
  });
});

const replicationOf = (id: string): ReplicationSession => ({
  ...{ id, name: id, kind: "cdp", createdAt: BEGUN, retry: false },
  ...{ state: "Working", result: "None", progress: 0 },
});

describe("the VMs of replications", () => {
  it("are read again first of those of which that is the longest ago", async () => {
    const bot = await startQuickBot();
    const sessions = ["a", "b", "c"].map((id) => replicationOf(id));
    vi.spyOn(bot.em.client, "replicationSessions").mockResolvedValue(sessions);
    const read = vi.spyOn(bot.em.client, "replicationTasks").mockResolvedValue([]);
    onTestFinished(() => void vi.restoreAllMocks());
    const watches = sessions.map((one) =>
      newReplicationWatch(`watch-${one.id}`, one, undefined, EM_KEY, BEGUN),
    );
    const agoS = [40, 60, 50];
    await bot.store.commit(
      watches.map((watch, i) => putWatch({ ...watch, vmsAt: BEGUN - (agoS[i] ?? 0) * 1000 })),
    );
    for (let look = 0; look < 3; look++) await bot.parts.watcher.tick();
    expect(read.mock.calls.map(([, id]) => id)).toEqual(["b", "c", "a"]);
  });
});

describe("the pace of the looks", () => {
  it("is that of the settings while something is followed", async () => {
    const bot = await followed();
    const count = await looping(bot);
    const before = count();
    await passing(bot, POLL_MS - 1);
    expect(count()).toBe(before);
    await passing(bot, 1);
    expect(count()).toBe(before + 1);
    await passing(bot, 4 * POLL_MS);
    expect(count()).toBe(before + 5);
  });

  it("is six times as slow where nothing is", async () => {
    const bot = await startQuickBot();
    const count = await looping(bot);
    expect(count()).toBe(1);
    await passing(bot, IDLE_MS - 1);
    expect(count()).toBe(1);
    await passing(bot, 1);
    expect(count()).toBe(2);
  });

  it("slows down where EM is slow, as long as it took", async () => {
    const bot = await followed();
    bot.em.before("sessions", () => bot.clock.advance(8000));
    const count = await looping(bot);
    const before = count();
    await passing(bot, 7000);
    expect(count()).toBe(before);
    await passing(bot, 1000);
    expect(count()).toBe(before + 1);
  });

  it("slows down to half a minute at most where EM is slow", async () => {
    const bot = await followed();
    bot.em.before("sessions", () => bot.clock.advance(100_000));
    const count = await looping(bot);
    const before = count();
    await passing(bot, IDLE_MS);
    expect(count()).toBeGreaterThan(before);
  });

  it("backs off where EM is silent, to half a minute and a fifth, and never in step", async () => {
    const bot = await followed();
    bot.em.broken = { method: "sessions", error: silence() };
    const count = await looping(bot);
    const at: number[] = [];
    let before = count();
    for (let second = 1; second <= 240; second++) {
      await passing(bot, 1000);
      if (count() > before) at.push(second);
      before = count();
    }
    const gaps = at.map((second, i) => second - (at[i - 1] ?? 0));
    const [first = 0, second = 0, third = 0, ...rest] = gaps;
    const within = (gap: number, ms: number) => {
      expect(gap).toBeGreaterThanOrEqual(Math.floor((ms / 1000) * (1 - JITTER)));
      expect(gap).toBeLessThanOrEqual(Math.ceil((ms / 1000) * (1 + JITTER)));
    };
    within(first, 2 * POLL_MS);
    within(second, 4 * POLL_MS);
    within(third, IDLE_MS);
    for (const gap of rest) within(gap, IDLE_MS);
  });

  it.each([
    [0, 8],
    [0.5, 10],
    [1, 12],
  ])("is varied by a fifth where EM is silent: by chance %d after %d s", async (drawn, after) => {
    const bot = await followed();
    bot.em.broken = { method: "sessions", error: silence() };
    vi.spyOn(chance, "fraction").mockReturnValue(drawn);
    onTestFinished(() => void vi.restoreAllMocks());
    const count = await looping(bot);
    const before = count();
    await passing(bot, (after - 1) * 1000);
    expect(count()).toBe(before);
    await passing(bot, 1000);
    expect(count()).toBe(before + 1);
  });

  it("is not slowed by looks in which nothing was to be asked", async () => {
    const bot = await followed({ announceIn: [] });
    bot.em.points = [pointOf("a"), pointOf("b")];
    bot.em.sessions = [stopped()];
    await bot.later(5);
    let looks = 0;
    bot.parts.wakeups.on("speech", () => void looks++);
    await looping(bot);
    await passing(bot, IDLE_MS);
    expect(looks).toBe(1 + IDLE_MS / POLL_MS);
  });

  it("is quick again as soon as EM answers", async () => {
    const bot = await followed();
    bot.em.broken = { method: "sessions", error: silence() };
    for (let look = 0; look < 4; look++) await bot.later(5);
    bot.em.broken = undefined;
    const count = await looping(bot);
    const before = count();
    await passing(bot, POLL_MS);
    expect(count()).toBe(before + 1);
  });

  it("is not slowed where EM answers about one thing and not about the next", async () => {
    const bot = await followed({ announceIn: [] });
    bot.em.sessions = [stopped()];
    bot.em.broken = { method: "points", error: silence() };
    const looksAt = new Set<number>();
    bot.parts.wakeups.on("speech", () => void looksAt.add(bot.clock.now()));
    await looping(bot);
    expect((await bot.watch()).phase.is).toBe("checking");
    expect(looksAt.size).toBe(1);
    await passing(bot, POLL_MS);
    expect(looksAt.size).toBe(2);
  });

  it("is kept for hours while EM answers, where nothing is announced", async () => {
    const bot = await followed({ announceIn: [] });
    const count = await looping(bot);
    await passing(bot, 3 * POLL_MS);
    const before = count();
    await passing(bot, 4 * POLL_MS);
    expect(count()).toBe(before + 4);
  });

  it("is broken where there is word of something to look at", async () => {
    const bot = await startQuickBot();
    await bot.say("start Plan A");
    const count = await looping(bot);
    const before = count();
    await bot.chat.type("confirm Plan A");
    await settled();
    expect(count()).toBeGreaterThan(before);
    expect(bot.em.ordered).toHaveLength(1);
  });

  it("ends with the loop: nothing is looked at after that", async () => {
    const bot = await followed();
    const stop = new AbortController();
    const ended = vi.fn();
    vi.spyOn(bot.parts.wakeups, "on").mockReturnValue({ end: ended });
    const running = bot.parts.watcher.run(stop.signal);
    await settled();
    stop.abort();
    await running;
    expect(ended).toHaveBeenCalledTimes(1);
    const before = asked(bot, "sessions");
    await passing(bot, 60_000);
    bot.parts.wakeups.wake("watch");
    await settled();
    expect(asked(bot, "sessions")).toBe(before);
  });

  it("goes on after a look that failed, which is in the log", async () => {
    const bot = await followed();
    bot.em.before("sessions", () => {
      throw new TypeError("a fault");
    });
    const count = await looping(bot);
    const before = count();
    expect(bot.logged.join("\n")).toContain("a look at EM failed");
    await passing(bot, POLL_MS);
    expect(count()).toBe(before + 1);
  });
});

describe("one look", () => {
  it("asks EM once for what runs, however much is watched", async () => {
    const bot = await followed();
    bot.em.plans = [
      planOf(),
      planOf({ id: "p2", name: "Plan B", tenant: { id: "t2", name: "T2" } }),
    ];
    bot.em.sessions = [sessionOf(), sessionOf({ id: "session-2", name: "Plan B" })];
    await bot.look();
    bot.em.asked.length = 0;
    await bot.later(5);
    expect(await bot.store.all("watches")).toHaveLength(2);
    expect(bot.em.asked).toEqual(["sessions"]);
  });

  it("goes from a task that has ended over its session to the evidence", async () => {
    const bot = await ordered();
    bot.em.tasks = [finished()];
    bot.em.sessions = [stopped()];
    bot.em.points = over("a", "b");
    await bot.later(15);
    expect(bot.root()).toContain("Failed over, confirmed");
    expect(await bot.store.all("watches")).toEqual([]);
  });

  it("does not ask again about what has stayed as it was", async () => {
    const bot = await ordered();
    bot.em.asked.length = 0;
    await bot.later(5);
    expect(asked(bot, "task")).toBe(1);
  });

  it("says whether anything is in hand", async () => {
    const bot = await startQuickBot();
    expect(await bot.parts.watcher.tick()).toBe(false);
    await bot.say("start Plan A");
    await bot.confirm();
    expect(await bot.parts.watcher.tick()).toBe(true);
    expect(await bot.parts.watcher.tick()).toBe(true);
    bot.em.tasks = [finished()];
    bot.em.sessions = [stopped()];
    bot.em.points = over("a", "b");
    expect(await bot.parts.watcher.tick()).toBe(false);
  });

  it("wakes whoever speaks", async () => {
    const bot = await followed();
    let woken = 0;
    bot.parts.wakeups.on("speech", () => void woken++);
    await bot.parts.watcher.tick();
    expect(woken).toBe(1);
  });

  it("leaves the runs at another EM alone", async () => {
    const bot = await followed();
    const watch = await bot.watch();
    await bot.store.commit([{ put: "watches", key: watch.id, value: { ...watch, em: "another" } }]);
    bot.em.sessions = [stopped()];
    await bot.later(5);
    expect((await bot.watch()).seenAt).toBe(watch.seenAt);
    expect(await bot.parts.watcher.tick()).toBe(false);
  });
});

describe("evidence", () => {
  async function checking(): Promise<QuickBot> {
    const bot = await followed();
    bot.em.points = [pointOf("a"), pointOf("b")];
    bot.em.sessions = [stopped()];
    bot.em.asked.length = 0;
    await bot.later(5);
    expect((await bot.watch()).phase.is).toBe("checking");
    return bot;
  }
  const read = (bot: QuickBot) => asked(bot, "points");

  it("is read when the session ends, and then every half minute", async () => {
    const bot = await checking();
    const first = read(bot);
    expect(first).toBeGreaterThan(0);
    for (let second = 5; second < 30; second += 5) await bot.later(5);
    expect(read(bot)).toBe(first);
    await bot.later(5);
    expect(read(bot)).toBe(2 * first);
  });

  it("is read once more at the end of the time for it, whenever it was read before", async () => {
    const bot = await checking();
    const { phase } = await bot.watch();
    const until = phase.is === "checking" ? phase.until : 0;
    bot.clock.advance(until - bot.clock.now() - 1);
    await bot.look();
    const before = read(bot);
    await bot.later(0.001);
    expect(read(bot)).toBeGreaterThan(before);
    expect(await bot.store.all("watches")).toEqual([]);
  });

  it("tells whose replicas are whose, once the run has ended", async () => {
    const bot = await checking();
    expect(await bot.store.all("replicas")).toEqual([]);
    const ids = ["a", "b"].map((vm) => ({ id: `point-${vm}`, name: `${vm} at five` }));
    const watch = await bot.watch();
    const vms = watch.vms.map((vm, i) => ({ ...vm, ...(ids[i] && { point: ids[i] }) }));
    const value = { ...watch, vms };
    await bot.store.commit([{ put: "watches", key: watch.id, value }]);
    bot.em.points = over("a", "b");
    await bot.later(30);
    const known = (await bot.store.all("replicas")).map((one) => one.value);
    expect(known.map(({ replica, plan }) => `${replica}: ${plan}`)).toEqual([
      "replica-a: plan-1",
      "replica-b: plan-1",
    ]);
  });

  it("of one run is read whatever is read of another", async () => {
    const bot = await checking();
    const watch = await bot.watch();
    const other = { ...watch, id: "run-other", topics: [] };
    await bot.store.commit([{ put: "watches", key: other.id, value: other }]);
    const before = read(bot);
    await bot.later(5);
    expect(read(bot)).toBeGreaterThan(before);
  });
});

describe("an EM that is silent", () => {
  it("changes nothing of a run, and is said on the card at once", async () => {
    const bot = await followed();
    const before = await bot.watch();
    bot.em.broken = { method: "sessions", error: silence() };
    await bot.later(5);
    const { silence: silent, ...rest } = await bot.watch();
    expect(silent?.why).toBe("Cannot reach EM");
    expect(rest).toEqual(before);
  });

  it("is in the log once, until it answers again", async () => {
    const bot = await startQuickBot();
    const told = () => bot.logged.filter((line) => line.includes("what runs")).length;
    bot.em.broken = { method: "sessions", error: silence() };
    await bot.later(30);
    await bot.later(30);
    expect(told()).toBe(1);
    bot.em.broken = undefined;
    await bot.later(30);
    bot.em.broken = { method: "sessions", error: silence() };
    await bot.later(30);
    expect(told()).toBe(2);
  });

  it("about one thing alone is not silent", async () => {
    const bot = await followed();
    bot.em.broken = { method: "session", error: new EmError("server-error", "EM failed") };
    bot.em.sessions = [sessionOf({ state: "unknown:Paused" })];
    const count = await looping(bot);
    const before = count();
    await passing(bot, POLL_MS);
    expect(count()).toBeGreaterThan(before);
  });
});

describe("after an absence", () => {
  it("what happened meanwhile is told in one line, once EM has answered", async () => {
    const bot = await followed();
    const again = await bot.restart(120_000);
    again.em.fail("sessions", silence());
    await again.look();
    expect(again.chat.transcript()).not.toContain("I was away");
    again.em.sessions = [stopped()];
    again.em.points = over("a", "b");
    await again.later(5);
    expect(again.chat.transcript().match(/I was away/g)).toHaveLength(1);
    expect(again.root()).toContain("Failed over, confirmed");
  });

  it("EM was silent only since this process has asked", async () => {
    const bot = await followed();
    const again = await bot.restart(120_000);
    const since = again.clock.now();
    again.em.broken = { method: "sessions", error: silence() };
    await again.look();
    await again.later(5);
    expect((await again.watch()).silence?.since).toBe(since);
  });

  it("is told where EM answered at first and then no more", async () => {
    const bot = await followed();
    const again = await bot.restart(120_000);
    again.em.sessions = [stopped()];
    again.em.broken = { method: "points", error: silence() };
    await again.look();
    expect((await again.watch()).phase.is).toBe("checking");
    expect(again.chat.transcript().match(/I was away/g)).toHaveLength(1);
  });

  it("is told once", async () => {
    const bot = await followed();
    const again = await bot.restart(120_000);
    for (let look = 0; look < 4; look++) await again.later(5);
    expect(again.chat.transcript().match(/I was away/g)).toHaveLength(1);
  });

  it("names the host from which this one has taken over, once, and is its own later on", async () => {
    const bot = await followed();
    const second = await bot.restart(9_000, "site-a");
    for (let look = 0; look < 3; look++) await second.later(5);
    const told = second.chat.transcript();
    expect(told.match(/I took over from site-a: Plan A/g)).toHaveLength(1);
    expect(told).toMatch(/Nobody watched from .+ to .+ \(14 s\)\./);
    expect(told).not.toContain("I was away");
    const third = await second.restart(60_000);
    await third.look();
    expect(third.chat.transcript().match(/I was away/g)).toHaveLength(1);
  });

  it("a run that began since then has nothing to tell of it", async () => {
    const bot = await startQuickBot();
    const again = await bot.restart(120_000);
    await again.look();
    await again.say("start Plan A");
    await again.confirm();
    await again.look();
    again.em.tasks = [finished()];
    again.em.sessions = [sessionOf()];
    await again.later(5);
    expect(again.chat.transcript()).not.toContain("I was away");
  });

  it("of a process that was frozen in a look, that look is done again", async () => {
    const bot = await followed();
    const count = await looping(bot);
    bot.em.before("sessions", () => {
      bot.clock.advance(60_000);
      throw silence();
    });
    const before = count();
    await passing(bot, POLL_MS);
    expect(count()).toBeGreaterThanOrEqual(before + 2);
    await bot.parts.outbox.flush();
    expect(bot.chat.transcript().match(/I was away/g)).toHaveLength(1);
    expect((await bot.watch()).silence).toBeUndefined();
    expect((await bot.watch()).seenAt).toBe(bot.clock.now());
    expect(bot.chat.transcript()).not.toMatch(/answer/);
  });

  it("of a process that was frozen in a look, what EM said before that counts", async () => {
    const bot = await ordered();
    await looping(bot);
    bot.em.tasks = [finished()];
    bot.em.sessions = [stopped()];
    bot.em.before("points", () => {
      bot.clock.advance(60_000);
      bot.em.tasks = [];
      bot.em.sessions = [];
      throw silence();
    });
    await passing(bot, POLL_MS);
    expect((await bot.watch()).phase).toMatchObject({ is: "checking", session: "session-1" });
  });
});

describe("a wall clock that was moved", () => {
  it("is told in each open run, where not only ends are wanted", async () => {
    const bot = await followed();
    await bot.say("watch Plan A", { place: { ...OPS, channel: "elsewhere" } });
    await bot.say("unwatch Plan A");
    bot.clock.jump(3_600_000);
    await bot.later(5);
    const told = bot.chat.messages.filter((message) => bot.chat.text(message).includes("moved by"));
    expect(told.map(({ place }) => place.channel)).toEqual(["elsewhere"]);
    expect(bot.logged.join("\n")).toContain("time did not go on as it should");
  });

  const movesTold = ({ chat }: QuickBot) =>
    chat.messages.filter((message) => chat.text(message).includes("moved by"));

  it("and swings back and forth is told of once", async () => {
    const bot = await followed();
    for (let swing = 0; swing < 6; swing++) {
      bot.clock.jump(swing % 2 === 0 ? 3_600_000 : -3_600_000);
      await bot.later(5);
    }
    expect(movesTold(bot)).toHaveLength(1);
  });

  it("again within ten minutes is told of after them, with how far it is off by then", async () => {
    const bot = await followed();
    for (const ms of [3_600_000, -1_800_000, -1_800_000]) {
      bot.clock.jump(ms);
      await bot.later(5);
    }
    await bot.later(580);
    expect(movesTold(bot)).toHaveLength(1);
    await bot.later(20);
    expect(movesTold(bot).map((message) => bot.chat.text(message))).toEqual([
      expect.stringContaining("moved by 1 h, forward"),
      expect.stringContaining("moved by 1 h, back"),
    ]);
  });

  it("is told as soon as it is noticed, and not at the next look", async () => {
    const bot = await followed();
    const count = await looping(bot);
    const before = count();
    bot.clock.jump(3_600_000);
    await passing(bot, 1000);
    expect(count()).toBe(before + 1);
    await bot.parts.outbox.flush();
    expect(movesTold(bot)).toHaveLength(1);
  });

  it("where nothing runs is no news", async () => {
    let saved = 0;
    const bot = await startQuickBot({
      wrap: (store) => ({
        ...store,
        commit: (changes) => {
          saved += 1;
          return store.commit(changes);
        },
      }),
    });
    await bot.look();
    saved = 0;
    bot.clock.jump(3_600_000);
    await bot.later(5);
    expect(bot.chat.messages).toEqual([]);
    expect(saved).toBe(0);
  });
});

describe("a session that nobody here ordered", () => {
  it("is announced once, with those on call, and followed", async () => {
    const bot = await startQuickBot({ config: { onCall: [{ platform: "slack", id: "oncall" }] } });
    bot.em.sessions = [sessionOf()];
    for (let look = 0; look < 3; look++) await bot.later(5);
    const watch = await bot.watch();
    expect(watch).toMatchObject({
      em: EM_KEY,
      subject: { name: "Plan A", planId: "plan-1", tenant: "ABC", vms: ["a", "b"] },
      notify: [{ platform: "slack", id: "oncall" }],
      phase: { is: "following", session: "session-1" },
    });
    expect(watch.order).toBeUndefined();
    expect(bot.chat.messages.filter(({ place }) => place.thread === undefined)).toHaveLength(1);
    expect(bot.root()).toContain("not started by this bot");
  });

  it("is not announced again where nobody watches it any more, nor after a restart", async () => {
    const bot = await startQuickBot();
    bot.em.sessions = [sessionOf()];
    await bot.look();
    await bot.store.commit([{ remove: "watches", key: (await bot.watch()).id }]);
    await bot.later(5);
    const again = await bot.restart();
    await again.later(5);
    expect(await again.store.all("watches")).toEqual([]);
  });

  it("and that has ended before anybody saw it has its end in the same look", async () => {
    const bot = await startQuickBot();
    await bot.look();
    bot.em.sessions = [
      stopped({ result: "Failed", createdAt: BEGUN + 1000, endedAt: BEGUN + 2000 }),
    ];
    await bot.later(30);
    expect(await bot.store.all("watches")).toEqual([]);
    expect((await bot.store.all("past-watches")).map(({ value }) => value.phase)).toMatchObject([
      { is: "ended", how: { is: "failed" } },
    ]);
  });

  it("is announced in each place of the settings", async () => {
    const other = { platform: "terminal", channel: "second" } as const;
    const bot = await startQuickBot({ announceIn: [OPS, other] });
    bot.em.sessions = [sessionOf()];
    await bot.look();
    const roots = bot.chat.messages.filter(({ place }) => place.thread === undefined);
    expect(roots.map(({ place }) => place)).toEqual([OPS, other]);
  });

  it("is not even asked for where nothing is announced", async () => {
    const bot = await startQuickBot({ announceIn: [] });
    bot.em.sessions = [sessionOf()];
    await bot.look();
    expect(bot.em.asked).toEqual([]);
    expect(await bot.store.all("watches")).toEqual([]);
  });

  it("is announced by its name alone where the plans cannot be read", async () => {
    const bot = await startQuickBot();
    bot.em.broken = { method: "plans", error: forbidden() };
    bot.em.sessions = [sessionOf()];
    await bot.look();
    expect((await bot.watch()).subject).toMatchObject({ name: "Plan A", vms: [] });
    expect((await bot.watch()).subject.planId).toBeUndefined();
  });

  it("does not end the look where EM will not say what runs", async () => {
    const bot = await startQuickBot();
    bot.em.broken = { method: "sessions", error: refusal() };
    expect(await bot.parts.watcher.tick()).toBe(false);
  });

  it("asks for the plans only where there is something new", async () => {
    const bot = await startQuickBot();
    bot.em.sessions = [sessionOf()];
    await bot.look();
    bot.em.asked.length = 0;
    await bot.later(5);
    expect(bot.em.asked).not.toContain("plans");
  });

  it.each([
    ["its task runs", (bot: QuickBot) => bot],
    ["its answer was lost", (bot: QuickBot) => (bot.em.tasks = [])],
  ])("may be that of an order of ours, while %s: it is not announced", async (_, change) => {
    const bot = await ordered();
    change(bot);
    bot.em.sessions = [sessionOf({ createdAt: BEGUN })];
    await bot.later(5);
    expect((await bot.watch()).order).toBeDefined();
    expect(bot.chat.transcript()).not.toContain("not started by this bot");
  });

  it("is announced though an order of ours to another plan is on its way", async () => {
    const bot = await ordered();
    bot.em.sessions = [sessionOf({ id: "theirs", name: "Plan Z" })];
    await bot.later(5);
    expect(await bot.store.all("watches")).toHaveLength(2);
    expect(bot.chat.transcript()).toContain("not started by this bot");
  });

  it("is announced though one of ours of the same name is followed", async () => {
    const bot = await followed();
    bot.em.sessions = [sessionOf(), sessionOf({ id: "theirs", createdAt: BEGUN + 9000 })];
    await bot.later(5);
    expect(await bot.store.all("watches")).toHaveLength(2);
  });
});

describe("a task that EM no longer knows", () => {
  const stop = async (bot: QuickBot) => {
    await bot.say("stop Plan A");
    await bot.confirm({ from: person("Ben") });
    await bot.look();
  };

  it("as a stop of ours has deleted it is no loss", async () => {
    const bot = await ordered();
    await stop(bot);
    await bot.later(5);
    expect(await bot.watch()).toMatchObject({
      phase: { is: "looking", why: "stopped" },
      stoppedBy: person("Anna"),
    });
  });

  it("as a stop of ours may have deleted it is no loss", async () => {
    const bot = await ordered();
    bot.em.fail("removeTask", new EmError("timed-out", "late", { perhapsDone: true }), true);
    await stop(bot);
    await bot.later(5);
    expect((await bot.watch()).phase).toMatchObject({ why: "stopped" });
  });

  it("for another reason is a loss, also where EM has refused a stop of ours", async () => {
    const bot = await ordered();
    bot.em.fail("removeTask", refusal());
    await stop(bot);
    bot.em.tasks = [];
    await bot.later(5);
    expect((await bot.watch()).phase).toMatchObject({ why: "task-lost" });
    expect((await bot.watch()).stoppedBy).toBeUndefined();
  });

  it("is looked for by its name, from when the order was sent", async () => {
    const bot = await ordered();
    bot.em.tasks = [];
    await bot.later(5);
    bot.em.sessions = [sessionOf({ id: "found", createdAt: BEGUN })];
    await bot.later(5);
    expect((await bot.watch()).phase).toMatchObject({ is: "following", session: "found" });
  });
});
