/** The plan that a line names, or the answer to somebody whose line names none or several. */

import type { FailoverPlan } from "../em/types.ts";
import { noSuchNumberCard, severalPlansCard, unknownPlanCard } from "../messages/which-plan.ts";
import { unquoted } from "../typed/line.ts";
import { findPlan, isNumber, planWords } from "../typed/plan-name.ts";
import type { Context, Outcome } from "./command.ts";

export type NamedPlan =
  | { readonly is: "plan"; readonly plan: FailoverPlan; readonly plans: readonly FailoverPlan[] }
  | { readonly is: "answer"; readonly outcome: Outcome };

export async function thePlan(typed: string, context: Context): Promise<NamedPlan> {
  const read = await context.plans.read();
  const { plans } = read;
  const found = findPlan(typed, plans, context.listed);
  if (found.is === "one") return { is: "plan", plan: found.plan, plans };
  if (found.is === "none" && isNumber(unquoted(typed)))
    return {
      is: "answer",
      outcome: { is: "reply", card: noSuchNumberCard(typed, context.listed.length), refused: true },
    };
  const card =
    found.is === "several"
      ? severalPlansCard(
          typed,
          found.plans.map((plan) => ({ plan, words: planWords(plan, plans) })),
        )
      : unknownPlanCard(typed, found.nearest, read);
  return { is: "answer", outcome: { is: "reply", card, refused: true } };
}

export async function oneOf(
  named: NamedPlan,
  then: (plan: FailoverPlan, plans: readonly FailoverPlan[]) => Promise<Outcome>,
): Promise<Outcome> {
  return named.is === "answer" ? named.outcome : then(named.plan, named.plans);
}
