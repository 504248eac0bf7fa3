/** What `confirm`, `cancel` and `stop` find, and what they say where they find nothing. */
import { describe, expect, it } from "vitest";
import type { Policy } from "../../src/policy/policy.ts";
import type { Order } from "../../src/records/order.ts";
import { finished, OPS, person, planOf, type QuickBot, startQuickBot } from "../fakes/quick-bot.ts";

const ELSEWHERE = { platform: "terminal", channel: "elsewhere" } as const;
const there = { place: ELSEWHERE };
const OTHER = planOf({ id: "plan-2", name: "Plan B", tenant: { id: "t2", name: "Other" } });
const TWIN = planOf({ id: "plan-3", tenant: { id: "t3", name: "Third" } });

async function asked(...lines: string[]): Promise<QuickBot> {
  const bot = await startQuickBot();
  bot.em.plans = [planOf(), OTHER];
  for (const line of lines) await bot.say(line);
  return bot;
}

const phases = async ({ store }: QuickBot) =>
  Object.fromEntries(
    (await store.all("orders")).map(({ value }) => [value.plan.name, value.phase.is]),
  );
const orderOf = async ({ store }: QuickBot, plan: string): Promise<Order> =>
  (await store.all("orders")).map(({ value }) => value).find((one) => one.plan.name === plan) ??
  expect.fail(`nobody asks for ${plan}`);

describe("confirm", () => {
  it("takes the question whose plan's name is typed, in any case and with quotes", async () => {
    const bot = await asked("start Plan A", "start Plan B");
    await bot.say('confirm "plan  b"');
    expect(await phases(bot)).toEqual({ "Plan A": "asked", "Plan B": "approved" });
  });

  it("takes a code from any place, and from a private talk", async () => {
    const bot = await asked("start Plan A", "start Plan B");
    const { confirmation } = await orderOf(bot, "Plan A");
    await bot.say(`confirm ${confirmation.code?.toLowerCase()}`, there);
    expect(await phases(bot)).toEqual({ "Plan A": "approved", "Plan B": "asked" });
  });

  it("by name in another place confirms nothing, but shows the question to whoever typed it", async () => {
    const bot = await asked("start Plan A");
    await bot.say("confirm Plan A", there);
    expect(await phases(bot)).toEqual({ "Plan A": "asked" });
    const shown = bot.chat.messages.at(-1);
    expect(shown?.only).toEqual(person("Anna"));
    expect(bot.last()).toContain((await bot.order()).confirmation.code);
    expect(bot.parts.bot.refused).toBe(0);
  });

  it("by name confirms nothing before the question stands there", async () => {
    const bot = await startQuickBot();
    bot.chat.faults.push({ failure: { kind: "moment", afterMs: 60_000 } });
    await bot.say("start Plan A");
    await bot.chat.type("confirm Plan A");
    expect(await phases(bot)).toEqual({ "Plan A": "asked" });
    expect((await bot.audit()).at(-1)).toMatchObject({ deed: "refused" });
  });

  it("by name confirms nothing where it was typed before the question stood there", async () => {
    const bot = await startQuickBot();
    const at = bot.clock.now();
    bot.clock.advance(2000);
    await bot.say("start Plan A");
    await bot.say("confirm Plan A", { at });
    expect(await phases(bot)).toEqual({ "Plan A": "asked" });
    await bot.say("confirm Plan A", { at: bot.clock.now() });
    expect(await phases(bot)).toEqual({ "Plan A": "approved" });
  });

  it("by name counts where the platform does not say when it was typed", async () => {
    const bot = await asked("start Plan A");
    await bot.say("confirm Plan A", { undated: true });
    expect(await phases(bot)).toEqual({ "Plan A": "approved" });
  });

  it("by name in another place, or too early, is a refusal that says which", async () => {
    const bot = await startQuickBot();
    bot.chat.faults.push({ failure: { kind: "moment", afterMs: 60_000 } });
    await bot.say("start Plan A");
    await bot.chat.type("confirm Plan A");
    expect((await bot.audit()).at(-1)?.what).toBe(
      "confirm Plan A: The question was not posted yet",
    );
    expect(bot.last()).toContain("The question is not posted yet");
    bot.clock.advance(60_000);
    await bot.look();
    await bot.say("confirm Plan A", { at: bot.clock.now() - 1000 });
    expect((await bot.audit()).at(-1)?.what).toBe(
      "confirm Plan A: It was typed before the question was posted",
    );
    await bot.say("confirm Plan A");
    expect(await phases(bot)).toEqual({ "Plan A": "approved" });
  });

  it("by name does not confirm a question that wants its code", async () => {
    const bot = await asked("start Plan A", "cancel", "start Plan A");
    expect((await bot.order()).confirmation.by).toBe("code");
    await bot.say("confirm Plan A");
    expect(await phases(bot)).toEqual({ "Plan A": "asked" });
    expect(bot.last()).toContain("What was typed is not the code on the card");
    expect((await bot.audit()).at(-1)?.what).toBe(
      "confirm Plan A: What was typed does not confirm it",
    );
  });

  it("by name from somebody who may not says that, wherever it is typed", async () => {
    const bot = await asked("start Plan A");
    bot.policy = {
      people: {},
      rules: [
        { allow: ["all"], who: ["everyone"] },
        { deny: ["confirm"], who: ["everyone"], plans: ["Plan A"] },
      ],
    };
    await bot.say("confirm Plan A", there);
    expect(bot.last()).toContain("Not allowed: confirm");
    expect(await phases(bot)).toEqual({ "Plan A": "asked" });
  });

  it("of nothing at all says what can be typed", async () => {
    const bot = await asked("start Plan A");
    await bot.say('confirm ""');
    expect(bot.last()).toContain("Type the plan's name, or the code on the card.");
    expect(bot.parts.bot.refused).toBe(1);
  });

  it("of a name that two questions have asks which", async () => {
    const bot = await startQuickBot();
    bot.em.plans = [planOf(), TWIN];
    await bot.say("start Plan A @ ABC");
    await bot.say("start Plan A @ Third");
    await bot.say("confirm Plan A");
    expect((await bot.store.all("orders")).map(({ value }) => value.phase.is)).toEqual([
      "asked",
      "asked",
    ]);
    expect(bot.parts.bot.refused).toBe(1);
    await bot.say("confirm Plan A @ ABC");
    expect((await bot.store.all("orders")).map(({ value }) => value.phase.is).sort()).toEqual([
      "approved",
      "asked",
    ]);
  });

  it("of anything else says what to type, where a question stands", async () => {
    const bot = await asked("start Plan A");
    await bot.say("confirm yes");
    expect(bot.last()).toContain("confirm Plan A");
    await bot.say("confirm yes", there);
    expect(bot.last()).toContain("Nothing to confirm");
  });

  it("of a run's id says what to type, also elsewhere, to somebody who may confirm it", async () => {
    const bot = await asked("start Plan A");
    const { id } = await bot.order();
    await bot.say(`confirm ${id}`, there);
    expect(bot.last()).toContain("confirm Plan A");
    bot.policy = {
      people: {},
      rules: [
        { allow: ["read"], who: ["everyone"] },
        { allow: ["order"], who: ["everyone"], plans: ["Plan B"] },
      ],
    };
    await bot.say(`confirm ${id}`, there);
    expect(bot.last()).not.toContain("Plan A");
  });

  it("leaves questions of another EM alone", async () => {
    const bot = await asked("start Plan A");
    const order = await bot.order();
    await bot.store.commit([{ put: "orders", key: order.id, value: { ...order, em: "another" } }]);
    await bot.say(`confirm ${order.confirmation.code}`);
    expect(bot.last()).toContain("Nothing to confirm");
    expect((await bot.order()).phase.is).toBe("asked");
  });
});

describe("confirm where other processes hear it too", () => {
  const PLACE = { platform: "discord", channel: "ops" } as const;

  async function askedThere(): Promise<QuickBot> {
    const bot = await startQuickBot({ platforms: ["discord"] });
    await bot.say("start Plan A");
    return bot;
  }
  const question = ({ chat }: QuickBot) => chat.messages[0]?.id ?? expect.fail("nothing is asked");

  it("by name alone confirms nothing, and says how it would", async () => {
    const bot = await askedThere();
    await bot.say("confirm Plan A");
    expect(await phases(bot)).toEqual({ "Plan A": "asked" });
    expect(bot.last()).toContain("type the name as an answer to that card");
    expect((await bot.audit()).at(-1)?.what).toBe(
      "confirm Plan A: The plan's name did not say which question was meant",
    );
  });

  it("by name confirms as an answer to the question, and not to anything else", async () => {
    const bot = await askedThere();
    await bot.say("confirm Plan A", { answers: "m999" });
    expect(await phases(bot)).toEqual({ "Plan A": "asked" });
    await bot.say("confirm Plan A", { answers: question(bot) });
    expect(await phases(bot)).toEqual({ "Plan A": "approved" });
  });

  it("by name confirms in the question's own thread, and in no other", async () => {
    const bot = await askedThere();
    await bot.say("confirm Plan A", { place: { ...PLACE, thread: "m999" } });
    expect(await phases(bot)).toEqual({ "Plan A": "asked" });
    await bot.say("confirm Plan A", { place: { ...PLACE, thread: question(bot) } });
    expect(await phases(bot)).toEqual({ "Plan A": "approved" });
  });

  it("by code confirms anywhere", async () => {
    const bot = await askedThere();
    await bot.say(`confirm ${(await bot.order()).confirmation.code}`);
    expect(await phases(bot)).toEqual({ "Plan A": "approved" });
  });
});

describe("cancel", () => {
  it("drops the only question of the place, without a name", async () => {
    const bot = await asked("start Plan A");
    await bot.say("start Plan B", there);
    await bot.say("cancel");
    expect(await phases(bot)).toEqual({ "Plan B": "asked" });
  });

  it("asks which, where several stand here", async () => {
    const bot = await asked("start Plan A", "start Plan B");
    await bot.say("cancel");
    expect(await phases(bot)).toEqual({ "Plan A": "asked", "Plan B": "asked" });
    expect(bot.last()).toContain("cancel run-");
  });

  it.each([
    ["the run's id", async (bot: QuickBot) => (await orderOf(bot, "Plan B")).id],
    ["a part of the name", async () => "an b"],
    ["name and tenant", async () => "Plan B @ Other"],
  ])("drops the one that is named, by %s", async (_, name) => {
    const bot = await asked("start Plan A", "start Plan B");
    await bot.say(`cancel ${await name(bot)}`);
    expect(await phases(bot)).toEqual({ "Plan A": "asked" });
  });

  it("of what is confirmed and not sent yet calls it off: nothing is sent", async () => {
    const bot = await asked("start Plan A");
    await bot.confirm();
    await bot.say("cancel");
    expect(bot.last()).toContain("Cancelled by Anna. Nothing was sent");
    await bot.look();
    expect(await phases(bot)).toEqual({});
    expect(bot.em.asked).not.toContain("startPlan");
  });

  it("of what runs says that it cannot be cancelled", async () => {
    const bot = await asked("start Plan A");
    await bot.confirm();
    await bot.look();
    await bot.say("cancel");
    expect(bot.last()).toContain("Plan A");
    expect((await bot.watch()).phase.is).toBe("ordered");
  });

  it("of nothing says so, also where a run of somebody else goes on", async () => {
    const bot = await asked();
    await bot.say("cancel");
    expect(bot.last()).toContain("Nothing to cancel");
  });
});

describe("stop", () => {
  async function running(): Promise<QuickBot> {
    const bot = await asked("start Plan A");
    await bot.confirm();
    await bot.look();
    return bot;
  }

  it("is asked for with its reason, its task and its logon", async () => {
    const bot = await running();
    await bot.say("stop Plan A because wrong tenant");
    const { id } = await bot.watch();
    expect(await bot.order()).toMatchObject({
      action: "stop",
      reason: "wrong tenant",
      stops: { watch: id, task: "task-1", logon: "logon-1" },
      from: { points: "latest" },
      by: person("Anna"),
      place: OPS,
    });
  });

  it("without a reason has none", async () => {
    const bot = await running();
    await bot.say("stop Plan A");
    expect(await bot.order()).not.toHaveProperty("reason");
  });

  it.each([
    ["has ended", (bot: QuickBot) => (bot.em.tasks = [finished()])],
    ["is not known to EM", (bot: QuickBot) => (bot.em.tasks = [])],
  ])("of a task that %s is not asked for", async (_, change) => {
    const bot = await running();
    change(bot);
    await bot.say("stop Plan A");
    expect(bot.last()).toContain('No task of "Plan A" runs now');
    expect(await bot.store.all("orders")).toEqual([]);
  });

  it("is an order of its own: who may start may not stop", async () => {
    const bot = await running();
    const policy: Policy = {
      people: {},
      rules: [
        { allow: ["all"], who: ["everyone"] },
        { deny: ["stop"], who: ["everyone"], plans: ["Plan A"] },
      ],
    };
    bot.policy = policy;
    await bot.say("stop Plan A");
    expect(bot.last()).toContain("Not allowed: stop Plan A");
    expect(await bot.store.all("orders")).toEqual([]);
  });

  it("of what nobody runs is not asked for", async () => {
    const bot = await asked();
    await bot.say("stop Plan A");
    expect(bot.last()).toContain('No task of "Plan A" runs now');
  });
});
