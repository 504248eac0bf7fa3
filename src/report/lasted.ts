/** EM's clock is read to some seconds. */
const LEEWAY_MS = 10_000;

/**
 * How long something lasted, in milliseconds; never negative. Nothing where a time is not known, or
 * where its end lies before its begin by more than a clock is misread: then one of them is wrong, and
 * nobody knows which.
 */
export function lasted(from: number | undefined, to: number | undefined): number | undefined {
  if (from === undefined || to === undefined || to < from - LEEWAY_MS) return undefined;
  return Math.max(0, to - from);
}
