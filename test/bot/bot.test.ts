/** What is done with what people type and press. */
import { describe, expect, it } from "vitest";
import type { Policy } from "../../src/policy/policy.ts";
import { lostAnswer, silence } from "../fakes/paper-em.ts";
import {
  finished,
  OPS,
  person,
  planOf,
  type QuickBot,
  sessionOf,
  startQuickBot,
} from "../fakes/quick-bot.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const ELSEWHERE = { platform: "terminal", channel: "elsewhere" } as const;

const rules = (...of: Policy["rules"]): Policy => ({ people: {}, rules: of });
const pressing = rules({
  allow: ["all"],
  who: ["everyone"],
  confirm: { by: "press", approvals: 0 },
});

async function asked(policy?: Policy): Promise<QuickBot> {
  const bot = await startQuickBot(policy ? { policy } : {});
  await bot.say("start Plan A");
  return bot;
}

async function running(): Promise<QuickBot> {
  const bot = await asked();
  await bot.confirm();
  await bot.look();
  return bot;
}

describe("the same delivery, sent again", () => {
  const DELIVERY = "envelope-1";

  it.each([1, 10, 23 * 60])("after %i minutes is not obeyed again", async (minutes) => {
    const bot = await startQuickBot();
    await bot.say("start Plan A", { delivery: DELIVERY });
    await bot.say("cancel");
    bot.clock.advance(minutes * MINUTE_MS);
    await bot.say("start Plan A", { delivery: DELIVERY });
    expect(await bot.store.all("orders")).toEqual([]);
    expect(bot.em.ordered).toEqual([]);
  });

  it("is not obeyed again after a restart either", async () => {
    const bot = await startQuickBot();
    await bot.say("start Plan A", { delivery: DELIVERY });
    await bot.say("cancel");
    const again = await bot.restart(5 * MINUTE_MS);
    await again.say("start Plan A", { delivery: DELIVERY });
    expect(await again.store.all("orders")).toEqual([]);
  });

  it("is one thing on each platform", async () => {
    const bot = await startQuickBot({ platforms: ["slack", "discord"] });
    const [slack, discord] = bot.chats;
    await slack?.type("plans", { delivery: DELIVERY });
    await discord?.type("plans", { delivery: DELIVERY });
    expect([slack?.messages.length, discord?.messages.length]).toEqual([1, 1]);
  });

  it("is forgotten after a day", async () => {
    const bot = await startQuickBot();
    await bot.say("plans", { delivery: DELIVERY });
    bot.clock.advance(DAY_MS);
    await bot.say("plans", { delivery: DELIVERY });
    expect(bot.chat.messages).toHaveLength(2);
  });
});

describe("what was held up on its way", () => {
  it.each([
    [60_000, 1],
    [60_001, 0],
  ])("for %i ms: orders that come of it: %i", async (ms, orders) => {
    const bot = await startQuickBot();
    bot.clock.advance(DAY_MS);
    await bot.say("start Plan A", { at: bot.clock.now() - ms });
    expect(await bot.store.all("orders")).toHaveLength(orders);
  });

  it("is told what it was, be it a verb or not", async () => {
    const bot = await startQuickBot();
    const at = bot.clock.now() - 90_000;
    await bot.say("what is going on", { at });
    await bot.say("", { at });
    await bot.say("start Plan A", { at });
    expect((await bot.audit()).map(({ what }) => what)).toEqual([
      expect.stringMatching(/^a line: /),
      expect.stringMatching(/^help: /),
      expect.stringMatching(/^start: /),
    ]);
    expect(bot.last()).toContain("Not carried out: it arrived too late");
  });
});

describe("a message that was edited", () => {
  it.each([
    ["start Plan A", "start"],
    ["please start Plan A", "start"],
    ["status", "status"],
    ["", "help"],
  ])("into a command is not carried out, and that is told: %s", async (line, verb) => {
    const bot = await startQuickBot();
    await bot.say(line, { edited: true });
    expect(bot.last()).toContain("I do not act on what was edited");
    expect(await bot.store.all("orders")).toEqual([]);
    expect((await bot.audit()).map(({ what }) => what)).toEqual([
      `${verb}: I do not act on what was edited`,
    ]);
  });

  it.each(["good morning", "thanks"])("into anything else is left alone: %s", async (line) => {
    const bot = await startQuickBot();
    await bot.say(line, { edited: true });
    expect(bot.chat.messages).toEqual([]);
    expect(bot.parts.bot.refused).toBe(0);
  });

  it("long after it was written is left alone", async () => {
    const bot = await startQuickBot();
    await bot.say("start Plan A", { edited: true, at: bot.clock.now() - 90_000 });
    expect(bot.chat.messages).toEqual([]);
    expect(await bot.deeds()).toEqual([]);
  });
});

describe("a message that is no line of a command", () => {
  it("but thanks is answered to its writer, and is no refusal", async () => {
    const bot = await startQuickBot();
    await bot.say("thanks");
    expect(bot.last()).toContain("You are welcome");
    expect(bot.chat.messages.at(-1)?.only).toEqual(person("Anna"));
    expect(bot.parts.bot.refused).toBe(0);
  });

  it.each([
    ["please start Plan A", "I take start only where nothing stands around it", "start: I take"],
    ["status\nplans", "I take one command at a time", "I take one"],
    ["x".repeat(10_001), "That is too long for me", "That is too long"],
  ])("is refused, and says why: %.20s", async (text, why, what) => {
    const bot = await startQuickBot();
    await bot.say(text);
    expect(bot.last()).toContain(why);
    expect(await bot.store.all("orders")).toEqual([]);
    expect((await bot.audit()).map((entry) => entry.what)).toEqual([
      expect.stringMatching(new RegExp(`^${what}`)),
    ]);
  });
});

describe("a line", () => {
  it("that is empty is a question for help", async () => {
    const bot = await startQuickBot();
    await bot.say("");
    expect(bot.last()).toContain("plans");
    expect(bot.parts.bot.refused).toBe(0);
  });

  it.each([
    ["statsu", "Did you mean `status`?"],
    ["pla", "Did you mean `plans`?"],
    ["strat Plan A", "Did you mean `start`?"],
    ["stp", "Did you mean `stop`?"],
  ])("%s is met with the nearest verb: %s", async (line, hint) => {
    const bot = await startQuickBot();
    await bot.say(line);
    expect(bot.last()).toContain(hint);
  });

  it.each(["undoo2x", "xtart Plan A", "s", "frobnicate"])(
    "%s suggests no verb that gives orders, unless it begins like that",
    async (line) => {
      const bot = await startQuickBot();
      await bot.say(line);
      expect(bot.last()).not.toMatch(/Did you mean `(start|stop|undo|confirm)`/);
    },
  );

  it("is obeyed only by the rights of whoever typed it, and there", async () => {
    const bot = await startQuickBot({
      policy: rules({ allow: ["all"], who: ["terminal:anna"], where: ["terminal"] }),
    });
    await bot.say("plans", { from: person("Ben") });
    expect(bot.last()).toContain("Not allowed: plans");
    expect((await bot.audit()).at(-1)).toMatchObject({ deed: "refused", who: person("Ben") });
  });

  it("that needs a number of a list is about the list that its writer was shown there", async () => {
    const bot = await startQuickBot();
    bot.em.plans = [planOf(), planOf({ id: "plan-2", name: "Plan B" })];
    await bot.say("plans");
    await bot.say("start 2", { from: person("Ben") });
    expect(bot.last()).toContain("there is no list to count in");
    await bot.say("start 2", { place: ELSEWHERE });
    expect(bot.last()).toContain("there is no list to count in");
    await bot.say("start 2", { place: { ...OPS, thread: "m9" } });
    expect(bot.last()).toContain("there is no list to count in");
    await bot.say("start 2", {
      from: person("Ann"),
      place: { platform: "terminal", channel: "aops" },
    });
    expect(bot.last()).toContain("there is no list to count in");
    await bot.say("start 2");
    expect((await bot.order()).plan.name).toBe("Plan B");
  });

  it("is answered with what failed, with a reference that is in the log", async () => {
    const bot = await startQuickBot();
    bot.em.broken = { method: "plans", error: silence() };
    await bot.say("plans");
    expect(bot.last()).toContain("plans: EM does not answer");
    const reference = /"reference":"([^"]+)"/.exec(bot.logged.join("\n"))?.[1];
    expect(bot.last()).toContain(reference ?? "no reference");
    expect(bot.parts.bot.refused).toBe(1);
  });
});

describe("a button", () => {
  it("Confirm confirms where pressing is enough, and names the run as begun", async () => {
    const bot = await asked(pressing);
    const { id } = await bot.order();
    await bot.chat.press(`confirm:${id}`);
    expect((await bot.order()).phase.is).toBe("approved");
    expect([...bot.parts.bot.begun]).toEqual([id]);
  });

  it("Cancel drops the question, and begins nothing", async () => {
    const bot = await asked(pressing);
    await bot.chat.press(`cancel:${(await bot.order()).id}`);
    expect((await bot.past()).phase).toMatchObject({ how: { is: "cancelled" } });
    expect(bot.parts.bot.begun.size).toBe(0);
  });

  it("Confirm with another name confirms nothing, and the audit log has that run", async () => {
    const bot = await asked();
    const { id } = await bot.order();
    await bot.chat.press(`confirm:${id}`, "Plan B");
    expect((await bot.order()).phase.is).toBe("asked");
    expect((await bot.audit()).at(-1)).toMatchObject({ deed: "refused", run: id });
    expect(bot.last()).toContain("confirm Plan A");
  });

  it("Cancel wants no name", async () => {
    const bot = await asked();
    await bot.chat.press(`cancel:${(await bot.order()).id}`);
    expect(await bot.store.all("orders")).toEqual([]);
  });

  it("of a question that is decided says so without the name typed", async () => {
    const bot = await asked();
    const { id } = await bot.order();
    await bot.confirm();
    await bot.chat.press(`confirm:${id}`, "");
    expect(bot.last()).toContain("Already decided");
  });

  it("Confirm is an order: whoever may only read is told so before anything else", async () => {
    const bot = await asked();
    const { id } = await bot.order();
    bot.policy = rules({ allow: ["read"], who: ["everyone"] });
    await bot.chat.press(`confirm:${id}`, "Plan B");
    expect(bot.last()).toContain("Not allowed: confirm");
    expect((await bot.audit()).at(-1)?.what).toMatch(/^confirm Plan A: No rule opens it/);
    bot.policy = rules({ allow: ["order"], who: ["everyone"] });
    await bot.chat.press(`confirm:${id}`, "Plan A");
    expect((await bot.order()).phase.is).toBe("approved");
  });

  it("besides Confirm is reading: whoever may only order may not press it", async () => {
    const bot = await running();
    const { id } = await bot.watch();
    bot.policy = rules({ allow: ["order"], who: ["everyone"] });
    await bot.chat.press(`vms:${id}`);
    expect(bot.last()).toContain("Not allowed: vms");
    bot.policy = rules({ allow: ["read"], who: ["everyone"] });
    await bot.chat.press(`vms:${id}`);
    expect(bot.last()).toContain('All 2 VMs of "Plan A"');
  });

  it("Confirm is an order, Cancel is reading", async () => {
    const bot = await asked(pressing);
    const { id } = await bot.order();
    bot.policy = rules({ allow: ["read"], who: ["everyone"] });
    await bot.chat.press(`confirm:${id}`);
    expect(bot.last()).toContain("Not allowed: confirm");
    expect((await bot.order()).phase.is).toBe("asked");
  });

  it("is not pressed by somebody who may not read", async () => {
    const bot = await asked(pressing);
    const { id } = await bot.order();
    bot.policy = rules({ allow: ["all"], who: ["terminal:anna"] });
    await bot.chat.press(`cancel:${id}`, undefined, { from: person("Ben") });
    expect(bot.last()).toContain("Not allowed: cancel");
    expect((await bot.order()).phase.is).toBe("asked");
  });

  it("of a question to another EM is from long ago", async () => {
    const bot = await asked(pressing);
    const order = await bot.order();
    await bot.store.commit([{ put: "orders", key: order.id, value: { ...order, em: "another" } }]);
    await bot.chat.press(`confirm:${order.id}`);
    expect(bot.last()).toContain("That button is from long ago");
    expect((await bot.order()).phase.is).toBe("asked");
  });

  it("that shows all VMs of a run shows them to whoever pressed it", async () => {
    const bot = await running();
    const { id } = await bot.watch();
    await bot.chat.press(`vms:${id}`, undefined, { from: person("Ben") });
    expect(bot.chat.messages.at(-1)?.only).toEqual(person("Ben"));
    expect(bot.last()).toContain('All 2 VMs of "Plan A"');
    expect(bot.last()).toContain("not known yet (2): a, b");
  });

  it("that shows all VMs of a run shows how they ended, once it is over", async () => {
    const bot = await running();
    const { id } = await bot.watch();
    bot.em.tasks = [finished()];
    bot.em.sessions = [sessionOf({ state: "Stopped", result: "Failed" })];
    await bot.later(5);
    expect(await bot.store.all("watches")).toEqual([]);
    await bot.chat.press(`vms:${id}`);
    expect(bot.last()).toContain('All 2 VMs of "Plan A": Failed');
  });

  it("that shows all VMs of a question shows their points, the oldest first, to one person", async () => {
    const bot = await asked();
    const { id } = await bot.order();
    await bot.chat.press(`vms:${id}`, undefined, { from: person("Ben") });
    expect(bot.chat.messages.at(-1)?.only).toEqual(person("Ben"));
    expect(bot.last()).toContain('All 2 VMs of "Plan A", the oldest first');
  });

  it("that ends the messages about a run keeps the end for this place", async () => {
    const bot = await running();
    const { id, topics } = await bot.watch();
    await bot.chat.press(`unwatch:${id}`);
    expect((await bot.watch()).quiet).toEqual(topics);
    await bot.chat.press(`unwatch:${id}`);
    expect(bot.parts.bot.refused).toBe(1);
    expect((await bot.audit()).at(-1)?.what).toMatch(/^unwatch: Only alarms and the end/);
  });

  it("of a list from which nothing was chosen asks for the plan", async () => {
    const bot = await startQuickBot();
    await bot.chat.press("pick:start");
    expect(bot.last()).toContain("start: which plan?");
    const asksFor = bot.last();
    await bot.say("start");
    expect(asksFor).toBe(bot.last());
  });

  it("of a list is the line that it stands for", async () => {
    const bot = await startQuickBot();
    await bot.say("start");
    await bot.chat.press("pick:start", "Plan A");
    await bot.parts.outbox.flush();
    expect(bot.last()).toContain('Start failover plan "Plan A"?');
  });
});

describe("a question in a place where the bot may not write", () => {
  it("is told to whoever asked", async () => {
    const bot = await startQuickBot();
    bot.chat.refuse({ channel: "ops", failure: { kind: "place" } });
    await bot.say("start Plan A");
    expect(bot.chat.messages.map(bot.chat.text).join("\n")).toContain("I cannot write here");
  });
});

describe("a verb that somebody may not use", () => {
  const what = async (line: string) => {
    const bot = await startQuickBot({ policy: rules({ allow: ["audit"], who: ["everyone"] }) });
    await bot.say(line);
    return [bot.last().split("\n")[0], (await bot.audit()).at(-1)?.what?.split(": ")[0]];
  };

  it.each([
    ["start Plan A", "start Plan A"],
    ["start", "start"],
    ["status Plan A", "status"],
    [`start ${"x".repeat(90)}`, `start ${"x".repeat(80)}`],
  ])("is told with the plan that an order names, clipped: %.14s", async (line, told) => {
    expect(await what(line)).toEqual([`[warning] Not allowed: ${told}`, told]);
  });
});

describe("a decision by somebody whose groups have changed", () => {
  const byGroup = rules(
    { allow: ["read", "start"], who: ["everyone"] },
    { allow: ["confirm"], who: ["slack-group:S1"] },
    { deny: ["cancel"], who: ["slack-group:S2"] },
  );
  const ben = person("Ben", "slack");

  /** As what was typed says; what the platform says now is nothing. */
  async function typed(text: string) {
    const bot = await startQuickBot({ platforms: ["slack"], policy: byGroup });
    await bot.say("start Plan A", { from: person("Anna", "slack") });
    const { confirmation } = await bot.order();
    await bot.parts.bot.incoming({
      ...{ kind: "typed", text: text.replace("CODE", confirmation.code ?? "") },
      ...{ delivery: "d", at: bot.clock.now(), from: ben, place: { ...OPS, platform: "slack" } },
      groups: async () => ["S1", "S2"],
      membership: async () => ({ is: "member" }),
      reply: async () => undefined,
    });
    return bot;
  }

  it("to confirm counts by what the platform says now", async () => {
    const bot = await typed("confirm CODE");
    expect((await bot.order()).phase.is).toBe("asked");
    expect((await bot.audit()).at(-1)?.what).toMatch(/^confirm Plan A: /);
  });

  it("to cancel counts by what it said a short time ago", async () => {
    const bot = await typed("cancel");
    expect((await bot.order()).phase.is).toBe("asked");
  });
});

describe("Cancel on an old card", () => {
  /** Something happens between the look at the rights to press it and the decision. */
  async function cancelledBetween(bot: QuickBot, id: string, act: () => Promise<unknown>) {
    let asks = 0;
    await bot.parts.bot.incoming({
      ...{ kind: "pressed", token: `cancel:${id}`, delivery: "d", at: bot.clock.now() },
      ...{ from: person("Anna"), place: OPS },
      groups: async () => [],
      membership: async () => {
        asks += 1;
        if (asks === 2) await act();
        return { is: "member" };
      },
      reply: async () => undefined,
    });
    expect(asks).toBe(2);
  }

  it("of a run that goes on stops nothing", async () => {
    const bot = await running();
    await bot.chat.press(`cancel:${(await bot.watch()).id}`);
    expect(await bot.store.all("orders")).toEqual([]);
    expect((await bot.deeds()).at(-1)).toBe("refused");
  });

  it("of a stop that is being sent orders no other", async () => {
    const bot = await running();
    await bot.say("stop Plan A");
    const { id } = await bot.order();
    await bot.confirm();
    bot.em.before("removeTask", () => bot.chat.press(`cancel:${id}`));
    await bot.look();
    expect(await bot.store.all("orders")).toEqual([]);
    expect((await bot.deeds()).filter((deed) => deed === "asked")).toHaveLength(2);
    const refused = (await bot.audit()).find(({ deed }) => deed === "refused");
    expect(refused?.what).toMatch(/^cancel Plan A: /);
  });

  it("of a question that somebody drops while that is looked at stops nothing", async () => {
    const bot = await asked();
    const { id } = await bot.order();
    await cancelledBetween(bot, id, () => bot.say("cancel"));
    expect(await bot.store.all("orders")).toEqual([]);
    expect((await bot.audit()).at(-1)?.what).toMatch(/^cancel Plan A: /);
  });

  it("is not meant by Confirm, which stops nothing of what is being sent", async () => {
    const bot = await asked(pressing);
    const { id } = await bot.order();
    await bot.confirm();
    bot.em.before("startPlan", () => bot.chat.press(`confirm:${id}`));
    await bot.look();
    expect(await bot.store.all("orders")).toEqual([]);
  });

  it("of what is sent while that is looked at stops it", async () => {
    const bot = await asked();
    const { id } = await bot.order();
    await bot.confirm();
    await cancelledBetween(bot, id, () => bot.look());
    expect(await bot.order()).toMatchObject({ action: "stop", stops: { watch: id } });
    await bot.look();
    expect(bot.em.deleted).toEqual(["task-1"]);
  });

  it("of what is being sent is no stop by somebody who may not stop, which is said and audited", async () => {
    const bot = await asked(rules({ allow: ["read", "start", "confirm"], who: ["everyone"] }));
    const { id } = await bot.order();
    await bot.confirm();
    bot.em.before("startPlan", () => bot.chat.press(`cancel:${id}`));
    await bot.look();
    expect(await bot.store.all("orders")).toEqual([]);
    expect(bot.chat.transcript()).toContain("Not allowed: stop Plan A");
    const refused = (await bot.audit()).find(({ deed }) => deed === "refused");
    expect(refused?.what).toMatch(/^stop Plan A: /);
  });
});

describe("a run that somebody wants to watch", () => {
  async function elsewhere(): Promise<QuickBot> {
    const bot = await startQuickBot({ announceIn: [] });
    bot.em.sessions = [sessionOf()];
    await bot.say("watch Plan A");
    return bot;
  }

  it("is watched from now on, and looked at at once", async () => {
    const bot = await startQuickBot({ announceIn: [] });
    const woken: string[] = [];
    for (const loop of ["watch", "speech"] as const)
      bot.parts.wakeups.on(loop, () => void woken.push(loop));
    bot.em.sessions = [sessionOf()];
    await bot.say("watch Plan A");
    const { id } = await bot.watch();
    expect(woken).toContain("watch");
    expect(woken).toContain("speech");
    expect([...bot.parts.bot.begun]).toEqual([id]);
  });

  it("is watched once, whoever else wants that too, in each place", async () => {
    const bot = await elsewhere();
    await bot.say("watch Plan A", { place: ELSEWHERE, from: person("Ben") });
    expect((await bot.watch()).topics).toHaveLength(2);
    await bot.say("watch Plan A");
    expect((await bot.watch()).topics).toHaveLength(2);
    expect(bot.last()).toContain("is watched here already");
  });

  it("is told so to whoever watches it already, which is no refusal", async () => {
    const bot = await elsewhere();
    await bot.say("watch Plan A");
    expect(bot.chat.messages.at(-1)?.only).toEqual(person("Anna"));
    expect(bot.parts.bot.refused).toBe(0);
    const said = bot.chat.messages.length;
    bot.chat.refuse({ channel: "ops", failure: { kind: "place" } });
    bot.em.sessions = [sessionOf({ progress: 90 })];
    await bot.later(60);
    expect(bot.chat.messages).toHaveLength(said);
  });

  it("stays where it was ordered, too", async () => {
    const bot = await running();
    const { topics } = await bot.watch();
    await bot.say("watch Plan A", { place: ELSEWHERE });
    expect((await bot.watch()).topics).toEqual([...topics, expect.any(String)]);
  });

  it("and that ends at that moment is not watched, which is a refusal", async () => {
    let isOver = false;
    const bot = await startQuickBot({
      announceIn: [],
      wrap: (store) => ({
        ...store,
        get: async (namespace, key) =>
          isOver && namespace === "watches" ? undefined : store.get(namespace, key),
      }),
    });
    bot.em.sessions = [sessionOf()];
    await bot.say("watch Plan A");
    isOver = true;
    await bot.say("watch Plan A", { place: ELSEWHERE });
    expect(bot.last()).toContain("That run has ended already");
    expect(bot.parts.bot.refused).toBe(1);
    expect((await bot.audit()).at(-1)?.what).toBe("watch: That run has ended already");
  });

  it("and that is somebody else's, is let go in one place, but for failures and the end", async () => {
    const bot = await elsewhere();
    await bot.say("unwatch Plan A");
    const { topics, quiet } = await bot.watch();
    expect(topics).toHaveLength(1);
    expect(quiet).toEqual(topics);
    expect(bot.root()).toContain("Alarms and the end are said here all the same.");
    expect((await bot.audit()).at(-1)).toMatchObject({ deed: "quieted" });
  });

  it("has ended meanwhile: that is said, and it is a refusal", async () => {
    const bot = await running();
    bot.em.tasks = [
      finished({
        result: { ...{ success: false }, confirmationNeeded: false, credentialsNeeded: false },
      }),
    ];
    await bot.later(5);
    await bot.say("unwatch Plan A");
    expect(bot.parts.bot.refused).toBe(1);
  });
});

describe("what EM is asked besides orders", () => {
  it("and whose answer is lost stands in the audit log as that: collecting", async () => {
    const bot = await startQuickBot();
    bot.em.fail("collect", lostAnswer(), true);
    await bot.say("collect");
    expect(bot.em.collected).toEqual(["server-1"]);
    expect((await bot.audit()).map(({ deed, what }) => [deed, what])).toEqual([
      ["collecting", "EM is asked to collect the data of srv13"],
      ["answer-lost", expect.stringMatching(/^collect srv13: .*may or may not/)],
    ]);
    expect(bot.last()).toContain("It may or may not have been carried out.");
  });

  it("and whose answer is lost stands in the audit log as that: clearing tasks", async () => {
    const bot = await startQuickBot();
    bot.em.tasks = [finished({ id: "task-7" }), finished({ id: "task-8" })];
    bot.em.before("removeTask", () => undefined);
    bot.em.fail("removeTask", lostAnswer(), true);
    await bot.say("tasks clear");
    expect(bot.em.deleted).toEqual(["task-7", "task-8"]);
    expect((await bot.audit()).map(({ deed, what }) => [deed, what])).toEqual([
      ["clearing-tasks", "EM is asked to remove from its list: task-7 and task-8"],
      ["answer-lost", expect.stringMatching(/^tasks clear task-8: .*task-7/)],
    ]);
  });

  it("and that EM does not do stands there as not sent", async () => {
    const bot = await startQuickBot();
    bot.em.fail("collect", silence());
    await bot.say("collect");
    expect(await bot.deeds()).toEqual(["collecting", "not-sent"]);
    expect(bot.parts.bot.refused).toBe(1);
  });

  it("and that fails by a fault of the bot's own is answered as that", async () => {
    const bot = await startQuickBot();
    bot.em.before("collect", () => {
      throw new TypeError("a fault");
    });
    await bot.say("collect");
    expect(await bot.deeds()).toEqual(["collecting", "refused"]);
    expect(bot.logged.join("\n")).toContain("a fault");
  });
});
