/**
 * What a Discord server holds: people, channels, threads, messages, and what the bot may do there.
 * A thread is a channel with a parent. Ids are snowflakes of the clock that is passed in.
 */

import type { Clock } from "../../../src/clock.ts";
import { createSpokenRecord, type SpokenRecord } from "../spoken.ts";
import { readable } from "./markdown.ts";

export type Json = Record<string, unknown>;

interface User {
  readonly id: string;
  readonly username: string;
  readonly global_name: string | null;
  readonly bot?: boolean;
}

export interface Member {
  readonly user: User;
  readonly nick: string | null;
  readonly roles: readonly string[];
}

export const permissionBits = {
  "Attach Files": 1n << 15n,
  "Create Public Threads": 1n << 35n,
  "Embed Links": 1n << 14n,
  "Read Message History": 1n << 16n,
  "Send Messages": 1n << 11n,
  "Send Messages in Threads": 1n << 38n,
  "View Channel": 1n << 10n,
};
export type Permission = keyof typeof permissionBits;

export interface Channel {
  readonly id: string;
  readonly name: string;
  /** Of a thread: the channel. */
  readonly parent?: string;
  /** Its messages are posts with threads of their own; it takes none itself. */
  readonly isForum?: true;
  /** Direct messages with this person. */
  readonly person?: string;
  readonly denied: Set<Permission>;
  archived: boolean;
  locked: boolean;
}

/** A file as it comes in a form. */
export interface SentFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface Message {
  readonly id: string;
  readonly channel: string;
  readonly author: User;
  content: string;
  embeds: readonly Json[];
  components: readonly Json[];
  readonly files: readonly SentFile[];
  /** When it was edited last by its writer, as Discord writes it. */
  editedAt?: string;
  /** The message that it replies to. */
  readonly replyTo?: string;
  /** Whom Discord notified: ids of users, `role:` and the id of roles, "everyone". */
  readonly notified: readonly string[];
  /** Only this person sees it. */
  readonly onlyFor?: string;
  readonly nonce?: string;
  /** "… is thinking": an answer that is still to come. */
  waiting: boolean;
}

/**
 * Whoever keeps Discord's limits sees to it that nothing is refused; this is how Discord refuses.
 */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly retryAfterS: number | undefined;

  constructor(status: number, code: number, message: string, retryAfterS?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterS = retryAfterS;
  }
}

const discordEpoch = 1_420_070_400_000;

export interface World {
  readonly guild: { readonly id: string; readonly name: string };
  readonly application: string;
  readonly bot: Member;
  readonly botRole: string;
  readonly channels: Map<string, Channel>;
  readonly messages: Message[];
  /** What the bot has said, with every edit. */
  readonly spoken: SpokenRecord<Message>;
  readonly people: Map<string, Member>;
  /** Roles beside the bot's own, by their ids, and whether anybody may mention them. */
  readonly roles: Map<string, { readonly mentionable: boolean }>;
  /** Of the bot's application, in every server. */
  readonly globalCommands: Json[];
  readonly clock: Clock;
  /** A new id; `at`: of something that happened then. */
  snowflake(at?: number): string;
  channel(id: string): Channel;
  message(channel: string, id: string): Message;
  addChannel(name: string): Channel;
  /** A forum with these posts. */
  addForum(posts: readonly string[]): Channel[];
  directWith(person: string): Channel;
  /** Who takes no direct messages from the bot. */
  readonly withoutDirect: Set<string>;
  addPerson(name: string, roles?: readonly string[]): Member;
  lacks(channel: string, permission: Permission): boolean;
  /** Every message that can still be seen, as text, oldest first, threads under their roots. */
  transcript(): string;
}

export function createWorld(clock: Clock): World {
  let count = 0n;
  const snowflake = (at = clock.now()) => {
    count += 1n;
    return String((BigInt(at - discordEpoch) << 22n) + count);
  };
  const user = (name: string, bot = false): User => ({
    id: snowflake(),
    username: name.toLowerCase(),
    global_name: bot ? null : name,
    ...(bot ? { bot } : {}),
  });
  const botRole = snowflake();
  const world: World = {
    guild: { id: snowflake(), name: "Example Hosting" },
    application: snowflake(),
    bot: { user: user("failover-bot", true), nick: null, roles: [botRole] },
    botRole,
    channels: new Map(),
    messages: [],
    spoken: createSpokenRecord(clock.now),
    people: new Map(),
    roles: new Map(),
    globalCommands: [],
    clock,
    snowflake,
    channel: (id) => {
      const channel = world.channels.get(id);
      if (!channel) throw new Refusal(404, 10003, "Unknown Channel");
      return channel;
    },
    message: (channel, id) => {
      const found = world.messages.find(
        (message) => message.id === id && message.channel === channel,
      );
      if (!found) throw new Refusal(404, 10008, "Unknown Message");
      return found;
    },
    addChannel: (name) => {
      const channel: Channel = {
        id: snowflake(),
        name,
        denied: new Set(),
        archived: false,
        locked: false,
      };
      world.channels.set(channel.id, channel);
      return channel;
    },
    addForum: (names) => {
      const state = () => ({ denied: new Set<Permission>(), archived: false, locked: false });
      const forum: Channel = { ...state(), id: snowflake(), name: "incidents", isForum: true };
      const parent = forum.id;
      const posts = names.map((name): Channel => ({ ...state(), id: snowflake(), name, parent }));
      for (const one of [forum, ...posts]) world.channels.set(one.id, one);
      return posts;
    },
    directWith: (person) => {
      const known = [...world.channels.values()].find((channel) => channel.person === person);
      const channel: Channel = known ?? {
        ...{ id: snowflake(), name: person, person },
        ...{ denied: new Set<Permission>(), archived: false, locked: false },
      };
      world.channels.set(channel.id, channel);
      return channel;
    },
    withoutDirect: new Set(),
    addPerson: (name, roles = []) => {
      const member: Member = { user: user(name), nick: null, roles };
      world.people.set(member.user.id, member);
      return member;
    },
    lacks: (id, permission) => {
      const { parent } = world.channel(id);
      return world.channel(parent ?? id).denied.has(permission);
    },
    transcript: () => transcriptOf(world),
  };
  return world;
}

const threadOf = (world: World, message: Message) =>
  [...world.channels.values()].find((channel) => channel.id === message.id && channel.parent);

const ofChannel = (world: World, id: string) =>
  world.messages.filter((message) => message.channel === id);

function transcriptOf(world: World): string {
  const channels = [...world.channels.values()].filter((channel) => !channel.parent);
  return channels.map((channel) => channelTranscript(world, channel)).join("\n\n");
}

function channelTranscript(world: World, channel: Channel): string {
  const lines = ofChannel(world, channel.id).flatMap((message) => {
    const thread = threadOf(world, message);
    if (!thread) return asRead(world, message);
    const inside = ofChannel(world, thread.id).flatMap((each) => asRead(world, each));
    return [
      ...asRead(world, message),
      `  ┌ thread “${thread.name}”`,
      ...inside.map((line) => (line === "" ? "  │" : `  │ ${line}`)),
    ];
  });
  return [`#${channel.name}`, ...lines].join("\n");
}

const nameOf = (world: World, id: string): string => {
  const member = world.people.get(id);
  return member ? (member.user.global_name ?? member.user.username) : id;
};

const authorName = ({ author }: Message) => author.global_name ?? author.username;

function firstLine(world: World, message: Message): string {
  const answered = world.messages.find(({ id }) => id === message.replyTo);
  const reply = answered ? ` ↩ ${authorName(answered)}` : "";
  const onlyFor = message.onlyFor ? ` (only ${nameOf(world, message.onlyFor)} sees this)` : "";
  return `${authorName(message)}${reply}${onlyFor}:`;
}

/** The text of a message without the platform's markup. */
export function textOf(message: Message): string {
  const boxes = message.embeds.map(({ title, description }) =>
    [title, description].filter(Boolean).join("\n"),
  );
  return [message.content, ...boxes].map(readable).join("\n");
}

/** A message as somebody sees it: box, buttons, files and all. */
export function asRead(world: World, message: Message): string[] {
  const named = (text: string) =>
    readable(text)
      .replace(/<@!?(\d+)>/g, (_, id) => `@${nameOf(world, id)}`)
      .split("\n");
  const [first = "", ...rest] = message.waiting ? ["… is thinking"] : named(message.content);
  const box = message.embeds.flatMap(({ description }) => named(String(description ?? "")));
  const controls = message.components.map((row) =>
    (row.components as Json[]).map(controlText).join(" "),
  );
  return [
    `${firstLine(world, message)} ${first}`,
    ...rest.map((line) => `    ${line}`),
    ...box.map((line) => `    │ ${line}`),
    ...controls.map((line) => `    ${line}`),
    ...message.files.map(({ name }) => `    📎 ${name}`),
  ];
}

function controlText(control: Json): string {
  const options = control.options as { label: string }[] | undefined;
  return options
    ? `[${control.placeholder} ▾ ${options.map(({ label }) => label).join(" / ")}]`
    : `[${control.label}]`;
}
