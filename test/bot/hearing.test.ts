/** What was said while the bot could not hear it. */
import { describe, expect, it } from "vitest";
import { OPS, person, type QuickBot, startQuickBot } from "../fakes/quick-bot.ts";

const ELSEWHERE = { platform: "terminal", channel: "elsewhere" } as const;
const LATE_MS = 61_000;
const missed = true;

/** Started, and already old enough for something to be late. */
async function backAgain(): Promise<QuickBot> {
  const bot = await startQuickBot();
  bot.clock.advance(3_600_000);
  return bot;
}

const late = ({ clock }: QuickBot) => ({ missed, at: clock.now() - LATE_MS }) as const;

async function allHeard(bot: QuickBot): Promise<void> {
  await bot.parts.bot.allHeard("terminal", 777);
  await bot.parts.outbox.flush();
}

describe("a message that was missed", () => {
  it("and is a command too late to be carried out is told so in its place", async () => {
    const bot = await backAgain();
    await bot.say("start Plan A", late(bot));
    expect(bot.chat.messages).toEqual([]);
    await allHeard(bot);
    expect(bot.last()).toContain("Not carried out: it reached me too late");
    expect(bot.last()).toContain("start Plan A");
    expect(bot.chat.messages[0]?.place).toEqual(OPS);
    expect(await bot.store.all("orders")).toEqual([]);
    expect(await bot.store.all("topics")).toEqual([]);
    expect((await bot.audit()).map(({ deed, what }) => [deed, what])).toEqual([
      ["refused", "start: It arrived 61 s late"],
    ]);
  });

  it("and that is young is carried out", async () => {
    const bot = await backAgain();
    await bot.say("start Plan A", { missed, at: bot.clock.now() - LATE_MS + 1000 });
    expect((await bot.order()).plan.name).toBe("Plan A");
  });

  it("and was of no command, or was edited since, is left alone", async () => {
    const bot = await backAgain();
    await bot.say("good morning all", late(bot));
    await bot.say("start Plan A", { ...late(bot), edited: true });
    await allHeard(bot);
    expect(bot.chat.messages).toEqual([]);
    expect(await bot.deeds()).toEqual([]);
  });

  it("is told with the others of its place, in one message, and once", async () => {
    const bot = await backAgain();
    await bot.say("start Plan A", late(bot));
    await bot.say("plans", { ...late(bot), from: person("Ben") });
    await bot.say("status", { ...late(bot), place: ELSEWHERE });
    await allHeard(bot);
    await allHeard(bot);
    const told = bot.chat.messages.map((message) => [
      message.place.channel,
      bot.chat.text(message).split("\n")[0],
    ]);
    expect(told).toEqual([
      ["ops", expect.stringContaining("2 messages reached me too late")],
      ["elsewhere", expect.stringContaining("it reached me too late")],
    ]);
    expect((await bot.audit()).map(({ what }) => what)).toEqual([
      "start: It arrived 61 s late",
      "plans: It arrived 61 s late",
      "status: It arrived 61 s late",
    ]);
  });

  it("is not told again where it was dealt with before, or comes again", async () => {
    const bot = await backAgain();
    await bot.say("plans", { delivery: "known" });
    await bot.say("plans", { ...late(bot), delivery: "known" });
    await bot.say("status", { ...late(bot), delivery: "new" });
    await allHeard(bot);
    expect(bot.last()).toContain("status");
    expect(bot.last()).toContain("it reached me too late");
    const messages = bot.chat.messages.length;
    await bot.say("status", { ...late(bot), delivery: "new" });
    await allHeard(bot);
    expect(bot.chat.messages).toHaveLength(messages);
  });

  it("is not told again a day later either", async () => {
    const bot = await backAgain();
    await bot.say("plans", late(bot));
    await allHeard(bot);
    bot.clock.advance(90_000_000);
    await allHeard(bot);
    expect(bot.chat.messages).toHaveLength(1);
    expect(await bot.deeds()).toEqual(["refused"]);
  });

  it("after another time is told in a message of its own", async () => {
    const bot = await backAgain();
    for (const line of ["plans", "status"]) {
      await bot.say(line, late(bot));
      await allHeard(bot);
    }
    expect(bot.chat.messages.map(bot.chat.text)).toEqual([
      expect.stringContaining("plans"),
      expect.stringContaining("status"),
    ]);
  });

  it("on one platform is told when that one has been heard", async () => {
    const bot = await startQuickBot({ platforms: ["slack", "discord"] });
    bot.clock.advance(3_600_000);
    const [slack, discord] = bot.chats;
    await slack?.type("plans", late(bot));
    await discord?.type("plans", late(bot));
    await bot.parts.bot.allHeard("discord", 777);
    await bot.parts.outbox.flush();
    expect([slack?.messages.length, discord?.messages.length]).toEqual([0, 1]);
    await bot.parts.bot.allHeard("slack", 777);
    await bot.parts.outbox.flush();
    expect([slack?.messages.length, discord?.messages.length]).toEqual([1, 1]);
  });

  it("wakes whoever speaks, and nobody where nothing was missed", async () => {
    const bot = await backAgain();
    let woken = 0;
    bot.parts.wakeups.on("speech", () => void woken++);
    await bot.parts.bot.allHeard("terminal", 777);
    expect(woken).toBe(0);
    await bot.chat.type("plans", late(bot));
    await bot.parts.bot.allHeard("terminal", 777);
    expect(woken).toBe(1);
  });
});

describe("what was heard last", () => {
  it("is nothing at first, and then what all was heard until, on each platform", async () => {
    const bot = await backAgain();
    expect(await bot.parts.bot.lastHeard("terminal")).toEqual({ threads: [] });
    await bot.parts.bot.allHeard("terminal", 777);
    expect(await bot.parts.bot.lastHeard("terminal")).toEqual({ at: 777, threads: [] });
    expect(await bot.parts.bot.lastHeard("slack")).toEqual({ threads: [] });
  });

  it("is read again in the threads of what is in hand there, and nowhere else", async () => {
    const bot = await startQuickBot({ platforms: ["slack", "discord"] });
    const [slack, discord] = bot.chats;
    const thread = { platform: "slack", channel: "ops", thread: "m7" } as const;
    await slack?.type("start Plan A", { place: thread });
    await bot.parts.outbox.flush();
    expect((await bot.parts.bot.lastHeard("slack")).threads).toEqual([thread]);
    expect((await bot.parts.bot.lastHeard("discord")).threads).toEqual([]);
    await slack?.type("cancel");
    await bot.parts.outbox.flush();
    await discord?.type("start Plan A");
    expect((await bot.parts.bot.lastHeard("discord")).threads).toEqual([]);
  });
});
