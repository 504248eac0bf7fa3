/** Messages and threads as Discord keeps them, with its refusals. */

import { channelJson } from "./gateway.ts";
import { messageFaults, refuseFaults } from "./limits.ts";
import { namedIn } from "./markdown.ts";
import {
  type Channel,
  type Json,
  type Message,
  type Permission,
  Refusal,
  type SentFile,
  type World,
} from "./world.ts";

const nonceLivesMs = 5 * 60_000;
const largestFile = 10 * 1024 * 1024;
const hourMs = 60 * 60_000;

export interface OldEdits {
  /** How many edits of messages older than an hour are taken; Discord does not say. */
  left: number;
}

/**
 * Whom a message notifies: named in its content, and allowed to be. Nobody is notified from within
 * an embed.
 */
function notifiedBy(body: Json): string[] {
  const named = namedIn(String(body.content ?? ""));
  const allowed = body.allowed_mentions as
    | { parse?: string[]; users?: string[]; roles?: string[] }
    | undefined;
  if (!allowed) return named;
  const parse = allowed.parse ?? [];
  return named.filter((id) => {
    if (id === "everyone") return parse.includes("everyone");
    if (id.startsWith("role:"))
      return parse.includes("roles") || allowed.roles?.includes(id.slice(5));
    return parse.includes("users") || allowed.users?.includes(id);
  });
}

/** Discord keeps letters, digits, dots, dashes and underscores of a file's name. */
const renamed = (file: SentFile): SentFile => ({
  ...file,
  name: file.name.replaceAll(/[^\w.-]/g, "_"),
});

const byId = (a: Message, b: Message) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1);

/** As everybody is told of it who is connected, the bot as well. */
const ownPost = (world: World, { id, channel, content, nonce, replyTo }: Message): Json => ({
  id,
  channel_id: channel,
  guild_id: world.guild.id,
  author: { ...world.bot.user, discriminator: "0", avatar: null, bot: true },
  content,
  mentions: [],
  mention_roles: [],
  mention_everyone: false,
  timestamp: new Date(world.clock.now()).toISOString(),
  edited_timestamp: null,
  ...{ tts: false, attachments: [], embeds: [], components: [], pinned: false, flags: 0 },
  type: replyTo ? 19 : 0,
  ...(nonce === undefined ? {} : { nonce }),
});

export function createMessages(world: World, announce: (type: string, data: Json) => void) {
  const oldEdits: OldEdits = { left: 1000 };

  function need(channel: Channel, permission: Permission): void {
    if (world.lacks(channel.id, "View Channel")) throw new Refusal(403, 50001, "Missing Access");
    if (world.lacks(channel.id, permission)) throw new Refusal(403, 50013, "Missing Permissions");
  }

  function write(channelId: string, body: Json, more: Partial<Message> = {}): Message {
    const embeds = world.lacks(channelId, "Embed Links") ? [] : ((body.embeds ?? []) as Json[]);
    const reference = body.message_reference as Json | undefined;
    const replyTo = world.messages.find(({ id }) => id === reference?.message_id)?.id;
    const nonce = typeof body.nonce === "string" ? { nonce: body.nonce } : {};
    const message: Message = {
      id: world.snowflake(),
      channel: channelId,
      author: world.bot.user,
      content: String(body.content ?? ""),
      embeds,
      components: (body.components ?? []) as Json[],
      files: [],
      notified: notifiedBy(body),
      waiting: false,
      ...(replyTo ? { replyTo } : {}),
      ...nonce,
      ...more,
    };
    world.messages.push(message);
    world.spoken.add("post", message);
    return message;
  }

  function sameNonce(channelId: string, body: Json): Message | undefined {
    if (body.enforce_nonce !== true) return undefined;
    const since = world.clock.now() - nonceLivesMs;
    return world.messages.find(
      ({ id, channel, nonce }) =>
        channel === channelId &&
        nonce === body.nonce &&
        Number(BigInt(id) >> 22n) + 1_420_070_400_000 > since,
    );
  }

  /** A post opens an archived thread, unless it is locked. */
  function mayPost(channel: Channel, files: readonly SentFile[], body: Json): void {
    if (channel.isForum)
      throw new Refusal(400, 50008, "Cannot send messages in a non-text channel");
    if (channel.person && world.withoutDirect.has(channel.person))
      throw new Refusal(403, 50007, "Cannot send messages to this user");
    need(channel, channel.parent ? "Send Messages in Threads" : "Send Messages");
    if (files.length > 0) need(channel, "Attach Files");
    if (body.message_reference && world.lacks(channel.id, "Read Message History")) {
      throw new Refusal(403, 160002, "Cannot reply without permission to read message history");
    }
    if (channel.locked) throw new Refusal(403, 160005, "Thread is locked");
  }

  function post(channelId: string, body: Json, files: readonly SentFile[]): Message {
    const channel = world.channel(channelId);
    mayPost(channel, files, body);
    if (files.some(({ bytes }) => bytes.length > largestFile))
      throw new Refusal(413, 40005, "Request entity too large");
    refuseFaults(messageFaults(body, files.length));
    const existing = sameNonce(channelId, body);
    if (existing) return existing;
    channel.archived = false;
    const written = write(channelId, body, { files: files.map(renamed) });
    announce("MESSAGE_CREATE", ownPost(world, written));
    return written;
  }

  /** Without their nonces, as Discord gives them. */
  function read(channelId: string, query: URLSearchParams): Message[] {
    need(world.channel(channelId), "Read Message History");
    const inChannel = world.messages.filter(
      ({ channel, onlyFor }) => channel === channelId && !onlyFor,
    );
    const most = Number(query.get("limit") ?? 50);
    const after = query.get("after");
    if (after === null) return inChannel.toReversed().slice(0, most);
    const later = inChannel.filter(({ id }) => BigInt(id) > BigInt(after));
    return later.sort(byId).slice(0, most).toReversed();
  }

  function edit(channelId: string, id: string, body: Json): Message {
    const channel = world.channel(channelId);
    need(channel, "View Channel");
    const message = world.message(channelId, id);
    if (channel.archived) throw new Refusal(400, 50083, "Thread is archived");
    const postedAt = Number(BigInt(id) >> 22n) + 1_420_070_400_000;
    if (world.clock.now() - postedAt > hourMs && oldEdits.left-- <= 0) {
      throw new Refusal(
        429,
        30046,
        "Maximum number of edits to messages older than 1 hour reached.",
      );
    }
    refuseFaults(messageFaults(body));
    message.content = String(body.content ?? message.content);
    if (body.embeds) message.embeds = body.embeds as Json[];
    if (body.components) message.components = body.components as Json[];
    world.spoken.add("edit", message);
    return message;
  }

  function startThread(channelId: string, id: string, body: Json): Channel {
    const parent = world.channel(channelId);
    need(parent, "Create Public Threads");
    world.message(channelId, id);
    const name = String(body.name ?? "");
    if (name.length < 1 || name.length > 100)
      throw new Refusal(400, 50035, "Invalid Form Body: name");
    if (world.channels.has(id)) {
      throw new Refusal(400, 160004, "A thread has already been created for this message");
    }
    const thread: Channel = {
      id,
      name,
      parent: channelId,
      denied: new Set(),
      archived: false,
      locked: false,
    };
    world.channels.set(id, thread);
    announce("THREAD_CREATE", channelJson(world, thread));
    return thread;
  }

  function changeThread(id: string, body: Json): Channel {
    const thread = world.channel(id);
    if (thread.locked) throw new Refusal(403, 50013, "Missing Permissions");
    if (typeof body.archived === "boolean") thread.archived = body.archived;
    return thread;
  }

  return { oldEdits, write, post, read, edit, startThread, changeThread };
}
