/**
 * Our logon session at EM: one, shared by all calls that need it at once, renewed when EM no longer
 * knows it, and ended by its own id. A token is opaque and goes nowhere but into a header.
 */
import type { Clock } from "../clock.ts";
import { newUuid } from "../ids.ts";
import { EmError } from "./errors.ts";

export interface LogonSession {
  /** Our own name for it, by which receipts are matched; means nothing to EM. */
  readonly local: string;
  readonly token: string;
  /** The path below `/api` that ends it. */
  readonly endPath: string;
  readonly cloud: boolean;
}

export type NewLogon = Omit<LogonSession, "local">;

export interface Logons {
  /** The present logon, made if there is none. */
  present(signal: AbortSignal): Promise<LogonSession>;
  /** The present logon as it is, without asking. */
  now(): LogonSession | undefined;
  /** A logon other than the stale one: a newer one, if another call has already got it. */
  renewed(stale: LogonSession, signal: AbortSignal): Promise<LogonSession>;
  /** Forgets a logon that EM no longer knows. */
  drop(stale: LogonSession): void;
  /** Waits for a logon that is being made, and gives the last one out. */
  last(): Promise<LogonSession | undefined>;
}

/** How long a refused password is not tried again, so that polling does not lock the account. */
const REFUSED_PAUSE_MS = 30_000;

interface State {
  pending?: Promise<LogonSession> | undefined;
  settled?: LogonSession | undefined;
  refused?: { readonly error: EmError; readonly until: number } | undefined;
}

/**
 * `logOn` asks EM, within a time limit of its own: no caller's signal ends what the others wait for
 * too.
 */
export function sharedLogon(logOn: () => Promise<NewLogon>, clock: Clock): Logons {
  const state: State = {};
  const present = (signal: AbortSignal) =>
    unlessAborted(state.pending ?? begin(state, logOn, clock), signal);
  return {
    present,
    now: () => state.settled,
    renewed(stale, signal) {
      drop(state, stale);
      return present(signal);
    },
    drop: (stale) => drop(state, stale),
    last: () => (state.pending ?? Promise.resolve(undefined)).catch(() => undefined),
  };
}

function begin(state: State, logOn: () => Promise<NewLogon>, clock: Clock): Promise<LogonSession> {
  if (state.refused && clock.elapsed() < state.refused.until)
    return Promise.reject(state.refused.error);
  const pending = logOn().then(
    (made) => {
      state.settled = { ...made, local: newUuid() };
      return state.settled;
    },
    (error: unknown) => {
      state.pending = undefined;
      if (error instanceof EmError && error.failure === "unauthorized") {
        state.refused = { error, until: clock.elapsed() + REFUSED_PAUSE_MS };
      }
      throw error;
    },
  );
  state.pending = pending;
  return pending;
}

function drop(state: State, stale: LogonSession): void {
  if (state.settled !== stale) return;
  state.pending = undefined;
  state.settled = undefined;
}

/** Rejects with the signal's reason as soon as it aborts; the promise itself goes on. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const left = Promise.withResolvers<never>();
  const leave = () => left.reject(signal.reason);
  signal.addEventListener("abort", leave, { once: true });
  try {
    if (signal.aborted) leave();
    return await Promise.race([promise, left.promise]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}
