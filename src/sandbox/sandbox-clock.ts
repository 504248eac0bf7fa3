/**
 * Sandbox time: runs `speed` times as fast as the clock given, and goes on where it was when a file
 * says where.
 */
export interface SandboxClock {
  now(): number;
  /** Where the clock stands, to go on from it another day. */
  anchor(): ClockAnchor;
}

export interface ClockAnchor {
  readonly realAt: number;
  readonly sandboxAt: number;
  readonly speed: number;
}

export function sandboxClock(
  realNow: () => number,
  speed: number,
  before?: ClockAnchor,
): SandboxClock {
  if (!(speed > 0))
    throw new RangeError(`Cannot run the sandbox at a speed of ${speed}: it must be above 0`);
  const realAt = realNow();
  const sandboxAt = before ? read(before, realAt) : realAt;
  const from = { realAt, sandboxAt, speed };
  return { now: () => read(from, realNow()), anchor: () => from };
}

function read(from: ClockAnchor, realAt: number): number {
  return Math.floor(from.sandboxAt + (realAt - from.realAt) * from.speed);
}
