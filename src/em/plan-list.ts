/**
 * The failover plans of this EM, and what to type for each, remembered for lists to choose from and
 * for completion.
 */

import type { EmPlans } from "./client.ts";
import type { EmError } from "./errors.ts";
import { answered, unlessNotFound } from "./optional.ts";
import { isShared } from "./plan-names.ts";
import type { FailoverPlan, PlanKind } from "./types.ts";

export interface PlansRead {
  readonly plans: readonly FailoverPlan[];
  /** The kinds of which this account may read none, and why. */
  readonly unread: readonly UnreadPlans[];
  /** Whether there is Cloud Connect, and with it plans of tenants. */
  readonly cloud: boolean;
}

export interface UnreadPlans {
  readonly kind: PlanKind;
  readonly why: EmError;
}

export interface PlanList {
  /**
   * All plans that this EM shows. Throws `EmError` where no plan was read and a kind is forbidden,
   * and where EM fails otherwise.
   */
  read(): Promise<PlansRead>;
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

  async function read(): Promise<PlansRead> {
    askedAt = now();
    const found = await readPlans(em);
    names = found.plans.map((plan) => nameOf(plan, found.plans));
    return found;
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

async function readPlans(em: Pick<EmPlans, "plans">): Promise<PlansRead> {
  const [cloud, ordinary] = await Promise.all([plansOf(em, "cloud"), plansOf(em, "ordinary")]);
  const plans = [...cloud.plans, ...ordinary.plans];
  const unread = [...cloud.unread, ...ordinary.unread];
  const [first] = unread;
  if (first && plans.length === 0) throw first.why;
  return { plans, unread, cloud: cloud.isThere };
}

interface KindRead extends Omit<PlansRead, "cloud"> {
  readonly isThere: boolean;
}

/** An EM without Cloud Connect has no plans of that kind. */
async function plansOf(em: Pick<EmPlans, "plans">, kind: PlanKind): Promise<KindRead> {
  const answer = await answered(unlessNotFound(em.plans(kind)));
  if (answer.is === "read")
    return { plans: answer.value ?? [], unread: [], isThere: answer.value !== undefined };
  if (answer.why.failure !== "forbidden") throw answer.why;
  return { plans: [], unread: [{ kind, why: answer.why }], isThere: true };
}

/** Plans of one name are told apart by their tenants. */
const nameOf = (plan: FailoverPlan, plans: readonly FailoverPlan[]) =>
  plan.tenant && isShared(plan, plans) ? `${plan.name} @ ${plan.tenant.name}` : plan.name;

function fitting(names: readonly string[], wanted: string): string[] {
  const begins = (name: string) => name.toLowerCase().startsWith(wanted);
  const holds = (name: string) => !begins(name) && name.toLowerCase().includes(wanted);
  return [...names.filter(begins), ...names.filter(holds)];
}
