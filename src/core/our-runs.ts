import type { FailoverPlan } from "../em/types.ts";
import { quoted } from "../messages/words.ts";
import type { Store } from "../store/store.ts";
import type { AnyWatch } from "../watch/any.ts";
import type { Watch } from "../watch/watch.ts";

/**
 * Sentences against an order to this plan: orders of ours to the same tenant that EM has got, or may have got, and of
 * which it shows no session yet. EM's own answer cannot know of them.
 */
export async function sentAlready(plan: FailoverPlan, em: string, store: Store): Promise<string[]> {
  const watches = (await store.all<AnyWatch>("watches")).map(({ value }) => value);
  return watches
    .filter((watch) => watch.of === "failover")
    .filter((watch) => watch.em === em && isBeginning(watch) && isOfTenant(watch, plan))
    .map(
      ({ id, subject }) =>
        `An order to plan ${quoted(subject.name)} is with EM, its session is not known yet, and EM does one failover at a time for a tenant. Watch it with: watch ${id}`,
    );
}

const isBeginning = ({ order, phase }: Watch) =>
  order !== undefined && (phase.is === "ordered" || phase.is === "looking");

const isOfTenant = ({ subject }: Watch, plan: FailoverPlan) =>
  subject.kind === plan.kind &&
  (subject.planId === plan.id || (plan.tenant !== undefined && subject.tenant === plan.tenant.name));
