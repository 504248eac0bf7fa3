/** At a clean stop: every open card says that nobody watches now. */
import { nobodyWatchesCard } from "../messages/notices.ts";
import { lastSeenCardOf } from "../messages/watch-card.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import type { Topic } from "../records/topic.ts";
import { replaceTopic } from "../speech/topics.ts";
import { openWatches } from "../store/in-hand.ts";
import type { Store } from "../store/store.ts";
import { isEndsOnly } from "./records.ts";

/**
 * Saved as the present card of each topic, but of those that somebody has just changed; the first
 * look after the next start draws it anew.
 */
export async function sayGoodbye(store: Store, emKey: string, now: number): Promise<void> {
  const open = await openWatches(store, emKey);
  const topics = await Promise.all(
    open.flatMap((watch) =>
      watch.topics.map(async (id) => ({ watch, topic: await store.get("topics", id) })),
    ),
  );
  const cards = topics.flatMap(({ watch, topic }) =>
    topic && !isEndsOnly(watch, topic.id) ? [replaceTopic(topic, goodbye(topic, watch, now))] : [],
  );
  if (cards.length > 0) await store.commit(cards);
}

const goodbye = (topic: Topic, watch: AnyWatch, now: number): Topic => ({
  ...topic,
  card: nobodyWatchesCard(lastSeenCardOf(watch), now),
  updatedAt: now,
});
