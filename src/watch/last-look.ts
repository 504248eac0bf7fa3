/**
 * Where a look shows nothing new about a watch: when it was seen, and the cards that say so, are
 * saved for all such watches in one commit at the end of the look. Until then a process that dies
 * has seen them in the look before.
 */
import type { AnyWatch } from "../records/any-watch.ts";
import type { LastLook } from "../records/last-look.ts";
import type { Topic } from "../records/topic.ts";
import type { Services } from "../services.ts";
import { replaceTopic } from "../speech/topics.ts";
import type { Conditional } from "../store/store.ts";
import { watchTopic } from "./records.ts";

/** A watch of which nothing is new but the time, and its cards that were drawn long ago. */
export interface Unchanged {
  readonly watch: AnyWatch;
  readonly stale: readonly Topic[];
}

/** So many cards are drawn anew in one look, those first that were drawn the longest ago. */
const MOST_REDRAWS = 100;

/**
 * `watches`: all that were open as the look began. A card is saved only where it is still what was
 * read: whoever came between has drawn a newer one.
 */
export async function saveLook(
  { store, emKey, clock }: Pick<Services, "store" | "emKey" | "clock">,
  watches: readonly AnyWatch[],
  unchanged: readonly Unchanged[],
): Promise<void> {
  if (unchanged.length === 0) return;
  const seen = [...watches, ...unchanged.map(({ watch }) => watch)];
  const value: LastLook = {
    version: 1,
    seen: Object.fromEntries(seen.map(({ id, seenAt }) => [id, seenAt])),
  };
  const redraws = await drawnAnew(unchanged, clock);
  await store.commit([{ put: "looks", key: emKey, value }, ...redraws]);
}

async function drawnAnew(
  unchanged: readonly Unchanged[],
  clock: Services["clock"],
): Promise<Conditional[]> {
  const stale = unchanged.flatMap(({ watch, stale }) => stale.map((topic) => ({ watch, topic })));
  const longestAgo = stale.toSorted((a, b) => a.topic.updatedAt - b.topic.updatedAt);
  const drawn: Conditional[] = [];
  const [now, turn] = [clock.now(), clock.turn()];
  for (const { watch, topic } of longestAgo.slice(0, MOST_REDRAWS)) {
    drawn.push(replaceTopic(topic, watchTopic(watch, topic.id, topic.place, now)));
    await turn();
  }
  return drawn;
}

/** Whether nothing but the time of the look is new, compared as it is stored. */
export const isUnchanged = (before: AnyWatch, after: AnyWatch): boolean =>
  JSON.stringify({ ...after, seenAt: before.seenAt }) === JSON.stringify(before);
