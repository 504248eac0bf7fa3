/**
 * What is looked at before an order, for the question and once more before it is sent: whether
 * something of the same tenant runs, in which state the replicas are, and which restore points
 * would be used. As fresh as EM's data.
 */

import type { EmPoints, EmSessions } from "../em/client.ts";
import { unlessForbidden } from "../em/optional.ts";
import { isOf } from "../em/session-owner.ts";
import type { FailoverPlan, FailoverSession, ReplicaPoint, StartFrom } from "../em/types.ts";
import { type Owners, ownersBySessions } from "../estate/owners.ts";
import { pointsByPlan, type VmPoints } from "../estate/plan-points.ts";
import type { Blocker, OrderNote } from "../records/blocker.ts";
import type { ChosenPoint } from "../records/order.ts";
import type { Action } from "../records/watch.ts";
import { planWords } from "../typed/plan-name.ts";
import { lastFailover } from "./last-failover.ts";

export interface Preflight {
  /** Why the order is refused; empty where it may go on. */
  readonly blockers: readonly Blocker[];
  /** What to type after `watch` to see what is in the way. */
  readonly watch?: string;
  /** What whoever confirms should know. */
  readonly notes: readonly OrderNote[];
  readonly points: readonly ChosenPoint[];
  /** Sessions of this plan's name that exist already. */
  readonly known: readonly string[];
  readonly tookMs?: readonly number[];
  /** For an undo: when the failover began that it takes back, as far as sessions show. */
  readonly since?: number;
}

export interface Intent {
  readonly action: Exclude<Action, "stop">;
  readonly plan: FailoverPlan;
  readonly from: StartFrom;
}

/**
 * `owners`: what is known of whose replicas are. Throws `EmError` where EM cannot be read; a right
 * that the account lacks only becomes a note.
 */
export async function preflight(
  em: EmSessions & EmPoints,
  intent: Intent,
  plans: readonly FailoverPlan[],
  owners: Owners,
): Promise<Preflight> {
  const { plan } = intent;
  const empty: Blocker[] = plan.vms.length === 0 ? [{ is: "no-vms", plan: plan.name }] : [];
  if (plan.kind === "ordinary") return ordinary(intent, empty);
  const [open, own, points] = await Promise.all([
    unlessForbidden(em.sessions({ open: true })),
    unlessForbidden(em.sessions({ planName: plan.name })),
    unlessForbidden(em.points({ vms: plan.vms.map(({ name }) => name) })),
  ]);
  const chosen = chosenPoints(intent, points ?? [], { plans, sessions: own ?? [], owners });
  const since =
    own && intent.action === "undo"
      ? await lastFailover(em, plan, { sessions: own, chosen }, plans)
      : undefined;
  const inTheWay = sessionsInTheWay(
    plan,
    [...(open ?? []), ...(own ?? []).filter((session) => isOpenUnlike(session, open))],
    plans,
  );
  const [first] = inTheWay;
  return {
    blockers: [
      ...empty,
      ...inTheWay.map(({ blocker }) => blocker),
      ...unfit(intent, points ? chosen : undefined),
    ],
    notes: [
      ...(open ? [] : [{ is: "sessions-not-readable" } as const]),
      ...(points ? noted(intent, chosen) : [{ is: "points-not-readable" } as const]),
    ],
    points: chosen,
    ...(first ? { watch: first.watch } : {}),
    known: (own ?? []).map(({ id }) => id),
    tookMs: (own ?? []).filter((session) => isOf(plan, session, plans) === "yes").flatMap(tookMs),
    ...(since === undefined ? {} : { since }),
  };
}

const tookMs = ({ state, result, createdAt, endedAt }: FailoverSession) =>
  state === "Stopped" && result === "Success" && endedAt !== undefined ? [endedAt - createdAt] : [];

/** Nothing but the plan itself is in the API. */
function ordinary({ action }: Intent, empty: readonly Blocker[]): Preflight {
  const untestable: Blocker[] = action === "test" ? [{ is: "not-testable" }] : [];
  return {
    blockers: [...empty, ...untestable],
    notes: [{ is: "ordinary-plan" }],
    points: [],
    known: [],
  };
}

/**
 * Whether a session runs that is not among these: EM's filter for open ones knows no state that we
 * do not know.
 */
const isOpenUnlike = ({ id, state }: FailoverSession, open: readonly FailoverSession[] = []) =>
  state !== "Stopped" && !open.some((other) => other.id === id);

/** EM knows one failover at a time per tenant, and a session bears no more than its plan's name. */
function sessionsInTheWay(
  plan: FailoverPlan,
  open: readonly FailoverSession[],
  plans: readonly FailoverPlan[],
): { blocker: Blocker; watch: string }[] {
  return open.flatMap((session) => {
    const owners = plans.filter((other) => other.name === session.name && mayOwn(other, session));
    const ours = owners.filter((other) => other.id === plan.id || sameTenant(other, plan));
    const isOrphan =
      owners.length === 0 && (session.name === plan.name || sharesVms(plan, session));
    if (ours.length === 0 && !isOrphan) return [];
    const [owner] = owners;
    return [
      {
        blocker: { is: "session-runs", plan: session.name, shared: owners.length > 1 },
        watch: owner && owners.length === 1 ? planWords(owner, plans) : session.id,
      },
    ];
  });
}

const sharesVms = (plan: FailoverPlan, { vms }: FailoverSession) =>
  vms.some(({ vm }) => plan.vms.some(({ name }) => name === vm));

const mayOwn = (plan: FailoverPlan, session: FailoverSession) =>
  session.vms.length === 0 || sharesVms(plan, session);

const sameTenant = (a: FailoverPlan, b: FailoverPlan) =>
  a.tenant !== undefined && a.tenant.id === b.tenant?.id;

/** States in which a VM's replica keeps EM from doing this, as far as points can be read. */
function unfit({ action }: Intent, points: readonly ChosenPoint[] | undefined): Blocker[] {
  if (action === "undo") return [];
  if (!points) return action === "test" ? [{ is: "states-not-readable" }] : [];
  const states =
    action === "test"
      ? (["Failover", "Failback", "PermanentFailover"] as const)
      : (["Failback", "PermanentFailover"] as const);
  const unfitting = states.flatMap((state): Blocker[] => {
    const vms = vmsIn(points, state);
    return vms.length === 0 ? [] : [{ is: "vms-in-state", state, vms }];
  });
  return action === "test" ? [...unfitting, ...unclear(points)] : unfitting;
}

/** VMs of which EM does not show whether they are ready, as a test must know. */
function unclear(points: readonly ChosenPoint[]): Blocker[] {
  const clear = ["Ready", "Failover", "Failback", "PermanentFailover"];
  const vms = points
    .filter(({ state, ambiguous }) => ambiguous || !clear.includes(state))
    .map(({ vm }) => vm);
  return vms.length === 0 ? [] : [{ is: "states-not-shown", vms }];
}

const vmsIn = (points: readonly ChosenPoint[], state: string) =>
  points.filter((point) => point.state === state && !point.ambiguous).map(({ vm }) => vm);

function noted({ action, from }: Intent, points: readonly ChosenPoint[]): OrderNote[] {
  const over = vmsIn(points, "Failover");
  if (action === "undo")
    return over.length > 0
      ? [{ is: "failed-over", vms: over.length, of: points.length }]
      : [{ is: "none-failed-over" }];
  const missing = points
    .filter(({ createdAt, ambiguous }) => createdAt === undefined && !ambiguous)
    .map(({ vm }) => vm);
  const before = from.points === "before";
  return [
    ...(over.length > 0 ? [{ is: "failed-over-already", vms: over } as const] : []),
    ...(missing.length > 0 ? [{ is: "no-point", vms: missing, before } as const] : []),
  ];
}

/** What tells whose points are whose. */
interface Known {
  readonly plans: readonly FailoverPlan[];
  readonly sessions: readonly FailoverSession[];
  readonly owners: Owners;
}

function chosenPoints(
  { plan, from }: Intent,
  points: readonly ReplicaPoint[],
  { plans, sessions, owners }: Known,
): ChosenPoint[] {
  const shown = ownersBySessions(sessions, points, plans);
  const ofPlan = pointsByPlan({ plans, points, owners: new Map([...owners, ...shown]) });
  return ofPlan(plan).map((vm) => choosePoint(vm, from));
}

function choosePoint({ vm, is, points }: VmPoints, from: StartFrom): ChosenPoint {
  const [replica, ...others] = new Set(points.map((point) => point.replica?.id));
  const ambiguous = is === "unclear" || others.length > 0;
  const newest = points
    .filter(({ createdAt }) => from.points === "latest" || createdAt < from.at)
    .toSorted((a, b) => b.createdAt - a.createdAt)[0];
  const state = worstState(points) ?? newest?.state ?? points[0]?.state ?? "not shown";
  const continuous = newest?.type === "CDP";
  if (!newest || ambiguous) return { vm, state, continuous, ambiguous };
  const { name, createdAt } = newest;
  return { vm, name, createdAt, state, continuous, ambiguous, ...(replica ? { replica } : {}) };
}

/** One point in such a state speaks for the VM. */
const worstState = (points: readonly ReplicaPoint[]) =>
  (["PermanentFailover", "Failback", "Failover"] as const).find((state) =>
    points.some((point) => point.state === state),
  );
