/** Where messages are: which channel a thread belongs to, and how a person opens a message. */

import { type APIChannel, ChannelType, type Client, SnowflakeUtil } from "discord.js";
import type { MessageRef, Place } from "../../src/chat/port.ts";
import type { Api } from "./api.ts";

/** What is to be known of a channel. `parent` is there for threads alone. */
export interface Whereabouts {
  readonly guild?: string;
  readonly parent?: string;
}

export interface Places {
  /** A channel's or thread's id as a place. */
  placeOf(channel: string): Promise<Place>;
  /** Absent where the place is in no server. */
  serverOf(place: Place): Promise<string | undefined>;
  refTo(place: Place, message: string): Promise<MessageRef>;
}

const threadTypes: readonly ChannelType[] = [
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
];

const rememberedMost = 1000;

function ofRaw(channel: APIChannel): Whereabouts {
  const guild = "guild_id" in channel && channel.guild_id ? { guild: channel.guild_id } : {};
  const parent =
    "parent_id" in channel && threadTypes.includes(channel.type) ? channel.parent_id : undefined;
  return parent ? { ...guild, parent } : guild;
}

function ofCached(client: Client | undefined, id: string): Whereabouts | undefined {
  const channel = client?.channels.cache.get(id);
  if (!channel || channel.isDMBased()) return undefined;
  const parent = channel.isThread() && channel.parentId ? { parent: channel.parentId } : {};
  return { guild: channel.guildId, ...parent };
}

export const asPlace = (channel: string, { parent }: Whereabouts): Place =>
  parent
    ? { platform: "discord", channel: parent, thread: channel }
    : { platform: "discord", channel };

interface State {
  readonly api: Api;
  readonly remembered: Map<string, Whereabouts>;
  client(): Client | undefined;
}

export function createPlaces(api: Api, client: () => Client | undefined): Places {
  const state: State = { api, client, remembered: new Map() };
  return {
    placeOf: async (channel) => asPlace(channel, await find(state, channel)),
    serverOf: async ({ channel }) => (await find(state, channel)).guild,
    refTo: (place, message) => refTo(state, place, message),
  };
}

const find = async (state: State, id: string): Promise<Whereabouts> =>
  ofCached(state.client(), id) ?? state.remembered.get(id) ?? (await look(state, id));

async function look({ api, remembered }: State, id: string): Promise<Whereabouts> {
  const found = ofRaw(await api.channel(id));
  if (remembered.size >= rememberedMost) remembered.clear();
  remembered.set(id, found);
  return found;
}

async function refTo(state: State, place: Place, id: string): Promise<MessageRef> {
  const channel = place.thread ?? place.channel;
  const { guild = "@me" } = await find(state, channel).catch((): Whereabouts => ({ guild: "" }));
  const ref = { place, id, at: SnowflakeUtil.timestampFrom(id) };
  if (guild === "") return ref;
  return { ...ref, link: `https://discord.com/channels/${guild}/${channel}/${id}` };
}
