/**
 * What is looked at before an order, for the question and once more before it is sent: whether something of the same
 * tenant runs, in which state the replicas are, and which restore points would be used. As fresh as EM's data.
 */
import { allowed } from "../em/allowed.ts";
import type { EmClient } from "../em/client.ts";
import type { FailoverPlan, FailoverSession, ReplicaPoint, StartFrom } from "../em/types.ts";
import { list, quoted } from "../messages/words.ts";
import type { ChosenPoint } from "./orders.ts";

export interface Preflight {
  /** Sentences that say why the order is refused; empty where it may go on. */
  readonly blockers: readonly string[];
  /** Sentences that whoever confirms should know. */
  readonly notes: readonly string[];
  readonly points: readonly ChosenPoint[];
  /** Sessions of this plan's name that exist already. */
  readonly known: readonly string[];
}

/** @throws EmError where EM cannot be read; a right that the account lacks only becomes a note. */
export async function preflight(
  em: EmClient,
  plan: FailoverPlan,
  from: StartFrom,
  plans: readonly FailoverPlan[],
): Promise<Preflight> {
  const [open, own, points] = await Promise.all([
    allowed(em.sessions({ open: true })),
    allowed(em.sessions({ planName: plan.name })),
    allowed(em.points({ vms: plan.vms.map(({ name }) => name) })),
  ]);
  const chosen = plan.vms.map(({ name }) => choosePoint(name, points ?? [], from));
  return {
    blockers: [
      ...(plan.vms.length === 0 ? [`Plan ${quoted(plan.name)} has no VMs.`] : []),
      ...running(plan, open ?? [], plans),
      ...unfit(chosen),
    ],
    notes: [
      ...(open
        ? []
        : ["Whether a failover runs already could not be checked: the EM account may not read sessions."]),
      ...(points
        ? noted(chosen, from)
        : ["The restore points could not be read: the EM account may not read replica points."]),
    ],
    points: chosen,
    known: (own ?? []).map(({ id }) => id),
  };
}

/** EM knows one failover at a time per tenant, and a session bears no more than its plan's name. */
function running(
  plan: FailoverPlan,
  open: readonly FailoverSession[],
  plans: readonly FailoverPlan[],
): string[] {
  return open.flatMap((session) => {
    const owners = plans.filter((other) => other.name === session.name && mayOwn(other, session));
    const ours = owners.filter((other) => other.id === plan.id || sameTenant(other, plan));
    if (ours.length === 0 && session.name !== plan.name) return [];
    if (ours.length === 0 && owners.length > 0) return [];
    const doubt = owners.length > 1 ? " (several plans have this name; it may be another tenant's)" : "";
    return [
      `A failover session of plan ${quoted(session.name)} runs${doubt}, and EM does one failover at a time for a tenant. Watch it with: watch ${session.id}`,
    ];
  });
}

const mayOwn = (plan: FailoverPlan, { vms }: FailoverSession) =>
  vms.length === 0 || vms.some(({ vm }) => plan.vms.some(({ name }) => name === vm));

const sameTenant = (a: FailoverPlan, b: FailoverPlan) =>
  a.tenant !== undefined && a.tenant.id === b.tenant?.id;

/** EM cannot start VMs that are being failed back, or have been failed over for good. */
function unfit(points: readonly ChosenPoint[]): string[] {
  return (["Failback", "PermanentFailover"] as const).flatMap((state) => {
    const vms = points.filter((point) => point.state === state && !point.ambiguous).map(({ vm }) => vm);
    return vms.length === 0
      ? []
      : [`In state ${state}: ${list(vms)}. Finish that in the Veeam console first.`];
  });
}

function noted(points: readonly ChosenPoint[], from: StartFrom): string[] {
  const over = points
    .filter(({ state, ambiguous }) => state === "Failover" && !ambiguous)
    .map(({ vm }) => vm);
  const missing = points
    .filter(({ createdAt, ambiguous }) => createdAt === undefined && !ambiguous)
    .map(({ vm }) => vm);
  const when = from.points === "before" ? " before that time" : "";
  return [
    ...(over.length > 0 ? [`Already failed over: ${list(over)}. EM will process them again.`] : []),
    ...(missing.length > 0
      ? [`No restore point${when} is shown for: ${list(missing)}. EM decides what it does with them.`]
      : []),
  ];
}

function choosePoint(vm: string, points: readonly ReplicaPoint[], from: StartFrom): ChosenPoint {
  const own = points.filter((point) => point.vm === vm);
  const replicas = new Set(own.map(({ replica }) => replica?.id));
  const ambiguous = replicas.size > 1;
  const newest = own
    .filter(({ createdAt }) => from.points === "latest" || createdAt < from.at)
    .sort((a, b) => b.createdAt - a.createdAt)[0];
  const state = worstState(own) ?? newest?.state ?? own[0]?.state ?? "not shown";
  if (!newest || ambiguous) return { vm, state, ambiguous };
  return { vm, name: newest.name, createdAt: newest.createdAt, state, ambiguous };
}

/** One point in such a state speaks for the VM. */
const worstState = (points: readonly ReplicaPoint[]) =>
  (["PermanentFailover", "Failback", "Failover"] as const).find((state) =>
    points.some((point) => point.state === state),
  );
