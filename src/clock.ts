import { setTimeout } from "node:timers/promises";

/** Time, passed in rather than reached for, so that tests advance it and never wait. */
export interface Clock {
  /** What the wall clock shows, in milliseconds since 1970 (UTC). It may jump, both ways: for showing. */
  now(): number;
  /** Milliseconds since a moment that stays the same. Never jumps: for durations, waits and ages. */
  elapsed(): number;
  /** Resolves after `ms` milliseconds; rejects with an AbortError as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, signal ? { signal } : {}),
};
