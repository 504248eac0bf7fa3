/**
 * Keeps the slash command in the servers of the channels, asking Discord to change something only
 * where it differs.
 */

import type { Client } from "discord.js";
import type { CommandHint } from "../../src/chat/port.ts";
import { isTroubleOf } from "../../src/chat/trouble.ts";
import type { Clock } from "../../src/clock.ts";
import type { PlatformLog } from "../../src/log.ts";
import type { Api } from "./api.ts";
import { alreadyThere, drawCommand, rootCommand } from "./commands.ts";
import { toChatError } from "./errors.ts";
import { inviteLink } from "./permissions.ts";

export const serversOf = (client: Client<true>, channels: readonly string[]): string[] => {
  const known = channels.map((id) => client.channels.cache.get(id));
  const guilds = known.map((channel) =>
    channel && !channel.isDMBased() ? channel.guildId : undefined,
  );
  return [...new Set(guilds.filter((id) => id !== undefined))];
};

/** Puts the command where it is missing or differs; a failure is logged, as mentions work without. */
export type Registrar = (client: Client<true>, hints: readonly CommandHint[]) => Promise<void>;

export interface RegistrarParts {
  readonly api: Api;
  readonly clock: Clock;
  readonly log: PlatformLog;
  readonly channels: readonly string[];
  /** Ends what is tried again. */
  readonly signal: AbortSignal;
}

interface State extends RegistrarParts {
  /** Servers where it is done, or being tried. */
  readonly begun: Set<string>;
}

/** After a failure that may pass by itself; the last one again and again. */
const pausesMs = [5000, 15_000, 60_000, 300_000];

/** Once for each server and start. */
export function createRegistrar(parts: RegistrarParts): Registrar {
  const state: State = { ...parts, begun: new Set() };
  return (client, hints) => registerAll(state, client, hints);
}

async function registerAll(
  state: State,
  client: Client<true>,
  hints: readonly CommandHint[],
): Promise<void> {
  const { begun, channels } = state;
  const servers = serversOf(client, channels).filter((id) => !begun.has(id));
  for (const guild of servers) begun.add(guild);
  await Promise.all(servers.map((guild) => keepTrying(state, client.application.id, guild, hints)));
}

/** What does not pass by itself is tried again when what the bot may do has changed. */
async function keepTrying(
  state: State,
  application: string,
  guild: string,
  hints: readonly CommandHint[],
): Promise<void> {
  const { begun, clock, signal } = state;
  for (let tries = 0; !signal.aborted; tries++) {
    const error = await register(state, application, guild, hints).catch(
      (reason: unknown) => reason,
    );
    if (error === undefined || signal.aborted) return;
    warn(state, application, guild, error);
    if (isTroubleOf(error, "place", "message")) return void begun.delete(guild);
    await clock.sleep(pausesMs[tries] ?? 300_000, signal).catch(() => undefined);
  }
}

function warn({ log }: State, application: string, guild: string, error: unknown): void {
  const why = toChatError(error, "register the slash command").message;
  log.warn(
    { guild },
    `${why}. If it persists, invite the bot again with ${inviteLink(application)}; mentions work meanwhile`,
  );
}

async function register(
  { api, log }: State,
  application: string,
  guild: string,
  hints: readonly CommandHint[],
): Promise<void> {
  const ours = drawCommand(hints);
  if (alreadyThere(ours, await api.commands(application, guild))) return;
  await api.setCommands(application, guild, [ours]);
  log.info({ guild }, `Registered the slash command ${rootCommand}`);
}
