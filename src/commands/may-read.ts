/** What a policy says of reading about one plan, once it is known which. */
import { readRun } from "../report/reading.ts";
import { refusal } from "./ask.ts";
import type { Context, Outcome } from "./command.ts";

/** As a run has it. */
interface PlanOfRun {
  readonly name: string;
  readonly tenant?: string | undefined;
}

export const readingOf = ({ allows }: Context, verb: string, { name, tenant }: PlanOfRun) =>
  allows({
    verb,
    group: "read",
    plan: { name, ...(tenant === undefined ? {} : { tenant: { name: tenant } }) },
  });

/** The same, unless its plan is none about which this person may read. */
export async function readable(
  outcome: Extract<Outcome, { is: "report" | "note" }>,
  context: Context,
): Promise<Outcome> {
  const { is: verb, run } = outcome;
  const plan = await planOf(run, context);
  const allowed = plan && readingOf(context, verb, plan);
  return !allowed || allowed.ok ? outcome : refusal(`${verb} ${plan.name}`, allowed.why);
}

/** Of a run, or of the question about it. */
async function planOf(run: string, { store }: Context): Promise<PlanOfRun | undefined> {
  const order = await store.get("orders", run);
  if (order) return { name: order.plan.name, tenant: order.plan.tenant?.name };
  return (await readRun(store, run))?.watch.subject;
}
