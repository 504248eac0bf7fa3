/**
 * Socket Mode over two sockets. Slack sends each payload over any one of them, so that a lost
 * socket leaves the other; a socket whose end is announced is replaced first and read on until
 * Slack closes it. Slack allows ten at once.
 * https://docs.slack.dev/apis/events-api/using-socket-mode
 */

import type { App, Receiver } from "@slack/bolt";
import { ChatError } from "../../src/chat/port.ts";
import { isTroubleOf } from "../../src/chat/trouble.ts";
import type { Clock } from "../../src/clock.ts";
import { chatErrorOf, retryAfterOf } from "./errors.ts";
import { openSocket, type SlackSocket, type SocketOptions } from "./socket.ts";
import { createStrangers, type Strangers } from "./strangers.ts";

export interface Sockets extends Receiver {
  /** How many sockets are open now. */
  open(): number;
  /** Whether the app has sockets for long that are not ours. */
  areStrangersThere(): boolean;
}

const socketCount = 2;
const firstPauseMs = 1000;
const longestPauseMs = 30_000;
/** A socket that lived so long was a good one: what comes after it is not a storm. */
const goodLifeMs = 60_000;
/** A replaced socket is read so much longer, unless Slack closes it before. */
const lingerMs = 30_000;

/** Longer than Slack takes to miss a socket whose process was killed or cut off. */
const recountEveryMs = 150_000;

const attempt = { method: "apps.connections.open" } as const;
const refused =
  "Slack refuses the app-level token; make one with the scope connections:write and set SLACK_APP_TOKEN";

/** Nothing after a first trouble, then longer and longer. */
const pauseMs = (troubles: number) =>
  troubles <= 1 ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** (troubles - 2));

/** Resolves also when the signal ends the sleep. */
const rest = async (clock: Clock, ms: number, signal: AbortSignal) => {
  if (ms > 0 && !signal.aborted) await clock.sleep(ms, signal).catch(() => {});
};

const ended = (signal: AbortSignal) =>
  new Promise<"stopped">((resolve) =>
    signal.addEventListener("abort", () => resolve("stopped"), { once: true }),
  );

interface State extends SocketOptions {
  readonly sockets: Set<SlackSocket>;
  readonly stopping: AbortController;
  readonly stopped: Promise<"stopped">;
  readonly strangers: Strangers;
  app: App | undefined;
  /** Sockets that are being opened, which Slack may count already. */
  opening: number;
  /** Slack has asked to open none before, by `Clock.elapsed`. */
  notBefore: number;
  /** Why none could be opened, as it was said last; absent since one was. */
  saidWhy: string | undefined;
}

export function createSockets(options: SocketOptions): Sockets {
  const stopping = new AbortController();
  const state: State = {
    ...options,
    sockets: new Set(),
    stopping,
    stopped: ended(stopping.signal),
    strangers: createStrangers(options.clock),
    app: undefined,
    opening: 0,
    notBefore: 0,
    saidWhy: undefined,
  };
  return {
    init: (app) => {
      state.app = app;
    },
    start: () => start(state),
    stop: () => stop(state),
    open: () => [...state.sockets].filter((socket) => socket.isOpen()).length,
    areStrangersThere: state.strangers.areThere,
  };
}

/** Rejects where Slack refuses the app token; where Slack is only out of reach, goes on trying. */
async function start(state: State): Promise<void> {
  const first = await openOne(state).catch((error: unknown) => {
    if (isTroubleOf(chatErrorOf(error, attempt), "bot"))
      throw new ChatError({ kind: "bot" }, refused);
    return unopened(state, error);
  });
  void keep(state, first);
  void recount(state);
  for (let more = 1; more < socketCount; more++) void keep(state, undefined);
}

async function stop({ stopping, sockets }: State): Promise<void> {
  stopping.abort();
  for (const socket of sockets) socket.close();
  await Promise.all([...sockets].map(({ gone }) => gone));
}

async function openOne(state: State): Promise<SlackSocket> {
  const { app, sockets, stopping, strangers } = state;
  if (!app) throw new Error("A receiver is started by its app");
  state.opening += 1;
  const socket = await openSocket(app, state).finally(() => {
    state.opening -= 1;
  });
  sockets.add(socket);
  state.saidWhy = undefined;
  strangers.counted(socket.connections, sockets.size + state.opening);
  void socket.gone.then(() => sockets.delete(socket));
  if (stopping.signal.aborted) socket.close();
  return socket;
}

/** However often it is tried, why it cannot be opened is said once. */
function unopened(state: State, error: unknown): undefined {
  const { stopping, log, clock, saidWhy } = state;
  state.notBefore = Math.max(state.notBefore, clock.elapsed() + retryAfterOf(error));
  const { message } = chatErrorOf(error, attempt);
  if (stopping.signal.aborted || saidWhy === message) return;
  state.saidWhy = message;
  log.warn(`No socket to Slack: ${message}; I keep trying`);
}

/** Keeps one socket open for ever, beginning with `first` where there is one already. */
async function keep(state: State, first: SlackSocket | undefined): Promise<void> {
  const { clock, stopping } = state;
  let current = first;
  let replaced: SlackSocket | undefined;
  let troubles = 0;
  while (!stopping.signal.aborted) {
    const askedMs = state.notBefore - clock.elapsed();
    await rest(clock, Math.max(pauseMs(troubles), askedMs), stopping.signal);
    current ??= await openOne(state).catch((error: unknown) => unopened(state, error));
    if (current) {
      void retire(state, replaced);
      troubles = await outlived(state, current, troubles);
      replaced = current;
      current = undefined;
    } else troubles++;
  }
}

/** As long as there seem to be others, one more socket is opened now and then, to be told their number. */
async function recount(state: State): Promise<void> {
  const { clock, stopping, strangers } = state;
  while (!stopping.signal.aborted) {
    await rest(clock, recountEveryMs, stopping.signal);
    if (stopping.signal.aborted || !strangers.areSuspected()) continue;
    const more = await openOne(state).catch((error: unknown) => unopened(state, error));
    void retire(state, more);
  }
}

/** A socket that has been replaced is read until Slack closes it, or for so long. */
async function retire({ clock, stopping }: State, socket: SlackSocket | undefined): Promise<void> {
  if (!socket) return;
  await Promise.race([socket.gone, rest(clock, lingerMs, stopping.signal)]);
  socket.close();
}

/** Waits for the end of a socket; says how much trouble there has been in a row. */
async function outlived(
  { clock, log, stopped }: State,
  { ending }: SlackSocket,
  troubles: number,
): Promise<number> {
  const since = clock.elapsed();
  const how = await Promise.race([ending, stopped]);
  if (how !== "lost") return 0;
  log.warn("A socket to Slack was lost; another one is being opened");
  return clock.elapsed() - since >= goodLifeMs ? 1 : troubles + 1;
}
