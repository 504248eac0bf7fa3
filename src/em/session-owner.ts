/**
 * A session bears its plan's name and no id of it, so where several plans have one name its VMs
 * must tell whose it is.
 */

import type { EmSessions } from "./client.ts";
import { unlessNotFound } from "./optional.ts";
import type { FailoverPlan, FailoverSession } from "./types.ts";

export type Owned = "yes" | "no" | "perhaps";

/** Whether a session is of this plan, among all plans there are. */
export function isOf(
  plan: FailoverPlan,
  { name, vms }: Pick<FailoverSession, "name" | "vms">,
  plans: readonly FailoverPlan[],
): Owned {
  if (name !== plan.name) return "no";
  const twins = plans.filter((other) => other.id !== plan.id && other.name === name);
  if (twins.length === 0) return "yes";
  if (vms.length === 0) return "perhaps";
  const has = (one: FailoverPlan) => vms.some(({ vm }) => one.vms.some((own) => own.name === vm));
  if (!has(plan)) return "no";
  return twins.some(has) ? "perhaps" : "yes";
}

/** A list may leave the VMs out; each such session is read on its own. Throws `EmError`. */
export function withVms(
  em: EmSessions,
  sessions: readonly FailoverSession[],
): Promise<FailoverSession[]> {
  return Promise.all(
    sessions.map(async (session) =>
      session.vms.length > 0
        ? session
        : ((await unlessNotFound(em.session(session.id))) ?? session),
    ),
  );
}
