/** A confirmation is for what was shown. */
import { describe, expect, it } from "vitest";
import { confirmLineIn, startBot, type TestBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";
const TWIN = "Standard Failover Plan";
const MINUTE = 60_000;

const last = (bot: TestBot) =>
  bot.chat.text(bot.chat.messages.at(-1) ?? expect.fail("nothing was said"));
const line = (bot: TestBot) => confirmLineIn(bot.chat.messages.map(bot.chat.text));
const ordersIn = (bot: TestBot) =>
  bot.sandbox.estate
    .runs()
    .filter(({ orderedAt }) => orderedAt >= Date.UTC(2026, 10, 21, 6))
    .map(({ action, vms }) => `${action} of ${vms.length} VMs`);

/** All that was confirmed goes out. */
async function sent(bot: TestBot): Promise<string[]> {
  await bot.look();
  await bot.look();
  return ordersIn(bot);
}

const ben = { platform: "terminal", id: "ben", name: "Ben" } as const;

describe("a question that was drawn anew, as the plan was edited", () => {
  async function drawnAnew(): Promise<TestBot> {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    const plan = bot.sandbox.estate.plans().find(({ name }) => name === PLAN) ?? expect.fail();
    bot.sandbox.control.editPlan(plan.id, ["srv38", "sql07"]);
    await bot.say(`confirm ${PLAN}`);
    await bot.look();
    return bot;
  }

  it("is not confirmed by the plan's name, typed by somebody who has read the one before", async () => {
    const bot = await drawnAnew();
    await bot.say(`confirm ${PLAN}`, { from: ben });
    expect(last(bot)).toContain("What was typed is not the code on the card. Nothing was sent.");
    expect(last(bot)).not.toMatch(/confirm [B-Z]{4}/);
    expect(await sent(bot)).toEqual([]);
  });

  it("is confirmed by the code on its card", async () => {
    const bot = await drawnAnew();
    expect(line(bot)).toMatch(/^confirm [B-Z]{4}$/);
    await bot.confirm({ from: ben });
    expect(await sent(bot)).toEqual(["start of 2 VMs"]);
  });

  it("is not confirmed by a press of the button before", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    const [before] = await bot.store.all("orders");
    const plan = bot.sandbox.estate.plans().find(({ name }) => name === PLAN) ?? expect.fail();
    bot.sandbox.control.editPlan(plan.id, ["srv38", "sql07"]);
    await bot.say(`confirm ${PLAN}`);
    await bot.look();
    await bot.chat.press(`confirm:${before?.key}`, PLAN, { from: ben });
    expect(last(bot)).toContain("Already decided");
    expect(await sent(bot)).toEqual([]);
  });
});

describe("a question where another one of the same name stood", () => {
  it("a line that was typed for the test does not start the failover", async () => {
    const bot = await startBot();
    await bot.say(`test "${PLAN}"`);
    await bot.say("cancel");
    await bot.say(`start "${PLAN}"`);
    await bot.say(`confirm ${PLAN}`);
    expect(last(bot)).toContain("What was typed is not the code on the card.");
    expect(await sent(bot)).toEqual([]);
    await bot.confirm();
    expect(await sent(bot)).toEqual(["start of 6 VMs"]);
  });

  it("of another tenant is meant by the name as well", async () => {
    const bot = await startBot();
    await bot.say(`start "${TWIN} @ ABC Company"`);
    await bot.say("cancel");
    await bot.say(`start "${TWIN} @ Tech Dynamics"`);
    await bot.say(`confirm ${TWIN}`);
    expect(await sent(bot)).toEqual([]);
    await bot.confirm();
    expect(await sent(bot)).toHaveLength(1);
  });

  it("and both stand: the name confirms neither", async () => {
    const bot = await startBot();
    await bot.say(`start "${TWIN} @ ABC Company"`);
    await bot.say(`test "${TWIN} @ Tech Dynamics"`);
    await bot.say(`confirm ${TWIN}`);
    expect(last(bot)).toContain("Several questions are open");
    expect(last(bot)).not.toMatch(/confirm [B-Z]{4}|run-/);
    expect(await sent(bot)).toEqual([]);
  });

  it("longer than ten minutes ago needs no code", async () => {
    const bot = await startBot();
    await bot.say(`test "${PLAN}"`);
    await bot.pass(MINUTE);
    await bot.say("cancel");
    await bot.pass(9 * MINUTE, MINUTE);
    await bot.say(`start "${PLAN}"`);
    expect(line(bot)).toMatch(/^confirm [B-Z]{4}$/);
    await bot.say("cancel");
    await bot.pass(10 * MINUTE + 1000, MINUTE);
    await bot.say(`start "${PLAN}"`);
    expect(line(bot)).toBe(`confirm ${PLAN}`);
  });

  it.each([60, -60])(
    "is so long ago by the bot's own time: a wall clock that is set by %s min",
    async (jump) => {
      const bot = await startBot();
      await bot.say(`test "${PLAN}"`);
      await bot.say("cancel");
      bot.clock.jump(jump * MINUTE);
      await bot.say(`start "${PLAN}"`);
      expect(line(bot)).toMatch(/^confirm [B-Z]{4}$/);
      await bot.say("cancel");
      await bot.pass(10 * MINUTE + 1000, MINUTE);
      await bot.say(`start "${PLAN}"`);
      expect(line(bot)).toBe(`confirm ${PLAN}`);
    },
  );

  it("asked at the same moment gets a code, whichever is saved first", async () => {
    const bot = await startBot();
    await Promise.all([
      bot.chat.type(`start "${TWIN} @ ABC Company"`),
      bot.chat.type(`start "${TWIN} @ Tech Dynamics"`),
    ]);
    const orders = (await bot.store.all("orders")).map(({ value }) => value);
    expect(orders.map(({ confirmation }) => confirmation.by).sort()).toEqual(["code", "name"]);
  });
});

describe("a plan's name that is typed", () => {
  it("before the question was posted confirms nothing", async () => {
    const bot = await startBot();
    const typedAt = bot.clock.now();
    await bot.pass(20_000);
    await bot.say(`start "${PLAN}"`);
    await bot.say(`confirm ${PLAN}`, { at: typedAt });
    expect(last(bot)).toContain("That was typed before the question was posted. Nothing was sent.");
    expect(await sent(bot)).toEqual([]);
  });

  it("before the question can be posted confirms nothing", async () => {
    const bot = await startBot();
    bot.chat.refuse({ channel: "ops", failure: { kind: "moment" } });
    await bot.say(`start "${PLAN}"`);
    bot.chat.refuse(undefined);
    await bot.chat.type(`confirm ${PLAN}`);
    expect(last(bot)).toContain("The question is not posted yet. Nothing was sent.");
    expect(await sent(bot)).toEqual([]);
  });

  it("in another place shows the question there, with the code that confirms it", async () => {
    const bot = await startBot();
    const place = { platform: "terminal", channel: "board-room" } as const;
    await bot.say(`start "${PLAN}"`);
    await bot.say(`confirm ${PLAN}`, { place });
    expect(last(bot)).toMatch(
      /^\[question\] Start failover plan ".*"\?\nIt was asked in the terminal\./,
    );
    expect(last(bot)).toContain("filesrv04 – 1 h 50 min old");
    expect(await sent(bot)).toEqual([]);
    await bot.confirm({ place });
    expect(await sent(bot)).toEqual(["start of 6 VMs"]);
  });

  it("is not replaced by the id of a run", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    const [order] = await bot.store.all("orders");
    await bot.say(`confirm ${order?.key}`);
    expect(last(bot)).toContain(`To confirm it, type \`confirm ${PLAN}\`.`);
    expect(await sent(bot)).toEqual([]);
  });
});

describe("a time within the reason", () => {
  const typed = `start "${PLAN}" because ransomware before yesterday 22:30`;

  it("is asked back, with both readings as they are typed", async () => {
    const bot = await startBot();
    await bot.say(typed);
    expect(last(bot)).toBe(
      [
        "[question] Which restore points: those before that time, or the newest?",
        `The points before it: \`start "${PLAN}" before yesterday 22:30 because ransomware\``,
        `The newest points, with the time as part of the reason: \`start "${PLAN}" because "ransomware before yesterday 22:30"\``,
        "Nothing was asked yet: type the one that you meant.",
      ].join("\n"),
    );
    expect(await bot.store.all("orders")).toEqual([]);
  });

  it("either reading is a question that names its points", async () => {
    const bot = await startBot();
    await bot.say(typed);
    const [before = "", newest = ""] = [...last(bot).matchAll(/`(start [^`]+)`/g)].map(
      ([, l]) => l,
    );
    await bot.say(before);
    expect(last(bot)).toContain("each to its newest restore point before 2026-11-20 22:30 UTC.");
    expect(last(bot)).toContain("because: ransomware.");
    await bot.say("cancel");
    await bot.say(newest);
    expect(last(bot)).toContain("each to its newest restore point.");
    expect(last(bot)).toContain("because: ransomware before yesterday 22:30.");
  });

  it.each([
    ["because ransomware before 22h30", "before <date and time> because ransomware"],
    [
      "because encrypted before 2026-11-20 22:30 UTC, all of it",
      "before 2026-11-20 22:30 UTC because encrypted, all of it",
    ],
    ["because before 05:00", "before 05:00"],
  ])("%s is asked back too", async (clauses, reading) => {
    const bot = await startBot();
    await bot.say(`start ${PLAN} ${clauses}`);
    expect(last(bot)).toContain(`\`start "${PLAN}" ${reading}\``);
  });

  it.each([
    'because "ransomware before yesterday 22:30"',
    "because it was slow before the storm",
    "before 05:00 because encrypted before 04:00",
  ])("%s is clear", async (clauses) => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}" ${clauses}`);
    expect(last(bot)).toMatch(/^\[question\] Start failover plan/);
  });
});

describe("an undo whose failover is no longer the one that was shown", () => {
  it("is asked anew, with the time of the failover as it is now", async () => {
    const bot = await startBot();
    const plan = bot.sandbox.estate.plans().find(({ name }) => name === PLAN) ?? expect.fail();
    bot.sandbox.control.order(plan.id, "start");
    await bot.pass(4 * MINUTE, 20_000);
    bot.sandbox.control.finishCollection();
    await bot.say(`undo "${PLAN}"`);
    for (const action of ["undo", "start"] as const) {
      bot.sandbox.control.order(plan.id, action);
      bot.clock.advance(2 * MINUTE);
    }
    bot.sandbox.control.finishCollection();
    await bot.confirm();
    await bot.look();
    expect(bot.chat.transcript()).toContain("What the question said about the plan has changed");
    expect(ordersIn(bot)).toEqual(["start of 6 VMs", "undo of 6 VMs", "start of 6 VMs"]);
  });
});
