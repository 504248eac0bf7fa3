/** What the doctor looks at in each channel of the settings. */
import { type APIChannel, ChannelType } from "discord.js";
import type { DoctorCheck } from "../../src/chat/check.ts";
import { failureSentence } from "../../src/chat/failure-sentence.ts";
import type { Api } from "./api.ts";
import { codes, isRefusal } from "./errors.ts";
import { forFiles, lackingBy } from "./permissions.ts";

/** The bot as Discord knows it. */
export interface Examined {
  readonly api: Api;
  readonly application: string;
  /** The bot's own user. */
  readonly me: string;
  /** Grants what it needs. */
  readonly invite: string;
}

export const whyUnasked = (error: unknown) => failureSentence(error, "Discord could not be asked");

export async function examineChannels(
  bot: Examined,
  channels: readonly string[],
): Promise<DoctorCheck[]> {
  if (channels.length === 0) {
    const says =
      "DISCORD_CHANNELS names none, so that the bot hears nobody in Discord but in direct messages";
    return [{ about: "Discord channels", verdict: "warning", says, cure: "set DISCORD_CHANNELS" }];
  }
  const checks: DoctorCheck[] = [];
  for (const channel of channels) checks.push(await examineChannel(bot, channel));
  return checks;
}

async function examineChannel(bot: Examined, id: string): Promise<DoctorCheck> {
  const about = `Discord channel ${id}`;
  try {
    const channel = await bot.api.channel(id);
    return { about, ...(unfit(channel) ?? (await permissionsIn(bot, channel))) };
  } catch (error) {
    return { about, verdict: "fault", ...unseen(error, bot.invite) };
  }
}

type Found = Omit<DoctorCheck, "about">;

const THREADS: readonly ChannelType[] = [
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
];

/** What is no channel that the bot can serve. */
function unfit(channel: APIChannel): Found | undefined {
  if (!("guild_id" in channel) || !channel.guild_id)
    return {
      verdict: "warning",
      says: "It is in no server",
      cure: "name a text channel of a server",
    };
  if (THREADS.includes(channel.type))
    return {
      verdict: "fault",
      says: "It is a thread, and the bot hears a channel with all its threads",
      cure: `name the channel that it is in${"parent_id" in channel && channel.parent_id ? `, ${channel.parent_id}` : ""}`,
    };
  if (channel.type !== ChannelType.GuildCategory) return undefined;
  const says = "It is a category, where nobody can write";
  return { verdict: "fault", says, cure: "name the text channels in it" };
}

async function permissionsIn({ api, me, invite }: Examined, channel: APIChannel): Promise<Found> {
  const server = "guild_id" in channel ? (channel.guild_id ?? "") : "";
  const lacking = lackingBy(channel, await api.server(server), await api.member(server, me));
  if (lacking.length === 0)
    return { verdict: "well", says: `The bot may do all it needs in #${channel.name}` };
  const filesAlone = lacking.every((name) => name === forFiles);
  return {
    verdict: filesAlone ? "warning" : "fault",
    says: `In #${channel.name} the bot lacks ${lacking.join(", ")}${filesAlone ? ", so that reports of runs come in words alone" : ""}`,
    cure: `grant that to the bot's role in the channel, or use ${invite}`,
  };
}

/** What has another cause than the channel says its own cure, where it has one. */
function unseen(error: unknown, invite: string): Pick<DoctorCheck, "says" | "cure"> {
  if (isRefusal(error, codes.missingAccess))
    return {
      says: "The bot cannot see it",
      cure: `give the bot View Channel there; where it is not in that server yet, use ${invite}`,
    };
  if (!isRefusal(error, codes.unknownChannel)) return { says: whyUnasked(error) };
  const cure = `see that the id is right, and that the bot is in that server: ${invite}`;
  return { says: whyUnasked(error), cure };
}
