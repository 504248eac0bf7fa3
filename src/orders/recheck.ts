/**
 * The last look before an order is sent: whether all is still as it was shown, and those who
 * decided still may.
 */

import type { Person } from "../chat/port.ts";
import type { EmPlans, EmPoints, EmSessions, EmTasks } from "../em/client.ts";
import { EmError } from "../em/errors.ts";
import { unlessNotFound } from "../em/optional.ts";
import { isShared } from "../em/plan-names.ts";
import type { FailoverPlan } from "../em/types.ts";
import { rememberedOwners } from "../estate/owners.ts";
import type { Confirming } from "../records/asker.ts";
import type { OrderNote } from "../records/blocker.ts";
import type { ChosenPoint, NotSent, Order, PlanChange, Stopped } from "../records/order.ts";
import { receiptOf } from "../records/watch.ts";
import type { Services } from "../services.ts";
import type { Store } from "../store/store.ts";
import { type Authority, authorityFor } from "./authority.ts";
import { goingOn } from "./conflicts.ts";
import { findOrder } from "./holds.ts";
import { mayBeStopped } from "./order.ts";
import { type Preflight, preflight } from "./preflight.ts";

interface CheckDeps extends Pick<Services, "store" | "permissions" | "plans"> {
  readonly em: EmPlans & EmSessions & EmPoints & EmTasks;
}

/** What is to be shown anew, where the plan or a restore point is no longer what was confirmed. */
export interface Fresh extends Preflight {
  readonly plan: FailoverPlan;
  readonly shared: boolean;
  /** How it must be confirmed, by the policy as it is now and the plan as it is now. */
  readonly needs: Confirming;
  readonly change: PlanChange;
}

export type LastCheck =
  /** `stops`: of a stop. */
  | { readonly is: "go"; readonly known: readonly string[]; readonly stops?: Required<Stopped> }
  /** The order that shall be stopped is on its way still. */
  | { readonly is: "not-yet" }
  /**
   * EM cannot be asked at the moment, or the platform about somebody; `why` in the words of EM's
   * client or of the platform.
   */
  | { readonly is: "later"; readonly why: string; readonly of?: Person }
  | { readonly is: "no"; readonly why: NotSent }
  | { readonly is: "changed"; readonly fresh: Fresh };

/** People are looked at before EM and after it, as EM may take its time. */
export async function lastCheck(order: Order, checking: CheckDeps): Promise<LastCheck> {
  const forbidden = await whyNotTheirs(order, checking);
  if (forbidden !== undefined) return forbidden;
  const looked = await lookAtEm(order, checking);
  return looked.is === "go" ? ((await whyNotTheirs(order, checking)) ?? looked) : looked;
}

async function lookAtEm(order: Order, checking: CheckDeps): Promise<LastCheck> {
  try {
    if (order.stops) return await stillRuns(order.stops, checking);
    return order.action === "stop" ? ended : await compare(order, order.action, checking);
  } catch (error) {
    if (error instanceof EmError && error.failure === "not-found")
      return { is: "no", why: { is: "plan-gone" } };
    if (error instanceof EmError) return { is: "later", why: error.brief };
    throw error;
  }
}

async function whyNotTheirs(
  order: Order,
  { permissions }: CheckDeps,
): Promise<LastCheck | undefined> {
  const authority = await authorityFor(order, permissions);
  if (authority.is !== "theirs") return withoutThem(authority);
  return authority.confirming.approvals > order.needs.approvals
    ? { is: "no", why: { is: "more-approvals" } }
    : undefined;
}

/** Nothing is sent as long as it is not known whether they may. */
function withoutThem(
  authority: Exclude<Authority, { is: "theirs" }>,
  change?: PlanChange,
): LastCheck {
  if (authority.is === "not-known") return { is: "later", why: authority.why, of: authority.of };
  const why = {
    is: "no-longer-allowed",
    who: authority.from,
    ...(change ? { change } : {}),
  } as const;
  return { is: "no", why };
}

const ended: LastCheck = { is: "no", why: { is: "task-ended" } };
const unknown: LastCheck = { is: "no", why: { is: "task-not-known" } };

/** A stop is carried out only while the task runs. */
async function stillRuns(stops: Stopped, { em, store }: CheckDeps): Promise<LastCheck> {
  const watch = await store.get("watches", stops.watch);
  if (watch?.of !== "failover") return notFollowed(stops, store);
  const receipt = receiptOf(watch);
  if (!receipt) return watch.called?.includes("doubt") ? unknown : ended;
  const { task: id, logon } = receipt;
  const task = await unlessNotFound(em.task(id, logon));
  if (!task) return unknown;
  return mayBeStopped(task) ? { is: "go", known: [], stops: { ...stops, task: id, logon } } : ended;
}

/** It is being sent, or was not sent after all, or has ended. */
async function notFollowed({ watch: run }: Stopped, store: Store): Promise<LastCheck> {
  const order = await findOrder(store, run);
  if (order?.phase.is === "approved" || order?.phase.is === "sending") return { is: "not-yet" };
  return order?.phase.is === "closed" ? { is: "no", why: { is: "never-sent" } } : ended;
}

async function compare(
  order: Order,
  action: "start" | "test" | "undo",
  { em, store, plans, permissions }: CheckDeps,
): Promise<LastCheck> {
  const plan = await em.plan(order.plan.kind, order.plan.id);
  const { plans: all } = await plans.read();
  const shared = isShared(plan, all);
  const owners = await rememberedOwners(store, order.em, all);
  const checked = await preflight(em, { action, plan, from: order.from }, all, owners);
  const blockers =
    checked.blockers.length > 0
      ? checked.blockers
      : (await goingOn(plan, { em, store, emKey: order.em })).blockers;
  if (blockers.length > 0) return { is: "no", why: { is: "blocked", by: blockers } };
  const change = changeOf(order, plan, shared, checked);
  if (change === undefined)
    return { is: "go", known: [...new Set([...order.known, ...checked.known])] };
  const authority = await authorityFor({ ...order, plan, approvals: [] }, permissions);
  return authority.is === "theirs"
    ? { is: "changed", fresh: { ...checked, plan, shared, change, needs: authority.confirming } }
    : withoutThem(authority, change);
}

function changeOf(
  order: Order,
  plan: FailoverPlan,
  shared: boolean,
  { points, notes, since }: Preflight,
): PlanChange | undefined {
  if (planPrint(plan) !== planPrint(order.plan) || shared !== order.shared)
    return { is: "plan-edited" };
  const before = new Map(order.points.map((point) => [point.vm, pointPrint(point)]));
  const changed = points
    .filter((point) => before.get(point.vm) !== pointPrint(point))
    .map(({ vm }) => vm);
  if (changed.length > 0) return { is: "points-changed", vms: changed };
  return since === order.since && haveStayed(order.notes, notes)
    ? undefined
    : { is: "notes-changed" };
}

/** Sentences of an older bot are not compared. */
const haveStayed = (shown: readonly OrderNote[], now: readonly OrderNote[]) =>
  shown.some(({ is }) => is === "told") || JSON.stringify(shown) === JSON.stringify(now);

/**
 * The same VMs in the same order, for the same tenant, under the same name, with the same commands.
 */
const planPrint = ({ name, tenant, vms, commandBefore, commandAfter }: FailoverPlan) =>
  JSON.stringify([
    name,
    tenant?.id,
    tenant?.name,
    vms.map((vm) => [vm.name, vm.order]),
    commandBefore,
    commandAfter,
  ]);

/** CDP makes points all the time; there the state alone counts. */
const pointPrint = ({ name, state, continuous, ambiguous }: ChosenPoint) =>
  JSON.stringify([continuous ? "" : name, state, ambiguous]);
