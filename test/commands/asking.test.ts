/** What is looked at before a question is asked, and what the question is about. */
import { describe, expect, it } from "vitest";
import type { Policy } from "../../src/policy/policy.ts";
import { testConfig } from "../fakes/bot.ts";
import {
  BEGUN,
  EM_KEY,
  OPS,
  person,
  planOf,
  type QuickBot,
  sessionOf,
  startQuickBot,
} from "../fakes/quick-bot.ts";

const orders = ({ store }: QuickBot) => store.all("orders");
const lastWhat = async (bot: QuickBot) => (await bot.audit()).at(-1)?.what;

describe("an order that is asked for", () => {
  it("is that of its writer and place, has a name or code to type, and a time to run out", async () => {
    const bot = await startQuickBot();
    bot.clock.advance(5000);
    await bot.say("test Plan A because we must");
    const order = await bot.order();
    const now = BEGUN + 5000;
    expect(order).toMatchObject({
      ...{ version: 2, action: "test", em: EM_KEY },
      ...{ by: person("Anna"), asker: { person: person("Anna"), place: OPS }, place: OPS },
      ...{ plan: planOf(), shared: false, notes: [], known: [], approvals: [] },
      ...{ askedAt: now, expiresAt: now + testConfig.confirmMs, reason: "we must" },
      ...{ confirmation: { by: "name" }, phase: { is: "asked" }, needs: { by: "type" } },
    });
    expect(order.id).toMatch(/^run-/);
    expect(order.topic).toContain(order.id);
  });

  it("names who may confirm it, as the policy has them", async () => {
    const bot = await startQuickBot({
      policy: {
        people: {},
        rules: [
          { allow: ["read", "start"], who: ["everyone"] },
          { allow: ["confirm"], who: ["terminal:ben"] },
        ],
      },
    });
    await bot.say("start Plan A");
    expect((await bot.order()).mayConfirm).toEqual(["terminal:ben"]);
  });

  it("without a reason has none", async () => {
    const bot = await startQuickBot();
    await bot.say("undo Plan A");
    expect(await bot.order()).not.toHaveProperty("reason");
  });

  it("is about the plan as it is now, not as the list showed it", async () => {
    const bot = await startQuickBot();
    await bot.say("plans");
    const renewed = planOf({ description: "changed since" });
    bot.em.before("plan", () => {
      bot.em.plans = [renewed];
    });
    await bot.say("start Plan A");
    expect((await bot.order()).plan).toEqual(renewed);
  });

  it("knows that another plan has the same name", async () => {
    const bot = await startQuickBot();
    bot.em.plans = [planOf(), planOf({ id: "plan-2", tenant: { id: "t2", name: "Other" } })];
    await bot.say("start Plan A @ ABC");
    expect((await bot.order()).shared).toBe(true);
  });
});

describe("an order that is not asked for", () => {
  const startOnlyB: Policy = {
    people: {},
    rules: [
      { allow: ["read"], who: ["everyone"] },
      { allow: ["start"], who: ["everyone"], plans: ["Plan B"] },
      { allow: ["order"], who: ["terminal:ben"] },
    ],
  };

  it("is one that its writer may not give for this plan", async () => {
    const bot = await startQuickBot({ policy: startOnlyB });
    await bot.say("start Plan A");
    expect(bot.last()).toContain("Not allowed: start Plan A");
    expect(await lastWhat(bot)).toMatch(/^start Plan A: /);
    expect(await orders(bot)).toEqual([]);
    await bot.say("start Plan A", { from: person("Ben") });
    expect((await bot.order()).by).toEqual(person("Ben"));
  });

  it("is a second one for the same plan: who has asked is told, before EM is asked for more", async () => {
    const bot = await startQuickBot();
    await bot.say("start Plan A");
    const looked = bot.em.asked.filter((method) => method === "points").length;
    await bot.say("undo Plan A", { from: person("Ben") });
    expect(bot.last()).toContain("Asked for already, waits for approval: Plan A");
    expect(bot.last()).toContain("Asked by Anna");
    expect(bot.last()).toContain("https://chat.example/");
    expect(await lastWhat(bot)).toBe("undo Plan A: It is held by another run");
    expect(bot.em.asked.filter((method) => method === "points")).toHaveLength(looked);
  });

  it("is one in whose way a session of EM is, and that one is named", async () => {
    const bot = await startQuickBot({ announceIn: [] });
    bot.em.sessions = [sessionOf()];
    await bot.say("undo Plan A");
    expect(bot.last()).toContain("Not possible now: undo of Plan A");
    expect(bot.last()).toContain('watch "Plan A"');
    expect(await lastWhat(bot)).toMatch(/^undo Plan A: .*runs/);
    expect(await orders(bot)).toEqual([]);
  });

  it("is one in whose way an order of ours to the same tenant is, whose session is not there yet", async () => {
    const bot = await startQuickBot();
    bot.em.plans = [planOf(), planOf({ id: "plan-2", name: "Plan B" })];
    await bot.say("start Plan A");
    await bot.confirm();
    await bot.look();
    const { id } = await bot.watch();
    await bot.say("start Plan B");
    expect(bot.last()).toContain("Not possible now: Plan B");
    expect(bot.last()).toContain(`watch ${id}`);
    expect(await orders(bot)).toEqual([]);
  });
});
