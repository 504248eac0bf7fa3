import type { EmSessions } from "../em/client.ts";
import { unlessNotFound } from "../em/optional.ts";
import type { FailoverPlan } from "../em/types.ts";
import type { Blocker } from "../records/blocker.ts";
import type { Watch } from "../records/watch.ts";
import type { Services } from "../services.ts";
import { openFailovers } from "../store/in-hand.ts";

interface ConflictDeps extends Pick<Services, "emKey" | "store"> {
  readonly em: EmSessions;
}

/** `watch`: what to type after the verb to see what is in the way. */
export interface GoingOn {
  readonly blockers: readonly Blocker[];
  readonly watch?: string;
}

/**
 * What speaks against an order to this plan that EM's list of open sessions does not give: orders
 * of ours to the same tenant whose session is not there yet, and watched sessions in a state that
 * the list does not know. Throws `EmError`.
 */
export async function goingOn(
  plan: FailoverPlan,
  { em, emKey, store }: ConflictDeps,
): Promise<GoingOn> {
  const followed = await openFailovers(store, emKey);
  const ours = followed.filter((watch) => isOfTenant(watch, plan));
  const told = await Promise.all(ours.map((watch) => inTheWay(watch, em)));
  const blockers = told.filter((blocker) => blocker !== undefined);
  const first = ours.find((_, i) => told[i] !== undefined);
  return first ? { blockers, watch: first.id } : { blockers };
}

const isOfTenant = ({ subject }: Watch, plan: FailoverPlan) =>
  subject.kind === plan.kind &&
  (subject.planId === plan.id ||
    (plan.tenant !== undefined && subject.tenant === plan.tenant.name));

async function inTheWay({ phase, subject }: Watch, em: EmSessions): Promise<Blocker | undefined> {
  if (phase.is === "ordered" || phase.is === "looking")
    return { is: "order-with-em", plan: subject.name };
  if (phase.is !== "following") return undefined;
  const session = await unlessNotFound(em.session(phase.session));
  if (session !== undefined && session.state !== "Stopped")
    return { is: "session-runs", plan: subject.name, shared: false };
  return phase.receipt ? { is: "order-with-em", plan: subject.name } : undefined;
}
