/** What is kept of a run that ends: its report, and the same in short. */
import type { AnyWatch } from "../records/any-watch.ts";
import type { Moment } from "../records/moment.ts";
import type { RunRecord } from "../records/past-run.ts";
import { isOpen } from "../records/watch.ts";
import { forgotten, momentsOf } from "../store/moments.ts";
import type { Conditional, Store } from "../store/store.ts";
import { recordOf } from "./reading.ts";
import { summaryOf } from "./summary.ts";

interface KeptRun {
  readonly record: RunRecord;
  /** For the commit that ends the run. */
  readonly kept: readonly Conditional[];
}

/** `last`: what happens as it ends. Nothing of a replication. */
export async function endOfRun(
  store: Store,
  watch: AnyWatch,
  last: readonly Moment[],
): Promise<KeptRun | undefined> {
  if (watch.of !== "failover" || isOpen(watch)) return undefined;
  const before = await momentsOf(store, watch.id);
  const moments = [...before.map(({ value }) => value), ...last];
  const record = { ...(await recordOf(store, watch)), moments };
  const kept: Conditional[] = [
    { put: "reports", key: watch.id, value: record },
    { put: "runs", key: watch.id, value: summaryOf(record) },
    ...before.map(forgotten),
  ];
  return { record, kept };
}
