/**
 * Where topics stand, as people see it: a thread under a card belongs to it, and what was moved is
 * where it was moved to.
 */
import type { Place } from "../chat/port.ts";
import type { Store } from "../store/store.ts";
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

async function isShownAt(
  store: Store,
  id: string,
  { platform, channel, thread }: Place,
): Promise<boolean> {
  const topic = await store.get("topics", id);
  if (!topic) return false;
  const posted = (await store.get("posted", id)) ?? { version: 1 };
  const { place } = present(topic, posted);
  const inItsThread = thread !== undefined && thread === posted.thread?.thread;
  return (
    place.platform === platform &&
    place.channel === channel &&
    (place.thread === thread || inItsThread)
  );
}
