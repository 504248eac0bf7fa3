/** How old the restore points are: what a failover now would go back to. */
import type { Line } from "../chat/port.ts";
import { readOf } from "../em/optional.ts";
import { isShared } from "../em/plan-names.ts";
import type { FailoverPlan } from "../em/types.ts";
import type { PlanAge } from "../estate/ages.ts";
import type { EstateFacts } from "../estate/facts.ts";
import { unreadLine } from "./unread.ts";
import { age, count, list } from "./words.ts";

type AgeFacts = Pick<EstateFacts, "plans" | "standing" | "ages">;

/** A plan that is failed over has no newer points than those it was failed over to. */
function waiting({ standing, ages }: AgeFacts): readonly PlanAge[] {
  const over = new Set((readOf(standing) ?? []).map(({ plan }) => plan.id));
  return (readOf(ages) ?? []).filter(({ plan }) => !over.has(plan.id));
}

/** Of the plans that can be failed over, the worst; `most` of them. */
export function ageLines(facts: AgeFacts, now: number, most: number): Line[] {
  if (facts.ages.is === "unread")
    return facts.standing.is === "unread" ? [] : [unreadLine("replica points", facts.ages.why)];
  const plans = readOf(facts.plans)?.plans ?? [];
  const all = waiting(facts);
  const shown = all.slice(0, most);
  const left = all.length - shown.length;
  return [
    ...(shown.length > 0 ? ["Newest restore points, the oldest first:"] : []),
    ...shown.map((one) => ageLine(one, plans, now)),
    ...(left > 0 ? [`… and ${count(left, "plan")} with newer ones.`] : []),
  ];
}

function ageLine(one: PlanAge, plans: readonly FailoverPlan[], now: number): Line {
  const { plan } = one;
  const tenant = isShared(plan, plans) && plan.tenant ? ` of ${plan.tenant.name}` : "";
  return [{ strong: plan.name }, tenant, `: ${ageWords(one, now)}`];
}

function ageWords({ oldest, bare, unknown }: PlanAge, now: number): string {
  const parts = [
    ...(bare.length > 0 ? [`${list(bare)} without a restore point`] : []),
    ...(oldest ? [`${age(oldest.at, now)} old (${oldest.vm})`] : []),
    ...(unknown.length > 0 ? [`not known of ${list(unknown)}`] : []),
  ];
  return parts.join(", ") || "no VMs";
}

/** Plans with a VM of which EM shows no restore point. */
export const unprotectedPlans = (facts: AgeFacts): readonly FailoverPlan[] =>
  waiting(facts)
    .filter(({ bare }) => bare.length > 0)
    .map(({ plan }) => plan);
