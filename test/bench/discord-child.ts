/** A Discord in a process of its own, with 25 channels, and another one for the bare client. */
import { systemClock } from "../../src/clock.ts";
import { type FakeDiscord, startDiscord } from "../fakes/discord/discord.ts";
import { newsOf, openRoom, type SendCommand, type StandingCard } from "./room.ts";

/** Five messages in five seconds to each channel, and as many edits. */
const LIMIT = { limit: 5, windowMs: 5000 };

const discord = await startDiscord(systemClock);
const bare = await startDiscord(systemClock);
const channels = Array.from({ length: 25 }, (_, index) =>
  discord.world.addChannel(`bench-${index}`),
);

const commandTo =
  ({ people, ann, channel }: FakeDiscord): SendCommand =>
  async (verb) =>
    (await people.command(ann, channel.id, verb)).tookMs;

function standingCard(index: number): StandingCard {
  const { world } = discord;
  const channel = channels[index % channels.length]?.id ?? "";
  const id = world.snowflake();
  const empty = { embeds: [], components: [], files: [], notified: [], waiting: false };
  world.messages.push({ ...empty, id, channel, author: world.bot.user, content: "A run" });
  const state = { denied: new Set<never>(), archived: false, locked: false };
  world.channels.set(id, { ...state, id, name: "A run", parent: channel });
  const place = { platform: "discord", channel } as const;
  return { ref: { place, id, at: Date.now() }, thread: { ...place, thread: id } };
}

openRoom({
  settings: {
    DISCORD_TOKEN: discord.token,
    DISCORD_CHANNELS: [discord.channel, ...channels].map(({ id }) => id).join(","),
    DISCORD_API_URL: discord.apiUrl,
    ANNOUNCE_IN: `discord:${discord.channel.id}`,
  },
  bare: { DISCORD_TOKEN: bare.token, DISCORD_API_URL: bare.apiUrl },
  toOurs: commandTo(discord),
  toBare: commandTo(bare),
  cards: (count) => Array.from({ length: count }, (_, index) => standingCard(index)),
  limit: (on) => discord.rest.limitMessages(on ? LIMIT : undefined),
  said: newsOf(
    discord.world.spoken,
    ({ channel }) => discord.world.channels.get(channel)?.parent !== undefined,
  ),
});
