/** Which plans are failed over, of all that there are. */
import type { EmSessions } from "../em/client.ts";
import type { FailoverPlan, FailoverSession, ReplicaPoint } from "../em/types.ts";
import { bringersBy } from "./bringers.ts";
import { type Owners, ownersBySessions } from "./owners.ts";
import { pointsByPlan } from "./plan-points.ts";
import { sessionsNamed } from "./sessions-named.ts";
import { isOver, type Standing, standingOf } from "./standing.ts";

export interface StandingPlan {
  readonly plan: FailoverPlan;
  readonly standing: Standing;
}

/** The cloud plans of which a VM runs from its replica, the most VMs first. */
export async function standingPlans(
  em: EmSessions,
  plans: readonly FailoverPlan[],
  unready: readonly ReplicaPoint[],
  newest: readonly FailoverSession[],
  remembered: Owners,
): Promise<StandingPlan[]> {
  const touched = new Set(unready.map(({ vm }) => vm));
  const near = plans.filter(({ vms }) => vms.some(({ name }) => touched.has(name)));
  const sessions = await sessionsNamed(em, near, newest);
  const owners = new Map([...remembered, ...ownersBySessions(sessions, unready, plans)]);
  const ofPlan = pointsByPlan({ plans, points: unready, owners });
  const bringers = bringersBy(sessions, plans);
  const found = near
    .filter(({ kind }) => kind === "cloud")
    .map((plan) => ({ plan, standing: standingOf(plan, ofPlan(plan), bringers) }))
    .filter(({ standing }) =>
      standing.vms.some(({ state }) => isOver(state) || state === "unclear"),
    );
  return found
    .filter((one) => !isExplained(one, found))
    .sort((one, other) => other.standing.over.length - one.standing.over.length);
}

/** All that stands of it was brought there by runs of other plans that share its VMs. */
function isExplained({ plan, standing }: StandingPlan, all: readonly StandingPlan[]): boolean {
  const started = all.filter(
    (other) => other.plan.tenant?.id === plan.tenant?.id && other.standing.since !== undefined,
  );
  const isElsewhere = (vm: string) => started.some((other) => other.standing.over.includes(vm));
  const { since, over } = standing;
  return since === undefined && over.length > 0 && over.every(isElsewhere);
}
