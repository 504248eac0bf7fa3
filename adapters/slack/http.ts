import type { Server } from "node:http";
import { HTTPReceiver, type Receiver } from "@slack/bolt";
import { ChatError } from "../../src/chat/port.ts";
import type { PlatformLog } from "../../src/log.ts";
import { boltLogger } from "./log.ts";

export interface HttpListenerOptions {
  readonly signingSecret: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Where to listen. Default `127.0.0.1`: what faces the internet is somebody else's proxy. */
  readonly host?: string;
  readonly log: PlatformLog;
  /** Told the port once it is open. */
  readonly listening?: ((port: number) => void) | undefined;
}

export interface HttpListener extends Receiver {
  isListening(): boolean;
}

const eventsPath = "/slack/events";

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
};

function cannotListen(error: unknown, host: string, port: number): never {
  const why = error instanceof Error && "code" in error ? String(error.code) : "no reason is known";
  throw new ChatError(
    { kind: why === "EADDRINUSE" ? "moment" : "bot" },
    `The bot cannot listen on ${host}:${port} (${why}); set another PORT`,
  );
}

/**
 * Closes within a moment: everything is acknowledged at once, so that open connections are idle
 * ones.
 */
const closed = (server: Server) =>
  new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });

interface State {
  readonly receiver: HTTPReceiver;
  server: Server | undefined;
}

/**
 * Events, commands and presses as HTTP requests, whose signatures and age Bolt checks before
 * anything else.
 */
export function createHttp(options: HttpListenerOptions): HttpListener {
  const receiver = new HTTPReceiver({
    signingSecret: options.signingSecret,
    endpoints: eventsPath,
    logger: boltLogger(options.log),
  });
  const state: State = { receiver, server: undefined };
  return {
    init: (app) => receiver.init(app),
    start: () => start(state, options),
    stop: () => stop(state),
    isListening: () => state.server?.listening ?? false,
  };
}

async function start(
  state: State,
  { host = "127.0.0.1", port, listening }: HttpListenerOptions,
): Promise<void> {
  state.server = await state.receiver
    .start({ port, host })
    .catch((error: unknown) => cannotListen(error, host, port));
  listening?.(portOf(state.server));
}

async function stop(state: State): Promise<void> {
  if (state.server) await closed(state.server);
  state.server = undefined;
}
