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
  message(message: GatewayMessageCreateDispatchData): void;
  interaction(interaction: APIInteraction): void;
  /** The connection is up, or what the bot may do somewhere has changed. */
  changed(client: Client<true>): void;
}

export interface Gateway {
  state(): GatewayState;
  /** Nothing until the connection was up for the first time. */
  client(): Client<true> | undefined;
  /**
   * Resolves once the connection is up; where Discord cannot be reached it resolves as well, and
   * goes on trying. Rejects with `not-allowed` where trying again is of no use.
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

export function createGateway(options: DiscordOptions, events: GatewayEvents): Gateway {
  const { clock, log } = options;
  const closing = new AbortController();
  let state: GatewayState = { kind: "closed" };
  let latest: Client | undefined;

  function listen(client: Client): void {
    const changed = () => {
      if (client.isReady()) events.changed(client);
    };
    const up = () => {
      if (state.kind === "lost") log.info({}, "The connection to Discord is back");
      state = { kind: "ready" };
      changed();
    };
    // Interactions cannot wait; messages wait until the servers are known, and with them the bot's
    // roles.
    client.ws.on(
      GatewayDispatchEvents.MessageCreate,
      (message: GatewayMessageCreateDispatchData) => {
        if (client.isReady()) events.message(message);
        else client.once(Events.ClientReady, () => events.message(message));
      },
    );
    client.ws.on(GatewayDispatchEvents.InteractionCreate, events.interaction);
    client.on(Events.ClientReady, up);
    client.on(Events.ShardReady, () => client.isReady() && up());
    client.on(Events.ShardResume, up);
    client.on(Events.ShardReconnecting, () => {
      if (state.kind === "ready")
        log.warn({}, "The connection to Discord is lost; connecting again");
      if (state.kind !== "connecting") state = { kind: "lost" };
    });
    client.on(Events.ShardDisconnect, ({ code }) => refuse(code));
    client.on(Events.ShardError, (error) =>
      log.warn({ error: error.message }, "Discord's gateway failed"),
    );
    client.on(Events.Error, (error) =>
      log.error({ error: error.message }, "The Discord client failed"),
    );
    for (const event of [Events.GuildCreate, Events.GuildDelete] as const)
      client.on(event, changed);
    for (const event of [Events.ChannelUpdate, Events.ChannelDelete] as const)
      client.on(event, changed);
    for (const event of [Events.GuildRoleUpdate, Events.GuildMemberUpdate] as const)
      client.on(event, changed);
  }

  function refuse(code: number): void {
    if (closing.signal.aborted) return;
    const reason = refusals[code] ?? `Discord closed the connection for good (code ${code})`;
    state = { kind: "refused", reason };
    log.error({ code }, reason);
  }

  /** One client, which from then on reconnects by itself. */
  async function connect(): Promise<void> {
    state = { kind: "connecting" };
    const client = createClient(options);
    latest = client;
    listen(client);
    const ready = once(client, Events.ClientReady, { signal: closing.signal });
    ready.catch(() => undefined);
    await client.login(options.token);
    await ready;
  }

  /** Why trying again is of no use, if so. */
  function refusalBy(error: unknown): string | undefined {
    if (state.kind === "refused") return state.reason;
    const bad = error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.TokenInvalid;
    return bad ? tokenRefused : undefined;
  }

  async function keepTrying(failed: () => void): Promise<void> {
    for (let tries = 0; !closing.signal.aborted; tries++) {
      try {
        return await connect();
      } catch (error) {
        const reason = refusalBy(error);
        if (reason !== undefined) {
          state = { kind: "refused", reason };
          throw new ChatError("not-allowed", reason);
        }
        if (closing.signal.aborted) return;
        state = { kind: "lost" };
        log.warn({}, `${toChatError(error, "connect to Discord").message}; trying again`);
        failed();
        await clock.sleep(pausesMs[tries] ?? 60_000, closing.signal).catch(() => undefined);
      }
    }
  }

  async function open(): Promise<void> {
    const first = Promise.withResolvers<void>();
    const enough = new AbortController();
    const patience = clock.sleep(waitForFirstMs, enough.signal).catch(() => undefined);
    const trying = keepTrying(first.resolve);
    trying.catch(() => undefined);
    try {
      await Promise.race([trying, first.promise, patience]);
    } finally {
      enough.abort();
    }
  }

  async function close(): Promise<void> {
    if (closing.signal.aborted) return;
    closing.abort();
    state = { kind: "closed" };
    await latest?.destroy();
    state = { kind: "closed" };
  }

  return {
    state: () => state,
    client: () => (latest?.isReady() ? latest : undefined),
    open,
    close,
  };
}
