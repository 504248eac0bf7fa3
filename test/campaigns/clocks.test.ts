/** What the bot says and does while clocks jump, differ and stand still. */
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { duration } from "../../src/chat/duration.ts";
import type { EmClient } from "../../src/em/client.ts";
import { EmError } from "../../src/em/errors.ts";
import { auditLog } from "../fakes/audit-log.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";
import { until } from "../fakes/chatting-bot.ts";
import { startDiscordBot } from "../fakes/discord-bot.ts";
import { startSlackBot } from "../fakes/slack-bot.ts";

const PLAN = "ABC Company Failover Plan";
const HOUR = 3_600_000;
const CONFIRMED = "Failed over, confirmed";

async function started(bot: TestBot): Promise<void> {
  await bot.say(`start "${PLAN}"`);
  await bot.say(`confirm ${PLAN}`);
  await bot.look();
}

const saidOf = ({ chat }: TestBot, words: string) =>
  chat.messages.map(chat.text).filter((text) => text.includes(words));

function nothingWrongIsSaid(bot: TestBot): void {
  for (const words of [" stalled: ", "Lost sight", "does not answer", "I was away"])
    expect(saidOf(bot, words)).toEqual([]);
}

/** Lets the watcher come to rest after a look. */
async function atRest({ asked, answered }: ReturnType<typeof ambush>): Promise<void> {
  await until(() => answered() === asked());
  for (let turn = 0; turn < 100; turn++) await setImmediate();
}

/** Something befalls the next question about open sessions, once it is armed. */
function ambush() {
  let next: (() => void) | undefined;
  let asked = 0;
  let answered = 0;
  const between = (em: EmClient): EmClient => ({
    ...em,
    get clockOffsetMs() {
      return em.clockOffsetMs;
    },
    sessions: async (filter, signal) => {
      asked += 1;
      const befall = next;
      next = undefined;
      try {
        befall?.();
        return await em.sessions(filter, signal);
      } finally {
        answered += 1;
      }
    },
  });
  return {
    between,
    asked: () => asked,
    answered: () => answered,
    arm: (befall: () => void) => {
      next = befall;
    },
  };
}

/** Lets the watcher's own loop run while something is tried. */
async function watching(bot: TestBot, tried: () => Promise<void>): Promise<void> {
  const stopped = new AbortController();
  const running = bot.parts.watcher.run(stopped.signal);
  await tried();
  stopped.abort();
  await running;
  await bot.parts.outbox.flush();
}

describe("the wall clock is moved", () => {
  it.each([
    ["an hour forward", HOUR, "moved by 1 h, forward"],
    ["an hour back", -HOUR, "moved by 1 h, back"],
  ])("%s in a run: it is said once, and nothing else is", async (_, ms, words) => {
    const bot = await startBot();
    await started(bot);
    await bot.pass(20_000);
    bot.clock.jump(ms);
    await bot.untilQuiet();
    expect(saidOf(bot, words)).toHaveLength(1);
    nothingWrongIsSaid(bot);
    expect(bot.chat.transcript()).toContain(CONFIRMED);
  });

  it.each([HOUR, -HOUR])("by %i ms: a question stays open for as long as before", async (ms) => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    bot.clock.jump(ms);
    await bot.pass(280_000, 20_000);
    expect(await bot.store.all("orders")).toHaveLength(1);
    await bot.pass(40_000, 20_000);
    expect(await bot.store.all("orders")).toEqual([]);
  });

  it.each([HOUR, -HOUR])("by %i ms: what was confirmed waits for two minutes", async (ms) => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    bot.sandbox.control.unreachable(true);
    await bot.say(`confirm ${PLAN}`);
    await bot.look();
    bot.clock.jump(ms);
    await bot.pass(100_000, 20_000);
    expect(await bot.store.all("orders")).toHaveLength(1);
    await bot.pass(40_000, 20_000);
    expect(saidOf(bot, "within two minutes")).not.toEqual([]);
    expect(await bot.store.all("orders")).toEqual([]);
  });

  it.each([HOUR, -HOUR])("by %i ms while EM is asked: it is looked at as often", async (ms) => {
    const questions = ambush();
    const bot = await startBot({ ask: questions.between });
    await started(bot);
    await bot.pass(20_000);
    await watching(bot, async () => {
      await atRest(questions);
      questions.arm(() => bot.clock.jump(ms));
      for (let looks = 1; looks <= 4; looks++) {
        const before = questions.asked();
        bot.clock.advance(5000);
        await until(() => questions.asked() > before);
        await atRest(questions);
      }
    });
    expect(saidOf(bot, "moved by 1 h")).toHaveLength(1);
    nothingWrongIsSaid(bot);
  });

  it("between two looks: EM is looked at within a second", async () => {
    const questions = ambush();
    const bot = await startBot({ ask: questions.between });
    await started(bot);
    await bot.pass(20_000);
    await watching(bot, async () => {
      await atRest(questions);
      const before = questions.asked();
      bot.clock.jump(HOUR);
      bot.clock.advance(1000);
      await until(() => questions.asked() > before);
      await atRest(questions);
    });
    expect(saidOf(bot, "moved by 1 h")).toHaveLength(1);
  });

  it("back while a lane waits two seconds: what waited is said after them", async () => {
    const bot = await startBot();
    await started(bot);
    bot.chat.faults.push({ failure: { kind: "moment", afterMs: 2000 } });
    while (bot.chat.faults.length > 0) await bot.pass(5000);
    bot.clock.jump(-HOUR);
    await bot.untilQuiet();
    expect(bot.chat.transcript()).toContain(CONFIRMED);
  });

  it("forward while a lost answer is looked for: the run is found", async () => {
    const bot = await startBot();
    bot.sandbox.control.loseNextAnswer();
    await bot.say(`start "${PLAN}"`);
    await bot.say(`confirm ${PLAN}`);
    await bot.parts.watcher.tick();
    bot.clock.jump(HOUR);
    await bot.untilQuiet();
    expect(saidOf(bot, "lost sight")).toEqual([]);
    expect(bot.chat.transcript()).toContain(CONFIRMED);
  });

  it("forward: what is typed and shown is by the clock as it is set now", async () => {
    const bot = await startBot();
    bot.clock.jump(HOUR);
    await bot.say(`start "${PLAN}" before 06:30`);
    expect(saidOf(bot, "2026-11-21 06:30 UTC")).not.toEqual([]);
    expect(saidOf(bot, "still to come")).toEqual([]);
    const [asked] = (await auditLog(bot.store)).slice(-1);
    expect(asked?.value.at).toBe(bot.clock.now());
  });

  it.each([HOUR, -HOUR])("by %i ms: what people type is not called late", async (ms) => {
    const bot = await startBot();
    bot.clock.jump(ms);
    await bot.say("status");
    expect(bot.chat.messages).toHaveLength(1);
    expect(bot.parts.bot.refused).toBe(0);
  });
});

describe("the wall clock is set back while the bot does not run", () => {
  it("closes the questions of before, as nobody knows how old they are", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    bot.clock.jump(-HOUR);
    const again = await bot.restart(1000);
    await again.look();
    expect(await again.store.all("orders")).toEqual([]);
    await again.say(`confirm ${PLAN}`);
    await again.look();
    expect(again.sandbox.requests.filter(({ path }) => path.includes("action=start"))).toEqual([]);
  });

  it("sends nothing of what was confirmed before", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await bot.say(`confirm ${PLAN}`);
    bot.clock.jump(-HOUR);
    const again = await bot.restart(1000);
    await again.look();
    expect(saidOf(again, "within two minutes")).not.toEqual([]);
    expect(again.sandbox.requests.filter(({ path }) => path.includes("action=start"))).toEqual([]);
  });

  it("goes on with a run to its end", async () => {
    const bot = await startBot();
    await started(bot);
    await bot.pass(20_000);
    bot.clock.jump(-HOUR);
    const again = await bot.restart(10_000);
    await again.untilQuiet();
    expect(again.chat.transcript()).toContain(CONFIRMED);
    expect(saidOf(again, " stalled: ")).toEqual([]);
  });
});

describe("EM has a clock of its own", () => {
  /** The oldest of what would be lost, by EM's data and EM's clock alone. */
  function lost({ sandbox: { estate } }: TestBot): string {
    const vms = estate.plans().find(({ name }) => name === PLAN)?.vms ?? [];
    const newest = vms.map(({ vm }) =>
      Math.max(
        ...estate.points().flatMap((point) => (point.vm.id === vm ? [point.createdAt] : [])),
      ),
    );
    return duration(Math.floor((estate.now() - Math.min(...newest)) / 60_000) * 60_000);
  }

  it.each([0, 600_000, -600_000])(
    "%i ms off: ages are right, and cards show one clock",
    async (ms) => {
      const bot = await startBot({ emAheadMs: ms });
      await bot.say(`start "${PLAN}"`);
      expect(bot.chat.transcript()).toContain(`Going ahead loses up to ${lost(bot)} of data`);
      await bot.say(`confirm ${PLAN}`);
      await bot.untilQuiet();
      const text = bot.chat.transcript();
      expect(text).toContain(CONFIRMED);
      expect(text).toMatch(/Ran 1 min \d+ s, from 2026-11-21 06:00 UTC/);
      expect(text).toMatch(/Ended 2026-11-21 06:0[1-4] UTC/);
      expect(text).not.toMatch(/2026-11-21 (05:5|06:1)\d UTC/);
    },
  );
});

describe("EM has a clock of its own, and its answer to the order is lost", () => {
  it.each([600_000, -600_000])("%i ms off: the run is found and followed", async (emAheadMs) => {
    const bot = await startBot({ emAheadMs });
    bot.sandbox.control.loseNextAnswer();
    await started(bot);
    await bot.untilQuiet();
    expect(bot.chat.transcript()).toContain(CONFIRMED);
    expect(saidOf(bot, "not started by this bot")).toEqual([]);
  });
});

describe("a platform has a clock of its own", () => {
  const LATE = "Not carried out: it arrived too late";

  it.each([120_000, -120_000])(
    "Slack, %i ms off: only what was held up is late",
    async (aheadMs) => {
      const bot = await startSlackBot({ aheadMs });
      await bot.heard(bot.slack.mention(`start "${PLAN}"`));
      await bot.heard(bot.press("Cancel"));
      expect(await bot.store.all("orders")).toEqual([]);
      expect(bot.slack.transcript()).not.toContain(LATE);
      const at = bot.clock.now() + aheadMs - 61_500;
      await bot.heard(bot.slack.mention(`start "${PLAN}"`, { at }));
      expect(bot.slack.transcript()).toContain(LATE);
    },
  );

  it.each([120_000, -120_000])(
    "Discord, %i ms off: only what was held up is late",
    async (aheadMs) => {
      const bot = await startDiscordBot({ aheadMs });
      const { people, ann, channel, world } = bot.discord;
      const mention = (more = {}) =>
        bot.heard(Promise.resolve(people.say(ann, channel.id, `@bot start "${PLAN}"`, more)));
      await mention();
      await bot.heard(bot.press(ann, bot.newest("Start failover plan"), "Cancel"));
      expect(await bot.store.all("orders")).toEqual([]);
      expect(world.transcript()).not.toContain(LATE);
      await mention({ at: bot.clock.now() + aheadMs - 61_500 });
      expect(world.transcript()).toContain(LATE);
    },
  );
});

describe("the process is frozen", () => {
  it("for a minute while EM is asked: that is an absence, and EM is asked again at once", async () => {
    const questions = ambush();
    const bot = await startBot({ ask: questions.between });
    await started(bot);
    await bot.pass(20_000);
    await watching(bot, async () => {
      await atRest(questions);
      questions.arm(() => {
        bot.clock.advance(60_000);
        throw new EmError("timed-out", "EM did not answer in time");
      });
      const before = questions.asked();
      bot.clock.advance(5000);
      await until(() => questions.asked() >= before + 2);
      await atRest(questions);
    });
    expect(saidOf(bot, "I was away")).toHaveLength(1);
    expect(saidOf(bot, "does not answer")).toEqual([]);
    expect(saidOf(bot, "No answer since")).toEqual([]);
    await bot.untilQuiet();
    expect(bot.chat.transcript()).toContain(CONFIRMED);
  });

  it("for a minute between two looks: that is an absence, and EM is looked at at once", async () => {
    const questions = ambush();
    const bot = await startBot({ ask: questions.between });
    await started(bot);
    await bot.pass(20_000);
    await watching(bot, async () => {
      await atRest(questions);
      const before = questions.asked();
      bot.clock.advance(60_000);
      await until(() => questions.asked() > before);
      await atRest(questions);
    });
    expect(saidOf(bot, "I was away")).toHaveLength(1);
    expect(saidOf(bot, "does not answer")).toEqual([]);
  });
});
