/** What is kept of a run that ends: its report, and the same in short. */
import type { AnyWatch } from "../records/any-watch.ts";
import type { Moment } from "../records/moment.ts";
import { isOpen } from "../records/watch.ts";
import { forgotten, momentsOf } from "../store/moments.ts";
import type { Conditional, Store } from "../store/store.ts";
import { recordOf } from "./reading.ts";
import { summaryOf } from "./summary.ts";

/** `last`: what happens as it ends. For the commit that ends it; of a replication nothing is kept. */
export async function endOfRun(
  store: Store,
  watch: AnyWatch,
  last: readonly Moment[],
): Promise<Conditional[]> {
  if (watch.of !== "failover" || isOpen(watch)) return [];
  const before = await momentsOf(store, watch.id);
  const moments = [...before.map(({ value }) => value), ...last];
  const value = { ...(await recordOf(store, watch)), moments };
  return [
    { put: "reports", key: watch.id, value },
    { put: "runs", key: watch.id, value: summaryOf(value) },
    ...before.map(forgotten),
  ];
}
