/** From a pipe: the end of what its lines began is waited for, as long as somebody wants. */
import type { Clock } from "../clock.ts";
import type { Store } from "../store/store.ts";
import { outcomeOf } from "./exit-outcome.ts";

const GLANCE_MS = 100;

/**
 * `begun`: ids of runs; those that nobody wants to hear of any more are taken out. `waitMs`: for so
 * long at most, by the clock; default: for as long as it takes. Gives the runs that go on.
 */
export async function waitForRuns(
  store: Store,
  begun: ReadonlySet<string>,
  clock: Pick<Clock, "elapsed" | "sleep">,
  waitMs = Number.POSITIVE_INFINITY,
): Promise<readonly string[]> {
  const since = clock.elapsed();
  while ((await outcomeOf(store, begun)) === "open") {
    if (clock.elapsed() - since >= waitMs) return openOf(store, begun);
    await clock.sleep(GLANCE_MS);
  }
  return [];
}

async function openOf(store: Store, begun: ReadonlySet<string>): Promise<string[]> {
  const ids = [...begun];
  const outcomes = await Promise.all(ids.map((id) => outcomeOf(store, new Set([id]))));
  return ids.filter((_, i) => outcomes[i] === "open");
}
