/**
 * Notices what happens to time itself: the wall clock is moved, or the process was frozen (stopped,
 * or its machine paused) and all its clocks were, for it, still.
 */
import type { Clock } from "../clock.ts";

export type Noticed =
  /**
   * The wall clock was moved forward by so much, or back where it is negative. What follows within
   * ten minutes is told together after them, as far as it still stands then.
   */
  | { readonly is: "moved"; readonly byMs: number }
  /** For so long nothing could be done. */
  | { readonly is: "frozen"; readonly ms: number };

export interface Vigil {
  /** What has happened since the last asking. */
  noticed(): readonly Noticed[];
  /**
   * Calls `tell` as soon as something has happened, until the signal aborts. Without it, a freeze is
   * not noticed: a long pause may be meant.
   */
  run(tell: () => void, signal: AbortSignal): Promise<void>;
}

const BEAT_MS = 1000;
/** A wall clock that is kept right is moved by less than this. */
const MOVED_MS = 2000;
/** A clock that swings back and forth is told of no more often. */
const MOVED_APART_MS = 600_000;
/** A beat that comes later than this; a process under heavy load is late, too. */
const FROZEN_MS = 10_000;

interface State {
  /** The wall clock minus `elapsed()`, as it was last told. */
  apartMs: number;
  /** When that was, by `elapsed()`. */
  movedAt?: number;
  /** By `elapsed()`; absent while no beat is awaited. */
  beatDueAt?: number | undefined;
  readonly happened: Noticed[];
}

/** `machine`: the machine's own clock, whose `now()` may jump. */
export function createVigil(machine: Clock): Vigil {
  const state: State = { apartMs: apartMs(machine), happened: [] };
  return {
    noticed: () => {
      look(state, machine);
      return state.happened.splice(0);
    },
    run: (tell, signal) => run(state, machine, tell, signal),
  };
}

const apartMs = (machine: Clock) => machine.now() - machine.elapsed();

function look(state: State, machine: Clock): void {
  const byMs = Math.round(apartMs(machine) - state.apartMs);
  if (Math.abs(byMs) >= MOVED_MS && mayTellMove(state, machine)) {
    state.apartMs += byMs;
    state.movedAt = machine.elapsed();
    state.happened.push({ is: "moved", byMs });
  }
  const lateMs = machine.elapsed() - (state.beatDueAt ?? machine.elapsed());
  if (lateMs >= FROZEN_MS) {
    state.beatDueAt = machine.elapsed();
    state.happened.push({ is: "frozen", ms: Math.round(lateMs) });
  }
}

const mayTellMove = ({ movedAt }: State, machine: Clock) =>
  movedAt === undefined || machine.elapsed() - movedAt >= MOVED_APART_MS;

async function run(
  state: State,
  machine: Clock,
  tell: () => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    state.beatDueAt = machine.elapsed() + BEAT_MS;
    await machine.sleep(BEAT_MS, signal).catch(() => undefined);
    look(state, machine);
    if (state.happened.length > 0) tell();
  }
  state.beatDueAt = undefined;
}
