/**
 * Where a look shows nothing of a watch that anybody is told of: when it was seen, how far it is, and
 * the cards that say so, are saved for all such watches in one commit at the end of the look. Until
 * then a process that dies has seen them in the look before.
 */
import type { AnyWatch } from "../records/any-watch.ts";
import { asLookedAt, type Headway, headwayOf, type LastLook } from "../records/last-look.ts";
import type { Topic } from "../records/topic.ts";
import type { Services } from "../services.ts";
import { replaceTopic } from "../speech/topics.ts";
import type { Conditional } from "../store/store.ts";
import { watchTopic } from "./records.ts";

/** A watch of which nothing is new but the time, and how far it is. */
export interface Unchanged {
  readonly watch: AnyWatch;
  /** Where it is further than it was saved. */
  readonly headway?: Headway | undefined;
  /** Its cards that are to be drawn anew. */
  readonly stale: readonly Topic[];
}

/** So many cards are drawn anew in one look, those first that were drawn the longest ago. */
const MOST_REDRAWS = 50;

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
  const before = await store.get("looks", emKey);
  const value = lookAt(watches, unchanged, before);
  const redraws = await drawnAnew(unchanged, clock);
  await store.commit([{ put: "looks", key: emKey, value }, ...redraws]);
}

/** Of those of which this look shows no headway, that of the look before. */
function lookAt(
  watches: readonly AnyWatch[],
  unchanged: readonly Unchanged[],
  before: LastLook | undefined,
): LastLook {
  const seen = [...watches, ...unchanged.map(({ watch }) => watch)];
  const headways = new Map<string, Headway | undefined>([
    ...watches.map(({ id }) => [id, before?.headways?.[id]] as const),
    ...unchanged.map(({ watch, headway }) => [watch.id, headway] as const),
  ]);
  return {
    version: 1,
    seen: Object.fromEntries(seen.map(({ id, seenAt }) => [id, seenAt])),
    headways: Object.fromEntries(
      [...headways].flatMap(([id, headway]) => (headway ? [[id, headway]] : [])),
    ),
  };
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

/** Whether nothing is new but the time of the look and how far it is, compared as it is stored. */
export function isUnchanged(before: AnyWatch, after: AnyWatch): boolean {
  const { seenAt } = before;
  const now = asLookedAt({ ...before, seenAt: 0 }, { seenAt, headway: headwayOf(after) });
  return JSON.stringify({ ...after, seenAt }) === JSON.stringify(now);
}

/** How far it is, unless it was saved so. */
export function newHeadway(before: AnyWatch, after: AnyWatch): Headway | undefined {
  const headway = headwayOf(after);
  return JSON.stringify(headway) === JSON.stringify(headwayOf(before)) ? undefined : headway;
}
