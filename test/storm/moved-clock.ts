/** A clock that is moved against that of the world, and how it stood when. */

export interface MovedClock {
  /** Against the world's time. */
  aheadMs: number;
  /** So far it was moved forward, all in all. */
  readonly forwardMs: number;
  /** What it showed within some time of the world's, as spans of its own time. */
  within(from: number, to: number): Showed[];
  /** When it showed that, in the world's time: never, once, or several times. */
  whenIt(showed: number): number[];
}

export interface Showed {
  readonly from: number;
  readonly to: number;
  /** Against the world's time. */
  readonly aheadMs: number;
}

/** All times but `elapsed` are in milliseconds since 1970. */
export function movedClock(elapsed: () => number, bornAt: number): MovedClock {
  const moves = [{ at: bornAt, aheadMs: 0 }];
  const stands = () =>
    moves.map((move, i) => ({ ...move, until: moves[i + 1]?.at ?? Number.POSITIVE_INFINITY }));
  return {
    get aheadMs() {
      return moves.at(-1)?.aheadMs ?? 0;
    },
    set aheadMs(aheadMs) {
      moves.push({ at: bornAt + elapsed(), aheadMs });
    },
    get forwardMs() {
      const moved = moves.map(({ aheadMs }, i) => aheadMs - (moves[i - 1]?.aheadMs ?? 0));
      return moved.reduce((sum, ms) => sum + Math.max(0, ms), 0);
    },
    within: (from, to) =>
      stands()
        .filter(({ at, until }) => until >= from && (at <= to || at === bornAt))
        .map(({ at, until, aheadMs }) => ({
          from: (at === bornAt ? from : Math.max(from, at)) + aheadMs,
          to: Math.min(to, until) + aheadMs,
          aheadMs,
        })),
    whenIt: (showed) =>
      stands()
        .map(({ at, until, aheadMs }) => ({ at, until, when: showed - aheadMs }))
        .filter(({ at, until, when }) => (when >= at || at === bornAt) && when <= until)
        .map(({ when }) => when),
  };
}
