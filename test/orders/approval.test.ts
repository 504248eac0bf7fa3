/** Who decides on a question, when it counts, and what is saved of it. */
import { describe, expect, it } from "vitest";
import { expire, takeDecision } from "../../src/orders/approval.ts";
import type { Policy } from "../../src/policy/policy.ts";
import type { Order } from "../../src/records/order.ts";
import { localLocks } from "../../src/store/locks.ts";
import type { Conditional, Store } from "../../src/store/store.ts";
import { type Meddling, meddling } from "../fakes/meddled-store.ts";
import { OPS, person, planOf, type QuickBot, startQuickBot } from "../fakes/quick-bot.ts";

const FIVE_MINUTES_MS = 300_000;
const ben = { from: person("Ben") };
const cara = { from: person("Cara") };

const byTwoOthers: Policy = {
  people: {
    Anna: { terminal: "anna" },
    Ben: { terminal: "ben" },
    Cara: { terminal: "cara", slack: "cara" },
  },
  rules: [{ allow: ["all"], who: ["everyone"], confirm: { by: "type", approvals: 2 } }],
};
const byPressing: Policy = {
  people: {},
  rules: [{ allow: ["all"], who: ["everyone"], confirm: { by: "press", approvals: 0 } }],
};

interface Scene {
  readonly bot: QuickBot;
  readonly meddler: Meddling;
  readonly asked: Order;
}

async function question(policy?: Policy): Promise<Scene> {
  const meddler = meddling();
  const bot = await startQuickBot({ wrap: meddler.wrap, ...(policy ? { policy } : {}) });
  await bot.say("start Plan A because of fire");
  return { bot, meddler, asked: await bot.order() };
}

const decide = (
  { parts, store }: QuickBot,
  order: Order,
  decision: "confirm" | "cancel",
  who = "Ben",
  beside: { store?: Store; clock?: { now(): number } } = {},
) =>
  takeDecision(
    order,
    decision,
    { person: person(who), place: OPS, groups: [], membership: { is: "member" } as const },
    {
      ...parts,
      /** Of another process. */
      locks: localLocks(),
      store: beside.store ?? store,
      clock: { ...parts.clock, ...beside.clock },
    },
  );

const closing = (change: Conditional) => "put" in change && change.put === "past-orders";
const granting = (change: Conditional) =>
  "put" in change && change.put === "orders" && change.value.phase.is === "approved";

async function isFree({ store }: QuickBot): Promise<boolean> {
  return (await store.all("holds")).length === 0;
}

describe("the last moment of a question", () => {
  const justBefore = (bot: QuickBot) => ({ now: () => bot.clock.now() - 1 });

  it("whoever confirmed just before it closes has started the failover", async () => {
    const { bot, meddler, asked } = await question();
    bot.clock.advance(FIVE_MINUTES_MS);
    meddler.before(closing, (store) =>
      decide(bot, asked, "confirm", "Ben", { store, clock: justBefore(bot) }),
    );
    await bot.look();
    expect(meddler.done).toBe(1);
    expect(await bot.order()).toMatchObject({ phase: { is: "approved" } });
    await bot.look();
    expect(bot.em.ordered).toHaveLength(1);
    expect(await bot.deeds()).not.toContain("expired");
  });

  it("whoever confirms when it has just closed is told so, and nothing is sent", async () => {
    const { bot, meddler, asked } = await question();
    meddler.before(granting, async (store) => {
      await expire(asked, store, bot.clock.now());
    });
    const taken = await decide(bot, asked, "confirm");
    expect(meddler.done).toBe(1);
    expect(taken.is).toBe("already-decided");
    expect(await bot.store.all("orders")).toEqual([]);
    expect(await isFree(bot)).toBe(true);
    await bot.look();
    expect(bot.em.ordered).toEqual([]);
    expect(await bot.deeds()).not.toContain("confirmed");
  });

  it("is over at the very moment that it names", async () => {
    const { bot, asked } = await question();
    bot.clock.advance(FIVE_MINUTES_MS - 1);
    await bot.look();
    expect((await bot.order()).phase).toEqual({ is: "asked" });
    bot.clock.advance(1);
    expect((await decide(bot, asked, "confirm")).is).toBe("expired");
    expect((await bot.past()).phase).toEqual({
      is: "closed",
      at: bot.clock.now(),
      how: { is: "expired" },
    });
  });

  it("closes it by itself: the plan is free, and the card, a line and the audit log say so", async () => {
    const { bot } = await question();
    await bot.later(300);
    expect(await isFree(bot)).toBe(true);
    expect(await bot.store.all("asks")).toEqual([]);
    expect(bot.root()).toContain("Nobody approved it in time. Nothing was sent.");
    expect(bot.last()).toContain("The question has closed");
    const [entry] = (await bot.audit()).slice(-1);
    expect(entry).toMatchObject({
      deed: "expired",
      where: OPS,
      what: "Nobody approved it in time",
    });
    expect(entry?.run).toBe((await bot.past()).id);
    expect(await bot.store.all("topics")).toEqual([]);
  });
});

describe("a decision that others have taken", () => {
  it.each(["confirm", "cancel"] as const)("to %s is saved once", async (decision) => {
    const { bot, asked } = await question();
    const taken = await Promise.all(
      ["Ben", "Cara", "Dora"].map((who) => decide(bot, asked, decision, who)),
    );
    expect(taken.map(({ is }) => is).sort()).toEqual([
      "already-decided",
      "already-decided",
      decision === "confirm" ? "granted" : "cancelled",
    ]);
  });

  it("in another process is found out when it is saved", async () => {
    const { bot, meddler, asked } = await question();
    meddler.before(granting, (store) => decide(bot, asked, "cancel", "Cara", { store }));
    expect((await decide(bot, asked, "confirm")).is).toBe("already-decided");
    expect((await bot.past()).phase).toMatchObject({
      how: { is: "cancelled", by: person("Cara") },
    });
    expect(await bot.deeds()).toEqual(["asked", "cancelled"]);
  });

  it("cannot be taken on an order that nobody knows", async () => {
    const { bot, asked } = await question();
    await expect(decide(bot, { ...asked, id: "run-nobody" }, "confirm")).rejects.toThrow(
      "There is no order run-nobody",
    );
  });
});

describe("a confirmation", () => {
  it("is saved with who gave it and when, and is not sent by whoever saves it", async () => {
    const { bot } = await question();
    bot.clock.advance(10_000);
    await bot.confirm(ben);
    expect(await bot.order()).toMatchObject({
      phase: { is: "approved", at: bot.clock.now(), by: [person("Ben")] },
    });
    expect(await bot.store.all("asks")).toEqual([]);
    expect(bot.em.ordered).toEqual([]);
    expect(bot.root()).toContain("Approved, being sent to EM: ");
    expect(bot.last()).toBe("Approved by Ben");
    expect((await bot.audit()).at(-1)).toMatchObject({
      deed: "confirmed",
      at: bot.clock.now(),
      who: person("Ben"),
      where: OPS,
      why: "of fire",
    });
  });

  it("makes the watcher look at once", async () => {
    const { bot } = await question();
    let woken = 0;
    bot.parts.wakeups.on("watch", () => {
      woken += 1;
    });
    await bot.confirm();
    expect(woken).toBe(1);
  });

  it("given elsewhere has in the audit log where it was given", async () => {
    const { bot, asked } = await question();
    const place = { platform: "terminal", channel: "other" } as const;
    const { confirmation } = asked;
    await bot.say(`confirm ${confirmation.code}`, { ...ben, place });
    expect((await bot.audit()).at(-1)).toMatchObject({ deed: "confirmed", where: place });
  });
});

describe("who may decide", () => {
  const onlyPlanB: Policy = {
    people: { Anna: { terminal: "anna" }, Ben: { terminal: "ben" } },
    rules: [
      { allow: ["all"], who: ["Anna"], confirm: { by: "press", approvals: 0 } },
      { allow: ["read"], who: ["Ben"] },
      { allow: ["confirm", "cancel", "start"], who: ["Ben"], plans: ["Plan B"] },
    ],
  };

  const onlyAnnaAsks: Policy = {
    people: {},
    rules: [
      { allow: ["all"], who: ["terminal:anna"] },
      { allow: ["read", "confirm"], who: ["everyone"] },
    ],
  };

  it.each(["typed", "pressed"])("on some plans does not decide on others: %s", async (how) => {
    const { bot, asked } = await question(onlyPlanB);
    if (how === "typed") await bot.say(`confirm ${asked.confirmation.code}`, ben);
    else await bot.chat.press(`confirm:${asked.id}`, "Plan A", ben);
    expect(bot.last()).toContain("Not allowed: confirm Plan A");
    expect((await bot.order()).phase).toEqual({ is: "asked" });
    expect((await bot.audit()).at(-1)).toMatchObject({ deed: "refused", who: person("Ben") });
  });

  it("on a plan decides on that", async () => {
    const { bot } = await question(onlyPlanB);
    bot.em.plans = [
      planOf(),
      planOf({ id: "plan-2", name: "Plan B", tenant: { id: "t2", name: "B" } }),
    ];
    await bot.say("start Plan B");
    await bot.confirm(ben);
    const approved = (await bot.store.all("orders")).filter(
      ({ value }) => value.phase.is === "approved",
    );
    expect(approved.map(({ value }) => value.plan.name)).toEqual(["Plan B"]);
  });

  it("asked for it and may no longer, does not confirm it, though confirming is still allowed", async () => {
    const { bot } = await question();
    bot.policy = { people: {}, rules: [{ allow: ["read", "confirm"], who: ["everyone"] }] };
    await bot.confirm();
    expect((await bot.order()).phase).toEqual({ is: "asked" });
    expect(bot.last()).toContain("Not allowed: confirm Plan A");
  });

  it("and asked for it, is allowed to confirm, not only to ask", async () => {
    const { bot, asked } = await question();
    bot.policy = { people: {}, rules: [{ allow: ["read", "start"], who: ["everyone"] }] };
    expect(await decide(bot, asked, "confirm", "Anna")).toMatchObject({ is: "not-allowed" });
    expect((await bot.order()).phase).toEqual({ is: "asked" });
  });

  it("and asked for it, does not confirm it where that is forbidden to him or her", async () => {
    const { bot, asked } = await question();
    bot.policy = {
      people: {},
      rules: [
        { allow: ["all"], who: ["everyone"] },
        { deny: ["confirm"], who: ["terminal:anna"] },
      ],
    };
    expect((await decide(bot, asked, "confirm", "Anna")).is).toBe("not-allowed");
    expect((await decide(bot, asked, "confirm", "Ben")).is).toBe("granted");
  });

  it("is somebody else than who may only ask", async () => {
    const { bot } = await question();
    bot.policy = { people: {}, rules: [{ allow: ["read", "start"], who: ["everyone"] }] };
    await bot.chat.press(`confirm:${(await bot.order()).id}`, "Plan A", ben);
    expect((await bot.order()).phase).toEqual({ is: "asked" });
  });

  it("need not be allowed to ask", async () => {
    const { bot } = await question();
    bot.policy = onlyAnnaAsks;
    await bot.confirm(ben);
    expect((await bot.order()).phase.is).toBe("approved");
  });

  it("on another platform is nobody's namesake by id", async () => {
    const { bot, asked } = await question();
    bot.policy = onlyAnnaAsks;
    const namesake = {
      person: person("Anna", "slack"),
      place: OPS,
      groups: [],
      membership: { is: "member" } as const,
    };
    expect((await takeDecision(asked, "confirm", namesake, bot.parts)).is).toBe("granted");
  });
});

describe("approvals by others", () => {
  it("are counted one by one, and the card, a line and the audit log have each", async () => {
    const { bot } = await question(byTwoOthers);
    await bot.confirm(ben);
    expect(await bot.order()).toMatchObject({
      phase: { is: "asked" },
      approvals: [{ person: person("Ben") }],
    });
    expect(bot.last()).toBe("Approved by Ben; 1 approval still needed");
    expect(bot.root()).toContain("1 of 2 approved so far: Ben.");
    await bot.confirm(cara);
    expect((await bot.order()).phase).toMatchObject({
      is: "approved",
      by: [person("Ben"), person("Cara")],
    });
    const entries = (await bot.audit()).map(({ deed, who }) => [deed, who?.name]);
    expect(entries).toEqual([
      ["asked", "Anna"],
      ["approved", "Ben"],
      ["confirmed", "Cara"],
    ]);
  });

  it("keep the question open for the sweep that closes it", async () => {
    const { bot } = await question(byTwoOthers);
    await bot.confirm(ben);
    expect(await bot.store.all("asks")).toHaveLength(1);
  });

  const dora = person("Dora", "slack");
  it.each([
    ["of whoever asked", person("Anna"), { is: "own", needed: 2 }],
    ["given a second time", person("Ben"), { is: "approved-already" }],
    [
      "of an account that may be the one of whoever asked",
      dora,
      { is: "perhaps-one", me: dora, other: person("Anna") },
    ],
  ])("%s does not count", async (_, who, why) => {
    const { bot, asked } = await question(byTwoOthers);
    await bot.confirm(ben);
    const actor = { person: who, place: OPS, groups: [], membership: { is: "member" } as const };
    expect(await takeDecision(asked, "confirm", actor, bot.parts)).toMatchObject({
      is: "not-another",
      why,
    });
    expect((await bot.order()).approvals).toHaveLength(1);
  });

  it("of the second account of somebody who has approved does not count", async () => {
    const { bot, asked } = await question(byTwoOthers);
    await bot.confirm(cara);
    const again = {
      person: person("Cara", "slack"),
      place: OPS,
      groups: [],
      membership: { is: "member" } as const,
    };
    expect(await takeDecision(asked, "confirm", again, bot.parts)).toMatchObject({
      why: { is: "approved-already" },
    });
  });

  it("are not asked for where nobody asks for them: whoever asked confirms", async () => {
    const { bot } = await question(byPressing);
    await bot.chat.press(`confirm:${(await bot.order()).id}`);
    expect((await bot.order()).phase.is).toBe("approved");
  });
});

describe("a question that is cancelled", () => {
  it("frees the plan, and card, line and audit log say by whom", async () => {
    const { bot } = await question();
    await bot.say("cancel");
    expect(await isFree(bot)).toBe(true);
    expect(await bot.store.all("asks")).toEqual([]);
    expect(await bot.store.all("topics")).toEqual([]);
    expect((await bot.past()).phase).toEqual({
      is: "closed",
      at: bot.clock.now(),
      how: { is: "cancelled", by: person("Anna") },
    });
    expect(bot.root()).toContain("Cancelled by Anna. Nothing was sent.");
    expect(bot.last()).toBe("Cancelled by Anna. Nothing was sent");
    expect((await bot.audit()).at(-1)).toMatchObject({ deed: "cancelled", who: person("Anna") });
  });

  it("is not cancelled by somebody who may not do that on this plan", async () => {
    const { bot, asked } = await question();
    bot.policy = {
      people: {},
      rules: [
        { allow: ["all"], who: ["everyone"] },
        { deny: ["cancel"], who: ["everyone"], plans: ["Plan A"] },
      ],
    };
    expect(await decide(bot, asked, "cancel")).toMatchObject({
      is: "not-allowed",
      why: { is: "forbidden" },
    });
    await bot.chat.press(`cancel:${asked.id}`, undefined, ben);
    expect(bot.last()).toContain("Not allowed: cancel Plan A");
    expect((await bot.order()).phase).toEqual({ is: "asked" });
  });
});

describe("the lines about a decision", () => {
  it.each<[string, Policy | undefined, (bot: QuickBot, asked: Order) => Promise<unknown>]>([
    ["confirmed", undefined, (bot, asked) => decide(bot, asked, "confirm")],
    ["approved", byTwoOthers, (bot, asked) => decide(bot, asked, "confirm")],
    ["cancelled", undefined, (bot, asked) => decide(bot, asked, "cancel")],
    ["expired", undefined, (bot, asked) => expire(asked, bot.store, bot.clock.now())],
  ])("may come after failures and ends: %s", async (_, policy, act) => {
    const { bot, asked } = await question(policy);
    await act(bot, asked);
    expect((await bot.store.all("lines")).map(({ value }) => value.urgent)).toEqual([false]);
  });

  it("say to whoever asked, and wants to approve it, that it must be somebody else", async () => {
    const { bot } = await question(byTwoOthers);
    await bot.confirm();
    expect(bot.last()).toContain("Somebody else must approve it");
  });
});

describe("a question that has closed", () => {
  const asAgain = async (bot: QuickBot) => {
    await bot.say("start Plan A");
    return (await bot.order()).confirmation.by;
  };

  it.each([
    ["cancelled", async (bot: QuickBot) => bot.say("cancel")],
    ["out of time", async (bot: QuickBot) => bot.later(300)],
  ])("%s: for ten minutes its plan's name confirms no other", async (_, close) => {
    const { bot } = await question();
    await close(bot);
    bot.clock.advance(599_999);
    expect(await asAgain(bot)).toBe("code");
    await bot.say("cancel");
    bot.clock.advance(600_000);
    expect(await asAgain(bot)).toBe("name");
  });
});
