/**
 * The connection over which Discord tells what people do. discord.js resumes a dropped connection,
 * or opens a new session, by itself; what it cannot do is survive everything, and say in a sentence
 * how it is.
 */

import { once } from "node:events";
import {
  type APIInteraction,
  type Client,
  DiscordjsError,
  DiscordjsErrorCodes,
  Events,
  GatewayDispatchEvents,
  type GatewayMessageCreateDispatchData,
  type GatewayMessageUpdateDispatchData,
} from "discord.js";
import { ChatError } from "../../src/chat/port.ts";
import { createClient } from "./client.ts";
import { toChatError, tokenRefused } from "./errors.ts";
import type { DiscordOptions } from "./options.ts";

type GatewayState =
  | { readonly kind: "closed" }
  | { readonly kind: "connecting" }
  | { readonly kind: "ready" }
  | { readonly kind: "lost" }
  /** `reason` is a sentence. Waiting does not help. */
  | { readonly kind: "refused"; readonly reason: string };

export interface GatewayEvents {
  /** Also one that was edited. */
  message(message: GatewayMessageCreateDispatchData): void;
  interaction(interaction: APIInteraction): void;
  /** A session has begun that knows nothing of the one before. */
  renewed(client: Client<true>): void;
  /** The connection is up, or what the bot may do somewhere has changed. */
  changed(client: Client<true>): void;
}

export interface Gateway {
  state(): GatewayState;
  /** Nothing until the connection was up for the first time. */
  client(): Client<true> | undefined;
  /**
   * Resolves once the connection is up; where Discord cannot be reached it resolves as well, and
   * goes on trying. Rejects with `bot` where trying again is of no use.
   */
  open(): Promise<void>;
  close(): Promise<void>;
}

const waitForFirstMs = 30_000;
const pausesMs = [1000, 2000, 5000, 10_000, 30_000, 60_000];

/** Close codes after which discord.js gives up, from Discord's page on status codes. */
const refusals: Record<number, string> = {
  4004: tokenRefused,
  4010: "Discord refuses the connection: wrong shard",
  4011: "Discord refuses the connection: the bot is in too many servers for one connection",
  4012: "Discord refuses this version of its API; update the bot",
  4013: "Discord does not know the intents that the bot asks for; update the bot",
  4014: "Discord refuses the intents that the bot asks for; the bot asks for no privileged one, see the application's Bot page",
};

interface State {
  readonly options: DiscordOptions;
  readonly events: GatewayEvents;
  readonly closing: AbortController;
  connection: GatewayState;
  /** Of the newest try to connect. */
  client: Client | undefined;
  /** Why it could not be made, as it was said last; absent since it was up. */
  saidWhy: string | undefined;
}

export function createGateway(options: DiscordOptions, events: GatewayEvents): Gateway {
  const state: State = {
    options,
    events,
    closing: new AbortController(),
    connection: { kind: "closed" },
    client: undefined,
    saidWhy: undefined,
  };
  return {
    state: () => state.connection,
    client: () => (state.client?.isReady() ? state.client : undefined),
    open: () => open(state),
    close: () => close(state),
  };
}

async function open(state: State): Promise<void> {
  const first = Promise.withResolvers<void>();
  const enough = new AbortController();
  const { clock } = state.options;
  const patience = clock.sleep(waitForFirstMs, enough.signal).catch(() => undefined);
  const trying = keepTrying(state, first.resolve);
  trying.catch(() => undefined);
  try {
    await Promise.race([trying, first.promise, patience]);
  } finally {
    enough.abort();
  }
}

async function keepTrying(state: State, failed: () => void): Promise<void> {
  const { clock } = state.options;
  const { signal } = state.closing;
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      return await connect(state);
    } catch (error) {
      endIfRefused(state, error);
      if (signal.aborted) return;
      lose(state, error);
      failed();
      const pauseMs = Math.max(pausesMs[tries] ?? 60_000, askedToWaitMs(error));
      await clock.sleep(pauseMs, signal).catch(() => undefined);
    }
  }
}

/** Milliseconds; 0 where Discord has not asked. */
const askedToWaitMs = (error: unknown): number =>
  error instanceof ChatError && error.failure.kind === "moment" ? (error.failure.afterMs ?? 0) : 0;

/** One client, which from then on reconnects by itself. */
async function connect(state: State): Promise<void> {
  state.connection = { kind: "connecting" };
  const client = createClient(state.options);
  state.client = client;
  hearPeople(client, state.events);
  followConnection(state, client);
  followChanges(state, client);
  const ready = once(client, Events.ClientReady, { signal: state.closing.signal });
  ready.catch(() => undefined);
  await client.login(state.options.token);
  await ready;
}

/**
 * Interactions cannot wait; messages wait until the servers are known, and with them the bot's
 * roles.
 */
function hearPeople(client: Client, events: GatewayEvents): void {
  const hear = (message: GatewayMessageCreateDispatchData) => {
    if (client.isReady()) events.message(message);
    else client.once(Events.ClientReady, () => events.message(message));
  };
  client.ws.on(GatewayDispatchEvents.MessageCreate, hear);
  client.ws.on(GatewayDispatchEvents.MessageUpdate, (message: GatewayMessageUpdateDispatchData) => {
    if (message.edited_timestamp) hear(message);
  });
  client.ws.on(GatewayDispatchEvents.InteractionCreate, events.interaction);
}

function followConnection(state: State, client: Client): void {
  const { log } = state.options;
  client.on(Events.ClientReady, () => renew(state, client));
  client.on(Events.ShardReady, () => client.isReady() && renew(state, client));
  client.on(Events.ShardResume, () => up(state, client));
  client.on(Events.ShardReconnecting, () => down(state));
  client.on(Events.ShardDisconnect, ({ code }) => refuse(state, code));
  client.on(Events.ShardError, (error) =>
    log.warn({ error: error.message }, "Discord's gateway failed"),
  );
  client.on(Events.Error, (error) =>
    log.error({ error: error.message }, "The Discord client failed"),
  );
}

/** All that may change what the bot may do somewhere. */
function followChanges(state: State, client: Client): void {
  const changed = () => tellChanged(state, client);
  for (const event of [Events.GuildCreate, Events.GuildDelete, Events.GuildAvailable] as const)
    client.on(event, changed);
  for (const event of [Events.ChannelUpdate, Events.ChannelDelete] as const)
    client.on(event, changed);
  for (const event of [Events.GuildRoleUpdate, Events.GuildMemberUpdate] as const)
    client.on(event, changed);
}

function tellChanged({ events }: State, client: Client): void {
  if (client.isReady()) events.changed(client);
}

function renew(state: State, client: Client): void {
  up(state, client);
  if (client.isReady()) state.events.renewed(client);
}

function up(state: State, client: Client): void {
  if (state.connection.kind === "lost") state.options.log.info("The connection to Discord is back");
  state.connection = { kind: "ready" };
  state.saidWhy = undefined;
  tellChanged(state, client);
}

function down(state: State): void {
  if (state.connection.kind === "ready")
    state.options.log.warn("The connection to Discord is lost; connecting again");
  if (state.connection.kind !== "connecting") state.connection = { kind: "lost" };
}

function refuse(state: State, code: number): void {
  if (state.closing.signal.aborted) return;
  const reason = refusals[code] ?? `Discord closed the connection for good (code ${code})`;
  state.connection = { kind: "refused", reason };
  state.options.log.error({ code }, reason);
}

function endIfRefused(state: State, error: unknown): void {
  const reason = refusalBy(state, error);
  if (reason === undefined) return;
  state.connection = { kind: "refused", reason };
  throw new ChatError({ kind: "bot" }, reason);
}

/** Why trying again is of no use, if so. */
function refusalBy({ connection }: State, error: unknown): string | undefined {
  if (connection.kind === "refused") return connection.reason;
  const bad = error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.TokenInvalid;
  return bad ? tokenRefused : undefined;
}

/** However often it is tried, why it cannot be made is said once. */
function lose(state: State, error: unknown): void {
  const why = toChatError(error, "connect to Discord").message;
  state.connection = { kind: "lost" };
  if (state.saidWhy !== why) state.options.log.warn(`${why}; trying again`);
  state.saidWhy = why;
}

async function close(state: State): Promise<void> {
  if (state.closing.signal.aborted) return;
  state.closing.abort();
  state.connection = { kind: "closed" };
  await state.client?.destroy();
  state.connection = { kind: "closed" };
}
