/** Sessions that nobody here ordered: which are told, when, and how often EM is asked for them. */
import { describe, expect, it } from "vitest";
import type { FailoverSession } from "../../src/em/types.ts";
import { lostAnswer } from "../fakes/paper-em.ts";
import {
  BEGUN,
  EM_KEY,
  planOf,
  type QuickBot,
  sessionOf,
  startQuickBot,
} from "../fakes/quick-bot.ts";

const MINUTE_MS = 60_000;

const ended = (own: Partial<FailoverSession> = {}) =>
  sessionOf({
    ...{ state: "Stopped", result: "Failed", progress: 100 },
    ...{ createdAt: BEGUN + 1000, endedAt: BEGUN + 10_000 },
    ...own,
  });
const asked = ({ em }: QuickBot) => em.asked.filter((method) => method === "newest").length;
const told = async (bot: QuickBot) =>
  [...(await bot.store.all("watches")), ...(await bot.store.all("past-watches"))].length;
const roots = ({ chat }: QuickBot) =>
  chat.messages.filter(({ place }) => place.thread === undefined).length;

/** A bot that has looked once; then these are there. */
async function seeing(...sessions: FailoverSession[]): Promise<QuickBot> {
  const bot = await startQuickBot();
  await bot.look();
  bot.em.sessions = sessions;
  return bot;
}

it("a run that is seen first has what the policy promises for its plan", async () => {
  const bot = await seeing(sessionOf({ createdAt: BEGUN + 1000 }));
  bot.policy = { ...bot.policy, targets: [{ plans: ["Plan A @ ABC"], recovery: MINUTE_MS }] };
  await bot.look();
  expect((await bot.watch()).targets).toEqual({ recoveryMs: MINUTE_MS });
});

describe("a session that ended before anybody saw it", () => {
  it("is told with its end, and once, also by the next process", async () => {
    const bot = await seeing(ended());
    await bot.later(30);
    expect(await told(bot)).toBe(1);
    const messages = bot.chat.messages.length;
    await bot.later(60);
    expect(bot.chat.messages).toHaveLength(messages);
    const again = await bot.restart(MINUTE_MS);
    await again.later(60);
    expect(await told(again)).toBe(1);
    expect(roots(again)).toBe(1);
  });

  it("is told as one that is over, where one that goes on is told as that", async () => {
    const over = await seeing(ended());
    await over.later(30);
    const open = await seeing(sessionOf());
    await open.later(30);
    const lines = [over, open].map(({ chat }) => chat.transcript());
    expect(lines[0]).toContain("Started outside this bot, and ended: Plan A");
    expect(lines[1]).toContain("Started outside this bot: Plan A");
  });

  const { endedAt: _, ...endless } = ended({ createdAt: BEGUN - MINUTE_MS });
  it.each<[string, FailoverSession, number]>([
    ["ended as this bot began to look", ended({ createdAt: BEGUN - 1, endedAt: BEGUN }), 0],
    ["ended just after that", ended({ createdAt: BEGUN - 1, endedAt: BEGUN + 1 }), 1],
    ["says only when it began, before that", endless, 0],
    ["began an hour before the last look", ended({ createdAt: BEGUN - 60 * MINUTE_MS }), 1],
    ["began before that", ended({ createdAt: BEGUN - 60 * MINUTE_MS - 1 }), 0],
    ["has not ended, in a state that nobody knows", ended({ state: "unknown:Paused" }), 0],
  ])("is told or not: one that %s", async (__, session, count) => {
    const bot = await seeing(session);
    await bot.later(30);
    expect(await told(bot)).toBe(count);
  });

  it("is no matter of EM where the bot itself fails: the look fails", async () => {
    const bot = await seeing();
    bot.em.before("newest", () => {
      throw new TypeError("a fault");
    });
    await expect(bot.later(30)).rejects.toThrow("a fault");
  });

  it("while no process ran is told by the next", async () => {
    const bot = await seeing();
    expect(await bot.store.get("routine", `elsewhere ${EM_KEY}`)).toEqual({
      version: 1,
      at: BEGUN,
    });
    const again = await bot.restart(10 * MINUTE_MS);
    again.em.sessions = [ended()];
    await again.look();
    expect(await told(again)).toBe(1);
  });

  it("is looked for as seldom as EM is asked where nothing runs", async () => {
    const bot = await seeing();
    expect(asked(bot)).toBe(1);
    await bot.later(29.999);
    expect(asked(bot)).toBe(1);
    await bot.later(0.001);
    expect(asked(bot)).toBe(2);
    await bot.later(29);
    expect(asked(bot)).toBe(2);
    await bot.later(1);
    expect(asked(bot)).toBe(3);
  });
});

describe("a session that may turn out to be that of an order of ours", () => {
  it("is not told as somebody else's while EM has not said which it is", async () => {
    const bot = await startQuickBot();
    await bot.say("start Plan A");
    await bot.confirm();
    await bot.look();
    bot.em.sessions = [sessionOf(), sessionOf({ id: "session-2", createdAt: BEGUN + 1000 })];
    await bot.later(5);
    expect((await bot.watch()).phase).toMatchObject({ is: "following", doubt: "several" });
  });

  it("is not told as somebody else's while it is looked for", async () => {
    const bot = await startQuickBot();
    bot.em.plans = [planOf(), planOf({ id: "plan-2", tenant: { id: "t2", name: "Other" } })];
    await bot.say("start Plan A @ ABC");
    await bot.confirm();
    bot.em.fail("startPlan", lostAnswer(), true);
    await bot.look();
    bot.em.sessions = [sessionOf({ vms: [] })];
    await bot.later(5);
    expect((await bot.watch()).phase.is).toBe("looking");
  });
});
