/**
 * Keeps the slash command in the servers of the channels, asking Discord to change something only
 * where it differs.
 */

import type { Client } from "discord.js";
import type { CommandHint } from "../../src/chat/port.ts";
import type { PlatformLog } from "../../src/log.ts";
import type { Api } from "./api.ts";
import { alreadyThere, drawCommand } from "./commands.ts";
import { toChatError } from "./errors.ts";
import { inviteLink } from "./permissions.ts";

const serversOf = (client: Client<true>, channels: readonly string[]): string[] => {
  const known = channels.map((id) => client.channels.cache.get(id));
  const guilds = known.map((channel) =>
    channel && !channel.isDMBased() ? channel.guildId : undefined,
  );
  return [...new Set(guilds.filter((id) => id !== undefined))];
};

/** Puts the command where it is missing or differs; a failure is logged, as mentions work without. */
export type Registrar = (client: Client<true>, hints: readonly CommandHint[]) => Promise<void>;

interface State {
  readonly api: Api;
  readonly log: PlatformLog;
  readonly channels: readonly string[];
  readonly done: Set<string>;
}

/** Once for each server and start. */
export function createRegistrar(
  api: Api,
  log: PlatformLog,
  channels: readonly string[],
): Registrar {
  const state: State = { api, log, channels, done: new Set() };
  return (client, hints) => registerAll(state, client, hints);
}

async function registerAll(
  state: State,
  client: Client<true>,
  hints: readonly CommandHint[],
): Promise<void> {
  const { done, log } = state;
  const application = client.application.id;
  for (const guild of serversOf(client, state.channels).filter((id) => !done.has(id))) {
    done.add(guild);
    try {
      await register(state, application, guild, hints);
    } catch (error) {
      done.delete(guild);
      const why = toChatError(error, "register the slash command").message;
      log.warn(
        { guild },
        `${why}. If it persists, invite the bot again with ${inviteLink(application)}; mentions work meanwhile`,
      );
    }
  }
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
  log.info({ guild }, "Registered the slash command /failover");
}
