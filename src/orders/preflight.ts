/**
 * What is looked at before an order, for the question and once more before it is sent: whether
 * something of the same tenant runs, in which state the replicas are, and which restore points
 * would be used. As fresh as EM's data.
 */

import type { EmPoints, EmSessions } from "../em/client.ts";
import { unlessForbidden } from "../em/optional.ts";
import { isOf, withVms } from "../em/session-owner.ts";
import type { FailoverPlan, FailoverSession, ReplicaPoint, StartFrom } from "../em/types.ts";
import { count, list, quoted } from "../messages/words.ts";
import type { ChosenPoint } from "../records/order.ts";
import type { Action } from "../records/watch.ts";
import { planWords } from "../typed/plan-name.ts";

export interface Preflight {
  /** Sentences that say why the order is refused; empty where it may go on. */
  readonly blockers: readonly string[];
  /** What to type after `watch` to see what is in the way. */
  readonly watch?: string;
  /** Sentences that whoever confirms should know. */
  readonly notes: readonly string[];
  readonly points: readonly ChosenPoint[];
  /** Sessions of this plan's name that exist already. */
  readonly known: readonly string[];
  readonly tookMs?: readonly number[];
  /** For an undo: when the plan was last failed over, as far as its sessions show. */
  readonly since?: number;
}

export interface Intent {
  readonly action: Exclude<Action, "stop">;
  readonly plan: FailoverPlan;
  readonly from: StartFrom;
}

/** @throws EmError where EM cannot be read; a right that the account lacks only becomes a note. */
export async function preflight(
  em: EmSessions & EmPoints,
  intent: Intent,
  plans: readonly FailoverPlan[],
): Promise<Preflight> {
  const { plan } = intent;
  const empty = plan.vms.length === 0 ? [`Plan ${quoted(plan.name)} has no VMs.`] : [];
  if (plan.kind === "ordinary") return ordinary(intent, empty);
  const [open, own, points] = await Promise.all([
    unlessForbidden(em.sessions({ open: true })),
    unlessForbidden(em.sessions({ planName: plan.name })),
    unlessForbidden(em.points({ vms: plan.vms.map(({ name }) => name) })),
  ]);
  const chosen = plan.vms.map(({ name }) => choosePoint(name, points ?? [], intent.from));
  const since =
    own && intent.action === "undo" ? await lastFailover(em, plan, own, plans) : undefined;
  const inTheWay = sessionsInTheWay(
    plan,
    [...(open ?? []), ...(own ?? []).filter((session) => isOpenUnlike(session, open))],
    plans,
  );
  const [first] = inTheWay;
  return {
    blockers: [
      ...empty,
      ...inTheWay.map(({ says }) => says),
      ...unfit(intent, points ? chosen : undefined),
    ],
    notes: [
      ...(open
        ? []
        : [
            "Whether a failover runs already could not be checked: the EM account may not read sessions.",
          ]),
      ...(points
        ? noted(intent, chosen)
        : ["The replica points could not be read: the EM account may not read them."]),
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
function ordinary({ action }: Intent, empty: readonly string[]): Preflight {
  const untestable =
    action === "test" ? ["EM's API cannot test ordinary failover plans, only cloud ones."] : [];
  return {
    blockers: [...empty, ...untestable],
    notes: [
      "This is an ordinary plan: EM's API shows neither whether it runs nor its progress. The bot can only say whether EM took the order; all else is in the Veeam console.",
    ],
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

/** So many sessions are looked through for the last failover. */
const LOOKED_THROUGH = 5;

/**
 * When the newest session of the plan began that failed any VM over; a test looks like a failover
 * there.
 */
async function lastFailover(
  em: EmSessions,
  plan: FailoverPlan,
  sessions: readonly FailoverSession[],
  plans: readonly FailoverPlan[],
): Promise<number | undefined> {
  const ended = sessions.filter(({ state }) => state === "Stopped").slice(0, LOOKED_THROUGH);
  const own = (await withVms(em, ended)).filter((session) => isOf(plan, session, plans) === "yes");
  return own.find(hasFailedOver)?.createdAt;
}

const hasFailedOver = ({ result, vms }: FailoverSession) =>
  result !== "Failed" || vms.some((vm) => vm.result === "Success" || vm.result === "Warning");

/** EM knows one failover at a time per tenant, and a session bears no more than its plan's name. */
function sessionsInTheWay(
  plan: FailoverPlan,
  open: readonly FailoverSession[],
  plans: readonly FailoverPlan[],
): { says: string; watch: string }[] {
  return open.flatMap((session) => {
    const owners = plans.filter((other) => other.name === session.name && mayOwn(other, session));
    const ours = owners.filter((other) => other.id === plan.id || sameTenant(other, plan));
    const isOrphan =
      owners.length === 0 && (session.name === plan.name || sharesVms(plan, session));
    if (ours.length === 0 && !isOrphan) return [];
    const [owner] = owners;
    const doubt =
      owners.length > 1 ? " (several plans have this name; it may be another tenant's)" : "";
    return [
      {
        says: `A failover session of plan ${quoted(session.name)} runs${doubt}, and EM does one failover at a time for a tenant.`,
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
function unfit({ action }: Intent, points: readonly ChosenPoint[] | undefined): string[] {
  if (action === "undo") return [];
  if (!points)
    return action === "test"
      ? ["A test needs every replica in state Ready, and the states cannot be read."]
      : [];
  const states =
    action === "test"
      ? (["Failover", "Failback", "PermanentFailover"] as const)
      : (["Failback", "PermanentFailover"] as const);
  const unfitting = states.flatMap((state) => {
    const vms = vmsIn(points, state);
    return vms.length === 0 ? [] : [`In state ${state}: ${list(vms)}. ${cureFor(state)}`];
  });
  return action === "test" ? [...unfitting, ...unclear(points)] : unfitting;
}

/** VMs of which EM does not show whether they are ready, as a test must know. */
function unclear(points: readonly ChosenPoint[]): string[] {
  const clear = ["Ready", "Failover", "Failback", "PermanentFailover"];
  const vms = points
    .filter(({ state, ambiguous }) => ambiguous || !clear.includes(state))
    .map(({ vm }) => vm);
  return vms.length === 0
    ? []
    : [`A test needs every replica in state Ready, and EM does not show that of: ${list(vms)}.`];
}

const cureFor = (state: "Failover" | "Failback" | "PermanentFailover") =>
  state === "Failover" ? "Undo that failover first." : "Finish that in the Veeam console first.";

const vmsIn = (points: readonly ChosenPoint[], state: string) =>
  points.filter((point) => point.state === state && !point.ambiguous).map(({ vm }) => vm);

function noted({ action, from }: Intent, points: readonly ChosenPoint[]): string[] {
  const over = vmsIn(points, "Failover");
  if (action === "undo")
    return over.length > 0
      ? [`${over.length} of ${count(points.length, "VM")} in state Failover.`]
      : ["EM shows no VM of this plan in state Failover; its data may be up to 15 minutes old."];
  const missing = points
    .filter(({ createdAt, ambiguous }) => createdAt === undefined && !ambiguous)
    .map(({ vm }) => vm);
  const when = from.points === "before" ? " before that time" : "";
  return [
    ...(over.length > 0 ? [`Already failed over: ${list(over)}. EM will process them again.`] : []),
    ...(missing.length > 0
      ? [
          `No restore point${when} is shown for: ${list(missing)}. EM decides what it does with them.`,
        ]
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
  const continuous = newest?.type === "CDP";
  if (!newest || ambiguous) return { vm, state, continuous, ambiguous };
  return { vm, name: newest.name, createdAt: newest.createdAt, state, continuous, ambiguous };
}

/** One point in such a state speaks for the VM. */
const worstState = (points: readonly ReplicaPoint[]) =>
  (["PermanentFailover", "Failback", "Failover"] as const).find((state) =>
    points.some((point) => point.state === state),
  );
