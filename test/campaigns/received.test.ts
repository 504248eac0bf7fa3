/** What was acknowledged is acted on, or its writer is told at the next start that it was not. */
import { describe, expect, it } from "vitest";
import { auditLog } from "../fakes/audit-log.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";
import { failingStore } from "../fakes/failing-store.ts";
import { mortal } from "../fakes/mortal.ts";

const PLAN = "ABC Company Failover Plan";
const DELIVERY = "the last thing before the kill";

const textsOf = ({ chat }: TestBot) => chat.messages.map(chat.text);
const toldIn = (bot: TestBot) =>
  textsOf(bot).filter((text) => text.includes("restarted before it acted"));
const startsOf = ({ sandbox }: TestBot) =>
  sandbox.estate.runs().filter(({ orderedAt }) => orderedAt >= Date.UTC(2026, 10, 21, 6)).length;

interface Killed {
  readonly bot: TestBot;
  readonly acknowledged: boolean;
  /** Whether it came to the kill at all. */
  readonly isDead: boolean;
}

/** A bot with a question, killed at one of the commits that what somebody does then brings about. */
async function killedAt(
  commit: number,
  saved: boolean,
  act: (bot: TestBot) => Promise<void>,
): Promise<Killed> {
  const asked = await startBot();
  await asked.say(`start "${PLAN}"`);
  const death = mortal(commit, saved, () => {
    asked.chat.frozen = true;
  });
  const doomed = await asked.restart(0, { wrap: death.wrap });
  await act(doomed).catch(() => undefined);
  const isDead = doomed.chat.frozen;
  const bot = await doomed.restart(1000, { wrap: (store) => store });
  await bot.look();
  await bot.look();
  return { bot, acknowledged: bot.chat.acknowledged.includes(DELIVERY), isDead };
}

const confirmByName = (bot: TestBot) => bot.say(`confirm ${PLAN}`, { delivery: DELIVERY });

async function press(bot: TestBot): Promise<void> {
  const [order] = await bot.store.all("orders");
  await bot.chat.press(`confirm:${order?.key}`, PLAN, { delivery: DELIVERY });
}

describe("a confirmation that was acknowledged before the bot was killed", () => {
  it.each([
    ["typed", confirmByName, `You typed \`confirm ${PLAN}\`.\nNothing was done.\nType it again.`],
    ["pressed", press, `You pressed Confirm of the question about "${PLAN}".\nNothing was done.`],
  ])("%s: is carried out, or its writer is told that nothing was done", async (_, act, told) => {
    const ends = new Set<string>();
    for (let commit = 0, isOver = false; !isOver; commit++)
      for (const saved of [false, true]) {
        const { bot, acknowledged, isDead } = await killedAt(commit, saved, act);
        isOver = !isDead || commit > 12;
        const lines = toldIn(bot);
        if (acknowledged)
          expect(startsOf(bot) + lines.length, `commit ${commit}, ${saved}`).toBe(1);
        for (const line of lines) expect(line).toContain(told);
        ends.add(acknowledged ? `${startsOf(bot)} started, ${lines.length} told` : "unheard");
      }
    expect([...ends].sort()).toContain("0 started, 1 told");
    expect([...ends].sort()).toContain("1 started, 0 told");
  });

  it("can be sent again by the platform, and is not acted on after its writer was told", async () => {
    const { bot } = await killedAt(1, false, confirmByName);
    expect(toldIn(bot)).toHaveLength(1);
    await confirmByName(bot);
    await bot.look();
    expect(startsOf(bot)).toBe(0);
    const again = await bot.restart(1000);
    await again.look();
    expect(toldIn(again)).toHaveLength(1);
    await again.say(`confirm ${PLAN}`);
    await again.look();
    expect(startsOf(again)).toBe(1);
  });
});

describe("what reads, or asks EM for something small, and had no answer when the bot was killed", () => {
  it.each(["status", "plans", "sessions"])("%s: its writer is told", async (line) => {
    const { bot } = await killedAt(0, true, (doomed) => doomed.say(line));
    expect(toldIn(bot)).toEqual([
      expect.stringContaining(`You typed \`${line}\`.\nNothing was done.\nType it again.`),
    ]);
    expect(await bot.store.all("received")).toEqual([]);
  });

  it("a button of a run's card: whoever pressed it is told", async () => {
    const { bot } = await killedAt(0, true, (doomed) => doomed.chat.press("unwatch:run-abc234"));
    expect(toldIn(bot)).toEqual([
      expect.stringContaining("You pressed Stop watching.\nNothing was done.\nPress it again."),
    ]);
  });

  it("collect: its writer is told that nobody knows, and so is the audit log", async () => {
    const { bot } = await killedAt(2, false, (doomed) => doomed.say("collect"));
    expect(textsOf(bot).join("\n")).toContain(
      "The bot was restarted before it had EM's answer to what you sent\nYou typed `collect`.\nWhether EM did it is not known.",
    );
    const entries = (await auditLog(bot.store)).map(({ value }) => value);
    expect(entries.slice(-2)).toMatchObject([
      { deed: "collecting" },
      { deed: "answer-lost", what: "collect: The bot was restarted before it had EM's answer" },
    ]);
  });
});

describe("what is told at the next start", () => {
  it("is nothing of what was acted on, refused or answered", async () => {
    const bot = await startBot();
    for (const line of [`start "${PLAN}"`, "confirm something else", "cancel", "cancel"])
      await bot.say(line);
    expect(await bot.store.all("received")).toEqual([]);
    const again = await bot.restart(1000);
    await again.look();
    expect(toldIn(again)).toEqual([]);
  });

  it("is nothing of what only reads, which is not saved before it is acknowledged", async () => {
    const bot = await startBot();
    await bot.parts.bot.arriving({
      kind: "typed",
      text: "status",
      delivery: "d",
      place: { platform: "terminal", channel: "ops" },
      from: { platform: "terminal", id: "anna", name: "Anna" },
    });
    expect(await bot.store.all("received")).toEqual([]);
  });

  it("is nothing of what was saved though the disk said otherwise, and its writer was told", async () => {
    let store: ReturnType<typeof failingStore> | undefined;
    const bot = await startBot({ wrap: (real) => (store = failingStore(real)) });
    store?.faults.push("written");
    await bot.say("status");
    expect(textsOf(bot).at(-1)).toContain("status: the bot's state cannot be read or saved");
    expect(await bot.store.all("received")).toEqual([]);
  });

  it("is nothing of what the platform brings again after it was acted on", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await confirmByName(bot);
    await confirmByName(bot);
    expect(await bot.store.all("received")).toEqual([]);
  });

  it("is an entry of the audit log", async () => {
    const { bot } = await killedAt(1, false, confirmByName);
    const entries = (await auditLog(bot.store)).map(({ value }) => value);
    expect(entries.at(-1)).toMatchObject({
      deed: "refused",
      what: `confirm ${PLAN}: The bot was restarted before it acted on it`,
    });
  });
});

describe("an acknowledgement", () => {
  it("goes out after half a second also where the state stands still", async () => {
    const gate = Promise.withResolvers<void>();
    const bot = await startBot({
      wrap: (store) => ({
        ...store,
        get: async (namespace, key) => {
          if (namespace === "deliveries") await gate.promise;
          return store.get(namespace, key);
        },
      }),
    });
    const typing = bot.say(`start "${PLAN}"`, { delivery: DELIVERY });
    await Promise.resolve();
    expect(bot.chat.acknowledged).toEqual([]);
    bot.clock.advance(500);
    await new Promise(setImmediate);
    expect(bot.chat.acknowledged).toEqual([DELIVERY]);
    gate.resolve();
    await typing;
    expect(textsOf(bot)[0]).toContain("Start failover plan");
  });
});
