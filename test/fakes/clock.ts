import type { Clock } from "../../src/clock.ts";

export interface FakeClock extends Clock {
  /** Moves time on, and wakes whoever slept until then. */
  advance(ms: number): void;
}

interface Sleeper {
  readonly until: number;
  wake(): void;
}

/** A clock that stands still until it is advanced. It starts on 2026-11-21 06:00 UTC. */
export function fakeClock(start = Date.UTC(2026, 10, 21, 6)): FakeClock {
  let now = start;
  let sleepers: Sleeper[] = [];
  const sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const sleeper = { until: now + ms, wake: resolve };
      sleepers.push(sleeper);
      signal?.addEventListener("abort", () => {
        sleepers = sleepers.filter((other) => other !== sleeper);
        reject(signal.reason);
      });
    });
  const advance = (ms: number) => {
    now += ms;
    const awake = sleepers.filter(({ until }) => until <= now);
    sleepers = sleepers.filter(({ until }) => until > now);
    for (const sleeper of awake) sleeper.wake();
  };
  return { now: () => now, sleep, advance };
}
