/** What is followed from now on, with the cards that show it. */
import type { Person, Place } from "../chat/port.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import type { Event } from "../records/event.ts";
import type { Watch } from "../records/watch.ts";
import { putTopic, queueLine, topicId } from "../speech/topics.ts";
import { happened } from "../store/moments.ts";
import type { Conditional } from "../store/store.ts";
import { insertWatch, watchTopic } from "./records.ts";
import { withLines } from "./saving.ts";

/** For one commit. */
export function firstShown(
  found: AnyWatch,
  places: readonly Place[],
  now: number,
  say: readonly Event[] = [],
): Conditional[] {
  const topics = places.map((place) => ({ place, id: topicId(found.id, place) }));
  const shown = { ...found, topics: topics.map(({ id }) => id) };
  const { watch, lines, moments } = withLines(shown, say, now);
  return [
    insertWatch(watch),
    ...moments.map(happened),
    ...topics.flatMap(({ id, place }) => [
      putTopic(watchTopic(watch, id, place, now)),
      ...lines.map(({ card, urgent }) => queueLine(id, card, urgent, now)),
    ]),
  ];
}

/** A run that nobody here knew of: those on call are told. `over`: it has ended already. */
export function firstShownElsewhere(
  found: Watch,
  places: readonly Place[],
  onCall: readonly Person[],
  now: number,
  over = false,
): Conditional[] {
  const say: Event[] = [{ is: "elsewhere", name: found.subject.name, ...(over && { over }) }];
  return firstShown({ ...found, notify: onCall }, places, now, say);
}
