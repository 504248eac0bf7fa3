/**
 * What the doctor asks Discord, over REST alone: no second connection is opened beside that of the
 * bot that runs.
 */

import { clockCheck, type DoctorCheck } from "../../src/chat/check.ts";
import { failureSentence } from "../../src/chat/failure-sentence.ts";
import { type Api, createApi } from "./api.ts";
import type { DiscordOptions } from "./options.ts";
import { inviteLink, lackingBy } from "./permissions.ts";

export async function examineDiscord(options: DiscordOptions): Promise<DoctorCheck[]> {
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
    const cure = `see that the id is right, and that the bot is in that server: ${invite}`;
    return { about, verdict: "fault", says: why(error), cure };
  }
}
