/**
 * Removal of what is old. Most records bear the time at which they expire; the rest is found here.
 */
import type { Clock } from "../clock.ts";
import type { Services } from "../services.ts";
import { removalOf } from "../speech/topics.ts";
import { forgotten, momentsOf } from "../store/moments.ts";
import type { Store } from "../store/store.ts";
import { rememberTests } from "./last-tests.ts";

export interface SweepParts extends Pick<Services, "store" | "emKey"> {
  readonly clock: Pick<Clock, "now">;
  /** So long after its end what is known of a run is kept. */
  readonly reportDays: number;
}

/**
 * What waits for a platform that is no longer served, or for a place that cannot be written, is
 * given up after so long, once its run has ended.
 */
const FORGOTTEN_MS = 30 * 86_400_000;

/** Removes what has expired and what is forgotten; what is told of tests by that is remembered. */
export async function sweep(parts: SweepParts): Promise<void> {
  const remembered = await rememberTests(parts.store, parts.emKey);
  if (remembered.length > 0) await parts.store.commit(remembered);
  await parts.store.sweep();
  await forgetUnsaid(parts);
  await forgetReports(parts);
  await forgetMoments(parts.store);
  await forgetThreads(parts.store);
}

const DAY_MS = 86_400_000;

/** One by one: a report can be large. With what was noted since. */
async function forgetReports({ store, clock, reportDays }: SweepParts): Promise<void> {
  const keptFrom = clock.now() - reportDays * DAY_MS;
  for (const { key, value } of await store.all("runs"))
    if (value.endedAt < keptFrom)
      await store.commit([
        { remove: "reports", key },
        { remove: "runs", key },
        ...(await momentsOf(store, key)).map(forgotten),
      ]);
}

/** Of which run a thread told, once nothing is known of that. */
async function forgetThreads(store: Store): Promise<void> {
  const byRun = Map.groupBy(await store.all("threads"), ({ value }) => value.run);
  for (const [run, threads] of byRun)
    if (!(await isKnown(store, run)))
      await store.commit(threads.map(({ key }) => ({ remove: "threads", key })));
}

/** What happened to questions that became no run, or is of runs whose reports are gone. */
async function forgetMoments(store: Store): Promise<void> {
  const byRun = Map.groupBy(await store.all("moments"), ({ value }) => value.run);
  for (const [run, moments] of byRun)
    if (!(await isKnown(store, run))) await store.commit(moments.map(forgotten));
}

/** In the order in which a run goes through them. */
async function isKnown(store: Store, run: string): Promise<boolean> {
  for (const namespace of ["orders", "watches", "reports", "past-watches"] as const)
    if (await store.get(namespace, run)) return true;
  return false;
}

/** But what was opened again meanwhile. */
async function forgetUnsaid({ store, clock }: SweepParts): Promise<void> {
  const topics = (await store.all("topics")).map(({ value }) => value);
  const old = topics.filter(
    ({ closed, updatedAt }) => closed && clock.now() - updatedAt >= FORGOTTEN_MS,
  );
  for (const topic of old) {
    const lines = await store.find("lines", "topic", topic.id);
    await store.commit([
      { remove: "topics", key: topic.id, was: topic, require: true },
      ...lines.flatMap(removalOf),
    ]);
  }
}
