/** All processes of one measurement: EM, the chat platform, our bot with its state, the bare one. */
import { systemClock } from "../../src/clock.ts";
import { moveState } from "../../src/store/move.ts";
import { type Child, startChild } from "./children.ts";
import type { EmAnswers, EmOptions } from "./em-child.ts";
import {
  newFolder,
  type Program,
  removeFolder,
  type Settings,
  startBare,
  startBot,
  stateIn,
} from "./programs.ts";
import type { RoomAnswers } from "./room.ts";
import { type EmAddress, seedState } from "./seed.ts";

export type Platform = "slack" | "discord";

export interface GroundOptions {
  readonly watches: number;
  readonly format: "xml" | "json";
  readonly platform: Platform;
  /** Nothing changes at EM, and nobody reads more than what calls people. */
  readonly still?: boolean;
  /** How long is waited at least after the start, in which much is said. Default: seven seconds. */
  readonly settlingMs?: number;
  /** The address of a Postgres that has the bot's state. Default: a file. */
  readonly state?: string;
}

export interface World {
  readonly folder: string;
  readonly em: Child<EmAnswers>;
  readonly address: EmAddress;
  readonly room: Child<RoomAnswers>;
  readonly ours: Settings;
  readonly bare: Settings;
}

export interface Ground extends World {
  readonly bot: Program;
  readonly bareOne: Program;
  /** So many runs are watched: those that were open. */
  readonly seeded: number;
}

/** EM and a chat platform, for as long as they are used. */
export async function inWorld<Found>(
  { watches, platform, still = false }: Omit<GroundOptions, "format">,
  use: (world: World) => Promise<Found>,
): Promise<Found> {
  const folder = newFolder();
  const about: EmOptions = { plans: watches, still, folder };
  const em = startChild<EmAnswers>("em-child.ts", about);
  const room = startChild<RoomAnswers>(`${platform}-child.ts`, null);
  try {
    const address = await em.ask("address", null);
    const { ours, bare } = await room.ask("settings", null);
    return await use({ folder, em, address, room, ours, bare });
  } finally {
    await Promise.all([em.end(), room.end()]);
    removeFolder(folder);
  }
}

const MOVER = { host: "bench", clock: systemClock };

/** With our bot, which watches all that runs, and the bare one. */
export function onGround<Found>(
  options: GroundOptions,
  use: (ground: Ground) => Promise<Found>,
): Promise<Found> {
  return inWorld(options, async (world) => {
    const { room, address, folder, ours, bare } = world;
    const cards = await room.ask("cards", options.watches);
    const quiet = options.still === true;
    const seeded = await seedState({ statePath: stateIn(folder), em: address, cards, quiet });
    const { format, state } = options;
    if (state !== undefined)
      await moveState(stateIn(folder), { url: state, name: "it" }, MOVER, "seeded");
    const bot = await startBot({ folder, em: address, format, settings: ours, state });
    const bareOne = await startBare({ ...bare, LOADS_BOTH: "yes" });
    try {
      return await use({ ...world, bot, bareOne, seeded });
    } finally {
      await Promise.all([bot.child.end(), bareOne.child.end()]);
    }
  });
}
