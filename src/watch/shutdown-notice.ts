/** At a clean stop: every open card says that nobody watches now. */
import { nobodyWatchesCard } from "../messages/notices.ts";
import { lastSeenCardOf } from "../messages/watch-card.ts";
import { isOpen } from "../records/watch.ts";
import { putTopic } from "../speech/topics.ts";
import type { Store } from "../store/store.ts";

/** Saved as the present card of each topic; the first look after the next start draws it anew. */
export async function sayGoodbye(store: Store, emKey: string, now: number): Promise<void> {
  const watches = (await store.all("watches")).map(({ value }) => value);
  const open = watches.filter((watch) => watch.em === emKey && isOpen(watch));
  const topics = await Promise.all(
    open.flatMap((watch) =>
      watch.topics.map(async (id) => ({ watch, topic: await store.get("topics", id) })),
    ),
  );
  const cards = topics.flatMap(({ watch, topic }) =>
    topic
      ? [
          putTopic({
            ...topic,
            card: nobodyWatchesCard(lastSeenCardOf(watch, now), now),
            updatedAt: now,
          }),
        ]
      : [],
  );
  if (cards.length > 0) await store.commit(cards);
}
