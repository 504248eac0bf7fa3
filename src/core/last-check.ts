/** The last look before an order is sent: whether all is still as it was shown, and those who decided still may. */
import type { EmClient } from "../em/client.ts";
import { EmError } from "../em/errors.ts";
import { isShared } from "../em/plan-names.ts";
import type { FailoverPlan } from "../em/types.ts";
import { sentence } from "../messages/words.ts";
import type { Store } from "../store/store.ts";
import type { Watch } from "../watch/watch.ts";
import type { ChosenPoint, Order } from "./orders.ts";
import type { Permissions } from "./permissions.ts";
import { type Preflight, preflight } from "./preflight.ts";

export interface Checking {
  readonly em: EmClient;
  readonly store: Store;
  readonly permissions: Permissions;
  plans(): Promise<FailoverPlan[]>;
}

/** What is to be shown anew, where the plan or a restore point is no longer what was confirmed. */
export interface Fresh extends Preflight {
  readonly plan: FailoverPlan;
  readonly shared: boolean;
  /** A sentence: what changed. */
  readonly change: string;
}

export type LastCheck =
  | { readonly is: "go"; readonly known: readonly string[] }
  /** EM cannot be asked at the moment. */
  | { readonly is: "later" }
  | { readonly is: "no"; readonly why: string }
  | { readonly is: "changed"; readonly fresh: Fresh };

export async function lastCheck(order: Order, checking: Checking): Promise<LastCheck> {
  const forbidden = nowForbidden(order, checking.permissions);
  if (forbidden !== undefined) return { is: "no", why: forbidden };
  if (order.action === "stop") return stillRuns(order, checking.store);
  try {
    return await compare(order, order.action, checking);
  } catch (error) {
    if (error instanceof EmError && error.failure === "not-found")
      return { is: "no", why: "EM no longer has this plan. Nothing was sent" };
    if (error instanceof EmError) return { is: "later" };
    throw error;
  }
}

/** By the policy as it is now, and the groups as they were at the decision. */
function nowForbidden(
  { asker, approvals, action, plan }: Order,
  { allows }: Permissions,
): string | undefined {
  const refused = [
    { who: asker, allowed: allows(asker, { verb: action, group: "order", plan }) },
    ...approvals.map((who) => ({ who, allowed: allows(who, { verb: "confirm", group: "order", plan }) })),
  ].find(({ allowed }) => !allowed.ok);
  return refused && `${refused.who.person.name} is no longer allowed to do this. Nothing was sent`;
}

/** A stop is offered only while the task runs. */
async function stillRuns({ stops }: Order, store: Store): Promise<LastCheck> {
  const watch = stops && (await store.get<Watch>("watches", stops.watch));
  if (watch?.phase.is === "ordered") return { is: "go", known: [] };
  return { is: "no", why: "EM's task has ended meanwhile, so there is nothing to stop. Nothing was sent" };
}

async function compare(
  order: Order,
  action: "start" | "test" | "undo",
  { em, plans }: Checking,
): Promise<LastCheck> {
  const plan = await em.plan(order.plan.kind, order.plan.id);
  const all = await plans();
  const shared = isShared(plan, all);
  const checked = await preflight(em, { action, plan, from: order.from }, all);
  if (checked.blockers.length > 0)
    return { is: "no", why: `${checked.blockers.map(sentence).join(" ")} Nothing was sent` };
  const change = changeOf(order, plan, shared, checked.points);
  return change === undefined
    ? { is: "go", known: [...new Set([...order.known, ...checked.known])] }
    : { is: "changed", fresh: { ...checked, plan, shared, change } };
}

function changeOf(
  order: Order,
  plan: FailoverPlan,
  shared: boolean,
  points: readonly ChosenPoint[],
): string | undefined {
  if (planPrint(plan) !== planPrint(order.plan) || shared !== order.shared)
    return "The plan was changed in EM after it was shown";
  const before = new Map(order.points.map((point) => [point.vm, pointPrint(point)]));
  const changed = points.filter((point) => before.get(point.vm) !== pointPrint(point)).map(({ vm }) => vm);
  return changed.length > 0
    ? `The restore points or states of these VMs have changed since they were shown: ${changed.join(", ")}`
    : undefined;
}

/** The same VMs in the same order, for the same tenant, under the same name, with the same commands. */
const planPrint = ({ name, tenant, vms, commandBefore, commandAfter }: FailoverPlan) =>
  JSON.stringify([name, tenant?.id, vms.map((vm) => [vm.name, vm.order]), commandBefore, commandAfter]);

/** CDP makes points all the time; there the state alone counts. */
const pointPrint = ({ name, state, continuous, ambiguous }: ChosenPoint) =>
  JSON.stringify([continuous ? "" : name, state, ambiguous]);
