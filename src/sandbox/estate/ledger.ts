/**
 * What has been recorded, with the history that follows from it; and what of it may be forgotten.
 */
import type { EstateEvent, Recorded, Run } from "./estate.ts";
import { type History, historyOf } from "./history.ts";

export interface Ledger {
  recorded(): Recorded;
  history(): History;
  add(event: EstateEvent): void;
  settledTo(at: number): void;
}

export function openLedger(
  from: Recorded,
  now: () => number,
  remember: (recorded: Recorded) => void,
): Ledger {
  let kept = from;
  let history = historyOf(kept.events);
  remember(kept);
  return {
    recorded: () => kept,
    history: () => history,
    add(event) {
      kept = { ...kept, events: stillOfUse([...kept.events, event], now()) };
      history = historyOf(kept.events);
      remember(kept);
    },
    settledTo(at) {
      kept = { ...kept, settledTo: at };
    },
  };
}

const RUNS_KEPT_MS = 40 * 86_400_000;
const COLLECTIONS_KEPT_MS = 3_600_000;

/**
 * Without edits that were edited again, collections that regular ones followed, and runs that no
 * answer can show.
 */
export function stillOfUse(events: readonly EstateEvent[], now: number): EstateEvent[] {
  const edits = new Map(
    events.flatMap((each) => (each.kind === "plan-edited" ? [[each.planId, each] as const] : [])),
  );
  const starts = new Map(
    events.flatMap((each) => (isStart(each) ? [[each.run.planId, each.run] as const] : [])),
  );
  return events.filter((each) => {
    if (each.kind === "plan-edited") return edits.get(each.planId) === each;
    if (each.kind === "collected") return each.at > now - COLLECTIONS_KEPT_MS;
    return each.kind !== "run" || isOfUse(each.run, starts.get(each.run.planId), now);
  });
}

const isStart = (event: EstateEvent): event is { readonly kind: "run"; readonly run: Run } =>
  event.kind === "run" && event.run.action === "start" && !event.run.refused;

/** From a plan's last start on, runs tell how its VMs stand. */
const isOfUse = (run: Run, lastStart: Run | undefined, now: number): boolean =>
  run.orderedAt > now - RUNS_KEPT_MS ||
  (lastStart !== undefined && run.orderedAt >= lastStart.orderedAt);
