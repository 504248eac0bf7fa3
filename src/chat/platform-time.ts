import type { Clock } from "../clock.ts";

/** A platform's own clock, as its answers tell it. */
export interface PlatformTime {
  /** The `Date` of an answer that has just come. */
  heard(date: string | null | undefined): void;
  /** How long ago it was by the platform's clock; by ours, as long as no answer has come. */
  ageMs(at: number): number;
  /** The platform's clock minus ours, in milliseconds; absent as long as no answer has come. */
  offsetMs(): number | undefined;
}

/**
 * How late a message comes is judged by the clock that dated it: ours may be wrong. `Date` has whole
 * seconds and was on its way, so that ages are a little too small.
 */
export function platformTime(clock: Pick<Clock, "now" | "elapsed">): PlatformTime {
  let toldApartMs: number | undefined;
  const now = () => (toldApartMs === undefined ? clock.now() : toldApartMs + clock.elapsed());
  return {
    heard: (date) => {
      const told = Date.parse(date ?? "");
      if (!Number.isNaN(told)) toldApartMs = told - clock.elapsed();
    },
    ageMs: (at) => Math.round(now() - at),
    offsetMs: () => (toldApartMs === undefined ? undefined : Math.round(now() - clock.now())),
  };
}
