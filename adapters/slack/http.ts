/**
 * Events, commands and presses as HTTP requests. Whether they are Slack's is looked at here, before
 * Bolt sees them; what anybody sends costs a line of log a minute at most.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { HTTPReceiver as BoltReceiver, Receiver } from "@slack/bolt";
import { ChatError } from "../../src/chat/port.ts";
import type { Clock } from "../../src/clock.ts";
import type { PlatformLog } from "../../src/log.ts";
import { HTTPReceiver } from "./bolt.ts";
import { boltLogger } from "./log.ts";
import { admit } from "./signed-request.ts";

export interface HttpListenerOptions {
  readonly signingSecret: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Where to listen. Default `127.0.0.1`: what faces the internet is somebody else's proxy. */
  readonly host?: string;
  readonly clock: Clock;
  readonly log: PlatformLog;
  /** Told the port once it is open. */
  readonly listening?: ((port: number) => void) | undefined;
}

export interface HttpListener extends Receiver {
  isListening(): boolean;
}

const eventsPath = "/slack/events";
/** Slack itself waits for three seconds. */
const headersWithinMs = 5000;
const requestWithinMs = 10_000;
const refusalsToldEveryMs = 60_000;

interface State extends HttpListenerOptions {
  readonly receiver: BoltReceiver;
  readonly server: Server;
  readonly sockets: Set<Socket>;
  /** Those over which an answer is owed. */
  readonly inHand: Set<Socket>;
  isStopping: boolean;
  /** Since the last line of log about them. */
  refusals: number;
  /** By `Clock.elapsed`. */
  toldAt: number | undefined;
}

export function createHttp(options: HttpListenerOptions): HttpListener {
  const state: State = {
    ...options,
    receiver: new HTTPReceiver({
      signingSecret: options.signingSecret,
      // By the clock of this machine, and without a look into the future; `admit` does it.
      signatureVerification: false,
      endpoints: eventsPath,
      logger: boltLogger(options.log),
    }),
    server: createServer({
      headersTimeout: headersWithinMs,
      requestTimeout: requestWithinMs,
      connectionsCheckingInterval: headersWithinMs,
    }),
    sockets: new Set(),
    inHand: new Set(),
    isStopping: false,
    refusals: 0,
    toldAt: undefined,
  };
  return {
    init: (app) => state.receiver.init(app),
    start: () => start(state),
    stop: () => stop(state),
    isListening: () => state.server.listening,
  };
}

async function start(state: State): Promise<void> {
  const { server, sockets, host = "127.0.0.1", port, listening } = state;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("request", (request, response) => void take(state, request, response));
  const opened = Promise.withResolvers<void>();
  server.once("error", opened.reject);
  server.listen({ port, host }, opened.resolve);
  await opened.promise.catch((error: unknown) => cannotListen(error, host, port));
  server.off("error", opened.reject);
  listening?.(portOf(server));
}

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

/** Never rejects: a request that ends before its time is nobody's business. */
async function take(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== "POST" || pathOf(request) !== eventsPath)
    return refuse(state, response, 404, "it is for another address");
  try {
    const { signingSecret, clock } = state;
    const admission = await admit(request, signingSecret, clock.now());
    if (admission.is === "refused") return refuse(state, response, admission.answer, admission.why);
    if (admission.is === "ssl-check") return void response.writeHead(200).end();
    hand(state, admission.request, response);
  } catch {
    response.destroy();
  }
}

const pathOf = ({ url = "" }: IncomingMessage) => url.split("?", 1)[0];

function refuse(state: State, response: ServerResponse, answer: number, why: string): void {
  response.writeHead(answer, { connection: "close" }).end();
  const { clock, log, toldAt } = state;
  state.refusals += 1;
  if (toldAt !== undefined && clock.elapsed() - toldAt < refusalsToldEveryMs) return;
  const before = state.refusals - 1;
  const more = before > 0 ? `; ${before} more since the last line about one` : "";
  log.warn(`A request that is not Slack's was refused: ${why}${more}`);
  state.toldAt = clock.elapsed();
  state.refusals = 0;
}

/** Bolt answers it, or says after three seconds that nobody did. */
function hand(state: State, request: IncomingMessage, response: ServerResponse): void {
  const { inHand, receiver } = state;
  const { socket } = request;
  inHand.add(socket);
  response.once("close", () => {
    inHand.delete(socket);
    if (state.isStopping) socket.destroy();
  });
  receiver.requestListener(request, response);
}

/** Answers what is in hand; whoever has sent nothing yet, or only a part, is not waited for. */
async function stop(state: State): Promise<void> {
  const { server, sockets, inHand } = state;
  state.isStopping = true;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of sockets) if (!inHand.has(socket)) socket.destroy();
  await closed;
}
