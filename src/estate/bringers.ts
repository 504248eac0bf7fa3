/**
 * Whose run brought a VM to where it runs. Plans of one tenant may share a VM, and its replica does
 * not name a plan: the newest session in which that VM went well tells.
 */
import { isOf } from "../em/session-owner.ts";
import type { FailoverPlan, FailoverSession, VmTask } from "../em/types.ts";

export interface Bringer {
  /** The id of its plan. */
  readonly plan: string;
  readonly session: FailoverSession;
}

/** Nothing where no session shows it; `vm`: of a plan of that tenant. */
export type Bringers = (plan: FailoverPlan, vm: string) => Bringer | undefined;

/** Sessions that may be another plan's tell nothing. In any order. */
export function bringersBy(
  sessions: readonly FailoverSession[],
  plans: readonly FailoverPlan[],
): Bringers {
  const byName = Map.groupBy(plans, ({ name }) => name);
  const found = new Map<string, Bringer>();
  for (const session of sessions.toSorted((one, other) => one.createdAt - other.createdAt)) {
    const named = byName.get(session.name) ?? [];
    const plan = named.find((one) => isOf(one, session, named) === "yes");
    if (plan === undefined) continue;
    for (const { vm } of session.vms.filter(isUp))
      found.set(keyOf(plan, vm), { plan: plan.id, session });
  }
  return (plan, vm) => found.get(keyOf(plan, vm));
}

const keyOf = ({ tenant }: FailoverPlan, vm: string) => `${tenant?.id ?? ""} ${vm}`;

const isUp = ({ result }: VmTask) => result === "Success" || result === "Warning";
