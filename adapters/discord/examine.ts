/**
 * What the doctor asks Discord, over REST alone: no second connection is opened beside that of the
 * bot that runs.
 */

import { clockCheck, type DoctorCheck, type NamedIds, namedChecks } from "../../src/chat/check.ts";
import { failureSentence } from "../../src/chat/failure-sentence.ts";
import { type Api, createApi } from "./api.ts";
import { codes, isRefusal } from "./errors.ts";
import type { DiscordOptions } from "./options.ts";
import { inviteLink, lackingBy } from "./permissions.ts";

/** `named`: by the policy. */
export async function examineDiscord(
  options: DiscordOptions,
  named: NamedIds = { people: [], groups: [], channels: [] },
): Promise<DoctorCheck[]> {
  const api = createApi(options, () => "");
  try {
    const { id, bot } = await api.application();
    return [
      { about: "Discord", verdict: "well", says: "Discord takes the bot token" },
      {
        about: "Discord intents",
        verdict: "well",
        says: "The bot needs none that has to be switched on",
      },
      ...clockCheck("Discord", api.time.offsetMs()),
      ...(await examineChannels(api, options.channels, bot?.id ?? id, inviteLink(id))),
      ...(await examineNamed(api, named, options.channels)),
    ];
  } catch (error) {
    return [{ about: "Discord", verdict: "fault", says: why(error) }];
  } finally {
    api.close();
  }
}

const why = (error: unknown) => failureSentence(error, "Discord could not be asked");

async function examineChannels(
  api: Api,
  channels: readonly string[],
  me: string,
  invite: string,
): Promise<DoctorCheck[]> {
  if (channels.length === 0) {
    const says =
      "DISCORD_CHANNELS names none, so that the bot hears nobody in Discord but in direct messages";
    return [{ about: "Discord channels", verdict: "warning", says, cure: "set DISCORD_CHANNELS" }];
  }
  const checks: DoctorCheck[] = [];
  for (const channel of channels) checks.push(await examineChannel(api, channel, me, invite));
  return checks;
}

async function examineChannel(
  api: Api,
  id: string,
  me: string,
  invite: string,
): Promise<DoctorCheck> {
  const about = `Discord channel ${id}`;
  try {
    const channel = await api.channel(id);
    if (!("guild_id" in channel) || !channel.guild_id)
      return {
        about,
        verdict: "warning",
        says: "It is in no server",
        cure: "name a text channel of a server",
      };
    const [server, member] = [
      await api.server(channel.guild_id),
      await api.member(channel.guild_id, me),
    ];
    const lacking = lackingBy(channel, server, member);
    if (lacking.length === 0)
      return { about, verdict: "well", says: `The bot may do all it needs in #${channel.name}` };
    const cure = `grant that to the bot's role in the channel, or use ${invite}`;
    return {
      about,
      verdict: "fault",
      says: `In #${channel.name} the bot lacks ${lacking.join(", ")}`,
      cure,
    };
  } catch (error) {
    return { about, verdict: "fault", ...unseen(error, invite) };
  }
}

/** What has another cause than the channel says its own cure, where it has one. */
function unseen(error: unknown, invite: string): Pick<DoctorCheck, "says" | "cure"> {
  if (isRefusal(error, codes.missingAccess))
    return {
      says: "The bot cannot see it",
      cure: `give the bot View Channel there; where it is not in that server yet, use ${invite}`,
    };
  if (!isRefusal(error, codes.unknownChannel)) return { says: why(error) };
  const cure = `see that the id is right, and that the bot is in that server: ${invite}`;
  return { says: why(error), cure };
}

/** People and roles are those of the servers where the bot has its channels. */
async function examineNamed(
  api: Api,
  { people, groups, channels }: NamedIds,
  own: readonly string[],
): Promise<DoctorCheck[]> {
  if (people.length + groups.length + channels.length === 0) return [];
  const servers = await serversOf(api, own);
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

async function isFound(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    if (isRefusal(error, codes.unknownMember, codes.unknownUser, codes.unknownChannel))
      return false;
    throw error;
  }
}
