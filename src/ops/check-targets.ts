/** Whether what the policy promises is promised of any plan. */
import type { DoctorCheck } from "../chat/check.ts";
import type { PlansRead } from "../em/plan-list.ts";
import { allOf, count, quoted } from "../messages/words.ts";
import { meansPlan } from "../policy/plan-pattern.ts";
import type { Policy } from "../policy/policy.ts";

const about = "Targets";

/** Nothing where there are none; of plans that could not be read nobody knows it. */
export function targetChecks(
  { targets = [] }: Policy,
  { plans, unread }: PlansRead,
): DoctorCheck[] {
  if (targets.length === 0 || unread.length > 0) return [];
  const patterns = [...new Set(targets.flatMap((one) => one.plans))];
  const idle = patterns.filter((pattern) => !plans.some((plan) => meansPlan(pattern, plan)));
  if (idle.length === 0)
    return [
      {
        about,
        verdict: "well",
        says: `${count(targets.length, "target")}, all for plans that there are`,
      },
    ];
  const says = `No plan is called ${allOf(idle.map(quoted))}, so that nothing is held against what is promised there`;
  const cure = 'see to "plans" of the targets in the policy; plans shows the names';
  return [{ about, verdict: "warning", says, cure }];
}
