/**
 * Which tenant a replica belongs to. EM's API names a point's replica, and a plan's tenant, but not
 * a replica's tenant; VMs of two tenants may bear one name. What tells is a session of a tenant's
 * plan: it links the very points that it used.
 */
import { isOf } from "../em/session-owner.ts";
import type { FailoverPlan, FailoverSession, ReplicaPoint } from "../em/types.ts";
import type { Watch } from "../records/watch.ts";
import type { Conditional, Store } from "../store/store.ts";

/** Ids of tenants, by the ids of their replicas. */
export type Owners = ReadonlyMap<string, string>;

/**
 * What these sessions show: the replica of each linked point is the tenant's whose plan the session
 * is of. Sessions that may be another plan's show nothing.
 */
export function ownersBySessions(
  sessions: readonly FailoverSession[],
  points: readonly ReplicaPoint[],
  plans: readonly FailoverPlan[],
): Owners {
  const replicas = new Map(points.map(({ id, replica }) => [id, replica?.id]));
  const owners = new Map<string, string>();
  for (const session of sessions) {
    const tenant = tenantOf(session, plans);
    if (tenant === undefined) continue;
    for (const { point } of session.vms) {
      const replica = point && replicas.get(point.id);
      if (replica !== undefined) owners.set(replica, tenant);
    }
  }
  return owners;
}

/** The tenant whose plan the session is of for sure; several plans of one tenant will do. */
function tenantOf(session: FailoverSession, plans: readonly FailoverPlan[]): string | undefined {
  const named = plans.filter(({ name }) => name === session.name);
  const [tenant, ...others] = new Set(
    named.filter((plan) => isOf(plan, session, named) !== "no").map((plan) => plan.tenant?.id),
  );
  return others.length === 0 ? tenant : undefined;
}

/** What earlier runs have shown of the replicas of this EM, as far as their plans are there still. */
export async function rememberedOwners(
  store: Store,
  emKey: string,
  plans: readonly FailoverPlan[],
): Promise<Owners> {
  const replicas = await store.find("replicas", "em", emKey);
  const tenants = new Map(plans.map(({ id, tenant }) => [id, tenant?.id]));
  return new Map(
    replicas.flatMap(({ value: { replica, plan } }) => {
      const tenant = tenants.get(plan);
      return tenant === undefined ? [] : [[replica, tenant] as const];
    }),
  );
}

/** What a run of ours has shown, to be remembered when it ends. */
export function replicasToRemember(
  { em, subject, vms }: Watch,
  points: readonly ReplicaPoint[],
): Conditional[] {
  const { planId: plan } = subject;
  if (plan === undefined) return [];
  const used = new Set(vms.map(({ point }) => point?.id));
  const replicas = points
    .filter(({ id }) => used.has(id))
    .flatMap(({ replica }) => replica?.id ?? []);
  return [...new Set(replicas)].map((replica) => ({
    put: "replicas",
    key: `${em} ${replica}`,
    value: { version: 1, em, replica, plan },
  }));
}
