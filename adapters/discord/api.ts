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
  DefaultRestOptions,
  type RawFile,
  REST,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
  type ResponseLike,
  Routes,
} from "discord.js";
import { toChatError } from "./errors.ts";
import type { DiscordOptions } from "./options.ts";

/** The window of Discord's usual limit, five messages in five seconds, and some. */
const waitAtMostMs = 5500;
const timeoutMs = 15_000;
/** After a day without news in it; any post opens it again. */
const autoArchiveMinutes = 1440;
const ephemeral = 64;

export interface Api extends MessageCalls, ThreadCalls, LookUps, AnswerCalls, CommandCalls {
  close(): void;
}

interface MessageCalls {
  createMessage(channel: string, body: object, files?: RawFile[]): Promise<APIMessage>;
  editMessage(channel: string, message: string, body: object): Promise<void>;
  /** The newest fifty, newest first. */
  newestMessages(channel: string): Promise<APIMessage[]>;
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
  commands(application: string, guild: string): Promise<APIApplicationCommand[]>;
  setCommands(application: string, guild: string, commands: readonly Command[]): Promise<void>;
}

type Command = RESTPostAPIChatInputApplicationCommandsJSONBody;

/**
 * Some refusals, such as 30046 for edits of old messages, come as a 429 with a code of their own
 * and no time to wait for. discord.js takes any 429 for the rate limit of its route, and would ask
 * again and again without a pause.
 */
async function unmasked(response: ResponseLike): Promise<ResponseLike> {
  if (response.status !== 429) return response;
  const text = await response.text();
  const { headers } = response;
  const status = hasCode(text) ? 400 : 429;
  return new Response(text, { status, headers: [...headers] });
}

function hasCode(text: string): boolean {
  try {
    return Number(JSON.parse(text).code ?? 0) !== 0;
  } catch {
    return false;
  }
}

type Asked = Parameters<typeof DefaultRestOptions.makeRequest>[1];

/**
 * Forms as the bytes that they become. Bolt brings an undici of its own, through which all requests
 * of the process go once it is loaded, and that one fails at the forms of discord.js.
 */
async function flat(asked: Asked): Promise<Asked> {
  if (!(asked.body instanceof FormData)) return asked;
  const form = new Response(asked.body);
  const type = form.headers.get("content-type") ?? "";
  const headers = { ...asked.headers, "content-type": type } as NonNullable<Asked["headers"]>;
  return { ...asked, body: new Uint8Array(await form.arrayBuffer()), headers };
}

function createRest({ apiUrl, token }: DiscordOptions): REST {
  const rest = new REST({
    ...(apiUrl ? { api: apiUrl } : {}),
    retries: 0,
    timeout: timeoutMs,
    makeRequest: async (url, asked) =>
      unmasked(await DefaultRestOptions.makeRequest(url, await flat(asked))),
    rejectOnRateLimit: ({ retryAfter, sublimitTimeout }) =>
      Math.max(retryAfter, sublimitTimeout) > waitAtMostMs,
  });
  return rest.setToken(token);
}

/** What every call stands on. */
interface Caller {
  readonly rest: REST;
  readonly token: string;
  /** Names the permissions that the bot lacks in a channel. */
  lackingIn(channel: string): string;
}

/** `lackingIn` names the permissions that the bot lacks in a channel. */
export function createApi(options: DiscordOptions, lackingIn: (channel: string) => string): Api {
  const caller: Caller = { rest: createRest(options), token: options.token, lackingIn };
  return {
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
 * route.
 */
async function call<Answer>(
  { token, lackingIn }: Caller,
  doing: string,
  run: () => Promise<unknown>,
  channel = "",
): Promise<Answer> {
  try {
    return (await run()) as Answer;
  } catch (error) {
    throw toChatError(error, doing, channel && lackingIn(channel), token);
  }
}

const messageCalls = (caller: Caller): MessageCalls => ({
  createMessage: (channel, body, files = []) =>
    call(
      caller,
      `post in Discord's channel ${channel}`,
      () => caller.rest.post(Routes.channelMessages(channel), { body, files }),
      channel,
    ),
  editMessage: (channel, message, body) =>
    call(
      caller,
      `edit a message in Discord's channel ${channel}`,
      () => caller.rest.patch(Routes.channelMessage(channel, message), { body }),
      channel,
    ),
  newestMessages: (channel) => {
    const query = new URLSearchParams({ limit: "50" });
    return call(caller, `read Discord's channel ${channel}`, () =>
      caller.rest.get(Routes.channelMessages(channel), { query }),
    );
  },
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
  const { id } = await call<APIChannel>(
    caller,
    `start a thread in Discord's channel ${channel}`,
    () => caller.rest.post(Routes.threads(channel, message), { body }),
    channel,
  );
  return id;
}

const lookUps = (caller: Caller): LookUps => ({
  channel: (id) =>
    call(caller, `read Discord's channel ${id}`, () => caller.rest.get(Routes.channel(id))),
  application: () =>
    call(caller, "read the application", () => caller.rest.get(Routes.currentApplication())),
  server: (id) =>
    call(caller, `read Discord's server ${id}`, () => caller.rest.get(Routes.guild(id))),
  member: (server, user) =>
    call(caller, `read who the bot is in Discord's server ${server}`, () =>
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
  commands: (application, guild) =>
    call(caller, "read the slash commands", () =>
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
