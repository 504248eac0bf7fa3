/** A whole number from 0 to 100, never rounded up: 100 only when there is nothing left to do. */
export const wholePercent = (percent: number): number =>
  Math.floor(Math.min(100, Math.max(0, percent || 0)));
