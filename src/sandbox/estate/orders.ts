/** From an order to the run that it becomes. */
import { courseOf, isOpen } from "./course.ts";
import type { Action, Inventory, Plan, PlanVm, Refusal, Run, RunVm } from "./estate.ts";
import { type History, transitionAt } from "./history.ts";
import { guid } from "./ids.ts";
import { pointBefore } from "./points.ts";

export interface Order {
  readonly inventory: Inventory;
  readonly history: History;
  readonly plan: Plan;
  readonly action: Action;
  readonly at: number;
  /** Start from the newest points before this instant; without it, from the newest of all. */
  readonly before?: number;
}

/** The run that an order becomes if nothing speaks against it. */
export function draftRun(order: Order): Run {
  const { plan, action, at, history } = order;
  return {
    id: guid("run", plan.id, at, history.runs.length),
    kind: plan.kind,
    planId: plan.id,
    planName: plan.name,
    ...(plan.tenant ? { tenantId: plan.tenant.id } : {}),
    action,
    orderedAt: at,
    vms: action === "undo" ? failedOver(order) : plan.vms.map((vm) => withPoint(order, vm)),
    twist: "none",
    hasSession: plan.kind === "cloud",
  };
}

function withPoint({ inventory, history, at, before }: Order, planVm: PlanVm): RunVm {
  const vm = inventory.vms.find((each) => each.id === planVm.vm);
  const point = vm && pointBefore(vm, history, before ?? at + 1);
  return { vm: planVm.vm ?? planVm.name, name: planVm.name, ...(point ? { point } : {}) };
}

/**
 * Undo concerns the VMs that the plan's last start failed over, and of them those that still are
 * because of it.
 */
function failedOver({ history, plan, at }: Order): readonly RunVm[] {
  const last = history.runs.findLast(
    (run) => run.planId === plan.id && run.action === "start" && !run.refused,
  );
  if (!last) return [];
  if (plan.kind === "ordinary") return last.vms;
  return courseOf(last).vms.flatMap(({ vm, endsAt }) => {
    const { state, at: since } = transitionAt(history, vm.vm, at);
    return state === "Failover" && since === endsAt ? [vm] : [];
  });
}

/** The run that is under way and forbids another: EM knows one failover at a time per tenant. */
export function underWay({ history, plan, at }: Order): Run | undefined {
  return history.runs.find(
    (run) => isSameSite(run, plan) && !run.refused && (isOpen(run, at) || isBeginning(run, at)),
  );
}

const isSameSite = (run: Run, plan: Plan): boolean =>
  plan.tenant ? run.tenantId === plan.tenant.id : run.planId === plan.id;

const isBeginning = (run: Run, at: number): boolean =>
  run.orderedAt <= at && at < courseOf(run).beginsAt;

/** Why the order's task will fail, where it will. */
export function objectionTo(order: Order, run: Run): Refusal | undefined {
  if (order.action === "undo" && run.vms.length === 0)
    return {
      message: `No VMs of failover plan "${order.plan.name}" to undo failover for`,
      confirmationNeeded: false,
    };
  const other = underWay(order);
  return (
    other && {
      message: `Failover plan "${other.planName}" is already running`,
      confirmationNeeded: false,
    }
  );
}
