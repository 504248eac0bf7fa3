import type { Receiver } from "@slack/bolt";
import { createHttp } from "./http.ts";
import {
  type Common,
  defaultPingTimeoutMs,
  defaultTimeoutMs,
  type HttpMode,
  type SlackOptions,
  type SocketMode,
} from "./options.ts";
import { createSockets } from "./sockets.ts";

/** How Slack reaches the bot. */
export interface Transport {
  readonly receiver: Receiver;
  /** How the bot listens, in a sentence; nothing while it does not. */
  connection(): string | undefined;
}

function httpTransport(options: Common & HttpMode): Transport {
  const http = createHttp(options);
  const sentence = "Slack reaches the bot over HTTP";
  return { receiver: http, connection: () => (http.isListening() ? sentence : undefined) };
}

function socketTransport(options: Common & SocketMode): Transport {
  const { timeoutMs = defaultTimeoutMs, pingTimeoutMs = defaultPingTimeoutMs } = options;
  const sockets = createSockets({ ...options, timeoutMs, pingTimeoutMs });
  const connection = () => {
    const open = sockets.open();
    return open === 0
      ? undefined
      : `Connected to Slack over ${open === 1 ? "1 socket" : `${open} sockets`}`;
  };
  return { receiver: sockets, connection };
}

export const transportOf = (options: SlackOptions): Transport =>
  "appToken" in options ? socketTransport(options) : httpTransport(options);
