/**
 * Time that passes only when nothing is left to do: what is due is done in order, each thing with
 * all that follows from it before the next. Nothing in it waits for the machine.
 */
export interface VirtualTime {
  /** Milliseconds since the world began. */
  elapsed(): number;
  /**
   * Does it after so many milliseconds; the function given back takes that back. `isLimit`: it ends
   * what takes too long, and stays when that was in time. Default: it does not.
   */
  after(ms: number, act: () => void, isLimit?: boolean): () => void;
  /** Lets time pass up to then. Throws where something goes on without end in no time. */
  passTo(elapsed: number): Promise<void>;
  /** How many things wait for their time, without limits. */
  waiting(): number;
}

interface Due {
  readonly at: number;
  readonly turn: number;
  readonly isLimit: boolean;
  act(): void;
}

/** What needs more than this within one instant goes on for ever. */
const MOST_AT_ONCE = 20_000;

export function virtualTime(): VirtualTime {
  /** The next one last. */
  const due: Due[] = [];
  let now = 0;
  let turns = 0;
  return {
    elapsed: () => now,
    waiting: () => due.filter(({ isLimit }) => !isLimit).length,
    after(ms, act, isLimit = false) {
      const one = { at: now + Math.max(0, ms), turn: turns++, isLimit, act };
      due.splice(placeOf(due, one), 0, one);
      return () => {
        const i = due.indexOf(one);
        if (i >= 0) due.splice(i, 1);
      };
    },
    async passTo(elapsed) {
      await settled();
      let atOnce = 0;
      for (let next = due.at(-1); next && next.at <= elapsed; next = due.at(-1)) {
        due.pop();
        atOnce = next.at > now ? 0 : atOnce + 1;
        if (atOnce > MOST_AT_ONCE) throw new Error(`It spins at ${now} ms`);
        now = Math.max(now, next.at);
        next.act();
        await settled();
      }
      now = Math.max(now, elapsed);
    },
  };
}

function placeOf(due: readonly Due[], one: Due): number {
  let [low, high] = [0, due.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = due[middle];
    if (other && other.at > one.at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** All promises that can go on have gone on: they do so before the machine looks for events. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
