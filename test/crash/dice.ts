/**
 * Numbers that look random and are the same for the same seed (mulberry32), so that a campaign can
 * be run again.
 */
export interface Dice {
  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number;
  /** True so many times in a hundred. */
  percent(chance: number): boolean;
}

export function diceFrom(seed: number): Dice {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return {
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    percent: (chance) => next() * 100 < chance,
  };
}
