/**
 * When a line was typed. A terminal keeps what is typed while the process is frozen, and does not
 * say when that was: what is read just after a freeze may be as old as the freeze.
 */
import type { Clock } from "../../src/clock.ts";

export interface TypingTime {
  /** When a line that is read now was typed, at the earliest. */
  earliest(): number;
  /** To be called at every beat, while the process runs. */
  beat(): void;
}

/** A beat that comes so much later than the last was held up by more than work. */
const FROZEN_MS = 10_000;
/** All that was typed meanwhile is read by then. */
const READ_BY_MS = 1_000;

export function typingTime(clock: Pick<Clock, "now" | "elapsed">): TypingTime {
  let awakeAt = clock.elapsed();
  let thawed = { from: awakeAt, until: awakeAt };
  const beat = () => {
    const now = clock.elapsed();
    if (now - awakeAt >= FROZEN_MS) thawed = { from: awakeAt, until: now + READ_BY_MS };
    awakeAt = now;
  };
  return {
    beat,
    earliest: () => {
      beat();
      return clock.now() - (awakeAt <= thawed.until ? awakeAt - thawed.from : 0);
    },
  };
}
