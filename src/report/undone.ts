/** The later run that has taken a failover back. */
import type { RunRecord } from "../records/past-run.ts";
import type { Watch } from "../records/watch.ts";
import type { Store } from "../store/store.ts";
import { readRun } from "./reading.ts";
import { summaryOf } from "./summary.ts";

/** Nothing where it goes on, where nobody here has undone it, or where that did not end well. */
export async function undoOf(store: Store, record: RunRecord): Promise<RunRecord | undefined> {
  const { phase } = record.watch;
  if (phase.is !== "ended" || !isFailover(record.watch)) return undefined;
  const later = (await undosOf(store, record)).filter(({ endedAt }) => endedAt >= phase.at);
  const [first] = later.toSorted((one, other) => one.endedAt - other.endedAt);
  return first && readRun(store, first.run);
}

/** A run begun elsewhere may be one. */
const isFailover = ({ order }: Watch) => order === undefined || order.action === "start";

async function undosOf(store: Store, record: RunRecord) {
  const runs = await store.find("runs", "plan", summaryOf(record).plan);
  return runs
    .map(({ value }) => value)
    .filter(({ action, how }) => action === "undo" && (how === "confirmed" || how === "reported"));
}
