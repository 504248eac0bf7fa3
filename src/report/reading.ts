/** All that is kept of one run, wherever it stands. */
import type { RunRecord } from "../records/past-run.ts";
import type { Watch } from "../records/watch.ts";
import { watchInHand } from "../store/in-hand.ts";
import { momentsOf } from "../store/moments.ts";
import type { Store } from "../store/store.ts";

/**
 * Of a run that goes on, what is known by now; of one that ended before there were reports, the
 * watch and the order. Nothing where no failover run of that id is known.
 */
export async function readRun(store: Store, run: string): Promise<RunRecord | undefined> {
  const record = (await store.get("reports", run)) ?? (await withoutReport(store, run));
  const later = (await momentsOf(store, run)).map(({ value }) => value);
  return record && { ...record, moments: [...record.moments, ...later] };
}

async function withoutReport(store: Store, run: string): Promise<RunRecord | undefined> {
  const watch = (await watchInHand(store, run)) ?? (await store.get("past-watches", run));
  return watch?.of === "failover" ? recordOf(store, watch) : undefined;
}

/** As yet without moments. */
export async function recordOf(store: Store, watch: Watch): Promise<RunRecord> {
  const order = watch.order && (await store.get("past-orders", watch.order.id));
  return { version: 1, watch, ...(order && { order }), moments: [] };
}
