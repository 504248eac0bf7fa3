/**
 * The calls to Discord that this adapter makes, each failing with `ChatError` alone.
 *
 * discord.js keeps Discord's rate limits with a queue for each route. Short waits are left to it;
 * longer ones are reported, so that the outbox can say so and send only the newest of several
 * edits. It repeats nothing that failed: what may be sent again is for the outbox to decide.
 */

import {
  type APIApplication,
  type APIApplicationCommand,
  type APIChannel,
  type APIGuild,
  type APIGuildMember,
  type APIMessage,
  type RawFile,
  type REST,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
  Routes,
} from "discord.js";
import { putNewest } from "../../src/chat/newest.ts";
import type { PlatformTime } from "../../src/chat/platform-time.ts";
import { isTroubleOf } from "../../src/chat/trouble.ts";
import { nonsense, toChatError, tokenRefused } from "./errors.ts";
import type { DiscordOptions } from "./options.ts";
import { createRest, type Rest } from "./rest.ts";

/** After a day without news in it; any post opens it again. */
const autoArchiveMinutes = 1440;
const ephemeral = 64;
/** Discord tells of a post within seconds. */
const mostNonces = 1000;

export interface Api extends MessageCalls, ThreadCalls, LookUps, AnswerCalls, CommandCalls {
  /** Why the bot can say nothing anywhere, in a sentence; nothing where it can. */
  silence(): string | undefined;
  /** Discord's clock, by its answers. */
  readonly time: PlatformTime;
  /** Whether this process has posted, or tried to, with this nonce. */
  isOurNonce(nonce: string): boolean;
  close(): void;
}

interface MessageCalls {
  createMessage(channel: string, body: object, files?: RawFile[]): Promise<APIMessage>;
  editMessage(channel: string, message: string, body: object): Promise<void>;
  /** The channel of direct messages with somebody. */
  openDirect(user: string): Promise<string>;
  /** The newest fifty, newest first. */
  newestMessages(channel: string): Promise<APIMessage[]>;
  /** Up to so many that came next, newest first. */
  messagesAfter(channel: string, message: string, most: number): Promise<APIMessage[]>;
  showTyping(channel: string): Promise<void>;
}

interface ThreadCalls {
  /** The thread's id. */
  startThread(channel: string, message: string, name: string): Promise<string>;
  reopenThread(thread: string): Promise<void>;
}

interface LookUps {
  channel(id: string): Promise<APIChannel>;
  /** The bot's own. */
  application(): Promise<APIApplication>;
  /** The address of the gateway, like `wss://gateway.discord.gg`. */
  gatewayUrl(): Promise<string>;
  server(id: string): Promise<APIGuild>;
  member(server: string, user: string): Promise<APIGuildMember>;
}

interface AnswerCalls {
  /** The first answer to an interaction. */
  answer(interaction: string, token: string, body: object): Promise<void>;
  editAnswer(application: string, token: string, body: object): Promise<void>;
  removeAnswer(application: string, token: string): Promise<void>;
  followUp(application: string, token: string, body: object, hidden: boolean): Promise<void>;
}

interface CommandCalls {
  /** Those that are there in every server. */
  globalCommands(application: string): Promise<APIApplicationCommand[]>;
  commands(application: string, guild: string): Promise<APIApplicationCommand[]>;
  setCommands(application: string, guild: string, commands: readonly Command[]): Promise<void>;
}

type Command = RESTPostAPIChatInputApplicationCommandsJSONBody;

/** What every call stands on. */
interface Caller {
  /** Of the bot's trouble, until it has done something in a channel again. */
  silence: string | undefined;
  readonly rest: REST;
  readonly token: string;
  /** Those used last. */
  readonly nonces: Map<string, true>;
  readonly lackingIn: LackingIn;
}

/** Names the permissions that the bot lacks in a channel; for a file, that for files where it lacks. */
type LackingIn = (channel: string, hasFile: boolean) => string;

export function createApi(options: DiscordOptions, lackingIn: LackingIn): Api {
  const { rest, isTokenTaken, time }: Rest = createRest(options);
  const caller: Caller = {
    ...{ rest, token: options.token, lackingIn },
    nonces: new Map(),
    silence: undefined,
  };
  return {
    silence: () => (isTokenTaken() ? caller.silence : tokenRefused),
    time,
    isOurNonce: (nonce) => caller.nonces.has(nonce),
    ...messageCalls(caller),
    ...threadCalls(caller),
    ...lookUps(caller),
    ...answerCalls(caller),
    ...commandCalls(caller),
    close: () => close(caller),
  };
}

/**
 * discord.js returns what Discord sent, unread; the type is the one that Discord documents for the
 * route. At a 401 it forgets the token for good, so it is told before each call.
 */
async function call<Answer>(
  caller: Caller,
  doing: string,
  run: () => Promise<unknown>,
  channel = "",
  hasFile = false,
): Promise<Answer> {
  const { rest, token, lackingIn } = caller;
  rest.setToken(token);
  try {
    const answer = (await run()) as Answer;
    if (channel !== "") caller.silence = undefined;
    return answer;
  } catch (error) {
    const failed = toChatError(error, doing, channel && lackingIn(channel, hasFile), token);
    if (channel !== "" && isTroubleOf(failed, "bot")) caller.silence = failed.message;
    throw failed;
  }
}

const hasId = <Thing extends { readonly id: string }>(
  answer: Partial<Thing> | null,
): answer is Thing => typeof answer?.id === "string";

/** Whatever the call has made, changed or read bears an id; what does not is nobody's answer. */
async function callFor<Thing extends { readonly id: string }>(
  caller: Caller,
  doing: string,
  run: () => Promise<unknown>,
  channel = "",
  hasFile = false,
): Promise<Thing> {
  const thing = await call<Partial<Thing> | null>(caller, doing, run, channel, hasFile);
  if (!hasId(thing)) throw nonsense(doing, 200);
  return thing;
}

async function callForList<Item>(
  caller: Caller,
  doing: string,
  run: () => Promise<unknown>,
): Promise<Item[]> {
  const items = await call<Item[]>(caller, doing, run);
  if (!Array.isArray(items)) throw nonsense(doing, 200);
  return items;
}

function createMessage(
  caller: Caller,
  channel: string,
  body: object,
  files: RawFile[],
): Promise<APIMessage> {
  const doing = `post in Discord's channel ${channel}`;
  if ("nonce" in body) putNewest(caller.nonces, String(body.nonce), true, mostNonces);
  const post = () => caller.rest.post(Routes.channelMessages(channel), { body, files });
  return callFor(caller, doing, post, channel, files.length > 0);
}

async function editMessage(
  caller: Caller,
  channel: string,
  message: string,
  body: object,
): Promise<void> {
  const doing = `edit a message in Discord's channel ${channel}`;
  const edit = () => caller.rest.patch(Routes.channelMessage(channel, message), { body });
  await callFor(caller, doing, edit, channel);
}

async function openDirect(caller: Caller, user: string): Promise<string> {
  const doing = "open direct messages with somebody";
  const open = () => caller.rest.post(Routes.userChannels(), { body: { recipient_id: user } });
  const { id } = await callFor(caller, doing, open);
  return id;
}

function readMessages(
  caller: Caller,
  channel: string,
  asked: Record<string, string>,
): Promise<APIMessage[]> {
  const query = new URLSearchParams(asked);
  return callForList(caller, `read Discord's channel ${channel}`, () =>
    caller.rest.get(Routes.channelMessages(channel), { query }),
  );
}

const messageCalls = (caller: Caller): MessageCalls => ({
  createMessage: (channel, body, files = []) => createMessage(caller, channel, body, files),
  editMessage: (channel, message, body) => editMessage(caller, channel, message, body),
  openDirect: (user) => openDirect(caller, user),
  newestMessages: (channel) => readMessages(caller, channel, { limit: "50" }),
  messagesAfter: (channel, after, most) =>
    readMessages(caller, channel, { after, limit: String(most) }),
  showTyping: (channel) =>
    call(caller, `type in Discord's channel ${channel}`, () =>
      caller.rest.post(Routes.channelTyping(channel)),
    ),
});

const threadCalls = (caller: Caller): ThreadCalls => ({
  startThread: (channel, message, name) => startThread(caller, channel, message, name),
  reopenThread: (thread) =>
    call(
      caller,
      `reopen Discord's thread ${thread}`,
      () => caller.rest.patch(Routes.channel(thread), { body: { archived: false } }),
      thread,
    ),
});

async function startThread(
  caller: Caller,
  channel: string,
  message: string,
  name: string,
): Promise<string> {
  const body = { name, auto_archive_duration: autoArchiveMinutes };
  const { id } = await callFor(
    caller,
    `start a thread in Discord's channel ${channel}`,
    () => caller.rest.post(Routes.threads(channel, message), { body }),
    channel,
  );
  return id;
}

const lookUps = (caller: Caller): LookUps => ({
  channel: (id) =>
    callFor(caller, `read Discord's channel ${id}`, () => caller.rest.get(Routes.channel(id))),
  application: () =>
    callFor(caller, "read the application", () => caller.rest.get(Routes.currentApplication())),
  gatewayUrl: async () => {
    const doing = "read where the gateway is";
    const { url } = await call<{ url?: unknown }>(caller, doing, () =>
      caller.rest.get(Routes.gatewayBot()),
    );
    if (typeof url !== "string") throw nonsense(doing, 200);
    return url;
  },
  server: (id) =>
    callFor(caller, `read Discord's server ${id}`, () => caller.rest.get(Routes.guild(id))),
  member: (server, user) =>
    call(caller, `read who somebody is in Discord's server ${server}`, () =>
      caller.rest.get(Routes.guildMember(server, user)),
    ),
});

const answerCalls = (caller: Caller): AnswerCalls => ({
  answer: (interaction, token, body) =>
    call(caller, "answer an interaction", () =>
      caller.rest.post(Routes.interactionCallback(interaction, token), { body, auth: false }),
    ),
  editAnswer: (application, token, body) =>
    call(caller, "complete an answer", () =>
      caller.rest.patch(Routes.webhookMessage(application, token), { body, auth: false }),
    ),
  removeAnswer: (application, token) =>
    call(caller, "remove an answer", () =>
      caller.rest.delete(Routes.webhookMessage(application, token), { auth: false }),
    ),
  followUp: (application, token, body, hidden) => {
    const flagged = hidden ? { ...body, flags: ephemeral } : body;
    return call(caller, "answer an interaction", () =>
      caller.rest.post(Routes.webhook(application, token), { body: flagged, auth: false }),
    );
  },
});

const commandCalls = (caller: Caller): CommandCalls => ({
  globalCommands: (application) =>
    callForList(caller, "read the global slash commands", () =>
      caller.rest.get(Routes.applicationCommands(application)),
    ),
  commands: (application, guild) =>
    callForList(caller, "read the slash commands", () =>
      caller.rest.get(Routes.applicationGuildCommands(application, guild)),
    ),
  setCommands: (application, guild, body) =>
    call(caller, "register the slash commands", () =>
      caller.rest.put(Routes.applicationGuildCommands(application, guild), { body }),
    ),
});

function close({ rest }: Caller): void {
  rest.clearHashSweeper();
  rest.clearHandlerSweeper();
}
