/** How the runs that people began have ended, all together. */

import { findOrder } from "../orders/holds.ts";
import { endedWell } from "../records/any-watch.ts";
import type { Store } from "../store/store.ts";

export type ExitOutcome = "open" | "well" | "not-well";

export async function outcomeOf(store: Store, ids: ReadonlySet<string>): Promise<ExitOutcome> {
  const outcomes = await Promise.all([...ids].map((id) => one(store, id)));
  if (outcomes.includes("open")) return "open";
  return outcomes.includes("not-well") ? "not-well" : "well";
}

async function one(store: Store, id: string): Promise<ExitOutcome> {
  if (await store.get("watches", id)) return "open";
  const past = await store.get("past-watches", id);
  if (past) return endedWell(past) ? "well" : "not-well";
  const order = await findOrder(store, id);
  return order && order.phase.is !== "closed" ? "open" : "not-well";
}
