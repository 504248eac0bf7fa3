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
  /** How another process with the same tokens shows, in a sentence; nothing while none does. */
  beside(): string | undefined;
}

function httpTransport(options: Common & HttpMode): Transport {
  const http = createHttp(options);
  const sentence = "Slack reaches the bot over HTTP";
  return {
    receiver: http,
    connection: () => (http.isListening() ? sentence : undefined),
    beside: () => undefined,
  };
}

const strangersSentence = "Slack counts more sockets of this app than this bot has";

function socketTransport(options: Common & SocketMode): Transport {
  const { timeoutMs = defaultTimeoutMs, pingTimeoutMs = defaultPingTimeoutMs } = options;
  const sockets = createSockets({ ...options, timeoutMs, pingTimeoutMs });
  const connection = () => {
    const open = sockets.open();
    return open === 0
      ? undefined
      : `Connected to Slack over ${open === 1 ? "1 socket" : `${open} sockets`}`;
  };
  const beside = () => (sockets.areStrangersThere() ? strangersSentence : undefined);
  return { receiver: sockets, connection, beside };
}

export const transportOf = (options: SlackOptions): Transport =>
  "appToken" in options ? socketTransport(options) : httpTransport(options);
