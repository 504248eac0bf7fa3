/**
 * Which replica points are a plan's. A point bears its VM's name, and VMs of several tenants may
 * have one name: dc01 and sql01 are everywhere. A replica is one tenant's, so that a name which
 * only one tenant uses tells whose the others in its replica are, and so do the tenants' sessions.
 */
import type { FailoverPlan, ReplicaPoint } from "../em/types.ts";
import type { Owners } from "./owners.ts";

/** The points of one VM of a plan. */
export interface VmPoints {
  readonly vm: string;
  /**
   * own: this tenant's. unclear: those of its name, of which nobody can tell whose they are.
   */
  readonly is: "own" | "unclear";
  readonly points: readonly ReplicaPoint[];
}

export interface KnownPoints {
  readonly plans: readonly FailoverPlan[];
  readonly points: readonly ReplicaPoint[];
  /** As sessions have shown them. */
  readonly owners: Owners;
}

/** Sorts the points once; gives those of each VM of a plan, in the plan's order. */
export function pointsByPlan(known: KnownPoints): (plan: FailoverPlan) => VmPoints[] {
  const byName = Map.groupBy(known.points, ({ vm }) => vm);
  const users = usersOfNames(known.plans);
  const owners = { shown: known.owners, inferred: ownersByNames(byName, users) };
  return (plan) =>
    plan.vms.map(({ name }) => {
      const named = (byName.get(name) ?? []).filter((point) => isOnServerOf(plan, point));
      return { vm: name, ...choice(plan, named, owners, users.get(name) ?? new Set()) };
    });
}

/** Of the plans, by the names of their VMs, the tenants that use each name. */
function usersOfNames(plans: readonly FailoverPlan[]): Map<string, Set<string>> {
  const users = new Map<string, Set<string>>();
  for (const plan of plans.filter(({ kind }) => kind === "cloud"))
    for (const { name } of plan.vms)
      users.set(name, (users.get(name) ?? new Set()).add(tenantOf(plan)));
  return users;
}

/** EM shows one tenant its own plans without a tenant. */
const tenantOf = ({ tenant }: FailoverPlan) => tenant?.id ?? "";

/** A name that one tenant alone uses, and one replica alone has, tells whose that replica is. */
function ownersByNames(
  byName: ReadonlyMap<string, readonly ReplicaPoint[]>,
  users: ReadonlyMap<string, ReadonlySet<string>>,
): Owners {
  const claims = new Map<string, Set<string>>();
  for (const [name, points] of byName) {
    const [replica, ...others] = replicasOf(points);
    const [tenant, ...more] = users.get(name) ?? [];
    if (replica === undefined || tenant === undefined || others.length + more.length > 0) continue;
    claims.set(replica, (claims.get(replica) ?? new Set()).add(tenant));
  }
  return new Map(
    [...claims].flatMap(([replica, [tenant, ...others]]) =>
      tenant === undefined || others.length > 0 ? [] : [[replica, tenant] as const],
    ),
  );
}

const replicasOf = (points: readonly ReplicaPoint[]) =>
  new Set(points.map(({ replica }) => replica?.id));

function isOnServerOf({ backupServer: planned }: FailoverPlan, { backupServer }: ReplicaPoint) {
  return planned === undefined || backupServer === undefined || planned.id === backupServer.id;
}

/**
 * A replica that the tenant's sessions have used is the tenant's. One that its other names tell is
 * so too, but another of unknown owner may be as well, unless another tenant's plan explains it.
 */
function choice(
  plan: FailoverPlan,
  named: readonly ReplicaPoint[],
  { shown, inferred }: { readonly shown: Owners; readonly inferred: Owners },
  users: ReadonlySet<string>,
): Omit<VmPoints, "vm"> {
  const tenant = tenantOf(plan);
  const ownerOf = ({ replica }: ReplicaPoint) =>
    shown.get(replica?.id ?? "") ?? inferred.get(replica?.id ?? "");
  const used = named.filter(({ replica }) => shown.get(replica?.id ?? "") === tenant);
  if (used.length > 0) return { is: "own", points: used };
  const own = named.filter((point) => ownerOf(point) === tenant);
  const free = named.filter((point) => ownerOf(point) === undefined);
  const served = new Set(named.map(ownerOf));
  const rivals = [...users].filter((user) => user !== tenant && !served.has(user)).length;
  const unexplained = replicasOf(free).size - rivals;
  if (own.length > 0) return { is: unexplained > 0 ? "unclear" : "own", points: own };
  const isTold = free.length === 0 || (rivals === 0 && unexplained === 1);
  return { is: isTold ? "own" : "unclear", points: free };
}
