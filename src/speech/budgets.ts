/** What may be sent at what pace, before the platform says no. Times are those of `Clock.elapsed`. */
import type { Budget } from "../chat/pace.ts";

export interface Budgets {
  /** Milliseconds until one more may be sent; 0 for now. */
  waitOf(name: string, budget: Budget, now: number): number;
  spend(name: string, budget: Budget, now: number): void;
}

interface Bucket {
  /** How many may be sent at once; between 0 and the burst. */
  readonly left: number;
  readonly at: number;
}

type Buckets = Map<string, Bucket>;

export function createBudgets(): Budgets {
  const buckets: Buckets = new Map();
  return {
    waitOf: (name, budget, now) => waitOf(leftOf(buckets, name, budget, now), budget),
    spend: (name, budget, now) =>
      void buckets.set(name, { left: leftOf(buckets, name, budget, now) - 1, at: now }),
  };
}

function leftOf(buckets: Buckets, name: string, { burst, everyMs }: Budget, now: number): number {
  const bucket = buckets.get(name);
  if (!bucket || everyMs === 0) return burst;
  return Math.min(burst, bucket.left + (now - bucket.at) / everyMs);
}

/** Clocks of whole milliseconds may not fall short of what is waited for. */
const waitOf = (left: number, { everyMs }: Budget) =>
  left >= 1 - 1e-6 ? 0 : Math.ceil((1 - left) * everyMs);
