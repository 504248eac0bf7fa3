import { type Clock, systemClock } from "../../src/clock.ts";

export interface FakeClock extends Clock {
  /** Moves time on, and wakes whoever slept until then. */
  advance(ms: number): void;
  /** Somebody sets the wall clock: so many milliseconds forward, or back. No time passes. */
  jump(ms: number): void;
}

interface Sleeper {
  readonly until: number;
  wake(): void;
}

/** A clock that stands still until it is advanced. It starts on 2026-11-21 06:00 UTC. */
export function fakeClock(start = Date.UTC(2026, 10, 21, 6)): FakeClock {
  let elapsed = 0;
  let startedAt = start;
  let sleepers: Sleeper[] = [];
  const sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      signal?.throwIfAborted();
      const sleeper = { until: elapsed + ms, wake: resolve };
      sleepers.push(sleeper);
      signal?.addEventListener("abort", () => {
        sleepers = sleepers.filter((other) => other !== sleeper);
        reject(signal.reason);
      });
    });
  const advance = (ms: number) => {
    elapsed += ms;
    const awake = sleepers.filter(({ until }) => until <= elapsed);
    sleepers = sleepers.filter(({ until }) => until > elapsed);
    for (const sleeper of awake) sleeper.wake();
  };
  const jump = (ms: number) => {
    startedAt += ms;
  };
  return {
    now: () => startedAt + elapsed,
    elapsed: () => elapsed,
    sleep,
    deadline: AbortSignal.timeout,
    turn: systemClock.turn,
    advance,
    jump,
  };
}

/** The clock of another machine, which is so much ahead. */
export const aheadBy = (clock: FakeClock, ms: number): FakeClock => ({
  ...clock,
  now: () => clock.now() + ms,
});
