/**
 * The whole bot where its ground gives way: a full disk, a removed file, figures that are counted
 * while it works.
 */
import { rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Store } from "../../src/store/store.ts";
import { startBot, type TestBot } from "../fakes/bot.ts";
import { type FailingStore, failingStore } from "../fakes/failing-store.ts";

const PLAN = "Standard Failover Plan @ Tech Dynamics";

/** A bot whose disk is full when the test says so. */
async function botWithDisk() {
  const disks: FailingStore[] = [];
  const wrap = (store: Store) => {
    const disk = failingStore(store);
    disks.push(disk);
    return disk;
  };
  const bot = await startBot({ wrap });
  const disk = disks[0];
  if (!disk) throw new Error("There is no disk");
  return { bot, disk };
}

const said = ({ chat }: TestBot) => chat.messages.map(chat.text);
const startsIn = ({ sandbox, clock }: TestBot) =>
  sandbox.estate.runs().filter(({ orderedAt }) => orderedAt >= clock.now() - 3_600_000).length;

describe("a bot whose disk is full", () => {
  it("takes no order, says so to whoever asks, with a reference, and says nothing else", async () => {
    const { bot, disk } = await botWithDisk();
    disk.full = true;
    await bot.say(`start "${PLAN}"`);
    expect(said(bot)).toEqual([
      expect.stringMatching(
        /^\[problem\] start: the bot's state cannot be read or saved\nCannot write the state .* as the disk is full: make room.*\nNothing was changed\.\n`doctor` looks at the state\.\nReference \w{8}$/,
      ),
    ]);
    disk.full = false;
    expect(await bot.store.all("orders")).toEqual([]);
    expect(await bot.store.all("topics")).toEqual([]);
  });

  it("takes no confirmation, sends nothing to EM, and can be asked again when there is room", async () => {
    const { bot, disk } = await botWithDisk();
    await bot.say(`start "${PLAN}"`);
    disk.full = true;
    await bot.say(`confirm ${PLAN}`);
    await bot.look().catch(() => undefined);
    expect(said(bot).at(-1)).toContain("the disk is full");
    expect(startsIn(bot)).toBe(0);
    disk.full = false;
    await bot.say(`confirm ${PLAN}`);
    await bot.untilQuiet();
    expect(startsIn(bot)).toBe(1);
    expect(said(bot).filter((text) => /^\[ok\].*confirmed/.test(text)).length).toBeGreaterThan(0);
  });

  it("sends nothing of what was confirmed while that cannot be saved, and sends it once there is room", async () => {
    const { bot, disk } = await botWithDisk();
    await bot.say(`start "${PLAN}"`);
    await bot.say(`confirm ${PLAN}`);
    disk.full = true;
    for (let looks = 0; looks < 5; looks++) await bot.look().catch(() => undefined);
    expect(startsIn(bot)).toBe(0);
    const [order] = await bot.store.all("orders");
    expect(order?.value.phase.is).toBe("approved");
    disk.full = false;
    await bot.untilQuiet();
    expect(startsIn(bot)).toBe(1);
  });

  it("amid a run says nothing that it cannot save, and tells all of it, once, when there is room", async () => {
    const { bot, disk } = await botWithDisk();
    await bot.say(`start "${PLAN}"`);
    await bot.say(`confirm ${PLAN}`);
    await bot.pass(15_000);
    const before = said(bot).length;
    disk.full = true;
    for (let looks = 0; looks < 12; looks++) {
      bot.clock.advance(5000);
      await bot.look().catch(() => undefined);
    }
    expect(said(bot)).toHaveLength(before);
    disk.full = false;
    await bot.untilQuiet();
    const lines = bot.chat.messages
      .filter(({ place }) => place.thread !== undefined)
      .map(bot.chat.text);
    expect(new Set(lines).size).toBe(lines.length);
    expect(lines.filter((line) => /^\[ok\]/.test(line))).toHaveLength(1);
    expect(startsIn(bot)).toBe(1);
  });
});

describe("a bot whose state file is removed amid a run", () => {
  it("makes it again and goes on; a bot that starts later finds everything in it", async () => {
    const bot = await startBot();
    await bot.say(`start "${PLAN}"`);
    await bot.say(`confirm ${PLAN}`);
    await bot.pass(10_000);
    rmSync(bot.statePath);
    await bot.pass(10_000);
    const reborn = await bot.restart(2000);
    await reborn.untilQuiet();
    const lines = reborn.chat.messages.map(reborn.chat.text);
    expect(lines.filter((line) => /^\[ok\] .*confirmed/.test(line)).length).toBeGreaterThan(0);
    expect(startsIn(reborn)).toBe(1);
  });
});
