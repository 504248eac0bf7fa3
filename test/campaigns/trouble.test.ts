/**
 * Places that die, chats that are down, an EM that is silent for hours, a clean stop: what people
 * read then.
 */
import { describe, expect, it } from "vitest";
import type { ChatFailure, Place } from "../../src/chat/port.ts";
import { sayGoodbye } from "../../src/watch/shutdown-notice.ts";
import { IDLE_MS, startBot, type TestBot } from "../fakes/bot.ts";

const PLAN = "ABC Company Failover Plan";
const warRoom: Place = { platform: "terminal", channel: "war-room" };

/** Without the files of the report. */
const lines = (bot: TestBot, channel: string) =>
  bot.chat.messages
    .filter(({ place, file }) => place.channel === channel && place.thread && file === undefined)
    .map(bot.chat.text);
/** Each VM's end is told once, and that of the run, whose scorecard names VMs again. */
function expectEachEndOnce(told: readonly string[]): void {
  const [ends = [], others = []] = [true, false].map((isEnd) =>
    told.filter((line) => line.includes("Failed over, confirmed") === isEnd),
  );
  for (const vm of ["filesrv03", "filesrv04", "srv38", "srv40", "apache05", "sql07"])
    expect(others.join("\n").match(new RegExp(`\\b${vm}\\b`, "g"))).toHaveLength(1);
  expect(ends.join("\n").match(/Failed over, confirmed/g)).toHaveLength(1);
}
const roots = (bot: TestBot, channel: string) =>
  bot.chat.messages
    .filter(({ place }) => place.channel === channel && place.thread === undefined)
    .map(bot.chat.text);

async function running(place = warRoom) {
  const bot = await startBot();
  await bot.say(`start "${PLAN}"`, { place });
  await bot.say(`confirm ${PLAN}`, { place });
  await bot.pass(20_000);
  return bot;
}

describe("a place that dies", () => {
  it.each<ChatFailure>([{ kind: "place", gone: true }, { kind: "place" }])(
    "is left for the fallback channel when it is %o",
    async (failure) => {
      const bot = await running();
      bot.chat.refuse({ channel: "war-room", failure });
      await bot.pass(200_000);
      expect(roots(bot, "ops").join("\n")).toMatch(
        /Failed over, confirmed: .*\n[\s\S]*This stands here because the terminal's channel war-room cannot be written/,
      );
      expect(
        lines(bot, "ops").filter((line) => line.includes("Failed over, confirmed")),
      ).toHaveLength(1);
    },
  );
});

describe("a place that dies where there is no other", () => {
  const ops = { platform: "terminal", channel: "ops" } as const;

  it.each<ChatFailure>([{ kind: "place", gone: true }, { kind: "place" }])(
    "for some seconds, a restart in between, loses neither lines nor the end: %o",
    async (failure) => {
      const bot = await running(ops);
      bot.chat.refuse({ channel: "ops", failure });
      await bot.pass(15_000);
      const again = await bot.restart(1000);
      again.chat.refuse(undefined);
      await again.untilQuiet();
      expect(roots(again, "ops")[0]).toContain("Failed over, confirmed");
      expectEachEndOnce(lines(again, "ops"));
    },
  );

  it("for good: its people are told the end directly, once, across restarts", async () => {
    const bot = await running(ops);
    bot.chat.refuse({ channel: "ops", failure: { kind: "place", gone: true } });
    await bot.pass(300_000);
    const again = await bot.restart(1000);
    await again.pass(600_000, IDLE_MS);
    const direct = roots(again, "direct to anna").filter((text) =>
      text.includes("Failed over, confirmed"),
    );
    expect(direct).toEqual([expect.stringContaining("You get this directly")]);
  });
});

describe("a chat that is down", () => {
  it("for an hour: then the end goes first, and one message tells what else was missed", async () => {
    const bot = await running();
    const before = lines(bot, "war-room").length;
    bot.chat.refuse({ channel: "war-room", failure: { kind: "moment", perhapsDone: true } });
    await bot.pass(180_000);
    await bot.pass(3_420_000, IDLE_MS);
    bot.chat.refuse(undefined);
    await bot.untilQuiet();
    const told = lines(bot, "war-room").slice(before);
    expect(told[0]).toContain("Failed over, confirmed");
    expect(told).toHaveLength(3);
    expect(told[2]).toMatch(/Said late: nothing could be posted here for a while\n.* up \(/);
  });

  it("a storm of 429s loses nothing and doubles nothing", async () => {
    const bot = await running();
    for (let i = 0; i < 60; i++)
      bot.chat.faults.push({ failure: { kind: "moment", afterMs: 2000 } });
    await bot.untilQuiet();
    expectEachEndOnce(lines(bot, "war-room"));
  });
});

describe("an EM that is silent", () => {
  it("is asked one question a look, and ever more seldom", async () => {
    const bot = await startBot({ scenario: "many" });
    bot.clock.advance(5000);
    await bot.look();
    expect(await bot.store.all("watches")).toHaveLength(100);
    bot.sandbox.control.unreachable(true);
    await bot.look();
    const before = bot.sandbox.requests.length;
    await bot.look();
    expect(bot.sandbox.requests.length - before).toBeLessThanOrEqual(3);
  });

  it("ends a watch at the time limit of the settings, and not before", async () => {
    const bot = await startBot({ config: { watchLimitMs: 3_600_000 } });
    await bot.say(`start "${PLAN}"`);
    await bot.say(`confirm ${PLAN}`);
    await bot.pass(20_000);
    bot.sandbox.control.unreachable(true);
    await bot.pass(30 * 60_000, IDLE_MS);
    expect(await bot.store.all("watches")).toHaveLength(1);
    bot.clock.advance(1_800_000);
    await bot.look();
    expect(await bot.store.all("watches")).toHaveLength(0);
    expect(bot.chat.transcript()).toContain(
      "The time limit for watching, 1 h, is over. I do not know how it ended.",
    );
  });
});

describe("a clean stop", () => {
  it("says on open cards that nobody watches now; the next start takes it back", async () => {
    const bot = await running();
    await sayGoodbye(bot.store, "sandbox", bot.clock.now());
    await bot.parts.outbox.flush();
    const [root = expect.fail()] = bot.chat.messages;
    expect(bot.chat.text(root)).toMatch(
      /^\[warning\] Nobody watches now: Starting: .*\nThe bot was stopped .*; what stands below is from then\.[\s\S]*\[unknown\] filesrv03 – was starting, at \d+ %/,
    );
    expect(root.versions.at(-1)?.buttons).toBeUndefined();
    const again = await bot.restart(10_000);
    await again.look();
    expect(roots(again, "war-room")[0]).not.toContain("Nobody watches now");
    expect(lines(again, "war-room").at(-1)).toContain("I was away");
  });
});
