/**
 * Where topics stand, as people see it: a thread under a card belongs to it, and what was moved is
 * where it was moved to.
 */
import type { Place } from "../chat/port.ts";
import type { Posted } from "../records/topic.ts";
import type { Conditional, Store } from "../store/store.ts";
import { present } from "./next-message.ts";

/** The one of these topics that is shown at this place, if any is. */
export async function topicAt(
  store: Store,
  topics: readonly string[],
  place: Place,
): Promise<string | undefined> {
  for (const id of topics) if (await isShownAt(store, id, place)) return id;
  return undefined;
}

async function isShownAt(store: Store, id: string, where: Place): Promise<boolean> {
  const topic = await store.get("topics", id);
  if (!topic) return false;
  const posted = (await store.get("posted", id)) ?? { version: 1 };
  return isPlace(present(topic, posted).place, where) || isItsThread(posted, where);
}

const isPlace = (one: Place, other: Place) =>
  one.platform === other.platform && one.channel === other.channel && one.thread === other.thread;

/** Also one that somebody has begun under the card before anything was said there. */
export const isItsThread = ({ ref, thread }: Posted, where: Place): boolean =>
  where.thread !== undefined &&
  ((thread !== undefined && isPlace(thread, where)) ||
    (ref !== undefined && isPlace({ ...ref.place, thread: ref.id }, where)));

const threadKey = ({ platform, channel, thread = "" }: Place) =>
  [platform, channel, thread].join(" ");

/** Where a topic of a run stood that is forgotten now: its thread, and the place of its card. */
export function threadsOf(
  run: string,
  place: Place,
  { thread = place }: Posted,
  now: number,
): Conditional[] {
  const keys = new Set([place, thread].map(threadKey));
  return [...keys].map((key) => ({ put: "threads", key, value: { version: 1, run, at: now } }));
}

/** What is said outside threads is about the last run for so long. */
const LAST_RUN_MS = 86_400_000;

/** The run of which everything has been said there. */
export async function pastRunAt(
  store: Store,
  place: Place,
  now: number,
): Promise<string | undefined> {
  const found = await store.get("threads", threadKey(place));
  const isMeant = place.thread !== undefined || now - (found?.at ?? 0) < LAST_RUN_MS;
  return isMeant ? found?.run : undefined;
}
