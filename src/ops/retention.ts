/**
 * Removal of what is old. Most records bear the time at which they expire; the rest is found here.
 */
import type { Platform } from "../chat/port.ts";
import type { Services } from "../services.ts";
import { removalOf } from "../speech/topics.ts";
import type { Conditional } from "../store/store.ts";
import { rememberTests } from "./last-tests.ts";

export interface SweepParts extends Pick<Services, "store" | "emKey" | "clock"> {
  /** Those that this bot serves. */
  readonly platforms: readonly Platform[];
}

/**
 * What waits for a platform that is no longer served is given up after so long, once its run has
 * ended.
 */
const FORGOTTEN_MS = 30 * 86_400_000;

/**
 * Removes what has expired; gives what is still to be saved: tests that are to be remembered, and
 * what is forgotten.
 */
export async function sweep(parts: SweepParts): Promise<Conditional[]> {
  const remembered = await rememberTests(parts.store, parts.emKey);
  if (remembered.length > 0) await parts.store.commit(remembered);
  await parts.store.sweep();
  return forgotten(parts);
}

async function forgotten({ store, platforms, clock }: SweepParts): Promise<Conditional[]> {
  const topics = (await store.all("topics")).map(({ value }) => value);
  const old = topics.filter(
    ({ closed, place, updatedAt }) =>
      closed && !platforms.includes(place.platform) && clock.now() - updatedAt >= FORGOTTEN_MS,
  );
  const lines = await store.all("lines");
  const ids = new Set(old.map(({ id }) => id));
  return [
    ...old.map(({ id }): Conditional => ({ remove: "topics", key: id })),
    ...lines.filter(({ value }) => ids.has(value.topic)).flatMap(removalOf),
  ];
}
