/** One socket to Slack, from its hello to its end. */

import type { App, SocketModeReceiver as BoltReceiver } from "@slack/bolt";
import type { Clock } from "../../src/clock.ts";
import type { PlatformLog } from "../../src/log.ts";
import { type Ways, waysThrough } from "../../src/network/dispatcher.ts";
import type { Proxies } from "../../src/network/proxies.ts";
import { SocketModeReceiver } from "./bolt.ts";
import { clientOptions } from "./call.ts";
import { boltLogger } from "./log.ts";

export interface SocketOptions {
  readonly appToken: string;
  readonly apiUrl?: string | undefined;
  readonly timeoutMs: number;
  /** A socket that does not answer a ping for so long is given up. */
  readonly pingTimeoutMs: number;
  readonly proxies?: Proxies | undefined;
  readonly clock: Clock;
  readonly log: PlatformLog;
}

/** announced: Slack will close the socket soon, and says so. lost: it is gone. */
export type Ending = "announced" | "lost";

export interface SlackSocket {
  readonly ending: Promise<Ending>;
  /** How many sockets the app had when this one was greeted, by Slack's count; 0 if it did not say. */
  readonly connections: number;
  /** Resolves when the socket is gone for good. */
  readonly gone: Promise<void>;
  isOpen(): boolean;
  close(): void;
}

type Client = BoltReceiver["client"];
type Hear = (data: unknown, isBinary: boolean) => unknown;

const helloWithinMs = 10_000;
const closeWithinMs = 1000;

/**
 * Slack's notice that a socket will end, with its reason: `warning`, `refresh_requested`,
 * `link_disabled` and others.
 */
function farewellIn(data: unknown): string | undefined {
  if (typeof data !== "string" || !data.includes('"disconnect"')) return undefined;
  try {
    const { type, reason } = JSON.parse(data);
    return type === "disconnect" ? String(reason) : undefined;
  } catch {
    return undefined;
  }
}

/** Slack's count of the app's sockets in its hello; nothing in any other message. */
function connectionsIn(data: unknown): number | undefined {
  if (typeof data !== "string" || !data.includes('"num_connections"')) return undefined;
  try {
    const { type, num_connections } = JSON.parse(data);
    return type === "hello" ? Number(num_connections) || 0 : undefined;
  } catch {
    return undefined;
  }
}

const isRefresh = (reason: string) => reason === "warning" || reason === "refresh_requested";

/**
 * Bolt's client closes its socket as soon as Slack announces a refresh, and what Slack has sent
 * meanwhile is lost. Here the announcement only resolves `ending`, and the socket is read until
 * Slack closes it.
 */
function heed(client: Client, said: (ending: Ending) => void, log: PlatformLog): void {
  const hear: Hear[] = client.listeners("ws_message");
  client.removeAllListeners("ws_message");
  client.on("ws_message", async (data: unknown, isBinary: boolean) => {
    const reason = farewellIn(data);
    if (reason !== undefined) return said(isRefresh(reason) ? "announced" : "lost");
    try {
      for (const listener of hear) await listener(data, isBinary);
    } catch {
      log.warn("Slack sent something over its socket that the SDK does not understand");
    }
  });
}

/**
 * The second call makes Bolt's client drop a socket whose closing Slack has not answered; one that
 * goes through a proxy it does not know, and so cannot drop.
 */
async function close(client: Client, clock: Clock, ways: Ways | undefined): Promise<void> {
  void client.disconnect();
  await clock.sleep(closeWithinMs);
  if (client.websocket?.readyState !== undefined) void client.disconnect();
  ways?.drop();
}

/**
 * Resolves after Slack's hello. Rejects with the SDK's error, or with a sentence where Slack says
 * nothing.
 */
async function greeted(
  receiver: BoltReceiver,
  ending: Promise<Ending>,
  clock: Clock,
): Promise<void> {
  const settled = new AbortController();
  const late = clock.sleep(helloWithinMs, settled.signal);
  const started = receiver.start().catch((error: unknown) => {
    throw error ?? new Error("Slack closed the socket before its hello");
  });
  const refused = ending.then(() =>
    Promise.reject(new Error("Slack ended the socket before its hello")),
  );
  const silent = late.then(() => Promise.reject(new Error("Slack sent no hello over its socket")));
  for (const outcome of [started, refused, silent]) outcome.catch(() => {});
  await Promise.race([started, refused, silent]).finally(() => settled.abort());
}

export async function openSocket(app: App, options: SocketOptions): Promise<SlackSocket> {
  const ways = waysThrough(options.proxies);
  const receiver = new SocketModeReceiver({
    ...(ways ? { dispatcher: ways.dispatcher } : {}),
    appToken: options.appToken,
    autoReconnectEnabled: false,
    clientPingTimeout: options.pingTimeoutMs,
    installerOptions: { clientOptions: clientOptions(options) },
    logger: boltLogger(options.log),
  });
  const { client } = receiver;
  let connections = 0;
  const ending = Promise.withResolvers<Ending>();
  const gone = Promise.withResolvers<void>();
  receiver.init(app);
  heed(client, ending.resolve, options.log);
  client.on("ws_message", (data: unknown) => {
    connections = connectionsIn(data) ?? connections;
  });
  client.on("disconnected", () => {
    ending.resolve("lost");
    gone.resolve();
  });
  try {
    await greeted(receiver, ending.promise, options.clock);
  } catch (error) {
    void close(client, options.clock, ways);
    throw error;
  }
  return {
    connections,
    ending: ending.promise,
    gone: gone.promise,
    isOpen: () => client.websocket?.isActive() ?? false,
    close: () => void close(client, options.clock, ways),
  };
}
