/** What happens by itself in some scenarios: a function of when the estate was born. */

import type { Scenario } from "../scenarios.ts";
import type { Action, EstateEvent, Inventory, Plan } from "./estate.ts";
import { planVms, spareVm } from "./seed-estate.ts";

export type Due =
  | { readonly kind: "order"; readonly at: number; readonly plan: Plan; readonly action: Action }
  | Extract<EstateEvent, { kind: "plan-edited" }>;

const FIRST_RUN_AFTER_MS = 20_000;
const RUN_EVERY_MS = 10 * 60_000;
const UNDO_AFTER_MS = 8 * 60_000;
const EDIT_EVERY_MS = 45_000;
const LONG_RUNS = 100;
/** A sandbox that slept for days does not catch up on all of them. */
const MOST_CAUGHT_UP_MS = 2 * 3_600_000;

/** What is due after `from`, up to and including `to`, in order of time. */
export function scheduled(
  schedule: Scenario["schedule"],
  inventory: Inventory,
  bornAt: number,
  from: number,
  to: number,
): Due[] {
  const since = Math.max(from, to - MOST_CAUGHT_UP_MS);
  const plans = inventory.plans.filter((plan) => plan.kind === "cloud");
  switch (schedule) {
    case "nothing":
      return [];
    case "runs":
      return ticks(bornAt + FIRST_RUN_AFTER_MS, RUN_EVERY_MS, since - UNDO_AFTER_MS, to)
        .flatMap(({ at, count }) => runAndUndo(plans.slice(0, 2), at, count))
        .filter((each) => each.at > since && each.at <= to);
    case "edits":
      return ticks(bornAt + EDIT_EVERY_MS, EDIT_EVERY_MS, since, to).flatMap(({ at, count }) =>
        edit(plans[0], at, count),
      );
    case "long-runs":
      return plans
        .slice(0, LONG_RUNS)
        .map(
          (plan, index): Due => ({ kind: "order", at: bornAt + index * 10, plan, action: "start" }),
        )
        .filter((each) => each.at > from && each.at <= to);
  }
}

function ticks(
  first: number,
  everyMs: number,
  from: number,
  to: number,
): { at: number; count: number }[] {
  const least = Math.max(0, Math.floor((from - first) / everyMs) + 1);
  const most = Math.floor((to - first) / everyMs);
  return Array.from({ length: Math.max(0, most - least + 1) }, (_, index) => ({
    at: first + (least + index) * everyMs,
    count: least + index,
  }));
}

function runAndUndo(plans: readonly Plan[], at: number, count: number): Due[] {
  const plan = plans[count % Math.max(1, plans.length)];
  if (!plan) return [];
  return [
    { kind: "order", at, plan, action: "start" },
    { kind: "order", at: at + UNDO_AFTER_MS, plan, action: "undo" },
  ];
}

/** One edit puts a VM in and takes one out; the next takes it back. */
function edit(plan: Plan | undefined, at: number, count: number): Due[] {
  if (!plan?.tenant) return [];
  const names = plan.vms.map((vm) => vm.name);
  const edited = count % 2 === 0 ? [spareVm.name, ...names.slice(0, -1)] : names;
  return [
    { kind: "plan-edited", at, planId: plan.id, vms: planVms(plan.id, edited, plan.tenant.name) },
  ];
}
