/**
 * A Discord for tests: one server, real HTTP and a real WebSocket on 127.0.0.1, time from the clock
 * that is passed in.
 *
 *     const discord = await startDiscord(clock);
 *     const port = createDiscordPort({ token: discord.token, apiUrl: discord.apiUrl, … });
 *     discord.people.say(discord.ann, discord.channel.id, "@bot status");
 *     discord.world.transcript();
 */

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../../src/clock.ts";
import { channelJson, createGateway, type FakeGateway, guildJson, memberJson } from "./gateway.ts";
import { createInteractions } from "./interactions.ts";
import { createMessages, type OldEdits } from "./messages.ts";
import { createPeople, type People, wordsFor } from "./people.ts";
import { createRest, type FakeRest, type Received, type Routes } from "./rest.ts";
import {
  type Channel,
  createWorld,
  type Json,
  type Member,
  type Message,
  type Permission,
  Refusal,
  type World,
} from "./world.ts";

export interface FakeDiscord {
  readonly apiUrl: string;
  readonly token: string;
  readonly world: World;
  /** `#war-room`, where the bot may do everything. */
  readonly channel: Channel;
  readonly ann: Member;
  readonly people: People;
  readonly gateway: FakeGateway;
  readonly rest: Pick<
    FakeRest,
    | "breakNext"
    | "breakNextFile"
    | "breakFrom"
    | "holdNext"
    | "holdBackNext"
    | "limitMessages"
    | "next"
    | "received"
  >;
  /** The server's slash commands. */
  readonly commands: readonly Json[];
  readonly oldEdits: OldEdits;
  /** The bot may do this in the channel again. */
  allow(channel: Channel, permission: Permission): void;
  /** The channel is gone, with all that stood in it. */
  remove(channel: Channel): void;
  /** The bot may not do this in the channel any more; the gateway says so. */
  deny(channel: Channel, permission: string): void;
  /** The present token is worth nothing any more; open connections end. */
  resetToken(): void;
  /** Interactions with this token can no longer be answered, before their time. */
  forgetInteraction(token: string): void;
  /** How often each route was called, by its method and path with the ids left out. */
  callsPerRoute(): Record<string, number>;
  close(): Promise<void>;
}

type Routed = Pick<
  FakeDiscordParts,
  "world" | "messages" | "interactions" | "gatewayUrl" | "commands" | "setCommands"
>;

interface FakeDiscordParts {
  readonly world: World;
  readonly messages: ReturnType<typeof createMessages>;
  readonly interactions: ReturnType<typeof createInteractions>;
  gatewayUrl(): string;
  readonly commands: Json[];
  setCommands(commands: Json[]): Json[];
}

const messageJson = (world: World, message: Message): Json => ({
  id: message.id,
  channel_id: message.channel,
  author: { ...message.author, discriminator: "0", avatar: null },
  ...(message.author.bot
    ? { content: message.content, mentions: [], mention_roles: [] }
    : wordsFor(world, message.channel, message.content)),
  edited_timestamp: message.editedAt ?? null,
  embeds: message.embeds,
  components: message.components,
  attachments: message.files.map(({ name, mediaType, bytes }, place) => ({
    id: String(place),
    filename: name,
    content_type: mediaType,
    size: bytes.length,
  })),
  timestamp: new Date(world.clock.now()).toISOString(),
  type: message.replyTo ? 19 : 0,
});

const gatewayBot = (url: string): Json => ({
  url,
  shards: 1,
  session_start_limit: { total: 1000, remaining: 999, reset_after: 14_400_000, max_concurrency: 1 },
});

function memberOf({ bot, people }: World, id: string): Member {
  const member = id === bot.user.id ? bot : people.get(id);
  if (!member) throw new Refusal(404, 10007, "Unknown Member");
  return member;
}

function routesOf({
  world,
  messages,
  interactions,
  gatewayUrl,
  commands,
  setCommands,
}: Routed): Routes {
  const shown = (message: Message) => messageJson(world, message);
  const thread = (channel: Channel) => channelJson(world, channel);
  const body = (request: Received) => request.body ?? {};
  return [
    ["GET", /^\/gateway\/bot$/, () => gatewayBot(gatewayUrl())],
    [
      "GET",
      /^\/applications\/@me$/,
      () => ({ id: world.application, bot: memberJson(world.bot).user }),
    ],
    ["GET", /^\/guilds\/(\d+)$/, () => guildJson(world)],
    [
      "GET",
      /^\/guilds\/(\d+)\/members\/(\d+)$/,
      (_, [, id = ""]) => memberJson(memberOf(world, id)),
    ],
    [
      "POST",
      /^\/users\/@me\/channels$/,
      (r) => thread(world.directWith(String(body(r).recipient_id))),
    ],
    ["GET", /^\/channels\/(\d+)$/, (_, [id = ""]) => thread(world.channel(id))],
    ["PATCH", /^\/channels\/(\d+)$/, (r, [id = ""]) => thread(messages.changeThread(id, body(r)))],
    [
      "GET",
      /^\/channels\/(\d+)\/messages$/,
      (r, [id = ""]) => messages.read(id, r.query).map(shown),
    ],
    ["POST", /^\/channels\/(\d+)\/typing$/, () => undefined],
    [
      "POST",
      /^\/channels\/(\d+)\/messages$/,
      (r, [id = ""]) => shown(messages.post(id, body(r), r.files)),
    ],
    [
      "PATCH",
      /^\/channels\/(\d+)\/messages\/(\d+)$/,
      (r, [channel = "", id = ""]) => shown(messages.edit(channel, id, body(r))),
    ],
    [
      "POST",
      /^\/channels\/(\d+)\/messages\/(\d+)\/threads$/,
      (r, [channel = "", id = ""]) => thread(messages.startThread(channel, id, body(r))),
    ],
    [
      "POST",
      /^\/interactions\/(\d+)\/([^/]+)\/callback$/,
      (r, [id = "", token = ""]) => interactions.callback(id, token, body(r)),
    ],
    [
      "PATCH",
      /^\/webhooks\/\d+\/([^/]+)\/messages\/@original$/,
      (r, [token = ""]) => shown(interactions.editOriginal(token, body(r))),
    ],
    [
      "DELETE",
      /^\/webhooks\/\d+\/([^/]+)\/messages\/@original$/,
      (_, [token = ""]) => interactions.removeOriginal(token),
    ],
    [
      "POST",
      /^\/webhooks\/\d+\/([^/]+)$/,
      (r, [token = ""]) => shown(interactions.followUp(token, body(r))),
    ],
    ["GET", /^\/applications\/\d+\/commands$/, () => world.globalCommands],
    ["GET", /^\/applications\/\d+\/guilds\/\d+\/commands$/, () => commands],
    [
      "PUT",
      /^\/applications\/\d+\/guilds\/\d+\/commands$/,
      (r) => setCommands(r.body as unknown as Json[]),
    ],
  ];
}

/** As Discord gives commands back: with ids and versions, and without what is false anyway. */
const asKept = (world: World, command: Json): Json => ({
  ...{ id: world.snowflake(), version: world.snowflake(), application_id: world.application },
  ...{ guild_id: world.guild.id, nsfw: false, default_member_permissions: null },
  ...(JSON.parse(JSON.stringify(command), (key, value) =>
    key === "required" && value === false ? undefined : value,
  ) as Json),
});

const withoutIds = ({ method, path }: Received): string =>
  `${method} ${path.replaceAll(/\/\d{5,}/g, "/:id").replaceAll(/\/[0-9a-f-]{36}/g, "/:token")}`;

/**
 * `answerWithinMs`: how long a person's client waits for the first answer, by the clock. Default 3
 * s, as in Discord.
 */
export async function startDiscord(
  clock: Clock,
  { answerWithinMs }: { readonly answerWithinMs?: number } = {},
): Promise<FakeDiscord> {
  const world = createWorld(clock);
  const channel = world.addChannel("war-room");
  const ann = world.addPerson("Ann");
  const commands: Json[] = [];
  let token = "right.token.for-tests";
  const tokenIsRight = (given: string) => given === token;

  const messages = createMessages(world, (type, data) => gateway.dispatch(type, data));
  const interactions = createInteractions(world, messages.write, answerWithinMs);
  const gatewayUrl = () => `ws://127.0.0.1:${(rest.http.address() as AddressInfo).port}/gateway`;
  const setCommands = (given: Json[]) => {
    commands.splice(0, commands.length, ...given.map((command) => asKept(world, command)));
    return commands;
  };
  const routes = routesOf({ world, messages, interactions, gatewayUrl, commands, setCommands });
  const rest = createRest(routes, tokenIsRight, () => clock.now());
  const gateway = createGateway(rest.http, world, tokenIsRight);
  const people = createPeople(world, gateway, interactions);
  await once(rest.http.listen(0, "127.0.0.1"), "listening");

  async function close(): Promise<void> {
    await gateway.close();
    rest.http.closeAllConnections();
    await new Promise((resolve) => rest.http.close(resolve));
  }

  return {
    apiUrl: `http://127.0.0.1:${(rest.http.address() as AddressInfo).port}/api`,
    token,
    world,
    channel,
    ann,
    people,
    gateway,
    rest,
    commands,
    oldEdits: messages.oldEdits,
    deny: (denied, permission) => {
      denied.denied.add(permission as Permission);
      gateway.dispatch("CHANNEL_UPDATE", channelJson(world, denied));
    },
    allow: (channel, permission) => {
      channel.denied.delete(permission);
      gateway.dispatch("CHANNEL_UPDATE", channelJson(world, channel));
    },
    remove: (channel) => {
      for (const { id, parent } of [...world.channels.values()])
        if (id === channel.id || parent === channel.id) world.channels.delete(id);
      gateway.dispatch("CHANNEL_DELETE", channelJson(world, channel));
    },
    resetToken: () => {
      token = "another.token";
      gateway.drop(4004);
    },
    forgetInteraction: interactions.forget,
    callsPerRoute: () => {
      const counts: Record<string, number> = {};
      for (const request of rest.received) {
        const route = withoutIds(request);
        counts[route] = (counts[route] ?? 0) + 1;
      }
      return counts;
    },
    close,
  };
}
