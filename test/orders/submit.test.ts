/** How an order goes to EM, once, and what is saved and said of its answer. */
import { describe, expect, it } from "vitest";
import { EmError } from "../../src/em/errors.ts";
import type { Policy } from "../../src/policy/policy.ts";
import type { Order } from "../../src/records/order.ts";
import { mortal } from "../fakes/mortal.ts";
import { lostAnswer, refusal, silence } from "../fakes/paper-em.ts";
import {
  BEGUN,
  EM_KEY,
  over,
  person,
  planOf,
  pointOf,
  type QuickBot,
  sessionOf,
  startQuickBot,
} from "../fakes/quick-bot.ts";

const ORDINARY = planOf({ id: "plan-o", name: "Plan O", kind: "ordinary" });

async function confirmed(
  line = "start Plan A",
  prepare: (bot: QuickBot) => unknown = () => undefined,
) {
  const bot = await startQuickBot();
  await prepare(bot);
  await bot.say(line);
  await bot.confirm({ from: person("Ben") });
  return bot;
}

const newest = ({ chat }: QuickBot) => chat.messages.at(-1)?.versions[0];
const closedAs = async (bot: QuickBot) => {
  const { phase } = await bot.past();
  return phase.is === "closed" ? phase.how : phase;
};

describe("an order that EM takes", () => {
  it("is sent once, with what was confirmed", async () => {
    const bot = await confirmed();
    for (let looks = 0; looks < 3; looks++) await bot.look();
    expect(bot.em.ordered).toEqual([
      { action: "start", plan: planOf(), from: { points: "latest" } },
    ]);
  });

  it("goes from the older points that were asked for", async () => {
    const bot = await confirmed('start "Plan A" before 2026-11-21 05:30');
    await bot.look();
    const from = { points: "before", at: Date.UTC(2026, 10, 21, 5, 30) };
    expect(bot.em.ordered).toMatchObject([{ from }]);
    expect((await bot.watch()).order?.from).toEqual(from);
  });

  it.each([
    ["test", "test Plan A", () => undefined],
    ["undo", "undo Plan A", ({ em }: QuickBot) => (em.points = over("a", "b"))],
  ] as const)("that is to %s a plan is that", async (action, line, prepare) => {
    const bot = await confirmed(line, prepare);
    await bot.look();
    expect(bot.em.ordered).toEqual([{ action, plan: planOf() }]);
    expect((await bot.watch()).order?.action).toBe(action);
  });

  it("becomes a watch, which has all that was shown and whom to call", async () => {
    const backupServer = { id: "server-1", name: "srv13" };
    const bot = await confirmed("start Plan A because of fire", ({ em }) => {
      em.plans = [planOf({ backupServer })];
      em.points = [pointOf("a", { state: "Failover" }), pointOf("b")];
      em.sessions = [sessionOf({ id: "before", state: "Stopped", createdAt: BEGUN - 60_000 })];
    });
    const { id, topic } = await bot.order();
    bot.clock.advance(7000);
    await bot.parts.watcher.tick();
    const sentAt = BEGUN + 7000;
    expect(await bot.watch()).toMatchObject({
      ...{ id, em: EM_KEY, topics: [topic], since: sentAt, seenAt: sentAt },
      subject: {
        ...{ name: "Plan A", kind: "cloud", planId: "plan-1", tenant: "ABC", shared: false },
        ...{ server: backupServer, vms: ["a", "b"] },
      },
      order: {
        ...{ id, action: "start", by: person("Anna"), approvedBy: [person("Ben")], sentAt },
        ...{ hold: `${EM_KEY} cloud plan-1`, known: ["before"], over: ["a"] },
        ...{ reason: "of fire", replicas: { a: "replica-a", b: "replica-b" } },
      },
      notify: [person("Anna"), person("Ben")],
      phase: { is: "ordered", task: "task-1", logon: "logon-1", at: sentAt },
      vms: ["a", "b"].map((name) => ({ name, mark: "waiting", progress: 0, changedAt: sentAt })),
    });
    expect((await bot.past()).phase).toEqual({ is: "sent", watch: id, by: [person("Ben")] });
    expect(await bot.store.all("orders")).toEqual([]);
    expect(await bot.store.all("holds")).toHaveLength(1);
  });

  it("becomes a watch that knows what it is held against, as it was when it was asked", async () => {
    const targets = [{ plans: ["Plan A"], recovery: 60_000 }];
    const bot = await startQuickBot();
    const { people, rules } = bot.policy;
    bot.policy = { people, rules, targets };
    await bot.say("start Plan A");
    bot.policy = { people, rules };
    bot.clock.advance(4000);
    await bot.confirm({ from: person("Ben") });
    bot.clock.advance(7000);
    await bot.look();
    const { order, targets: held } = await bot.watch();
    const shown = (vm: string) => ({ name: pointOf(vm).name, createdAt: pointOf(vm).createdAt });
    expect(held).toEqual({ recoveryMs: 60_000 });
    expect(order).toMatchObject({
      askedAt: BEGUN,
      approvedAt: BEGUN + 4000,
      shown: { a: shown("a"), b: shown("b") },
    });
  });

  it("becomes a watch that counts from its first question, where it was asked anew", async () => {
    const bot = await confirmed();
    bot.em.plans = [planOf({ commandAfter: "echo" })];
    await bot.later(5);
    await bot.confirm({ from: person("Ben") });
    await bot.look();
    expect((await bot.watch()).order).toMatchObject({ askedAt: BEGUN, approvedAt: BEGUN + 5000 });
  });

  it("calls whoever asked and confirmed once, though it is one person", async () => {
    const bot = await startQuickBot({
      config: {
        onCall: [
          { platform: "slack", id: "anna" },
          { platform: "slack", id: "anna" },
        ],
      },
    });
    await bot.say("start Plan A");
    await bot.confirm();
    await bot.look();
    expect((await bot.watch()).notify.map(({ platform, id }) => `${platform}:${id}`)).toEqual([
      "terminal:anna",
      "slack:anna",
    ]);
  });

  it("has each step in the audit log, with its reason", async () => {
    const bot = await confirmed("start Plan A because of fire");
    const { id } = await bot.order();
    bot.clock.advance(1000);
    await bot.look();
    const steps = (await bot.audit()).slice(2);
    expect(steps).toMatchObject([
      { deed: "sending", at: BEGUN + 1000, run: id, who: person("Anna"), why: "of fire" },
      { deed: "accepted", run: id, who: person("Anna"), what: expect.stringContaining("task-1") },
    ]);
  });

  it("is sent before EM is asked anything else that could keep it", async () => {
    const bot = await confirmed();
    bot.em.before("startPlan", async () => {
      const order = await bot.order();
      expect(order.phase).toMatchObject({ is: "sending", by: [person("Ben")] });
      expect((await bot.store.get("topics", order.topic))?.card.title).toContain("being sent");
    });
    await bot.look();
    expect(bot.em.ordered).toHaveLength(1);
  });

  it("keeps its plan held while it runs", async () => {
    const bot = await confirmed();
    await bot.look();
    await bot.say("start Plan A");
    expect(bot.last()).toContain("Runs already: ");
  });

  it("of an ordinary plan has a line that EM has taken it", async () => {
    const bot = await confirmed("start Plan O", ({ em }) => em.plans.push(ORDINARY));
    await bot.look();
    const taken = bot.chat.messages.map(bot.chat.text).filter((text) => /^EM has taken/.test(text));
    expect(taken).toEqual(["EM has taken the order"]);
    expect((await bot.watch()).subject).toEqual({
      ...{ name: "Plan O", kind: "ordinary", planId: "plan-o", tenant: "ABC", shared: false },
      vms: ["a", "b"],
    });
  });

  it("of an ordinary plan has no such line where EM's answer is lost", async () => {
    const bot = await confirmed("start Plan O", ({ em }) => em.plans.push(ORDINARY));
    bot.em.fail("startPlan", lostAnswer());
    await bot.look();
    expect(bot.chat.transcript()).not.toMatch(/\| EM has taken the order/);
  });

  it("of a cloud plan has no such line, as its session is told", async () => {
    const bot = await confirmed();
    await bot.look();
    expect(bot.chat.transcript()).not.toMatch(/\| EM has taken the order/);
  });
});

describe("an order that EM refuses", () => {
  it("is over: everybody is called in the channel, and the plan is free", async () => {
    const bot = await confirmed();
    bot.em.fail("startPlan", refusal());
    await bot.look();
    expect(await closedAs(bot)).toEqual({
      is: "not-sent",
      why: { is: "refused", says: "EM refused: the tenant is out of quota" },
    });
    expect(newest(bot)).toMatchObject({
      tone: "bad",
      title: "Not started: Plan A",
      lines: ["EM refused: the tenant is out of quota."],
      notify: [person("Anna"), person("Ben")],
      alsoInChannel: true,
    });
    expect(bot.root()).toContain("Not started: ");
    expect(await bot.store.all("holds")).toEqual([]);
    expect(await bot.store.all("watches")).toEqual([]);
    expect(await bot.store.all("topics")).toEqual([]);
    expect((await bot.audit()).at(-1)).toMatchObject({ deed: "not-sent", who: person("Anna") });
    await bot.later(60);
    expect(bot.em.asked.filter((method) => method === "startPlan")).toHaveLength(1);
  });

  it("calls nobody twice where one person asked and confirmed", async () => {
    const bot = await startQuickBot();
    await bot.say("start Plan A");
    await bot.confirm();
    bot.em.fail("startPlan", refusal());
    await bot.look();
    expect(newest(bot)).toMatchObject({ notify: [person("Anna")] });
  });
});

describe("a confirmed order that cannot be sent", () => {
  it("is dropped two minutes after the confirmation, and its people are called", async () => {
    const bot = await confirmed();
    bot.em.broken = { method: "plan", error: silence() };
    await bot.look();
    await bot.later(119.999);
    expect((await bot.order()).phase.is).toBe("approved");
    await bot.later(0.001);
    expect(await closedAs(bot)).toEqual({
      is: "not-sent",
      why: { is: "too-late", waited: "Cannot reach EM" },
    });
    expect(newest(bot)).toMatchObject({ notify: [person("Anna"), person("Ben")] });
    expect(bot.last()).toContain("within two minutes of being approved. Cannot reach EM.");
    bot.em.broken = undefined;
    await bot.later(60);
    expect(bot.em.ordered).toEqual([]);
  });

  it("as nobody looked for so long is dropped without asking EM", async () => {
    const bot = await confirmed();
    bot.em.asked.length = 0;
    await bot.later(120);
    expect(await closedAs(bot)).toEqual({ is: "not-sent", why: { is: "too-late" } });
    expect(bot.em.asked).not.toContain("plan");
  });
});

describe("an order whose answer is lost", () => {
  it("is looked for, and not sent again", async () => {
    const bot = await confirmed();
    bot.em.fail("startPlan", lostAnswer(), true);
    bot.clock.advance(3000);
    await bot.parts.watcher.tick();
    const { id } = await bot.past();
    expect(await bot.watch()).toMatchObject({
      id,
      phase: { is: "looking", since: BEGUN + 3000, silentMs: 0, why: "answer-lost" },
    });
    await bot.parts.outbox.flush();
    expect(bot.last()).toContain("EM's answer to the order was lost");
    expect((await bot.audit()).at(-1)).toMatchObject({ deed: "answer-lost", run: id });
    for (let looks = 0; looks < 5; looks++) await bot.later(5);
    expect(bot.em.ordered).toHaveLength(1);
  });

  it("that was a fault of the bot's own stays as it is saved, and is looked for next", async () => {
    const bot = await confirmed();
    bot.em.before("startPlan", () => {
      throw new TypeError("a fault");
    });
    await expect(bot.look()).rejects.toThrow("a fault");
    expect((await bot.order()).phase.is).toBe("sending");
    await bot.look();
    expect(bot.em.ordered).toEqual([]);
    expect((await bot.watch()).phase.is).toBe("looking");
  });
});

describe("killed while an order is on its way", () => {
  /** The bot dies at the commit after so many, which is saved or not. */
  async function killedAt(
    commit: (phase: Order["phase"]["is"] | "past") => boolean,
    saved: boolean,
  ) {
    let bot: QuickBot | undefined;
    let armed = false;
    const wrap = (store: QuickBot["store"]): QuickBot["store"] => ({
      ...store,
      commit: async (changes) => {
        const isMeant = changes.some((change) =>
          "put" in change && change.put === "orders"
            ? commit(change.value.phase.is)
            : "put" in change && change.put === "past-orders" && commit("past"),
        );
        if (bot?.chat.frozen) throw new Error("dead");
        if (!armed || !isMeant || !bot) return store.commit(changes);
        bot.chat.frozen = true;
        if (saved) await store.commit(changes);
        throw new Error("dead");
      },
    });
    bot = await startQuickBot({ wrap });
    await bot.say("start Plan A");
    await bot.confirm();
    armed = true;
    await bot.look().catch(() => undefined);
    expect(bot.chat.frozen).toBe(true);
    return bot.restart(2000);
  }

  async function startsAfter(bot: QuickBot): Promise<number> {
    for (let looks = 0; looks < 5; looks++) await bot.later(5);
    return bot.em.ordered.length;
  }

  it("after it was saved as sending, before EM was asked: it is looked for, never sent", async () => {
    const bot = await killedAt((phase) => phase === "sending", true);
    expect((await bot.order()).phase.is).toBe("sending");
    expect(await startsAfter(bot)).toBe(0);
    expect((await bot.watch()).phase).toMatchObject({ is: "looking", why: "answer-lost" });
    expect(bot.chat.transcript()).toContain("EM's answer to the order was lost");
  });

  it("after EM took it, before that was saved: it is found, and not sent a second time", async () => {
    const bot = await killedAt((phase) => phase === "past", false);
    expect(bot.em.ordered).toHaveLength(1);
    bot.em.sessions = [sessionOf({ createdAt: BEGUN + 1000 })];
    expect(await startsAfter(bot)).toBe(1);
    expect((await bot.watch()).phase).toMatchObject({ is: "following", session: "session-1" });
  });

  it("after EM took it and that was saved: it is followed, and not sent a second time", async () => {
    const bot = await killedAt((phase) => phase === "past", true);
    expect(await startsAfter(bot)).toBe(1);
    expect((await bot.watch()).phase).toMatchObject({ is: "ordered", task: "task-1" });
  });

  it("before it was saved as sending: EM was not asked, and it is sent once", async () => {
    const bot = await killedAt((phase) => phase === "sending", false);
    expect(bot.em.ordered).toEqual([]);
    expect((await bot.order()).phase.is).toBe("approved");
    expect(await startsAfter(bot)).toBe(1);
  });

  it("at any commit of the way from the press to the answer: EM is asked once at most", async () => {
    for (const saved of [true, false])
      for (let most = 0; ; most++) {
        let bot: QuickBot | undefined;
        const death = mortal(most, saved, () => {
          if (bot) bot.chat.frozen = true;
        });
        bot = await startQuickBot({ wrap: death.wrap });
        const pressed = async () => {
          await bot?.say("start Plan A");
          if (!bot?.chat.frozen) await bot?.confirm();
          for (let looks = 0; looks < 3 && !bot?.chat.frozen; looks++) await bot?.later(5);
        };
        await pressed().catch(() => undefined);
        if (!bot.chat.frozen) break;
        const reborn = await bot.restart(2000);
        expect([most, saved, (await startsAfter(reborn)) <= 1]).toEqual([most, saved, true]);
      }
  });
});

describe("the lines about an order", () => {
  const urgent = async ({ store }: QuickBot) =>
    (await store.all("lines")).map(({ value }) => value.urgent);

  it("that was not sent goes ahead of what can wait", async () => {
    const bot = await confirmed();
    bot.em.fail("startPlan", refusal());
    await bot.parts.watcher.tick();
    expect(await urgent(bot)).toEqual([true]);
  });

  it("whose confirmation is void goes ahead of what can wait", async () => {
    const bot = await confirmed();
    bot.em.plans = [planOf({ commandAfter: "echo" })];
    await bot.parts.watcher.tick();
    expect(await urgent(bot)).toEqual([true]);
  });

  it("that EM has taken can wait", async () => {
    const bot = await confirmed("start Plan O", ({ em }) => em.plans.push(ORDINARY));
    await bot.parts.watcher.tick();
    expect(await urgent(bot)).toEqual([false]);
  });
});

describe("orders of another EM", () => {
  const theirs = "https://another.example:9398";
  const moved = async (bot: QuickBot) => {
    const order = await bot.order();
    await bot.store.commit([{ put: "orders", key: order.id, value: { ...order, em: theirs } }]);
  };

  it("that were approved are not sent to this one", async () => {
    const bot = await confirmed();
    await moved(bot);
    for (let looks = 0; looks < 3; looks++) await bot.later(60);
    expect(bot.em.ordered).toEqual([]);
    expect((await bot.order()).phase.is).toBe("approved");
  });

  it("are not closed by this one either", async () => {
    const bot = await startQuickBot();
    await bot.say("start Plan A");
    await moved(bot);
    await bot.later(400);
    expect((await bot.order()).phase.is).toBe("asked");
  });
});

describe("orders in hand", () => {
  it("make the watcher look as often as runs do", async () => {
    const bot = await startQuickBot();
    expect(await bot.parts.watcher.tick()).toBe(false);
    await bot.say("start Plan A");
    expect(await bot.parts.watcher.tick()).toBe(true);
    await bot.say("cancel");
    expect(await bot.parts.watcher.tick()).toBe(false);
  });

  it("are each sent, though one of them fails", async () => {
    const second = planOf({ id: "plan-2", name: "Plan B", tenant: { id: "t2", name: "Other" } });
    const bot = await confirmed("start Plan A", ({ em }) => em.plans.push(second));
    await bot.say("start Plan B");
    await bot.confirm();
    bot.em.fail("startPlan", refusal());
    await bot.look();
    expect(bot.em.ordered).toHaveLength(1);
    expect(await bot.store.all("orders")).toEqual([]);
  });
});

describe("a stop", () => {
  async function stopping(prepare: (bot: QuickBot) => unknown = () => undefined) {
    const bot = await confirmed();
    await bot.look();
    await bot.say("stop Plan A because wrong tenant");
    await bot.confirm({ from: person("Ben") });
    await prepare(bot);
    await bot.look();
    return bot;
  }
  const stopOf = async (bot: QuickBot) => {
    const all = (await bot.store.all("past-orders")).map(({ value }) => value);
    return all.find(({ action }) => action === "stop") ?? expect.fail("nothing was to be stopped");
  };
  const how = async (bot: QuickBot) => {
    const { phase } = await stopOf(bot);
    return phase.is === "closed" ? phase.how : phase;
  };

  it("deletes the task once, and says so in the thread of the run and on its own card", async () => {
    const bot = await stopping();
    expect(bot.em.deleted).toEqual(["task-1"]);
    expect(await how(bot)).toEqual({ is: "stopped" });
    const transcript = bot.chat.transcript();
    expect(transcript).toContain("EM has deleted this order's task, as Anna ordered");
    expect(transcript).toContain("EM has deleted the task");
    const deeds = (await bot.audit()).slice(-2).map(({ deed, who, run }) => [deed, who?.name, run]);
    const { id } = await stopOf(bot);
    expect(deeds).toEqual([
      ["sending", "Anna", id],
      ["accepted", "Anna", id],
    ]);
  });

  it("is asked for of several runs at once, as each has a hold of its own", async () => {
    const other = planOf({ id: "plan-2", name: "Plan B", tenant: { id: "t2", name: "Other" } });
    const bot = await confirmed("start Plan A", ({ em }) => em.plans.push(other));
    await bot.say("start Plan B");
    await bot.confirm();
    await bot.look();
    await bot.say("stop Plan A");
    await bot.say("stop Plan B");
    const stops = (await bot.store.all("orders")).map(({ value }) => value.plan.name);
    expect(stops.sort()).toEqual(["Plan A", "Plan B"]);
  });

  it("closes its own card, and tells the run's people ahead of what can wait", async () => {
    const bot = await confirmed();
    await bot.look();
    await bot.say("stop Plan A");
    await bot.confirm();
    await bot.parts.watcher.tick();
    const { topic } = await stopOf(bot);
    expect((await bot.store.get("topics", topic))?.closed).toBe(true);
    const run = (await bot.watch()).topics;
    const lines = (await bot.store.all("lines")).map(({ value }) => value);
    expect(lines.filter(({ topic: of }) => run.includes(of)).map(({ urgent }) => urgent)).toEqual([
      true,
    ]);
  });

  it("is closed once, by whoever comes first", async () => {
    const bot = await confirmed();
    await bot.look();
    await bot.say("stop Plan A");
    await bot.confirm();
    bot.em.before("removeTask", async () => {
      const [one] = await bot.store.all("orders");
      const order = one?.value ?? expect.fail();
      const phase = { is: "approved", at: BEGUN, by: [] } as const;
      await bot.store.commit([{ put: "orders", key: order.id, value: { ...order, phase } }]);
    });
    await bot.parts.watcher.tick();
    expect((await bot.order()).phase.is).toBe("approved");
    expect((await bot.deeds()).at(-1)).toBe("sending");
  });

  it("of a run that ended while EM was asked has nobody left to tell in its thread", async () => {
    const bot = await confirmed();
    await bot.look();
    await bot.say("stop Plan A");
    await bot.confirm();
    bot.em.before("removeTask", async () =>
      bot.store.commit([{ remove: "watches", key: (await bot.watch()).id }]),
    );
    await bot.parts.watcher.tick();
    expect(await how(bot)).toEqual({ is: "stopped" });
    expect((await stopOf(bot)).known).toEqual([]);
    expect(await bot.store.all("lines")).toEqual([]);
  });

  it("is no second start, and leaves the run's hold alone", async () => {
    const bot = await stopping();
    expect(bot.em.ordered).toHaveLength(1);
    expect((await bot.store.all("holds")).map(({ key }) => key)).toEqual([
      `${EM_KEY} cloud plan-1`,
    ]);
  });

  it("whose answer is lost is not sent again, and that is said", async () => {
    const bot = await stopping(({ em }) => em.fail("removeTask", lostAnswer()));
    expect(await how(bot)).toEqual({ is: "not-known" });
    expect(bot.chat.transcript()).toContain(
      "Anna ordered to stop this order's task; EM's answer was lost",
    );
    expect((await bot.audit()).at(-1)).toMatchObject({ deed: "answer-lost" });
    await bot.later(5);
    expect(bot.em.asked.filter((method) => method === "removeTask")).toHaveLength(1);
  });

  it("that was on its way when the bot was killed is not sent again, and that is said", async () => {
    const bot = await confirmed();
    await bot.look();
    await bot.say("stop Plan A");
    await bot.confirm();
    bot.em.before("removeTask", () => {
      throw new TypeError("killed");
    });
    await bot.look().catch(() => undefined);
    const reborn = await bot.restart();
    await reborn.look();
    expect(reborn.em.deleted).toEqual([]);
    expect(await how(reborn)).toEqual({ is: "not-known" });
    expect(reborn.em.asked.filter((method) => method === "removeTask")).toHaveLength(1);
    expect((await reborn.store.all("holds")).map(({ key }) => key)).toEqual([
      `${EM_KEY} cloud plan-1`,
    ]);
  });

  it("that EM refuses is not sent, and the run goes on", async () => {
    const bot = await stopping(({ em }) => em.fail("removeTask", refusal()));
    expect(await how(bot)).toMatchObject({ is: "not-sent", why: { is: "refused" } });
    expect((await bot.watch()).phase.is).toBe("ordered");
  });

  it.each([
    [
      "has ended meanwhile",
      "task-ended",
      (bot: QuickBot) =>
        (bot.em.tasks = bot.em.tasks.map((task) => ({ ...task, state: "Finished" as const }))),
    ],
    [
      "has carried out its work meanwhile",
      "task-ended",
      (bot: QuickBot) =>
        (bot.em.tasks = bot.em.tasks.map((task) => ({
          ...task,
          state: "OperationFinished" as const,
        }))),
    ],
    ["is gone meanwhile", "task-not-known", (bot: QuickBot) => (bot.em.tasks = [])],
  ] as const)("of a task that %s is not sent, and says so: %s", async (_, why, change) => {
    const bot = await stopping(change);
    expect(await how(bot)).toEqual({ is: "not-sent", why: { is: why } });
    expect(bot.em.deleted).toEqual([]);
  });

  it("of a run that is followed by now is not sent, and EM is not asked about its task", async () => {
    const bot = await stopping(async ({ store, watch }) => {
      const run = await watch();
      const phase = { is: "following", session: "session-1" } as const;
      await store.commit([{ put: "watches", key: run.id, value: { ...run, phase } }]);
    });
    expect(await how(bot)).toEqual({ is: "not-sent", why: { is: "task-ended" } });
    expect(bot.em.asked).not.toContain("removeTask");
  });

  it("that EM cannot be asked about waits, and is sent once it can", async () => {
    const bot = await stopping(({ em }) => em.fail("task", silence()));
    const [waiting] = await bot.store.all("orders");
    expect(waiting?.value.phase).toMatchObject({
      is: "approved",
      waits: { why: "Cannot reach EM" },
    });
    await bot.later(5);
    expect(bot.em.deleted).toEqual(["task-1"]);
  });

  it("of a run that nobody watches any more is not sent", async () => {
    const bot = await stopping(async ({ store, watch }) => {
      await store.commit([{ remove: "watches", key: (await watch()).id }]);
    });
    expect(await how(bot)).toEqual({ is: "not-sent", why: { is: "task-ended" } });
  });
});

describe("an answer of EM that may mean anything", () => {
  it.each(["server-error", "unreadable", "unauthorized", "busy"] as const)(
    "like %s may have been carried out: it is looked for",
    async (failure) => {
      const bot = await confirmed();
      bot.em.fail("startPlan", new EmError(failure, "EM", { perhapsDone: true }));
      await bot.look();
      expect((await bot.watch()).phase.is).toBe("looking");
    },
  );

  it("that surely was not carried out is no run", async () => {
    const bot = await confirmed();
    bot.em.fail("startPlan", silence());
    await bot.look();
    expect(await closedAs(bot)).toMatchObject({ why: { is: "refused" } });
  });
});

describe("policies that change while an order waits", () => {
  it("are asked about the order's plan at each try", async () => {
    const bot = await confirmed();
    bot.em.fail("plan", silence());
    await bot.look();
    const nobody: Policy = { people: {}, rules: [{ allow: ["read"], who: ["everyone"] }] };
    bot.policy = nobody;
    await bot.later(5);
    expect(await closedAs(bot)).toMatchObject({ why: { is: "no-longer-allowed" } });
    expect(bot.em.ordered).toEqual([]);
  });
});
