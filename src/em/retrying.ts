/**
 * How EM is asked: within time limits, questions again where a failure may pass, orders once. Fails
 * with `EmError` alone.
 */
import type { Clock } from "../clock.ts";
import type { LoggedOn } from "./authenticated.ts";
import { EmError } from "./errors.ts";
import { type Exchange, type Request, within } from "./exchange.ts";
import type { LogonSession } from "./logon.ts";
import { interruptedError, type Where } from "./no-answer.ts";
import { unlessRefused } from "./optional.ts";
import { patiently } from "./retry.ts";

export interface EmQuestions {
  /** A question within our logon. */
  ask<Thing>(request: Request<Thing>, signal?: AbortSignal): Promise<Thing>;
  /** A question that EM answers without a logon. */
  askOpenly<Thing>(request: Request<Thing>, signal?: AbortSignal): Promise<Thing>;
  /** A question that only one logon can answer, by its local id. */
  askIn<Thing>(logon: string, request: Request<Thing>, signal?: AbortSignal): Promise<Thing>;
  /**
   * Sent once, in a logon that was asked for just before: a question may be asked again, this never.
   */
  order<Thing>(
    request: Request<Thing>,
    signal?: AbortSignal,
  ): Promise<{ thing: Thing; logon: LogonSession }>;
  /** An order that only one logon can give, by its local id; sent once. */
  orderIn<Thing>(logon: string, request: Request<Thing>, signal?: AbortSignal): Promise<Thing>;
  logon(signal?: AbortSignal): Promise<LogonSession>;
  /** How EM's clock shows a moment of ours. */
  ems(at: number): number;
  /** Ends our logon, unless it is kept, and answers nothing from now on. Never throws. */
  close(keepLogon: boolean): Promise<void>;
}

export interface AskingOptions {
  readonly exchange: Exchange;
  readonly logged: LoggedOn;
  readonly where: Where;
  readonly clock: Clock;
  /** For a question with all its retries, and for an order. */
  readonly totalMs: number;
  readonly retries: number;
  readonly retryPauseMs: number;
}

const LOGOFF_MS = 5_000;

export function askingOf(options: AskingOptions): EmQuestions {
  const { exchange, logged, where, clock, totalMs } = options;
  const patient = { clock, retries: options.retries, pauseMs: options.retryPauseMs };
  const once = { ...patient, retries: 0 };
  let closed = false;
  /** What waits to be asked again is not asked any more, and does not keep the process. */
  const over = new AbortController();
  const bounded = async <Thing>(
    act: Act<Thing>,
    signal: AbortSignal | undefined,
    patience = patient,
  ) => {
    if (closed)
      throw new EmError("unreachable", "The connection to Enterprise Manager has been closed");
    const limit = within(clock, totalMs, signal);
    return patiently(
      () => inWords(act, limit, where),
      patience,
      AbortSignal.any([limit, over.signal]),
    );
  };
  const logon = (signal?: AbortSignal) => bounded(logged.present, signal);
  return {
    logon,
    ems: exchange.time.ems,
    ask: (request, signal) =>
      bounded(async (limit) => (await logged.perform(request, limit)).thing, signal),
    askOpenly: (request, signal) =>
      bounded((limit) => exchange.perform(request, {}, limit), signal),
    askIn: (local, request, signal) =>
      bounded((limit) => logged.performIn(local, request, limit), signal),
    async order(request, signal) {
      await unlessRefused(bounded(logged.prove, signal));
      return bounded((limit) => logged.perform(request, limit), signal, once);
    },
    orderIn: (local, request, signal) =>
      bounded((limit) => logged.performIn(local, request, limit), signal, once),
    async close(keepLogon) {
      if (closed) return;
      closed = true;
      over.abort();
      if (!keepLogon) await logged.end(clock.deadline(LOGOFF_MS)).catch(() => {});
    },
  };
}

type Act<Thing> = (limit: AbortSignal) => Promise<Thing>;

/** Whoever waits for the common logon may be called off before any request of his own was made. */
async function inWords<Thing>(act: Act<Thing>, limit: AbortSignal, where: Where): Promise<Thing> {
  try {
    return await act(limit);
  } catch (error) {
    if (error instanceof EmError || !limit.aborted) throw error;
    throw interruptedError(limit, where, false);
  }
}
