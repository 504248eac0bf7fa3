/**
 * Where a look shows nothing new about a watch: when it was seen, and the cards that say so, are
 * saved for all such watches in one commit at the end of the look. Until then a process that dies
 * has seen them in the look before.
 */
import type { AnyWatch } from "../records/any-watch.ts";
import type { LastLook } from "../records/last-look.ts";
import type { Conditional, Store } from "../store/store.ts";

export interface Unchanged {
  /** Of the watch. */
  readonly id: string;
  readonly seenAt: number;
  /** Each only where the card is still what was read: whoever came between has drawn a newer one. */
  readonly redraws: readonly Conditional[];
}

/** `watches`: all that were open as the look began. */
export async function saveLook(
  store: Store,
  emKey: string,
  watches: readonly AnyWatch[],
  unchanged: readonly Unchanged[],
): Promise<void> {
  if (unchanged.length === 0) return;
  const times = [...watches, ...unchanged].map(({ id, seenAt }) => [id, seenAt] as const);
  const value: LastLook = { version: 1, seen: Object.fromEntries(times) };
  const redraws = unchanged.flatMap((one) => one.redraws);
  await store.commit([{ put: "looks", key: emKey, value }, ...redraws]);
}

/** Whether nothing but the time of the look is new, compared as it is stored. */
export const isUnchanged = (before: AnyWatch, after: AnyWatch): boolean =>
  JSON.stringify({ ...after, seenAt: before.seenAt }) === JSON.stringify(before);
