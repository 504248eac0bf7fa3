/** How the runs that people began have ended, all together. */

import { findOrder } from "../orders/holds.ts";
import type { End, Watch } from "../records/watch.ts";
import type { Store } from "../store/store.ts";

export type ExitOutcome = "open" | "well" | "not-well";

export async function outcomeOf(store: Store, ids: ReadonlySet<string>): Promise<ExitOutcome> {
  const outcomes = await Promise.all([...ids].map((id) => one(store, id)));
  if (outcomes.includes("open")) return "open";
  return outcomes.includes("not-well") ? "not-well" : "well";
}

async function one(store: Store, id: string): Promise<ExitOutcome> {
  if (await store.get<Watch>("watches", id)) return "open";
  const past = await store.get<Watch>("past-watches", id);
  if (past?.phase.is === "ended") return endedWell(past.phase.how) ? "well" : "not-well";
  const order = await findOrder(store, id);
  return order && order.phase.is !== "closed" ? "open" : "not-well";
}

/**
 * Confirmed, carried out as far as an ordinary plan shows, or reported by EM where there is no
 * evidence to be read.
 */
export function endedWell(how: End): boolean {
  return (
    how.is === "confirmed" ||
    how.is === "taken" ||
    (how.is === "reported" && (how.why === "not-allowed" || how.why === "no-points"))
  );
}
