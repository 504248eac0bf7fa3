/** What people are answered, who reads it, and what stays of it in the audit log. */
import { describe, expect, it } from "vitest";
import { createRefusalLog } from "../../src/bot/refusals.ts";
import type { Membership } from "../../src/chat/belongs.ts";
import type { Incoming } from "../../src/chat/port.ts";
import { EmError, type EmFailure } from "../../src/em/errors.ts";
import { StoreError } from "../../src/store/store.ts";
import { lostAnswer } from "../fakes/paper-em.ts";
import { OPS, person, type QuickBot, startQuickBot } from "../fakes/quick-bot.ts";

const ELSEWHERE = { platform: "terminal", channel: "elsewhere" } as const;
const membership = async (): Promise<Membership> => ({ is: "member" });
const newest = ({ chat }: QuickBot) => chat.messages.at(-1);

describe("an EM that fails", () => {
  const failing = (failure: EmFailure, perhapsDone = false) =>
    new EmError(failure, "EM said no: set EM_CA", { brief: "EM said no", perhapsDone });

  it.each<[EmFailure, boolean]>([
    ["unreachable", false],
    ["timed-out", false],
    ["certificate", true],
    ["forbidden", true],
    ["rejected", true],
    ["server-error", true],
  ])("as %s is told with advice on the settings: %s", async (failure, isAdvised) => {
    const bot = await startQuickBot();
    bot.em.broken = { method: "plans", error: failing(failure) };
    await bot.say("plans");
    expect(bot.last()).toContain("EM said no");
    expect(bot.last().includes("EM_CA")).toBe(isAdvised);
  });

  it.each([true, false])("says whether it may have been done: %s", async (perhapsDone) => {
    const bot = await startQuickBot();
    bot.em.fail("collect", failing("server-error", perhapsDone));
    await bot.say("collect");
    expect(bot.last().includes("may or may not have been carried out")).toBe(perhapsDone);
    expect(bot.logged.join("\n")).toContain("EM said no: set EM_CA");
    expect((await bot.deeds()).at(-1)).toBe(perhapsDone ? "answer-lost" : "not-sent");
  });
});

describe("a fault of the bot's own", () => {
  it.each([
    ["the state's", new StoreError('Cannot read the state "x": make room'), "make room"],
    ["any other", new TypeError("x is no function"), "bot"],
  ])("is told as that: %s", async (_, fault, words) => {
    const bot = await startQuickBot();
    bot.em.before("plans", () => {
      throw fault;
    });
    await bot.say("plans");
    expect(bot.last()).toContain(words);
    expect(bot.last()).not.toContain("is no function");
    expect(bot.last()).not.toContain("may or may not");
    expect(newest(bot)?.only).toEqual(person("Anna"));
    expect(await bot.deeds()).toEqual(["refused"]);
    expect(bot.logged.join("\n")).toContain(fault.message.split('"')[0]);
  });

  it("in the telling of a refusal is counted once", async () => {
    const bot = await startQuickBot();
    const { chat } = bot;
    const replies: string[] = [];
    const arrived: Incoming = {
      kind: "typed",
      ...{ text: "frobnicate", delivery: "d", at: bot.clock.now() },
      ...{ from: person("Anna"), place: ELSEWHERE, groups: async () => [], membership },
      reply: async ({ title }) => {
        replies.push(title);
        if (replies.length === 1) throw new TypeError("the wire is cut");
      },
    };
    await bot.parts.bot.incoming(arrived);
    expect(replies).toEqual(['There is no verb "frobnicate"', expect.stringMatching(/^This: /)]);
    expect(bot.parts.bot.refused).toBe(1);
    expect(await bot.deeds()).toEqual(["refused"]);
    expect(chat.messages).toEqual([]);
  });

  it("that cannot be told is in the log", async () => {
    const bot = await startQuickBot();
    await bot.parts.bot.incoming({
      kind: "typed",
      ...{ text: "plans", delivery: "d", at: bot.clock.now() },
      ...{ from: person("Anna"), place: ELSEWHERE, groups: async () => [], membership },
      reply: async () => {
        throw new TypeError("the wire is cut");
      },
    });
    expect(bot.logged.join("\n")).toContain("an answer could not be sent");
  });
});

describe("an answer", () => {
  it("to a question is for all, a refusal for whoever tried", async () => {
    const bot = await startQuickBot();
    await bot.say("plans");
    expect(newest(bot)?.only).toBeUndefined();
    await bot.say("frobnicate");
    expect(newest(bot)?.only).toEqual(person("Anna"));
  });

  it("that offers plans to choose from waits until they are known", async () => {
    const bot = await startQuickBot();
    await bot.say("start");
    expect(bot.em.asked).toContain("plans");
    expect(bot.parts.plans.complete("", 5)).toEqual(["Plan A"]);
  });

  it("without plans to choose from waits for none", async () => {
    const bot = await startQuickBot();
    await bot.say("whoami");
    expect(bot.em.asked).toEqual([]);
  });

  it("to a decision stands on the question's own card, where that is before one's eyes", async () => {
    const bot = await startQuickBot();
    await bot.say("start Plan A");
    const before = bot.chat.messages.length;
    await bot.chat.type("confirm Plan A");
    expect(bot.chat.messages).toHaveLength(before);
  });

  it.each([
    ["in another channel", ELSEWHERE],
    ["on another platform", { platform: "slack", channel: "ops" } as const],
  ])("to a decision %s says where it goes on", async (_, place) => {
    const bot = await startQuickBot();
    await bot.say("start Plan A");
    const { confirmation } = await bot.order();
    await bot.chat.type(`confirm ${confirmation.code}`, { place });
    expect(bot.last()).toContain("Approved by you: Plan A");
    expect(bot.last()).toContain("It goes on in");
  });

  it("to a decision that comes too late says what was decided", async () => {
    const bot = await startQuickBot();
    await bot.say("start Plan A");
    const { id } = await bot.order();
    await bot.say("cancel");
    await bot.chat.press(`confirm:${id}`, "Plan A", { from: person("Ben") });
    expect(bot.last()).toContain("Already decided");
    expect((await bot.audit()).at(-1)).toMatchObject({
      ...{ deed: "refused", who: person("Ben"), run: id },
      what: "confirm Plan A: It was decided already",
    });
  });

  it("to what came late is a refusal with how late it was", async () => {
    const bot = await startQuickBot();
    await bot.chat.press("cancel:run-1", undefined, { at: bot.clock.now() - 61_000 });
    expect((await bot.audit()).map(({ what }) => what)).toEqual(["cancel: It arrived 61 s late"]);
  });
});

describe("refusals of one person", () => {
  const QUIET_MS = 600_000;
  const HOUR_MS = 3_600_000;
  const counts = async (bot: QuickBot) => (await bot.audit()).map(({ count = 1 }) => count);
  const refused = async (bot: QuickBot, times: number, line = "frobnicate") => {
    for (let i = 0; i < times; i++) await bot.chat.type(line);
  };

  it("with what EM may have done are each written, however many", async () => {
    const bot = await startQuickBot();
    for (let i = 0; i < 5; i++) {
      bot.em.fail("collect", lostAnswer());
      await bot.say("collect");
    }
    expect((await bot.deeds()).filter((deed) => deed === "answer-lost")).toHaveLength(5);
  });

  it.each([
    [500, "x".repeat(500)],
    [501, `${"x".repeat(499)}…`],
  ])("are written with up to 500 letters: of %i", async (length, what) => {
    const bot = await startQuickBot();
    const incoming: Incoming = {
      ...{ kind: "typed", text: "", delivery: "d", at: bot.clock.now() },
      ...{ from: person("Anna"), place: OPS, membership, groups: async () => [] },
      reply: async () => undefined,
    };
    await createRefusalLog(bot.parts).add(incoming, { kind: "failed", what: "x".repeat(length) });
    expect((await bot.audit()).map((entry) => entry.what)).toEqual([what]);
  });

  it("are written one by one up to three, then counted until it is quiet", async () => {
    const bot = await startQuickBot();
    await refused(bot, 8);
    expect(await counts(bot)).toEqual([1, 1, 1]);
    bot.clock.advance(QUIET_MS - 1);
    await bot.look();
    expect(await counts(bot)).toEqual([1, 1, 1]);
    bot.clock.advance(1);
    await bot.look();
    expect(await counts(bot)).toEqual([1, 1, 1, 5]);
    expect(await bot.store.all("refusals")).toEqual([]);
  });

  it("are written each hour while they go on, and counted on", async () => {
    const bot = await startQuickBot();
    await refused(bot, 4);
    for (let ms = 0; ms < HOUR_MS; ms += QUIET_MS / 2) {
      bot.clock.advance(QUIET_MS / 2);
      await refused(bot, 1);
    }
    await bot.look();
    expect(await counts(bot)).toEqual([1, 1, 1, 12]);
    expect(await bot.store.all("refusals")).toHaveLength(1);
    await refused(bot, 2);
    await bot.parts.refusals.writeAll();
    const all = await counts(bot);
    expect(all.reduce((sum, count) => sum + count, 0)).toBe(18);
  });

  it("are written after an hour of them, also while nobody adds to them", async () => {
    const bot = await startQuickBot();
    await refused(bot, 4);
    for (let ms = QUIET_MS / 2; ms < HOUR_MS; ms += QUIET_MS / 2) {
      bot.clock.advance(QUIET_MS / 2);
      await refused(bot, 1);
    }
    bot.clock.advance(QUIET_MS / 2 - 1);
    await bot.look();
    expect(await counts(bot)).toEqual([1, 1, 1]);
    bot.clock.advance(1);
    await bot.look();
    expect(await counts(bot)).toEqual([1, 1, 1, 12]);
  });

  it("that are few and quiet leave nothing behind", async () => {
    const bot = await startQuickBot();
    await refused(bot, 2);
    bot.clock.advance(QUIET_MS);
    await bot.look();
    expect(await counts(bot)).toEqual([1, 1]);
    expect(await bot.store.all("refusals")).toEqual([]);
  });

  it("that fit nothing are counted together, those of each person apart", async () => {
    const bot = await startQuickBot();
    await refused(bot, 4);
    await refused(bot, 1, "collect nowhere");
    await bot.chat.type("frobnicate", { from: person("Ben") });
    expect((await bot.audit()).map(({ who }) => who?.name)).toEqual([
      "Anna",
      "Anna",
      "Anna",
      "Ben",
    ]);
    const kept = (await bot.store.all("refusals")).map(({ value }) => [
      value.who.name,
      value.written,
      value.more?.count ?? 0,
    ]);
    expect(kept.sort()).toEqual([
      ["Anna", 3, 2],
      ["Ben", 1, 0],
    ]);
  });

  it("that cannot be written are in the log, and written later", async () => {
    let isFull = false;
    const bot = await startQuickBot({
      wrap: (store) => ({
        ...store,
        all: async (namespace) => {
          if (isFull && namespace === "refusals") throw new StoreError("no room");
          return store.all(namespace);
        },
      }),
    });
    await refused(bot, 5);
    bot.clock.advance(QUIET_MS);
    isFull = true;
    await bot.look();
    expect(bot.logged.join("\n")).toContain("counted refusals could not be written");
    isFull = false;
    await bot.look();
    expect(await counts(bot)).toEqual([1, 1, 1, 2]);
  });
});
