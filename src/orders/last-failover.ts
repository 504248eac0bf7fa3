/** Since when the VMs of a plan run from their replicas, for whoever undoes that. */
import type { EmSessions } from "../em/client.ts";
import { isOf, withVms } from "../em/session-owner.ts";
import type { FailoverPlan, FailoverSession, Result } from "../em/types.ts";
import { bringersBy } from "../estate/bringers.ts";
import { plansSharing } from "../estate/plans-sharing.ts";
import { sessionsNamed } from "../estate/sessions-named.ts";
import { type ChosenPoint, isKnownOver, isOverUnknown, mayBeFailedOver } from "../records/order.ts";

/** So many sessions of the plan are looked through. */
const LOOKED_THROUGH = 5;
/** Among so many sessions those of plans that share its VMs are looked for. */
const NEWEST = 100;

/**
 * When the first of the runs began that brought its VMs there, be it a run of another plan that
 * shares them. Where sessions do not show their VMs, when the newest of the plan did. A test looks
 * like a failover there. Where no VM is known to be failed over, and some may be: when the newest
 * run began in which one of these went well. Throws `EmError`.
 */
export async function lastFailover(
  em: EmSessions,
  plan: FailoverPlan,
  { sessions, chosen }: { sessions: readonly FailoverSession[]; chosen: readonly ChosenPoint[] },
  plans: readonly FailoverPlan[],
): Promise<number | undefined> {
  const isUnknown = isOverUnknown(chosen);
  const over = chosen.filter(isUnknown ? mayBeFailedOver : isKnownOver).map(({ vm }) => vm);
  const ended = sessions.filter(({ state }) => state === "Stopped").slice(0, LOOKED_THROUGH);
  const named = await withVms(em, ended);
  const bringers = bringersBy([...named, ...(await ofSharing(em, plan, plans))], plans);
  const brought = over.flatMap((vm) => bringers(plan, vm) ?? []);
  const begins = brought.map(({ session }) => session.createdAt);
  if (begins.length > 0) return isUnknown ? Math.max(...begins) : Math.min(...begins);
  const own = named.filter((session) => isOf(plan, session, plans) === "yes");
  return own.find((session) => mayHaveFailedOver(session, over))?.createdAt;
}

async function ofSharing(
  em: EmSessions,
  plan: FailoverPlan,
  plans: readonly FailoverPlan[],
): Promise<readonly FailoverSession[]> {
  const sharing = plansSharing(plan, plans);
  if (sharing.length === 0) return [];
  return sessionsNamed(em, sharing, await em.sessions({ limit: NEWEST }));
}

const mayHaveFailedOver = ({ result, vms }: FailoverSession, over: readonly string[]) =>
  vms.length === 0
    ? result !== "Failed" && over.length > 0
    : vms.some((vm) => over.includes(vm.vm) && !isFailed([result, vm.result]));

const isFailed = (results: readonly Result[]) => results.includes("Failed");
