/**
 * Socket Mode over two sockets. Slack sends each payload over any one of them, so that a lost
 * socket leaves the other; a socket whose end is announced is replaced first and read on until
 * Slack closes it. Slack allows ten at once.
 * https://docs.slack.dev/apis/events-api/using-socket-mode
 */

import type { App, Receiver } from "@slack/bolt";
import { ChatError } from "../../src/chat/port.ts";
import type { Clock } from "../../src/clock.ts";
import { chatErrorOf } from "./errors.ts";
import { type LinkOptions, openLink, type SlackSocket } from "./socket.ts";

export interface Sockets extends Receiver {
  /** How many sockets are open now. */
  open(): number;
}

const socketCount = 2;
const firstPauseMs = 1000;
const longestPauseMs = 30_000;
/** A socket that lived so long was a good one: what comes after it is not a storm. */
const goodLifeMs = 60_000;
/** A replaced socket is read so much longer, unless Slack closes it before. */
const lingerMs = 30_000;

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

export function createSockets(options: LinkOptions): Sockets {
  const { clock, log } = options;
  const links = new Set<SlackSocket>();
  const stopping = new AbortController();
  const stopped = ended(stopping.signal);
  let app: App | undefined;

  async function openOne(): Promise<SlackSocket> {
    if (!app) throw new Error("A receiver is started by its app");
    const link = await openLink(app, options);
    links.add(link);
    void link.gone.then(() => links.delete(link));
    if (stopping.signal.aborted) link.close();
    return link;
  }

  function unopened(error: unknown): undefined {
    if (!stopping.signal.aborted)
      log.warn(`No socket to Slack: ${chatErrorOf(error, attempt).message}`);
  }

  /** A socket that has been replaced is read until Slack closes it, or for so long. */
  async function retire(link: SlackSocket | undefined): Promise<void> {
    if (!link) return;
    await Promise.race([link.gone, rest(clock, lingerMs, stopping.signal)]);
    link.close();
  }

  /** Keeps one socket open for ever, beginning with `link` where there is one already. */
  async function keep(link: SlackSocket | undefined): Promise<void> {
    let current = link;
    let replaced: SlackSocket | undefined;
    let troubles = 0;
    while (!stopping.signal.aborted) {
      await rest(clock, pauseMs(troubles), stopping.signal);
      current ??= await openOne().catch(unopened);
      if (current) {
        void retire(replaced);
        troubles = await outlived(current, troubles);
        replaced = current;
        current = undefined;
      } else troubles++;
    }
  }

  /** Waits for the end of a socket; says how much trouble there has been in a row. */
  async function outlived(link: SlackSocket, troubles: number): Promise<number> {
    const since = clock.now();
    const how = await Promise.race([link.ending, stopped]);
    if (how !== "lost") return 0;
    log.warn("A socket to Slack was lost; another one is being opened");
    return clock.now() - since >= goodLifeMs ? 1 : troubles + 1;
  }

  /**
   * Rejects where Slack refuses the app token; where Slack is only out of reach, goes on trying.
   */
  async function start(): Promise<void> {
    const first = await openOne().catch((error: unknown) => {
      if (chatErrorOf(error, attempt).failure === "not-allowed")
        throw new ChatError("not-allowed", refused);
      return unopened(error);
    });
    void keep(first);
    for (let more = 1; more < socketCount; more++) void keep(undefined);
  }

  async function stop(): Promise<void> {
    stopping.abort();
    for (const link of links) link.close();
    await Promise.all([...links].map(({ gone }) => gone));
  }

  return {
    init: (mine) => {
      app = mine;
    },
    start,
    stop,
    open: () => [...links].filter((link) => link.isOpen()).length,
  };
}
