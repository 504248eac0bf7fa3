/**
 * Where a run is shown: begun, shown in one more place, or no longer shown in one. Each is one
 * commit, so that the watch and its card are saved together or not at all.
 */
import type { Card, Person, Place } from "../chat/port.ts";
import { unwatchedCard } from "../messages/unwatched.ts";
import { endedAlreadyCard, watchedHereCard } from "../messages/watch-answers.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import { sessionOf } from "../records/watch.ts";
import type { Services } from "../services.ts";
import { topicAt } from "../speech/locate.ts";
import { putTopic, topicId } from "../speech/topics.ts";
import { markSeen, putWatch, watchTopic } from "./records.ts";

/** `card`: what is said to whoever wanted to see it. */
export interface NotShown {
  readonly why: "ended" | "here-already";
  readonly card: Card;
}

/** Shows a watched run in one more place. */
export function watchHere(
  watch: AnyWatch,
  place: Place,
  { store, locks, outbox, clock }: Pick<Services, "store" | "locks" | "outbox" | "clock">,
): Promise<NotShown | undefined> {
  return locks.exclusively(watch.id, async () => {
    const current = await store.get("watches", watch.id);
    if (!current) return { why: "ended", card: endedAlreadyCard };
    const shown = await topicAt(store, current.topics, place);
    if (shown !== undefined)
      return { why: "here-already", card: watchedHereCard(current, await outbox.refOf(shown)) };
    const id = topicId(watch.id, place);
    const next = { ...current, topics: [...current.topics, id] };
    await store.commit([putWatch(next), putTopic(watchTopic(next, id, place, clock.now()))]);
    return undefined;
  });
}

/** Begins a watch that nobody has begun yet. */
export async function beginWatch(
  watch: AnyWatch,
  place: Place,
  { store, emKey, clock }: Pick<Services, "store" | "emKey" | "clock">,
): Promise<void> {
  const id = topicId(watch.id, place);
  const shown = { ...watch, topics: [id] };
  const session = watch.of === "failover" ? sessionOf(watch) : undefined;
  await store.commit([
    ...(session === undefined ? [] : [markSeen(emKey, session)]),
    putWatch(shown),
    putTopic(watchTopic(shown, id, place, clock.now())),
  ]);
}

/**
 * Ends the messages about a run in one place; the run itself is watched on, so that its end is
 * known.
 */
export function unwatchHere(
  watch: AnyWatch,
  place: Place,
  by: Person,
  { store, locks, clock }: Pick<Services, "store" | "locks" | "clock">,
): Promise<Card | undefined> {
  return locks.exclusively(watch.id, async () => {
    const current = await store.get("watches", watch.id);
    if (!current) return endedAlreadyCard;
    const id = (await topicAt(store, current.topics, place)) ?? topicId(watch.id, place);
    const own = (await store.get("topics", id))?.place ?? place;
    const next = { ...current, topics: current.topics.filter((topic) => topic !== id) };
    const topic = watchTopic(next, id, own, clock.now(), true);
    const card = unwatchedCard(next, by, clock.now());
    await store.commit([putWatch(next), putTopic({ ...topic, card })]);
    return undefined;
  });
}
