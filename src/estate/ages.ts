/** How old the data is that a failover of each plan would go back to. */
import type { EmPoints } from "../em/client.ts";
import type { FailoverPlan, ReplicaPoint } from "../em/types.ts";
import type { Owners } from "./owners.ts";
import { pointsByPlan, type VmPoints } from "./plan-points.ts";

export interface PlanAge {
  readonly plan: FailoverPlan;
  /** The VM whose newest point is the oldest, of those that have one. */
  readonly oldest?: { readonly vm: string; readonly at: number };
  /** VMs of which EM shows no point. */
  readonly bare: readonly string[];
  /** VMs whose points were not read, or may be another tenant's. */
  readonly unknown: readonly string[];
}

/** Points of every VM of the plans, its newest among them. */
export interface NewestPoints {
  readonly points: readonly ReplicaPoint[];
  /** VMs whose newest may not be among them, as there are too many points to read. */
  readonly unread: readonly string[];
}

/** So many points are read at most: this, or so many for each VM. */
const MOST_POINTS = 1_500;
const POINTS_A_VM = 2;
/** So many VMs that these leave out are asked for by name: those with the oldest points. */
const MOST_NAMED = 60;
/** So few are asked for by name at once, which is mostly one question, rather than read on for. */
const FEW = 25;

/** `unready`: known already. */
export async function newestPoints(
  em: EmPoints,
  plans: readonly FailoverPlan[],
  unready: readonly ReplicaPoint[],
  signal?: AbortSignal,
): Promise<NewestPoints> {
  const replicas = replicasOfNames(plans);
  const missingFrom = (found: readonly ReplicaPoint[]) => unseen(replicas, [...unready, ...found]);
  if (missingFrom([]).length === 0) return { points: unready, unread: [] };
  const limit = Math.max(MOST_POINTS, POINTS_A_VM * replicas.size);
  const areFew = (found: readonly ReplicaPoint[]) => missingFrom(found).length <= FEW;
  const newest = await em.points({ limit, enough: areFew }, signal);
  const areAll = newest.length < limit && !areFew(newest);
  const missing = areAll ? [] : missingFrom(newest);
  const named = missing.slice(0, MOST_NAMED);
  const older = named.length > 0 ? await em.points({ vms: named }, signal) : [];
  return { points: [...unready, ...newest, ...older], unread: missing.slice(MOST_NAMED) };
}

/** How many replicas are expected to have a name: one for each tenant that uses it. */
function replicasOfNames(plans: readonly FailoverPlan[]): Map<string, number> {
  const users = new Map<string, Set<string | undefined>>();
  for (const { kind, vms, tenant } of plans)
    for (const { name } of kind === "cloud" ? vms : [])
      users.set(name, (users.get(name) ?? new Set()).add(tenant?.id));
  return new Map([...users].map(([name, tenants]) => [name, tenants.size]));
}

function unseen(replicas: ReadonlyMap<string, number>, found: readonly ReplicaPoint[]): string[] {
  const seen = new Map<string, Set<string | undefined>>();
  for (const { vm, replica } of found) seen.set(vm, (seen.get(vm) ?? new Set()).add(replica?.id));
  return [...replicas]
    .filter(([name, expected]) => (seen.get(name)?.size ?? 0) < expected)
    .map(([name]) => name);
}

/** Of the cloud plans, those with a VM without point first, then the oldest. */
export function agesOf(
  plans: readonly FailoverPlan[],
  { points, unread }: NewestPoints,
  owners: Owners,
): PlanAge[] {
  const ofPlan = pointsByPlan({ plans, points, owners });
  return plans
    .filter(({ kind }) => kind === "cloud")
    .map((plan) => ageOf(plan, ofPlan(plan), new Set(unread)))
    .sort((one, other) => sortedBy(one) - sortedBy(other));
}

const sortedBy = ({ bare, oldest }: PlanAge) =>
  bare.length > 0 ? Number.NEGATIVE_INFINITY : (oldest?.at ?? 0);

function ageOf(plan: FailoverPlan, vms: readonly VmPoints[], unread: ReadonlySet<string>): PlanAge {
  const named = ({ vm }: VmPoints) => vm;
  const isUnknown = ({ vm, is, points }: VmPoints) =>
    is === "unclear" || (points.length === 0 && unread.has(vm));
  const known = vms.filter((one) => !isUnknown(one));
  const [oldest] = known
    .filter(({ points }) => points.length > 0)
    .map(({ vm, points }) => ({ vm, at: Math.max(...points.map(({ createdAt }) => createdAt)) }))
    .sort((one, other) => one.at - other.at);
  return {
    plan,
    ...(oldest ? { oldest } : {}),
    bare: known.filter(({ points }) => points.length === 0).map(named),
    unknown: vms.filter(isUnknown).map(named),
  };
}
