/**
 * Whether another process is connected with the same tokens. Slack tells a new socket how many the
 * app has; more than ours may be those of a process that was killed, which Slack has not missed yet.
 */
import type { Clock } from "../../src/clock.ts";

export interface Strangers {
  /** `all`: by Slack's count. `own`: at most so many are ours. */
  counted(all: number, own: number): void;
  areSuspected(): boolean;
  /** They were counted again, long after they were counted first. */
  areThere(): boolean;
}

/** No socket of a dead process is counted for so long. */
const stillThereMs = 120_000;

interface State {
  readonly clock: Clock;
  /** By `Clock.elapsed`; nothing where the last count was right. */
  firstAt: number | undefined;
  lastAt: number;
}

export function createStrangers(clock: Clock): Strangers {
  const state: State = { clock, firstAt: undefined, lastAt: 0 };
  return {
    counted: (all, own) => counted(state, all > own),
    areSuspected: () => state.firstAt !== undefined,
    areThere: () => state.firstAt !== undefined && state.lastAt - state.firstAt >= stillThereMs,
  };
}

function counted(state: State, areMore: boolean): void {
  const now = state.clock.elapsed();
  state.firstAt = areMore ? (state.firstAt ?? now) : undefined;
  state.lastAt = now;
}
