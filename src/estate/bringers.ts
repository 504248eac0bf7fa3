/**
 * Whose run brought a VM to where it runs. Plans of one tenant may share a VM, and its replica does
 * not name a plan: the newest session in which that VM went well tells. While a session of another
 * plan is at work on the VM, it may be that one, as a replica changes its state before the session
 * says how it went; one of the same plan may be undoing what the last one did.
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
    for (const task of session.vms) {
      const key = keyOf(plan, task.vm);
      const before = found.get(key);
      const isAnothers = before !== undefined && before.plan !== plan.id;
      if (isUp(task) || (isAnothers && isAtWork(task, session)))
        found.set(key, { plan: plan.id, session });
    }
  }
  return (plan, vm) => found.get(keyOf(plan, vm));
}

const keyOf = ({ tenant }: FailoverPlan, vm: string) => `${tenant?.id ?? ""} ${vm}`;

const isUp = ({ result }: VmTask) => result === "Success" || result === "Warning";

const isAtWork = ({ result }: VmTask, { state }: FailoverSession) =>
  result === "None" && state !== "Stopped";
