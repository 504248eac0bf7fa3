/**
 * How the bot does while it watches so many runs: without the platform's limits, then with them;
 * each time for a while in which nobody says anything, then with commands at a steady rate.
 */
import { setTimeout } from "node:timers/promises";
import type { EmNews } from "./em-child.ts";
import { gaps, waitsOf } from "./figures.ts";
import { type Ground, type GroundOptions, onGround } from "./ground.ts";
import type { Used } from "./probe.ts";
import type { Acks, Said } from "./room.ts";

export interface Lengths {
  /** Of the while in which nobody says anything. */
  readonly quietMs: number;
  /** To each of both, our bot and the bare one. */
  readonly commands: number;
  readonly perSecond: number;
}

/** One line of the table. */
export interface Watched extends GroundOptions {
  readonly limits: boolean;
  /** Nobody says anything. */
  readonly quiet: Used;
  readonly looks: number;
  readonly questions: number;
  readonly messages: number;
  readonly busy: Used;
  readonly ours: Acks;
  readonly bare: Acks;
  /** From EM's answer to the thread's line, in milliseconds. */
  readonly lines: readonly number[];
  /** From a look to the next, in milliseconds. */
  readonly beats: readonly number[];
  readonly bareMb: number;
}

const LEAST_SETTLING_MS = 7000;
/** Longer than the bot is held up between two lines. */
const SILENT_MS = 6000;
const LOOK_EVERY_MS = 500;

export const watched = (
  options: GroundOptions,
  { unlimited, limited }: { readonly unlimited: Lengths; readonly limited?: Lengths },
): Promise<Watched[]> =>
  onGround(options, async (ground) => {
    await settled(ground, options.settlingMs);
    const without = await oneLine(ground, options, unlimited, false);
    return limited ? [without, await oneLine(ground, options, limited, true)] : [without];
  });

/** After its start the bot says once in each thread that it was away. */
async function settled({ room, seeded }: Ground, leastMs = LEAST_SETTLING_MS): Promise<void> {
  const begun = performance.now();
  const since = (at: number) => performance.now() - at;
  let [lines, lineAt] = [0, begun];
  const goesOn = () => lines < seeded && since(lineAt) < SILENT_MS;
  while (since(begun) < leastMs || goesOn()) {
    await setTimeout(LOOK_EVERY_MS);
    const more = (await room.ask("said", null)).filter(({ inThread }) => inThread).length;
    lines += more;
    if (more > 0) lineAt = performance.now();
  }
}

interface News {
  readonly used: Used;
  readonly em: EmNews;
  readonly said: readonly Said[];
}

/** Since it was asked last. */
async function news({ bot, em, room }: Ground): Promise<News> {
  const used = await bot.child.ask("used", null);
  return { used, em: await em.ask("news", null), said: await room.ask("said", null) };
}

async function oneLine(
  ground: Ground,
  options: GroundOptions,
  { quietMs, commands: count, perSecond }: Lengths,
  limits: boolean,
): Promise<Watched> {
  await ground.room.ask("limit", limits);
  await news(ground);
  await setTimeout(quietMs);
  const quiet = await news(ground);
  const { ours, bare } = await ground.room.ask("commands", { verb: "help", count, perSecond });
  const busy = await news(ground);
  const { residentMb } = await ground.bareOne.child.ask("used", null);
  const looks = [...quiet.em.looks, ...busy.em.looks];
  return {
    ...options,
    limits,
    quiet: quiet.used,
    looks: quiet.em.looks.length,
    questions: quiet.em.questions,
    messages: quiet.said.length,
    busy: busy.used,
    ours,
    bare,
    lines: linesOf([quiet, busy]),
    beats: gaps(looks),
    bareMb: residentMb,
  };
}

function linesOf(all: readonly News[]): number[] {
  const said = all.flatMap(({ said }) => said);
  const lines = said.filter(({ is, inThread }) => is === "post" && inThread);
  const ofVms = lines.map(({ at, text }) => ({ at, vms: text.match(/\bt\d+-vm\d+\b/g) ?? [] }));
  return waitsOf(new Map(all.flatMap(({ em }) => em.ended)), ofVms);
}
