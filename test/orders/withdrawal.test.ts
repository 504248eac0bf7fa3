/** Who drops a question, who calls off what is confirmed, and what is stopped while it is sent. */
import { describe, expect, it } from "vitest";
import { takeDecision } from "../../src/orders/approval.ts";
import type { Policy, Rule } from "../../src/policy/policy.ts";
import { changing, meddling } from "../fakes/meddled-store.ts";
import { lostAnswer, refusal } from "../fakes/paper-em.ts";
import {
  BEGUN,
  EM_KEY,
  OPS,
  person,
  planOf,
  type QuickBot,
  startQuickBot,
} from "../fakes/quick-bot.ts";

const all: Rule = { allow: ["all"], who: ["everyone"] };
const read: Rule = { allow: ["read"], who: ["everyone"] };
const rules = (...of: Rule[]): Policy => ({ people: {}, rules: of });
const ben = { from: person("Ben") };
const cara = { from: person("Cara") };

async function asked(options: Parameters<typeof startQuickBot>[0] = {}) {
  const bot = await startQuickBot(options);
  await bot.say("start Plan A");
  return bot;
}

async function confirmed(options: Parameters<typeof startQuickBot>[0] = {}) {
  const bot = await asked(options);
  await bot.confirm(ben);
  return bot;
}

const stopOf = async ({ store }: QuickBot) =>
  [...(await store.all("orders")), ...(await store.all("past-orders"))]
    .map(({ value }) => value)
    .find(({ action }) => action === "stop") ?? expect.fail("nothing is to be stopped");
const howStopped = async (bot: QuickBot) => {
  const { phase } = await stopOf(bot);
  return phase.is === "closed" ? phase.how : phase;
};

describe("a question that somebody else asked", () => {
  it.each(["confirm", "start"])("is dropped by who may %s it, and nothing else", async (verb) => {
    const bot = await asked();
    bot.policy = rules(read, { allow: [verb], who: ["terminal:ben"] });
    await bot.say("cancel", ben);
    expect((await bot.past()).phase).toMatchObject({ how: { is: "cancelled", by: ben.from } });
  });

  it("is not dropped by who may only read", async () => {
    const bot = await asked();
    bot.policy = rules(read);
    await bot.say("cancel", ben);
    expect(bot.last()).toContain("Not allowed: cancel Plan A");
    expect((await bot.order()).phase.is).toBe("asked");
    await bot.say("cancel");
    expect((await bot.past()).phase).toMatchObject({
      how: { is: "cancelled", by: person("Anna") },
    });
  });
});

describe("what is confirmed and not sent yet", () => {
  const people = { Ben: { terminal: "ben", slack: "ben" } };
  const nobodyStops: Policy = {
    people,
    rules: [all, { deny: ["stop"], who: ["everyone"] }],
  };

  it.each([
    ["who asked", person("Anna")],
    ["who confirmed", person("Ben")],
    ["another account of who confirmed", person("Ben", "slack")],
  ])("is called off by %s, though nobody may stop", async (_, who) => {
    const bot = await confirmed({ policy: nobodyStops });
    const actor = { person: who, place: OPS, groups: [], membership: { is: "member" } as const };
    expect((await takeDecision(await bot.order(), "cancel", actor, bot.parts)).is).toBe(
      "cancelled",
    );
    await bot.look();
    expect(bot.em.ordered).toEqual([]);
  });

  it("is called off by others who may stop it, and not by others who may not", async () => {
    const bot = await confirmed();
    bot.policy = rules(all, { deny: ["stop"], who: ["terminal:cara"] });
    await bot.say("cancel", cara);
    expect(bot.last()).toContain("Not allowed: cancel Plan A");
    expect((await bot.order()).phase.is).toBe("approved");
    bot.policy = rules(read, { allow: ["stop"], who: ["terminal:cara"] });
    await bot.say("cancel", cara);
    expect((await bot.past()).phase).toMatchObject({ how: { is: "cancelled", by: cara.from } });
  });

  it("is not sent where it is called off while EM takes its time over the last look", async () => {
    const bot = await confirmed();
    bot.em.before("points", () => bot.chat.type("cancel"));
    await bot.look();
    expect(bot.em.ordered).toEqual([]);
    expect((await bot.past()).phase).toMatchObject({ how: { is: "cancelled" } });
  });
});

describe("a stop of what is being sent", () => {
  /** Typed while EM has the order and has not answered. */
  async function whileSending(
    act: (bot: QuickBot) => unknown = ({ chat }) => chat.type("stop Plan A"),
    options: Parameters<typeof startQuickBot>[0] = {},
  ) {
    const bot = await confirmed(options);
    bot.em.before("startPlan", () => act(bot));
    await bot.look();
    return bot;
  }

  it("is an order of its own, of who typed it, that needs no confirmation", async () => {
    const bot = await whileSending(async ({ chat, clock }) => {
      clock.advance(2000);
      await chat.type("stop Plan A", cara);
    });
    const stop = await stopOf(bot);
    const { id } = await bot.watch();
    expect(stop).toMatchObject({
      ...{ action: "stop", em: EM_KEY, plan: planOf(), shared: false, from: { points: "latest" } },
      ...{ points: [], notes: [], known: [], approvals: [], stops: { watch: id } },
      ...{ by: cara.from, asker: { person: cara.from, place: OPS }, place: OPS },
      ...{ askedAt: BEGUN + 2000, expiresAt: BEGUN + 302_000, confirmation: { by: "code" } },
      phase: { is: "approved", at: BEGUN + 2000, by: [cara.from] },
    });
    expect(await bot.store.get("holds", `${EM_KEY} cloud plan-1 stop`)).toEqual({
      version: 1,
      order: stop.id,
    });
    expect(await bot.store.get("topics", stop.topic)).toMatchObject({ closed: false });
    expect(bot.chat.transcript()).toContain('"Plan A" is being sent to EM already');
  });

  it("is carried out with the next look, as EM has told the task by then, and keeps which it was", async () => {
    const bot = await whileSending();
    expect(bot.em.deleted).toEqual([]);
    await bot.look();
    expect(bot.em.deleted).toEqual(["task-1"]);
    expect(await howStopped(bot)).toEqual({ is: "stopped" });
    const { id } = await bot.watch();
    expect((await stopOf(bot)).stops).toEqual({ watch: id, task: "task-1", logon: "logon-1" });
    const run = (await stopOf(bot)).id;
    const deeds = (await bot.audit()).filter((entry) => entry.run === run);
    expect(deeds.map(({ deed }) => deed)).toEqual(["asked", "confirmed", "sending", "accepted"]);
  });

  it("waits as long as the order is on its way: nothing is said of it, and nothing sent", async () => {
    const bot = await whileSending(async ({ chat, parts }) => {
      await chat.type("stop Plan A");
      const order = await parts.store.all("orders");
      const mine = order.filter(({ value }) => value.action === "start");
      expect(mine.map(({ value }) => value.phase.is)).toEqual(["sending"]);
    });
    const stop = await stopOf(bot);
    const begun = (await bot.past()).id;
    const watch = await bot.store.get("watches", begun);
    await bot.store.commit([{ remove: "watches", key: begun }]);
    for (const phase of [
      { is: "approved", at: bot.clock.now(), by: [] },
      { is: "sending", at: bot.clock.now(), by: [] },
    ] as const) {
      const past = await bot.store.get("past-orders", begun);
      await bot.store.commit([
        { put: "orders", key: begun, value: { ...(past ?? expect.fail()), em: "x", phase } },
      ]);
      await bot.look();
      expect((await stopOf(bot)).phase.is).toBe("approved");
    }
    expect(bot.em.deleted).toEqual([]);
    await bot.store.commit([
      { remove: "orders", key: begun },
      { put: "watches", key: begun, value: watch ?? expect.fail() },
    ]);
    await bot.look();
    expect((await stopOf(bot)).id).toBe(stop.id);
    expect(bot.em.deleted).toEqual(["task-1"]);
  });

  it("of an order that EM refuses says that there is nothing to stop", async () => {
    const bot = await whileSending(async ({ chat }) => {
      await chat.type("stop Plan A");
      throw refusal();
    });
    await bot.look();
    expect(await howStopped(bot)).toEqual({ is: "not-sent", why: { is: "never-sent" } });
    expect(bot.em.deleted).toEqual([]);
  });

  it("of an order whose answer is lost says that its task is not known", async () => {
    const bot = await whileSending(async ({ chat }) => {
      await chat.type("stop Plan A");
      throw lostAnswer();
    });
    await bot.look();
    expect(await howStopped(bot)).toMatchObject({ why: { is: "task-not-known" } });
    expect(bot.em.deleted).toEqual([]);
  });

  it("is asked for, where the policy wants others to approve it", async () => {
    const bot = await whileSending(({ chat }) => chat.type("stop Plan A", ben), {
      policy: rules(
        { ...all, allow: ["read", "start", "confirm"] },
        { ...all, allow: ["stop"], confirm: { by: "type", approvals: 1 } },
      ),
    });
    const stop = await bot.order();
    expect(stop).toMatchObject({ action: "stop", phase: { is: "asked" }, needs: { approvals: 1 } });
    expect(await bot.store.all("asks")).toHaveLength(1);
    await bot.say(`confirm ${stop.confirmation.code}`, cara);
    await bot.look();
    expect(bot.em.deleted).toEqual(["task-1"]);
  });

  it("is one: whoever comes second is told who stops it already", async () => {
    const bot = await whileSending(async ({ chat }) => {
      await chat.type("stop Plan A", cara);
      await chat.type("stop Plan A", ben);
    });
    const stops = (await bot.store.all("orders")).map(({ value }) => value.by.name);
    expect(stops).toEqual(["Cara"]);
    expect(bot.chat.transcript()).toMatch(/already.*: stop of Plan A\n[\s\S]*Asked by Cara/);
    expect((await bot.audit()).filter(({ deed }) => deed === "refused")).toMatchObject([
      { who: ben.from, what: "stop Plan A: It is held by another run" },
    ]);
  });
});

describe("who is called about a stop", () => {
  async function stopping(prepare: (bot: QuickBot) => unknown = () => undefined) {
    const bot = await confirmed({ config: { onCall: [{ platform: "slack", id: "oncall" }] } });
    await bot.look();
    await bot.say("stop Plan A", cara);
    await bot.confirm(cara);
    await prepare(bot);
    await bot.parts.watcher.tick();
    const { topics } = await bot.watch();
    const lines = (await bot.store.all("lines")).map(({ value }) => value);
    return lines.filter(({ topic }) => topics.includes(topic)).flatMap(({ card }) => card.notify);
  }
  const ids = (called: Awaited<ReturnType<typeof stopping>>) => called.map((one) => one?.id);

  it("is who ordered it, where EM has deleted the task", async () => {
    expect(ids(await stopping())).toEqual(["cara"]);
  });

  it("is everybody of the run and who is on call, where EM's answer is lost", async () => {
    const called = await stopping(({ em }) => em.fail("removeTask", lostAnswer()));
    expect(ids(called)).toEqual(["cara", "anna", "ben", "oncall"]);
  });
});

describe("a question whose asker may no longer ask", () => {
  const noLonger = rules(all, { deny: ["start"], who: ["terminal:anna"] });

  it("is withdrawn by whoever confirms it; the plan is free, and its name confirms no other", async () => {
    const bot = await asked();
    bot.policy = noLonger;
    await bot.confirm(ben);
    expect((await bot.past()).phase).toMatchObject({
      how: { is: "not-sent", why: { is: "no-longer-allowed", who: person("Anna") } },
    });
    expect(await bot.store.all("asks")).toEqual([]);
    expect(await bot.store.all("holds")).toEqual([]);
    expect((await bot.audit()).at(-1)).toMatchObject({ deed: "refused", who: ben.from });
    bot.clock.advance(599_999);
    await bot.say("start Plan A", ben);
    expect((await bot.order()).confirmation.by).toBe("code");
  });

  it("is not withdrawn where somebody has dropped it meanwhile", async () => {
    const meddler = meddling();
    const bot = await asked({ wrap: meddler.wrap });
    const order = await bot.order();
    bot.policy = noLonger;
    const actor = { person: cara.from, place: OPS, groups: [] };
    const member = { ...actor, membership: { is: "member" } as const };
    meddler.before(changing("orders"), (store) =>
      takeDecision(order, "cancel", member, {
        ...bot.parts,
        store,
        locks: { ...bot.parts.locks, exclusively: (_, act) => act() },
      }),
    );
    await bot.confirm(ben);
    expect(meddler.done).toBe(1);
    expect((await bot.past()).phase).toMatchObject({ how: { is: "cancelled", by: cara.from } });
    expect(await bot.deeds()).toEqual(["asked", "cancelled", "refused"]);
  });
});

describe("people of whom it cannot be read whether they still may", () => {
  const group: Policy = rules(
    read,
    { ...all, allow: ["confirm"] },
    { allow: ["start"], who: ["slack-group:S1"] },
  );
  const onSlack = (name: string) => ({ from: person(name, "slack") });
  const unread = "Slack does not answer";

  async function askedBySomebodyInAGroup() {
    const bot = await startQuickBot({
      platforms: ["slack"],
      announceIn: [],
      policy: group,
    });
    await bot.say("start Plan A", { ...onSlack("Anna"), groups: ["S1"] });
    return bot;
  }

  it("keep the question open, and who confirms is told of whom and why", async () => {
    const bot = await askedBySomebodyInAGroup();
    bot.chat.groupsNow.set("anna", unread);
    const { confirmation } = await bot.order();
    await bot.say(`confirm ${confirmation.code}`, onSlack("Ben"));
    expect((await bot.order()).phase.is).toBe("asked");
    expect(bot.last()).toContain("Anna");
    expect(bot.last()).toContain(unread);
  });

  it("make a confirmed order wait, and say of whom and why, also when it is too late", async () => {
    const bot = await askedBySomebodyInAGroup();
    const { confirmation } = await bot.order();
    await bot.say(`confirm ${confirmation.code}`, onSlack("Ben"));
    bot.chat.groupsNow.set("anna", unread);
    await bot.look();
    const of = person("Anna", "slack");
    expect((await bot.order()).phase).toMatchObject({ waits: { why: unread, of } });
    await bot.later(120);
    expect((await bot.past()).phase).toMatchObject({
      how: { why: { is: "too-late", waited: unread, of } },
    });
    expect(bot.em.ordered).toEqual([]);
  });

  it("come after those who surely may no longer: the question is withdrawn", async () => {
    const bot = await askedBySomebodyInAGroup();
    const { confirmation } = await bot.order();
    await bot.say(`confirm ${confirmation.code}`, onSlack("Ben"));
    bot.chat.groupsNow.set("anna", unread);
    bot.policy = rules(read, ...group.rules.slice(2));
    await bot.look();
    expect((await bot.past()).phase).toMatchObject({
      how: { why: { is: "no-longer-allowed", who: person("Ben", "slack") } },
    });
  });
});
