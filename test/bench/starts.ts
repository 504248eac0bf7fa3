/**
 * How long a start takes and how much memory a bot at rest has, beside bare Bolt (and discord.js):
 * each started in turn, several times.
 */
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Child, startChild } from "./children.ts";
import { median } from "./figures.ts";
import { inWorld, type World } from "./ground.ts";
import { type BotOptions, type Program, startBare, startBot, stateIn } from "./programs.ts";
import type { RoomAnswers } from "./room.ts";
import { seedState } from "./seed.ts";

/** Medians, in milliseconds. */
export interface Starts {
  readonly bareMs: number;
  /** As `npm start` starts it, with nothing in its state and nothing running at EM. */
  readonly emptyMs: number;
  /** `src/main.ts` alone, which keeps nothing of what it compiles. */
  readonly plainMs: number;
  readonly fullMs: number;
  readonly watches: number;
  readonly past: number;
}

/** In MiB. */
export interface AtRest {
  readonly bareMb: number;
  readonly botMb: number;
}

const WATCHES = 500;
const PAST = 10_000;
const RESTING_MS = 20_000;

/** `rounds`: after one that is not counted. */
export const starts = (rounds: number): Promise<Starts> =>
  inWorld({ watches: 0, platform: "slack" }, (empty) =>
    inWorld({ watches: WATCHES, platform: "slack" }, (full) => startsIn(empty, full, rounds)),
  );

async function startsIn(empty: World, full: World, rounds: number): Promise<Starts> {
  const cards = await full.room.ask("cards", WATCHES);
  const statePath = join(full.folder, "seeded.db");
  const watches = await seedState({ statePath, em: full.address, cards, past: PAST });
  const ways = [
    () => startBare(empty.bare),
    () => startBot(botIn(empty)),
    () => startBot({ ...botIn(empty), entry: "src/main.ts" }),
    () => {
      restore(statePath, stateIn(full.folder));
      return startBot(botIn(full));
    },
  ];
  const [bareMs = 0, emptyMs = 0, plainMs = 0, fullMs = 0] = await inTurn(ways, rounds);
  return { bareMs, emptyMs, plainMs, fullMs, watches, past: PAST };
}

/** What the start before has written is no part of the next. */
function restore(from: string, to: string): void {
  for (const file of [to, `${to}-wal`, `${to}-shm`]) rmSync(file, { force: true });
  copyFileSync(from, to);
}

const botIn = ({ folder, address: em, ours: settings }: World): BotOptions => ({
  folder,
  em,
  settings,
  format: "xml",
});

async function inTurn(ways: readonly (() => Promise<Program>)[], rounds: number) {
  const all = ways.map((): number[] => []);
  for (let round = 0; round <= rounds; round++)
    for (const [index, start] of ways.entries()) {
      const { child, readyMs } = await start();
      await child.end();
      if (round > 0) all[index]?.push(readyMs);
    }
  return all.map(median);
}

/** With Slack and Discord at once. */
export const atRest = (): Promise<AtRest> =>
  inWorld({ watches: 0, platform: "slack" }, async (world) => {
    const other = startChild<RoomAnswers>("discord-child.ts", null);
    try {
      return await restingIn(world, other);
    } finally {
      await other.end();
    }
  });

async function restingIn({ folder, address, ours, bare }: World, other: Child<RoomAnswers>) {
  const theirs = await other.ask("settings", null);
  const announceIn = `${ours.ANNOUNCE_IN}, ${theirs.ours.ANNOUNCE_IN}`;
  const settings = { ...ours, ...theirs.ours, ANNOUNCE_IN: announceIn };
  const bot = await startBot({ folder, em: address, format: "xml", settings });
  const bareOne = await startBare({ ...bare, ...theirs.bare });
  await setTimeout(RESTING_MS);
  const [mine, its] = [await bot.child.ask("used", null), await bareOne.child.ask("used", null)];
  await Promise.all([bot.child.end(), bareOne.child.end()]);
  return { botMb: mine.residentMb, bareMb: its.residentMb };
}
