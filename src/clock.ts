import { setTimeout } from "node:timers/promises";

/** Time, passed in rather than reached for, so that tests advance it and never wait. */
export interface Clock {
  /**
   * Milliseconds since 1970 (UTC). That of the machine is what the wall clock shows, which may
   * jump, both ways; a `SteadyClock` never jumps.
   */
  now(): number;
  /** Milliseconds since a moment that stays the same. Never jumps: for durations, waits and ages. */
  elapsed(): number;
  /** Resolves after `ms` milliseconds; rejects with an AbortError as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Aborts after so many milliseconds as sockets count them: of real time, also where this clock
   * runs faster than that.
   */
  deadline(ms: number): AbortSignal;
  /**
   * For long work, whose steps it stands between: whoever else waits for this process goes first
   * once the work has gone on for three milliseconds. Each piece of work has a turn of its own.
   */
  turn(): Turn;
}

export type Turn = () => Promise<void>;

/** Does it after all else that waits for this process now. */
export const nextTurn = (act: () => void): void => void setImmediate(act);

/** Long enough that giving way costs nothing beside the work, short enough that nobody notices. */
const TURN_MS = 3;

function realTurn(): Turn {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < TURN_MS) return;
    await new Promise<void>(giveWay);
    began = performance.now();
  };
}

/** Long work that has given way, the one that did so the longest ago first. */
const waiting: (() => void)[] = [];

function giveWay(goOn: () => void): void {
  if (waiting.push(goOn) === 1) nextTurn(oneGoesOn);
}

/** However much long work there is, what is short waits for one piece of it. */
function oneGoesOn(): void {
  waiting.shift()?.();
  if (waiting.length > 0) nextTurn(oneGoesOn);
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, signal ? { signal } : {}),
  deadline: (ms) => AbortSignal.timeout(ms),
  turn: realTurn,
};

/**
 * The bot's own line of time. It begins with what the wall clock shows and goes on at the pace of
 * `elapsed()`, so that times which are saved and compared later are right whatever happens to the
 * wall clock meanwhile.
 *
 * What people see is the wall clock as it is set now, for old moments too: a jump is nearly always a
 * correction, and times on one card that are shown by one clock fit each other, their order and the
 * durations beside them. The drawback: a card that is finished keeps the times that it was sent with.
 */
export interface SteadyClock extends Clock {
  /** How a moment of this line reads on the wall clock as it is set now. */
  shown(at: number): number;
  /** The moment of this line that somebody means who reads the wall clock. */
  meant(shownAt: number): number;
}

/** Less than this is the clock being kept right bit by bit, and no jump. */
const JUMP_MS = 1000;

/**
 * `notBefore`: where the wall clock shows less, the line begins there. Default: it begins with the
 * wall clock.
 */
export function steadyClock(machine: Clock, notBefore = Number.NEGATIVE_INFINITY): SteadyClock {
  const offset = Math.max(machine.now(), notBefore) - machine.elapsed();
  const now = () => Math.round(offset + machine.elapsed());
  const apartMs = () => {
    const ms = Math.round(machine.now() - now());
    return Math.abs(ms) < JUMP_MS ? 0 : ms;
  };
  return {
    now,
    elapsed: machine.elapsed,
    sleep: machine.sleep,
    deadline: machine.deadline,
    turn: machine.turn,
    shown: (at) => at + apartMs(),
    meant: (shownAt) => shownAt - apartMs(),
  };
}
