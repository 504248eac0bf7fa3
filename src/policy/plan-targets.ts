/** What the policy promises for plans: how soon their VMs are up again, and how much data is lost. */
import * as v from "valibot";
import { durationIn } from "../chat/duration.ts";
import type { Targets } from "../records/targets.ts";
import { meansPlan, type PlanNamed } from "./plan-pattern.ts";
import { only, planPatterns } from "./policy-parts.ts";

const A_DURATION =
  "must be a duration of 30 days at most, like 30 min, 1 h, 1 h 30 min or 1 day, with its unit";
const LONGEST_MS = 30 * 86_400_000;

const durationMs = v.pipe(
  v.string(A_DURATION),
  v.transform((text) => durationIn(text) ?? Number.POSITIVE_INFINITY),
  v.maxValue(LONGEST_MS, A_DURATION),
);

export const promise = v.pipe(
  only(
    { plans: planPatterns, recovery: v.optional(durationMs), data: v.optional(durationMs) },
    'must hold "plans", and "recovery" or "data"',
  ),
  v.check(
    ({ recovery, data }) => recovery !== undefined || data !== undefined,
    'must hold "recovery" or "data"',
  ),
);

export const PROMISE_KEYS = ["plans", "recovery", "data"] as const;

export type Promised = v.InferOutput<typeof promise>;

/** The strictest of all that name this plan, as the order of them does not matter. */
export function targetsFor(promises: readonly Promised[], plan: PlanNamed): Targets | undefined {
  const own = promises.filter(({ plans }) => plans.some((pattern) => meansPlan(pattern, plan)));
  const least = (all: readonly (number | undefined)[]) => {
    const known = all.filter((one) => one !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  };
  const recoveryMs = least(own.map(({ recovery }) => recovery));
  const dataMs = least(own.map(({ data }) => data));
  if (own.length === 0) return undefined;
  return {
    ...(recoveryMs === undefined ? {} : { recoveryMs }),
    ...(dataMs === undefined ? {} : { dataMs }),
  };
}
