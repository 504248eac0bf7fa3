/** The adapter beside a Discord for tests, with what both need. */

import { setTimeout } from "node:timers/promises";
import { createDiscordPort } from "../../../adapters/discord/discord.ts";
import type {
  Card,
  ChatPort,
  CommandHint,
  Handlers,
  Hearing,
  Incoming,
  Place,
} from "../../../src/chat/port.ts";
import type { Proxies } from "../../../src/network/proxies.ts";
import { type FakeClock, fakeClock } from "../../fakes/clock.ts";
import { type FakeDiscord, startDiscord } from "../../fakes/discord/discord.ts";
import type { Message } from "../../fakes/discord/world.ts";
import { hearsAll } from "../../fakes/hears-all.ts";

interface Logged {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
}

export interface Rig {
  readonly clock: FakeClock;
  readonly discord: FakeDiscord;
  readonly port: ChatPort;
  readonly channel: Place;
  readonly logged: Logged[];
  /** What the handler was given, oldest first. */
  readonly arrived: Incoming[];
  /** The newest message of the bot. */
  newest(): Message;
  close(): Promise<void>;
}

export const hints: readonly CommandHint[] = [
  { name: "status", usage: "", summary: "What EM is doing now", options: [] },
  {
    name: "start",
    usage: "<plan> [because <reason>]",
    summary: "Starts a failover, after a confirmation",
    options: [
      { name: "reason", summary: "Why", required: false, takes: "text", word: "because" },
      { name: "plan", summary: "Name of the plan", required: true, takes: "plan" },
    ].toReversed() as CommandHint["options"],
  },
];

export const cardTitled = (title: string, more: Partial<Card> = {}): Card => ({
  tone: "running",
  title,
  lines: [],
  ...more,
});

export const plans = ["ABC Company Failover Plan", "XYZ Failover Plan"];

const complete: Handlers["complete"] = (typed, most) =>
  plans.filter((name) => name.toLowerCase().includes(typed.toLowerCase())).slice(0, most);

export interface RigOptions {
  readonly incoming?: Handlers["incoming"];
  readonly arriving?: Handlers["arriving"];
  readonly hearing?: Partial<Hearing>;
  readonly channels?: (discord: FakeDiscord) => readonly string[];
  readonly commands?: readonly CommandHint[];
  readonly token?: string;
  readonly prepare?: (discord: FakeDiscord, clock: FakeClock) => void;
  readonly proxies?: Proxies;
}

/** Not started yet. */
export async function makeRig(options: RigOptions = {}): Promise<Rig> {
  const clock = fakeClock();
  const discord = await startDiscord(clock);
  options.prepare?.(discord, clock);
  const logged: Logged[] = [];
  const note =
    (level: Logged["level"]) =>
    (...words: unknown[]) => {
      logged.push({ level, message: String(words.at(-1)) });
    };
  const port = createDiscordPort({
    token: options.token ?? discord.token,
    channels: options.channels?.(discord) ?? [discord.channel.id],
    apiUrl: discord.apiUrl,
    ...(options.proxies ? { proxies: options.proxies } : {}),
    clock,
    log: { info: note("info"), warn: note("warn"), error: note("error") },
  });
  return {
    clock,
    discord,
    port,
    logged,
    arrived: [],
    channel: { platform: "discord", channel: discord.channel.id },
    newest: () => {
      const mine = discord.world.messages.filter(({ author }) => author.bot);
      const last = mine.at(-1);
      if (!last) throw new Error("The bot has said nothing");
      return last;
    },
    close: async () => {
      await port.stop();
      await discord.close();
    },
  };
}

export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const rig = await makeRig(options);
  await rig.port.start({
    commands: options.commands ?? hints,
    complete,
    moved: async () => undefined,
    ...hearsAll,
    ...options.hearing,
    arriving: options.arriving ?? (async () => undefined),
    incoming: async (incoming) => {
      rig.arrived.push(incoming);
      await options.incoming?.(incoming);
    },
  });
  return rig;
}

const patienceMs = 4000;

/** Waits for real input and output, which others may work at meanwhile, until something is so. */
export async function until(isSo: () => boolean): Promise<void> {
  const started = performance.now();
  while (!isSo()) {
    if (performance.now() - started > patienceMs) throw new Error("It never came to be so");
    await setTimeout(1);
  }
}
