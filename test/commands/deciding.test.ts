/** What `confirm`, `cancel` and `stop` find, and what they say where they find nothing. */
import { describe, expect, it } from "vitest";
import type { Policy } from "../../src/policy/policy.ts";
import type { Order } from "../../src/records/order.ts";
import {
  finished,
  OPS,
  person,
  planOf,
  type QuickBot,
  sessionOf,
  startQuickBot,
} from "../fakes/quick-bot.ts";

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

  it.each(["yes", "OK", "go ahead!", "confirm", "no"])(
    "where all that is typed is %s, says what is open and what decides it",
    async (line) => {
      const bot = await asked("start Plan A");
      await bot.say(line);
      expect(await phases(bot)).toEqual({ "Plan A": "asked" });
      const { confirmation } = await bot.order();
      expect(bot.last()).toContain('Start failover plan "Plan A"? This is still open');
      expect(bot.last()).toMatch(/nothing was sent\. The question closes /);
      expect(bot.last()).toMatch(
        confirmation.by === "code"
          ? /type `confirm` and the code that stands on its card/
          : /type `confirm Plan A`; to drop it, type `cancel`/,
      );
      expect(bot.parts.bot.refused).toBe(1);
    },
  );

  it("where all that is typed is yes, names both questions that are open", async () => {
    const bot = await asked("start Plan A", "start Plan B");
    await bot.say("yes");
    for (const shown of ["Several questions are open", "Plan A", "Plan B"])
      expect(bot.last()).toContain(shown);
    expect(await phases(bot)).toEqual({ "Plan A": "asked", "Plan B": "asked" });
  });

  it("where all that is typed is yes, tells nothing of a question in another place", async () => {
    const bot = await asked("start Plan A");
    await bot.say("yes", there);
    expect(bot.last()).not.toContain("Plan A");
    await bot.say("ok", there);
    expect(bot.last()).toContain("Hello");
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

  it("by name confirms where the question stands, though it was asked in another place", async () => {
    const bot = await asked("start Plan A");
    const { topic } = await bot.order();
    const posted = (await bot.store.get("posted", topic)) ?? expect.fail();
    const ref = { ...(posted.ref ?? expect.fail("it is not posted")), place: ELSEWHERE };
    await bot.store.commit([{ put: "posted", key: topic, value: { ...posted, ref } }]);
    await bot.say("confirm Plan A", there);
    expect(await phases(bot)).toEqual({ "Plan A": "approved" });
  });

  it("of what is confirmed already finds nothing to confirm", async () => {
    const bot = await asked("start Plan A");
    await bot.confirm();
    await bot.say("confirm Plan A");
    expect(bot.last()).toContain("Nothing to confirm");
  });

  it("of a plan without a tenant takes its name alone", async () => {
    const { tenant: _, ...plan } = planOf();
    const bot = await startQuickBot();
    bot.em.plans = [plan];
    await bot.say("start Plan A");
    await bot.say("confirm Plan A @ ABC");
    expect(await phases(bot)).toEqual({ "Plan A": "asked" });
    await bot.say("confirm Plan A");
    expect(await phases(bot)).toEqual({ "Plan A": "approved" });
  });

  it("of a name that two questions have names that of this channel first", async () => {
    const bot = await startQuickBot();
    bot.em.plans = [planOf(), TWIN];
    await bot.say("start Plan A @ ABC");
    await bot.say("start Plan A @ Third", there);
    await bot.say("confirm Plan A");
    expect(bot.last()).toMatch(/tenant ABC.*tenant Third/s);
    await bot.say("confirm Plan A", there);
    expect(bot.last()).toMatch(/tenant Third.*tenant ABC/s);
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

  it("of another name calls nothing off that is confirmed and not sent yet", async () => {
    const bot = await asked("start Plan A");
    await bot.confirm();
    await bot.say("cancel Plan B");
    expect(await phases(bot)).toEqual({ "Plan A": "approved" });
  });

  it("calls no stop off that is confirmed and not sent yet", async () => {
    const bot = await asked("start Plan A");
    await bot.confirm();
    await bot.look();
    await bot.say("stop Plan A");
    await bot.confirm();
    await bot.say("cancel");
    expect((await bot.order()).phase.is).toBe("approved");
  });

  it("of what fits no question here lists those that stand here, and tells of no others", async () => {
    const bot = await asked("start Plan A");
    await bot.say("start Plan B", there);
    await bot.say("cancel Zebra");
    const { id } = await orderOf(bot, "Plan A");
    expect(bot.last()).toContain('No open question fits "Zebra"');
    expect(bot.last()).toContain(`\`cancel ${id}\``);
    expect(bot.last()).not.toContain("Plan B");
    await bot.say("cancel");
    await bot.say("cancel Zebra");
    expect(bot.last()).toContain("Nothing to cancel");
    expect(await phases(bot)).toEqual({ "Plan B": "asked" });
  });

  it("of a name that nobody sees drops nothing", async () => {
    const bot = await asked("start Plan A");
    await bot.say("cancel '", there);
    expect(await phases(bot)).toEqual({ "Plan A": "asked" });
  });

  it("drops no question of another platform, though its channel has the same id", async () => {
    const bot = await startQuickBot({ platforms: ["terminal", "discord"] });
    await bot.say("start Plan A");
    await bot.chats[1]?.type("cancel");
    expect(await phases(bot)).toEqual({ "Plan A": "asked" });
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
    bot.em.sessions = [sessionOf()];
    await bot.say("watch Plan A");
    expect((await bot.watch()).order).toBeUndefined();
    await bot.say("cancel");
    expect(bot.last()).toContain("No question is open here. It may have expired");
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
      known: [],
      by: person("Anna"),
      place: OPS,
    });
  });

  it("names the plan to stop, where none is named", async () => {
    const bot = await running();
    await bot.say("stop");
    expect(bot.last()).toContain("Name the plan to stop.");
  });

  it.each([
    ["its plan's name", async () => "Plan A"],
    ["its plan's name and tenant", async () => "plan a @ abc"],
    ["its run's id", async (bot: QuickBot) => (await orderOf(bot, "Plan A")).id],
  ])("drops a question, by %s, and calls off what is confirmed", async (_, name) => {
    const bot = await asked("start Plan A", "start Plan B");
    await bot.say(`stop ${await name(bot)}`);
    expect(await phases(bot)).toEqual({ "Plan B": "asked" });
    await bot.say("start Plan A");
    const { confirmation } = await orderOf(bot, "Plan A");
    await bot.say(`confirm ${confirmation.code}`);
    await bot.say(`stop ${await name(bot)}`);
    expect(await phases(bot)).toEqual({ "Plan B": "asked" });
  });

  it("drops neither of two questions that have the name", async () => {
    const bot = await startQuickBot();
    bot.em.plans = [planOf(), TWIN];
    await bot.say("start Plan A @ ABC");
    await bot.say("start Plan A @ Third");
    await bot.say("stop Plan A");
    expect(await bot.store.all("orders")).toHaveLength(2);
  });

  it("drops no stop that is asked for: whoever comes second is told of it", async () => {
    const bot = await running();
    await bot.say("stop Plan A");
    await bot.say("stop Plan A", { from: person("Ben") });
    expect(bot.last()).toContain("Asked for already, waits for approval: stop of Plan A");
    expect((await bot.order()).by).toEqual(person("Anna"));
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

describe("help about a decision", () => {
  it.each([
    [
      "confirm",
      `confirm <plan name or code>
Starts what was asked for, once the plan's name (or the code on the card) is typed.
Of a test, an undo or a stop the verb may stand before it, as the card shows it.
Upper and lower case, quotes and extra blanks make no difference.
A code is asked for where the name could be meant for another question, or for one that was not read.
In Slack and Discord the name is enough in an answer to the question itself, and in its form.`,
    ],
    [
      "cancel",
      `cancel [plan]
Drops what was asked for and not yet sent.
What is being sent already is stopped as soon as EM has told which task it is.
It cannot stop a failover that runs; it says what can.
EM: Enterprise Manager`,
    ],
    [
      "stop",
      `stop <plan> [because <reason>]
Asks whether to delete EM's task of an order, while that task still runs.
Veeam documents this as stopping the task, and elsewhere as removing it; what happens to VMs already started is not documented.
Once the failover session runs, nothing in the API stops it: undo takes it back after it has ended.
EM: Enterprise Manager`,
    ],
  ])("says what it does and what it cannot: %s", async (verb, said) => {
    const bot = await asked();
    await bot.say(`help ${verb}`);
    expect(bot.last()).toBe(said);
  });

  it("stands in a platform's form with what can be typed there", async () => {
    const { parts } = await asked();
    const options = Object.fromEntries(parts.bot.commands.map((one) => [one.name, one.options]));
    const plan = { name: "plan", summary: "the failover plan", takes: "plan" };
    expect(options.confirm).toEqual([
      {
        ...{ name: "name", summary: "the plan's name, or the code on the card" },
        ...{ required: true, takes: "text" },
      },
    ]);
    expect(options.cancel).toEqual([{ ...plan, required: false }]);
    expect(options.stop).toMatchObject([{ ...plan, required: true }, { name: "because" }]);
  });
});
