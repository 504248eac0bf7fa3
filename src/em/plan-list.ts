/**
 * The failover plans of this EM, and what to type for each, remembered for lists to choose from and
 * for completion.
 */

import type { EmPlans } from "./client.ts";
import { unlessForbidden, unlessNotFound } from "./optional.ts";
import { isShared } from "./plan-names.ts";
import type { FailoverPlan } from "./types.ts";

export interface PlanList {
  /** All plans that this EM and this account show. */
  read(): Promise<FailoverPlan[]>;
  /** Resolves when something is remembered, or EM does not answer. */
  ready(): Promise<void>;
  /**
   * What begins with or holds `typed`, from memory; where that is older than a minute, it is read
   * anew meanwhile.
   */
  complete(typed: string, most: number): readonly string[];
}

const FRESH_MS = 60_000;

/** `now` never jumps: `elapsed` of a clock. */
export function createPlanList(em: Pick<EmPlans, "plans">, now: () => number): PlanList {
  let names: readonly string[] = [];
  let askedAt = Number.NEGATIVE_INFINITY;

  async function read(): Promise<FailoverPlan[]> {
    askedAt = now();
    const plans = await readPlans(em);
    names = plans.map((plan) => nameOf(plan, plans));
    return plans;
  }
  const refresh = () =>
    read().then(
      () => undefined,
      () => undefined,
    );
  return {
    read,
    ready: async () => (names.length > 0 ? undefined : refresh()),
    complete: (typed, most) => {
      if (now() - askedAt >= FRESH_MS) void refresh();
      return fitting(names, typed.toLowerCase()).slice(0, most);
    },
  };
}

/**
 * Of the kinds that the account may read; throws `EmError` where that is none, or none that has a
 * plan.
 */
async function readPlans(em: Pick<EmPlans, "plans">): Promise<FailoverPlan[]> {
  const asked = [unlessNotFound(em.plans("cloud")), unlessNotFound(em.plans("ordinary"))];
  const kinds = await Promise.all(asked.map(unlessForbidden));
  const plans = kinds.flatMap((kind) => kind ?? []);
  if (plans.length === 0) await Promise.all(asked);
  return plans;
}

/** Plans of one name are told apart by their tenants. */
const nameOf = (plan: FailoverPlan, plans: readonly FailoverPlan[]) =>
  plan.tenant && isShared(plan, plans) ? `${plan.name} @ ${plan.tenant.name}` : plan.name;

function fitting(names: readonly string[], wanted: string): string[] {
  const begins = (name: string) => name.toLowerCase().startsWith(wanted);
  const holds = (name: string) => !begins(name) && name.toLowerCase().includes(wanted);
  return [...names.filter(begins), ...names.filter(holds)];
}
