/**
 * The Web API of the fake: what each method does to the workspace, or which error it answers with.
 */

import type { types } from "@slack/bolt";
import { messageRefusal, viewRefusal } from "./limits.ts";
import type { Channel, Message, Said, UploadedFile, World } from "./world.ts";

export type Args = Record<string, unknown>;
export type Answer = Record<string, unknown>;

/** Answered as `{ ok: false, error }`. */
export class Refused extends Error {
  readonly more: Answer;

  constructor(error: string, more: Answer = {}) {
    super(error);
    this.more = more;
  }
}

/** What the server lends to methods beside the workspace. */
export interface Lent {
  /** Uses up a trigger; throws where it is spent, unknown, or older than three seconds. */
  useTrigger(trigger: string): { readonly user: string };
  addressFor(path: string): string;
}

type Method = (world: World, args: Args, lent: Lent) => Answer;

const text = (args: Args, name: string): string => {
  const value = args[name];
  return typeof value === "string" ? value : "";
};

const optional = (args: Args, name: string): string | undefined => text(args, name) || undefined;

const isTrue = (value: unknown) => value === true || value === "true" || value === "1";

function parsed<Value>(value: unknown, otherwise: Value): Value {
  return typeof value === "string" && value !== "" ? (JSON.parse(value) as Value) : otherwise;
}

/** One of these scopes is enough, by the kind of the channel. */
const scopeFor = {
  read: { public: "channels:read", private: "groups:read", direct: "im:read" },
  history: { public: "channels:history", private: "groups:history", direct: "im:history" },
} as const;

function needScope(world: World, scope: string): void {
  if (world.scopes.has(scope)) return;
  throw new Refused("missing_scope", { needed: scope, provided: [...world.scopes].join(",") });
}

function channelOf(world: World, id: string): Channel {
  const channel = world.channels.get(id);
  if (!channel || (channel.kind === "private" && !channel.hasBot))
    throw new Refused("channel_not_found");
  return channel;
}

/** A channel where the bot may write. */
function writable(world: World, id: string): Channel {
  needScope(world, "chat:write");
  const channel = channelOf(world, id);
  if (channel.isArchived) throw new Refused("is_archived");
  if (!channel.hasBot) throw new Refused("not_in_channel");
  return channel;
}

const alive = (world: World, channel: string, ts: string): Message | undefined =>
  world.messages.find(
    (message) => message.channel === channel && message.ts === ts && !message.onlyFor,
  );

function checked(
  world: World,
  args: Args,
  hasFile = false,
): { text: string; blocks: types.KnownBlock[] } {
  const blocks = parsed<types.KnownBlock[]>(args.blocks, []);
  if (world.refusesBlocks && blocks.length > 0) throw new Refused("invalid_blocks");
  const refusal = messageRefusal(text(args, "text"), blocks, hasFile);
  if (refusal) throw new Refused(refusal.error, { errors: [refusal.why] });
  return { text: text(args, "text"), blocks };
}

const makesMentions = (args: Args, parse: string) =>
  (optional(args, "parse") ?? parse) !== "none" || isTrue(args.link_names);

function added(world: World, channel: string, args: Args, more: Partial<Message> = {}): Message {
  const message: Message = {
    channel,
    ts: world.nextTs(),
    thread: optional(args, "thread_ts"),
    isBroadcast: isTrue(args.reply_broadcast),
    by: world.botUser,
    ...checked(world, args, more.file !== undefined),
    metadata: parsed(args.metadata, undefined),
    edits: 0,
    makesMentions: makesMentions(args, "none"),
    ...more,
  };
  world.messages.push(message);
  world.spoken.add("post", message);
  return message;
}

const postMessage: Method = (world, args) => {
  const { id } = writable(world, text(args, "channel"));
  const thread = optional(args, "thread_ts");
  if (thread !== undefined && !alive(world, id, thread)) throw new Refused("thread_not_found");
  const message = added(world, id, args);
  return { channel: id, ts: message.ts, message: { text: message.text } };
};

const postEphemeral: Method = (world, args) => {
  const { id } = writable(world, text(args, "channel"));
  const message = added(world, id, args, { onlyFor: text(args, "user") });
  return { message_ts: message.ts };
};

/** Unlike in `chat.postMessage`, text is parsed for mentions unless it is forbidden. */
const update: Method = (world, args) => {
  const { id } = writable(world, text(args, "channel"));
  const message = alive(world, id, text(args, "ts"));
  if (!message) throw new Refused("message_not_found");
  if (message.by !== world.botUser) throw new Refused("cant_update_message");
  Object.assign(message, checked(world, args), {
    edits: message.edits + 1,
    makesMentions: makesMentions(args, "client"),
  });
  world.spoken.add("edit", message);
  return { channel: id, ts: message.ts, text: message.text };
};

const permalink: Method = (world, args) => {
  const [channel, ts] = [text(args, "channel"), text(args, "message_ts")];
  if (!alive(world, channel, ts)) throw new Refused("message_not_found");
  return {
    channel,
    permalink: `https://abc.slack.example/archives/${channel}/p${ts.replace(".", "")}`,
  };
};

const toldFile = ({ id, name, title, size }: UploadedFile): Answer => ({ id, name, title, size });

const told = (message: Message, withMetadata: boolean): Answer => ({
  type: "message",
  ts: message.ts,
  thread_ts: message.thread,
  user: message.by,
  bot_id: "B0FAILOVER",
  text: message.text,
  ...(withMetadata && message.metadata ? { metadata: message.metadata } : {}),
  ...(message.file ? { files: [toldFile(message.file)] } : {}),
});

/** A channel's messages are told from the newest on, a thread's from its root. */
function past(world: World, args: Args, isMeant: (message: Message) => boolean): Message[] {
  const channel = channelOf(world, text(args, "channel"));
  needScope(world, scopeFor.history[channel.kind]);
  if (!channel.hasBot) throw new Refused("not_in_channel");
  return world.messages.filter(
    (message) => message.channel === channel.id && !message.onlyFor && isMeant(message),
  );
}

const limitOf = (args: Args) => Number(args.limit ?? 100);

interface Page {
  readonly messages: Answer[];
  readonly response_metadata: { readonly next_cursor: string };
}

/** One page of what is not older than asked for. */
function pageOf(all: readonly Answer[], args: Args): Page {
  const since = all.filter(({ ts }) => Number(ts) > Number(args.oldest ?? 0));
  const from = Number(args.cursor ?? 0);
  const next = from + limitOf(args);
  const next_cursor = next < since.length ? String(next) : "";
  return { messages: since.slice(from, next), response_metadata: { next_cursor } };
}

/** As Slack tells of a message that was answered. */
const answeredAs = (world: World, ts: string): Answer => {
  const answers = [...world.messages, ...world.said].filter(
    (one) => ("thread" in one ? one.thread : "thread_ts" in one ? one.thread_ts : "") === ts,
  );
  return answers.length === 0 ? {} : { thread_ts: ts, reply_count: answers.length };
};

const toldAgain = (said: Said): Answer => ({ ...said });

const bySaying = (a: Answer, b: Answer) => Number(a.ts) - Number(b.ts);

const history: Method = (world, args) => {
  const found = past(world, args, (message) => message.thread === undefined || message.isBroadcast);
  const withMetadata = isTrue(args.include_all_metadata);
  const said = world.said.filter(
    ({ channel, thread_ts, subtype }) =>
      channel === args.channel && (thread_ts === undefined || subtype === "thread_broadcast"),
  );
  const all: Answer[] = [
    ...found.map((message) => told(message, withMetadata)),
    ...said.map(toldAgain),
  ]
    .map((one) => ({ type: "message", ...one, ...answeredAs(world, String(one.ts)) }))
    .sort(bySaying);
  return { ...pageOf(all.toReversed(), args) };
};

const replies: Method = (world, args) => {
  const root = text(args, "ts");
  const found = past(world, args, ({ ts, thread }) => ts === root || thread === root);
  const said = world.said.filter(
    ({ channel, ts, thread_ts }) => channel === args.channel && (ts === root || thread_ts === root),
  );
  if (found.length + said.length === 0) throw new Refused("thread_not_found");
  const withMetadata = isTrue(args.include_all_metadata);
  const all: Answer[] = [
    ...found.map((message) => told(message, withMetadata)),
    ...said.map(toldAgain),
  ];
  return { ...pageOf(all.sort(bySaying), args) };
};

const conversationInfo: Method = (world, args) => {
  const channel = channelOf(world, text(args, "channel"));
  needScope(world, scopeFor.read[channel.kind]);
  return {
    channel: {
      id: channel.id,
      name: channel.name,
      is_archived: channel.isArchived,
      is_member: channel.hasBot,
      is_private: channel.kind === "private",
      is_ext_shared: channel.sharedWith !== undefined,
      is_shared: channel.sharedWith !== undefined,
      connected_team_ids: channel.sharedWith ?? [],
    },
  };
};

/** With one person; who is no member cannot be written to. */
const conversationOpen: Method = (world, args) => {
  needScope(world, "im:write");
  const user = text(args, "users");
  if (!world.people.has(user)) throw new Refused("user_not_found");
  if (world.withoutDirect.has(user)) throw new Refused("user_disabled");
  const id = user.replace(/^U/, "D");
  if (!world.channels.has(id))
    world.channels.set(id, { id, name: user, kind: "direct", hasBot: true, isArchived: false });
  return { channel: { id } };
};

const authTest: Method = (world) => ({
  url: "https://abc.slack.example/",
  team_id: "T0ABC",
  user: "failover",
  user_id: world.botUser,
  bot_id: "B0FAILOVER",
});

const usergroups: Method = (world, args) => {
  if (world.isFreePlan) throw new Refused("plan_upgrade_required");
  needScope(world, "usergroups:read");
  const withUsers = isTrue(args.include_users);
  return {
    usergroups: [...world.groups].map(([id, users]) => ({
      id,
      handle: id.toLowerCase(),
      ...(withUsers ? { users } : {}),
    })),
  };
};

const userInfo: Method = (world, args) => {
  needScope(world, "users:read");
  const name = world.people.get(text(args, "user"));
  if (name === undefined) throw new Refused("user_not_found");
  const account = world.accounts.get(text(args, "user"));
  const profile = { display_name: name };
  return { user: { id: args.user, team_id: "T0ABC", name, profile, ...account } };
};

const uploadAddress: Method = (world, args, lent) => {
  needScope(world, "files:write");
  const [name, size] = [text(args, "filename"), Number(args.length)];
  if (!name || !size) throw new Refused("missing_argument");
  if (size > world.largestFile) throw new Refused("file_upload_size_restricted");
  const id = world.nextId("F");
  world.files.set(id, { id, name, size, title: name, isShared: false });
  return { file_id: id, upload_url: lent.addressFor(`/upload/${id}`) };
};

/** Of a file that has been sent to its address, and is nowhere yet. */
function uploaded(world: World, id: string): UploadedFile {
  const file = world.files.get(id);
  if (file?.bytes === undefined || file.isShared) throw new Refused("file_not_found");
  return file;
}

/** The comment is read for markup and mentions; blocks count only where there is none. */
function introduction(args: Args): Args {
  const comment = optional(args, "initial_comment");
  return comment === undefined
    ? { blocks: args.blocks, text: "", parse: "none" }
    : { text: comment, parse: "full" };
}

const completeUpload: Method = (world, args) => {
  needScope(world, "files:write");
  const { id: channel } = writable(world, text(args, "channel_id"));
  const thread = optional(args, "thread_ts");
  if (thread !== undefined && !alive(world, channel, thread)) throw new Refused("thread_not_found");
  const given = parsed<{ id: string; title?: string }[]>(args.files, []);
  for (const { id, title } of given) {
    const file = uploaded(world, id);
    added(world, channel, { ...introduction(args), thread_ts: thread }, { file });
    Object.assign(file, { isShared: true, title: title ?? file.name });
  }
  return { files: given };
};

const openView: Method = (world, args, lent) => {
  const { user } = lent.useTrigger(text(args, "trigger_id"));
  const view = parsed<types.ModalView | undefined>(args.view, undefined);
  const refusal = viewRefusal(view);
  if (!view || refusal) throw new Refused("invalid_arguments", { errors: [refusal?.why] });
  const id = world.nextId("V");
  world.forms.push({ id, user, view });
  return { view: { id } };
};

export const methods: Record<string, Method> = {
  "auth.test": authTest,
  "chat.postMessage": postMessage,
  "chat.postEphemeral": postEphemeral,
  "chat.update": update,
  "chat.getPermalink": permalink,
  "conversations.info": conversationInfo,
  "conversations.history": history,
  "conversations.replies": replies,
  "conversations.open": conversationOpen,
  "files.getUploadURLExternal": uploadAddress,
  "files.completeUploadExternal": completeUpload,
  "usergroups.list": usergroups,
  "users.info": userInfo,
  "views.open": openView,
};

/** An answer to a slash command or press by its own address: the bot need not be a member. */
export function respond(world: World, channel: string, user: string, body: Args): void {
  const args = { ...body, blocks: JSON.stringify(body.blocks ?? []), parse: "none" };
  added(world, channel, args, body.response_type === "in_channel" ? {} : { onlyFor: user });
}
