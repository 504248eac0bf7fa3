/** What is no longer as it was shown, when the order is about to be sent. */
import { describe, expect, it } from "vitest";
import type { FailoverPlan } from "../../src/em/types.ts";
import type { Policy } from "../../src/policy/policy.ts";
import type { Order } from "../../src/records/order.ts";
import { forbidden, lostAnswer, missing, silence } from "../fakes/paper-em.ts";
import {
  BEGUN,
  over,
  person,
  planOf,
  pointOf,
  type QuickBot,
  sessionOf,
  startQuickBot,
} from "../fakes/quick-bot.ts";

async function confirmed(
  prepare: (bot: QuickBot) => void = () => undefined,
  line = "start Plan A",
) {
  const bot = await startQuickBot();
  prepare(bot);
  await bot.say(line);
  await bot.confirm({ from: person("Ben") });
  return bot;
}

const edited = (change: Partial<FailoverPlan>) => (bot: QuickBot) => {
  bot.em.plans = [planOf(change), ...bot.em.plans.slice(1)];
};
const closedAs = async (bot: QuickBot) => {
  const { phase } = await bot.past();
  return phase.is === "closed" && phase.how.is === "not-sent" ? phase.how.why : phase;
};

async function isAskedAnew(bot: QuickBot, change: object): Promise<Order> {
  expect(bot.em.ordered).toEqual([]);
  expect(await closedAs(bot)).toEqual({ is: "changed", change });
  const fresh = await bot.order();
  expect(fresh.phase).toEqual({ is: "asked" });
  return fresh;
}

describe("a plan that is not as it was shown", () => {
  const tenant = { id: "tenant-1", name: "ABC" };
  const vms = planOf().vms;
  const other = (vm: object) => [{ ...vms[0], ...vm }, ...vms.slice(1)] as FailoverPlan["vms"];
  it.each<[string, Partial<FailoverPlan>]>([
    ["has another name", { name: "Plan A2" }],
    ["is of another tenant", { tenant: { ...tenant, id: "tenant-2" } }],
    ["is of a tenant with another name", { tenant: { ...tenant, name: "ABD" } }],
    ["has another VM", { vms: other({ name: "c" }) }],
    ["starts its VMs in another order", { vms: other({ order: 5 }) }],
    ["has lost a VM", { vms: vms.slice(1) }],
    ["runs another command before", { commandBefore: "rm -r" }],
    ["runs another command after", { commandAfter: "rm -r" }],
  ])("%s: nothing is sent, and it is asked anew", async (_, change) => {
    const bot = await confirmed();
    edited(change)(bot);
    await bot.look();
    const fresh = await isAskedAnew(bot, { is: "plan-edited" });
    expect(fresh.plan).toMatchObject(change);
  });

  it("shares its name since then: it is asked anew, and says so", async () => {
    const bot = await confirmed();
    const twin = planOf({ id: "plan-2", tenant: { id: "t2", name: "Other" } });
    bot.em.plans = [planOf(), twin];
    await bot.look();
    expect((await isAskedAnew(bot, { is: "plan-edited" })).shared).toBe(true);
  });

  it("shares its name no longer: it is asked anew", async () => {
    const twin = planOf({ id: "plan-2", tenant: { id: "t2", name: "Other" }, vms: [] });
    const bot = await confirmed(({ em }) => em.plans.push(twin), "start Plan A @ ABC");
    bot.em.plans = [planOf()];
    await bot.look();
    expect((await isAskedAnew(bot, { is: "plan-edited" })).shared).toBe(false);
  });

  it("has another description alone: that was not shown, and it is sent", async () => {
    const bot = await confirmed();
    edited({ description: "edited" })(bot);
    await bot.look();
    expect(bot.em.ordered).toHaveLength(1);
  });

  it("is gone: nothing is sent, and that is said", async () => {
    const bot = await confirmed();
    bot.em.plans = [];
    await bot.look();
    expect(bot.em.ordered).toEqual([]);
    expect(await closedAs(bot)).toEqual({ is: "plan-gone" });
    expect(bot.last()).toContain("EM no longer has this plan. Nothing was sent.");
    expect(await bot.store.all("holds")).toEqual([]);
  });
});

describe("restore points that are not as they were shown", () => {
  it.each([
    ["a newer one", pointOf("a", { id: "newer", name: "a at six", createdAt: BEGUN - 1000 })],
    ["one in another state", pointOf("a", { state: "Failover" })],
  ])("%s: it is asked anew, and the VM is named", async (_, point) => {
    const bot = await confirmed();
    bot.em.points = [point, pointOf("b")];
    await bot.look();
    await isAskedAnew(bot, { is: "points-changed", vms: ["a"] });
  });

  it("of several replicas since then: it is asked anew", async () => {
    const bot = await confirmed();
    const replica = { id: "replica-x", name: "Another" };
    bot.em.points = [...bot.em.points, pointOf("b", { id: "x", replica, createdAt: 0 })];
    await bot.look();
    await isAskedAnew(bot, { is: "points-changed", vms: ["b"] });
  });

  it("that CDP makes all the time are no change, as long as their state is the same", async () => {
    const bot = await confirmed(({ em }) => {
      em.points = em.points.map((point) => ({ ...point, type: "CDP" }));
    });
    bot.em.points = ["a", "b"].map((vm) =>
      pointOf(vm, { type: "CDP", name: `${vm} a second ago`, createdAt: BEGUN - 1000 }),
    );
    await bot.look();
    expect(bot.em.ordered).toHaveLength(1);
  });

  it("of CDP in another state are a change", async () => {
    const bot = await confirmed(({ em }) => {
      em.points = em.points.map((point) => ({ ...point, type: "CDP" }));
    });
    bot.em.points = bot.em.points.map((point) => ({ ...point, state: "Unknown" }));
    await bot.look();
    await isAskedAnew(bot, { is: "points-changed", vms: ["a", "b"] });
  });
});

describe("what else the question said", () => {
  it("has changed: it is asked anew", async () => {
    const bot = await confirmed(({ em }) => em.fail("sessions", forbidden()));
    await bot.look();
    const fresh = await isAskedAnew(bot, { is: "notes-changed" });
    expect(fresh.notes).toEqual([]);
  });

  it("has something more to say: it is asked anew", async () => {
    const bot = await confirmed();
    bot.em.fail("sessions", forbidden());
    await bot.look();
    const fresh = await isAskedAnew(bot, { is: "notes-changed" });
    expect(fresh.notes).toEqual([{ is: "sessions-not-readable" }]);
  });

  it("was told in an older bot's words: that is not compared", async () => {
    const bot = await confirmed();
    const order = await bot.order();
    const notes = [{ is: "told", text: "As it was said then." }] as const;
    await bot.store.commit([{ put: "orders", key: order.id, value: { ...order, notes } }]);
    await bot.look();
    expect(bot.em.ordered).toHaveLength(1);
  });

  it("of an undo, since when the plan is failed over: it is asked anew", async () => {
    const ended = (id: string, createdAt: number) =>
      sessionOf({ id, state: "Stopped", result: "Success", createdAt, endedAt: createdAt + 1000 });
    const bot = await confirmed(({ em }) => {
      em.points = over("a", "b");
      em.sessions = [ended("s1", BEGUN - 9_000_000)];
    }, "undo Plan A");
    bot.em.sessions = [ended("s2", BEGUN - 5000), ...bot.em.sessions];
    await bot.look();
    expect((await isAskedAnew(bot, { is: "notes-changed" })).since).toBe(BEGUN - 5000);
  });

  it("of an undo, that nothing is failed over any more: the new question tells no time of it", async () => {
    const bot = await confirmed(({ em }) => {
      em.points = over("a", "b");
      const ended = { state: "Stopped", result: "Success", createdAt: BEGUN - 9_000_000 } as const;
      em.sessions = [sessionOf({ id: "s1", ...ended, endedAt: BEGUN - 8_000_000 })];
    }, "undo Plan A");
    bot.em.points = [pointOf("a"), pointOf("b")];
    await bot.look();
    const change = { is: "points-changed", vms: ["a", "b"] };
    expect(await isAskedAnew(bot, change)).not.toHaveProperty("since");
  });
});

describe("what is in the way since the decision", () => {
  it("a session that somebody started: nothing is sent, and it is named", async () => {
    const bot = await confirmed();
    bot.em.sessions = [sessionOf()];
    await bot.look();
    expect(bot.em.ordered).toEqual([]);
    expect(await closedAs(bot)).toEqual({
      is: "blocked",
      by: [{ is: "session-runs", plan: "Plan A", shared: false }],
    });
    expect(bot.chat.transcript()).toMatch(
      /A failover session of plan "Plan A" runs, .* Nothing was sent\./,
    );
    expect(await bot.store.all("holds")).toEqual([]);
  });

  it("an order of ours to the same tenant: nothing is sent, and its plan is named", async () => {
    const second = planOf({ id: "plan-2", name: "Plan B" });
    const bot = await confirmed(({ em }) => em.plans.push(second));
    await bot.say("start Plan B");
    await bot.confirm();
    await bot.look();
    expect(bot.em.ordered).toHaveLength(1);
    const [first] = bot.em.ordered;
    const closed = await bot.store.all("past-orders");
    const blocked = closed.flatMap(({ value: { phase } }) =>
      phase.is === "closed" && phase.how.is === "not-sent" ? [phase.how.why] : [],
    );
    const plan = first?.plan.name;
    expect(blocked).toEqual([{ is: "blocked", by: [{ is: "order-with-em", plan }] }]);
  });
});

const rules = (...of: Policy["rules"]): Policy => ({ people: {}, rules: of });
const all = { allow: ["all"], who: ["everyone"] };

describe("who decided and may no longer", () => {
  it("whoever asked: nothing is sent, and who it is is said", async () => {
    const bot = await confirmed();
    bot.policy = rules(all, { deny: ["start"], who: ["terminal:anna"] });
    await bot.look();
    expect(bot.em.ordered).toEqual([]);
    expect(await closedAs(bot)).toEqual({ is: "no-longer-allowed", who: person("Anna") });
    expect(bot.last()).toContain("Anna is no longer allowed to do this. Nothing was sent.");
  });

  it("whoever confirmed: nothing is sent", async () => {
    const bot = await confirmed();
    bot.policy = rules(all, { deny: ["confirm"], who: ["terminal:ben"] });
    await bot.look();
    expect(bot.em.ordered).toEqual([]);
    expect(await closedAs(bot)).toEqual({ is: "no-longer-allowed", who: person("Ben") });
  });

  it("while EM takes its time over the last look: nothing is sent", async () => {
    const bot = await confirmed();
    bot.em.before("points", () => {
      bot.policy = rules(all, { deny: ["start"], who: ["terminal:anna"] });
    });
    await bot.look();
    expect(bot.em.ordered).toEqual([]);
    expect(await closedAs(bot)).toEqual({ is: "no-longer-allowed", who: person("Anna") });
  });

  it("meanwhile, of a plan that is gone: that it is gone is said", async () => {
    const bot = await confirmed();
    bot.em.before("plan", () => {
      bot.policy = rules(all, { deny: ["start"], who: ["terminal:anna"] });
      bot.em.plans = [];
    });
    await bot.look();
    expect(await closedAs(bot)).toEqual({ is: "plan-gone" });
  });

  it("whoever asked, for the plan as it is now: it is not asked anew either", async () => {
    const bot = await confirmed();
    bot.policy = rules(all, { deny: ["start"], who: ["everyone"], plans: ["Plan B"] });
    edited({ name: "Plan B" })(bot);
    await bot.look();
    expect(await closedAs(bot)).toEqual({
      is: "no-longer-allowed",
      who: person("Anna"),
      change: { is: "plan-edited" },
    });
    expect(await bot.store.all("orders")).toEqual([]);
  });

  it("alone, as the policy wants more of them now: nothing is sent", async () => {
    const bot = await confirmed();
    bot.policy = rules({ ...all, confirm: { by: "type", approvals: 1 } });
    await bot.look();
    expect(bot.em.ordered).toEqual([]);
    expect(await closedAs(bot)).toEqual({ is: "more-approvals" });
    expect(bot.last()).toContain("The policy asks for more approvals now");
  });
});

describe("a question asked anew", () => {
  const strictOnB: Policy = {
    people: {},
    rules: [
      {
        allow: ["all"],
        who: ["everyone"],
        plans: ["Plan A"],
        confirm: { by: "press", approvals: 0 },
      },
      {
        allow: ["start", "confirm"],
        who: ["everyone"],
        plans: ["Plan B"],
        confirm: { by: "type", approvals: 2 },
      },
      { allow: ["read"], who: ["everyone"] },
    ],
  };

  it("is confirmed in the way that the policy wants for the plan as it is now", async () => {
    const bot = await startQuickBot({ policy: strictOnB });
    await bot.say("start Plan A");
    await bot.chat.press(`confirm:${(await bot.order()).id}`);
    edited({ name: "Plan B" })(bot);
    await bot.look();
    const fresh = await isAskedAnew(bot, { is: "plan-edited" });
    expect(fresh.needs).toEqual({ by: "type", approvals: 2 });
    await bot.chat.press(`confirm:${fresh.id}`);
    await bot.look();
    expect(bot.em.ordered).toEqual([]);
  });

  it("is another one: with an id, a code and a time of its own, and no approvals yet", async () => {
    const bot = await confirmed();
    const was = await bot.order();
    edited({ commandAfter: "echo" })(bot);
    bot.clock.advance(60_000);
    await bot.look();
    const fresh = await isAskedAnew(bot, { is: "plan-edited" });
    expect(fresh).toMatchObject({
      approvals: [],
      askedAt: BEGUN + 60_000,
      expiresAt: BEGUN + 360_000,
      confirmation: { by: "code" },
      topic: was.topic,
      by: was.by,
    });
    expect(fresh.id).not.toBe(was.id);
    expect(fresh.confirmation.code).not.toBe(was.confirmation.code);
    const [hold] = await bot.store.all("holds");
    expect(hold?.value.order).toBe(fresh.id);
    expect((await bot.store.all("asks")).map(({ key }) => key)).toEqual([fresh.id]);
  });

  it("names who may confirm it, by the policy as it is now", async () => {
    const bot = await confirmed();
    bot.policy = rules(
      { ...all, allow: ["read", "start"] },
      { allow: ["confirm"], who: ["terminal:ben", "terminal:cara"] },
    );
    edited({ commandAfter: "echo" })(bot);
    await bot.look();
    const fresh = await isAskedAnew(bot, { is: "plan-edited" });
    expect(fresh.mayConfirm).toEqual(["terminal:ben", "terminal:cara"]);
  });

  it("is told in the thread, with its asker called, and in the audit log, as void and asked", async () => {
    const bot = await confirmed();
    const was = await bot.order();
    edited({ commandAfter: "echo" })(bot);
    await bot.look();
    const line = bot.chat.messages.at(-1)?.versions[0];
    expect(line).toMatchObject({
      title: "The approval is void, and nothing was sent",
      notify: [person("Anna")],
    });
    expect(bot.root()).toContain("[question]");
    const fresh = await bot.order();
    const told = (await bot.audit()).slice(-2).map(({ deed, run }) => [deed, run]);
    expect(told).toEqual([
      ["void", was.id],
      ["asked", fresh.id],
    ]);
  });

  it("keeps the plan's name from confirming it, and its code confirms", async () => {
    const bot = await confirmed();
    edited({ commandAfter: "echo" })(bot);
    await bot.look();
    await bot.say("confirm Plan A");
    expect((await bot.order()).phase.is).toBe("asked");
    await bot.confirm();
    await bot.look();
    expect(bot.em.ordered).toMatchObject([{ plan: { commandAfter: "echo" } }]);
  });

  it("shows what EM said now, how long it took before included", async () => {
    const bot = await confirmed();
    edited({ commandAfter: "echo" })(bot);
    const ended = { state: "Stopped", result: "Success", createdAt: BEGUN - 90_000 } as const;
    bot.em.sessions = [sessionOf({ ...ended, endedAt: BEGUN - 30_000 })];
    await bot.look();
    const fresh = await isAskedAnew(bot, { is: "plan-edited" });
    expect(fresh.tookMs).toEqual([60_000]);
    expect(fresh.known).toEqual(["session-1"]);
  });
});

describe("an EM that cannot be asked for the last time", () => {
  it("is asked again at the next look, and the card says why it waits", async () => {
    const bot = await confirmed();
    bot.em.fail("plan", silence());
    await bot.look();
    expect(bot.em.ordered).toEqual([]);
    const { phase } = await bot.order();
    expect(phase).toMatchObject({
      is: "approved",
      waits: { why: "Cannot reach EM", until: BEGUN + 120_000 },
    });
    expect(bot.root()).toContain("EM cannot be asked: Cannot reach EM. I try until");
    await bot.later(5);
    expect(bot.em.ordered).toHaveLength(1);
  });

  it("keeps the first reason on the card", async () => {
    const bot = await confirmed();
    bot.em.fail("plan", silence());
    bot.em.fail("plan", forbidden());
    await bot.look();
    await bot.later(5);
    expect((await bot.order()).phase).toMatchObject({ waits: { why: "Cannot reach EM" } });
  });

  it("a fault of the bot's own is no answer of EM: nothing is sent, and the look fails", async () => {
    const bot = await confirmed();
    bot.em.before("plan", () => {
      throw new TypeError("a fault");
    });
    await expect(bot.look()).rejects.toThrow("a fault");
    expect((await bot.order()).phase.is).toBe("approved");
    expect(bot.em.ordered).toEqual([]);
  });

  it("that knows no such plan means that the plan is gone", async () => {
    const bot = await confirmed();
    bot.em.fail("plan", missing());
    await bot.look();
    expect(await closedAs(bot)).toEqual({ is: "plan-gone" });
  });
});

describe("sessions that somebody made between question and order", () => {
  it("do not pass for ours when the answer is lost", async () => {
    const bot = await confirmed();
    const theirs = sessionOf({
      id: "theirs",
      state: "Stopped",
      result: "Success",
      createdAt: BEGUN + 1000,
      endedAt: BEGUN + 2000,
    });
    bot.em.sessions = [theirs];
    bot.em.fail("startPlan", lostAnswer(), true);
    await bot.look();
    const ours = async () => {
      const all = (await bot.store.all("watches")).map(({ value }) => value);
      return all.find((one) => one.of === "failover" && one.order) ?? expect.fail();
    };
    expect(await ours()).toMatchObject({ order: { known: ["theirs"] } });
    await bot.later(5);
    expect((await ours()).phase.is).toBe("looking");
    bot.em.sessions = [theirs, sessionOf({ id: "ours", createdAt: BEGUN + 3000 })];
    await bot.later(5);
    expect((await ours()).phase).toMatchObject({ is: "following", session: "ours" });
  });

  it("are known beside those of the question", async () => {
    const ended = (id: string) =>
      sessionOf({ id, state: "Stopped", result: "Success", createdAt: BEGUN - 90_000 });
    const bot = await confirmed(({ em }) => {
      em.sessions = [ended("before")];
    });
    bot.em.sessions = [ended("since")];
    await bot.look();
    expect((await bot.watch()).order?.known).toEqual(["before", "since"]);
  });
});
