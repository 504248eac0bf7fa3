/** What earlier runs of a plan let expect of the next; nothing where there were none. */
import type { FailoverPlan } from "../em/types.ts";
import type { Usual } from "../records/targets.ts";
import type { Action } from "../records/watch.ts";
import type { Store } from "../store/store.ts";
import { planKey, usualOf } from "./summary.ts";

export async function usualFor(
  store: Pick<Store, "find">,
  emKey: string,
  plan: Pick<FailoverPlan, "id">,
  action: Action,
): Promise<Usual | undefined> {
  const runs = await store.find("runs", "plan", planKey(emKey, plan));
  if (runs.length === 0) return undefined;
  return usualOf(
    runs.map(({ value }) => value),
    action,
  );
}
