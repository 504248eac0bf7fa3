/** Where the VMs of a plan run now, in words. */
import type { Line } from "../chat/port.ts";
import { isShared } from "../em/plan-names.ts";
import type { FailoverPlan } from "../em/types.ts";
import type { Standing } from "../estate/standing.ts";
import type { StandingPlan } from "../estate/standing-plans.ts";
import { at, count, list } from "./words.ts";

/** `11 of 12 VMs`, or `12 VMs` where it is all of them. */
export const overOf = ({ over, vms }: Standing) =>
  over.length === vms.length
    ? count(vms.length, "VM")
    : `${over.length} of ${count(vms.length, "VM")}`;

/** For a title; nothing where nothing is failed over. */
export function standingTitle(standing: readonly StandingPlan[]): string[] {
  const over = standing.filter((one) => one.standing.over.length > 0);
  const [first, ...others] = over;
  if (first === undefined)
    return standing.length > 0 ? ["Not known whether something is failed over"] : [];
  if (others.length === 0)
    return [`Failed over now: ${first.plan.name} (${overOf(first.standing)})`];
  const vms = new Set(
    over.flatMap(({ plan, standing: { over } }) => over.map((vm) => `${plan.tenant?.id} ${vm}`)),
  );
  return [`Failed over now: ${count(over.length, "plan")} (${count(vms.size, "VM")})`];
}

export function standingLine(
  { plan, standing }: StandingPlan,
  plans: readonly FailoverPlan[],
): Line {
  const name = { strong: plan.name };
  const tenant = isShared(plan, plans) && plan.tenant ? ` of ${plan.tenant.name}` : "";
  const { over, since } = standing;
  const unclear = unclearWords(standing);
  if (over.length === 0) return [name, tenant, `: not known whether it is failed over${unclear}`];
  return [
    name,
    tenant,
    `: ${overOf(standing)} failed over`,
    ...(since === undefined ? [] : [", since ", at(since)]),
    downWords(standing),
    unclear,
  ];
}

export function downWords({ down }: Standing): string {
  if (down.length === 0) return "";
  return `; ${list(down)} ${down.length === 1 ? "is" : "are"} not up`;
}

/** Of VMs whose points may be another tenant's. */
function unclearWords({ vms }: Standing): string {
  const unclear = vms.filter(({ state }) => state === "unclear").map(({ vm }) => vm);
  if (unclear.length === 0) return "";
  return `; EM does not show whose points of ${list(unclear)} are`;
}
