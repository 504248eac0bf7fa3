/**
 * What the doctor asks Discord, over REST alone: no second connection is opened beside that of the
 * bot that runs.
 */

import {
  clockCheck,
  type DoctorCheck,
  type NamedIds,
  namedChecks,
  reachChecks,
  webOf,
} from "../../src/chat/check.ts";
import { isTroubleOf } from "../../src/chat/trouble.ts";
import { fetchBy, waysThrough } from "../../src/network/dispatcher.ts";
import { type Api, createApi } from "./api.ts";
import { examineChannels, whyUnasked } from "./examine-channels.ts";
import { discordOnCallChecks, examineCommands, isFound } from "./examine-servers.ts";
import type { DiscordOptions } from "./options.ts";
import { inviteLink } from "./permissions.ts";

const API_URL = "https://discord.com/api";
const REACH_MS = 10_000;

/** `named`: by the policy. `onCall`: ids of ON_CALL; a role's begins with `role:`. */
export async function examineDiscord(
  options: DiscordOptions,
  named: NamedIds = { people: [], groups: [], channels: [] },
  onCall: readonly string[] = [],
): Promise<DoctorCheck[]> {
  const api = createApi(options, () => "");
  try {
    const { id, bot } = await api.application();
    const examined = { api, application: id, me: bot?.id ?? id, invite: inviteLink(id) };
    const servers = await serversOf(api, options.channels);
    return [
      { about: "Discord", verdict: "well", says: "Discord takes the bot token" },
      {
        about: "Discord intents",
        verdict: "well",
        says: "The bot needs none that has to be switched on",
      },
      ...clockCheck("Discord", api.time.offsetMs()),
      ...(await examineGateway(api, options)),
      ...(await examineChannels(examined, options.channels)),
      ...(await examineCommands(examined, servers)),
      ...(await discordOnCallChecks(examined, servers, options.channels, onCall)),
      ...(await examineNamed(api, named, servers)),
    ];
  } catch (error) {
    return examineFailure(error, options);
  } finally {
    api.close();
  }
}

/** Of what passes by itself, the way there is looked at on its own. */
async function examineFailure(error: unknown, options: DiscordOptions): Promise<DoctorCheck[]> {
  const about = "Discord";
  const says = whyUnasked(error);
  const unreached = isTroubleOf(error, "moment")
    ? await reached(about, "Discord", new URL(options.apiUrl ?? API_URL), options)
    : [];
  return unreached.length > 0 ? unreached : [{ about, verdict: "fault", says }];
}

const reached = (about: string, what: string, address: URL, { proxies, clock }: DiscordOptions) =>
  reachChecks(about, what, address, fetchBy(waysThrough(proxies)), clock.deadline(REACH_MS));

async function examineGateway(api: Api, options: DiscordOptions): Promise<DoctorCheck[]> {
  const about = "Discord connection";
  const what = "Discord's gateway, which tells the bot what is said,";
  try {
    return await reached(about, what, webOf(await api.gatewayUrl()), options);
  } catch (error) {
    return [{ about, verdict: "warning", says: whyUnasked(error) }];
  }
}

/** People and roles are those of the servers where the bot has its channels. */
async function examineNamed(
  api: Api,
  { people, groups, channels }: NamedIds,
  servers: readonly string[],
): Promise<DoctorCheck[]> {
  if (servers.length === 0) return [];
  return [
    ...(await namedChecks("Discord person", people, (id) =>
      some(servers, (server) => isFound(api.member(server, id))),
    )),
    ...(await namedChecks("Discord role", groups, (id) =>
      some(servers, async (server) =>
        (await api.server(server)).roles.some((one) => one.id === id),
      ),
    )),
    ...(await namedChecks("Discord channel", channels, (id) => isFound(api.channel(id)))),
  ];
}

async function serversOf(api: Api, channels: readonly string[]): Promise<string[]> {
  const found = await Promise.all(channels.map((id) => api.channel(id).catch(() => undefined)));
  const servers = found.flatMap((one) =>
    one && "guild_id" in one && one.guild_id ? [one.guild_id] : [],
  );
  return [...new Set(servers)];
}

const some = async (servers: readonly string[], isSo: (server: string) => Promise<boolean>) =>
  (await Promise.all(servers.map(isSo))).includes(true);
