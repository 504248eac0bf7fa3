/**
 * Where a run is shown: begun, shown in one more place, or no longer shown in one. Each is one
 * commit, so that the watch and its card are saved together or not at all.
 */
import type { Card, Person, Place } from "../chat/port.ts";
import { quietedWords } from "../messages/audit-words.ts";
import { unwatchedCard } from "../messages/unwatched.ts";
import { endedAlreadyCard, quietAlreadyCard, watchedHereCard } from "../messages/watch-answers.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import type { Watch } from "../records/watch.ts";
import type { Services } from "../services.ts";
import { topicAt } from "../speech/locate.ts";
import { putTopic, topicId } from "../speech/topics.ts";
import { amend } from "../store/amend.ts";
import { audited } from "../store/audit.ts";
import type { Conditional } from "../store/store.ts";
import { firstShown, firstShownElsewhere } from "./first-shown.ts";
import { followedKey, isEndsOnly, SESSION_KEPT_MS, watchTopic } from "./records.ts";

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
  return locks.exclusively(watch.id, () =>
    amend<"watches", NotShown>(store, "watches", watch.id, async (current) => {
      if (!current) return { is: "left", answer: { why: "ended", card: endedAlreadyCard } };
      const shown = await topicAt(store, current.topics, place);
      if (shown !== undefined && current.of === "failover" && isEndsOnly(current, shown)) {
        const value = heardAgain(current, shown);
        return { is: "put", value, also: [putTopic(watchTopic(value, shown, place, clock.now()))] };
      }
      if (shown !== undefined) {
        const card = watchedHereCard(current, await outbox.refOf(shown));
        return { is: "left", answer: { why: "here-already", card } };
      }
      const id = topicId(watch.id, place);
      const value = { ...current, topics: [...current.topics, id] };
      return { is: "put", value, also: [putTopic(watchTopic(value, id, place, clock.now()))] };
    }),
  );
}

const quieting = (watch: AnyWatch, who: Person, where: Place, at: number): Conditional =>
  audited({ at, deed: "quieted", who, where, run: watch.id, what: quietedWords(watch) });

/** Of what was ordered here, the place is kept for alarms and the end. */
function quieted(watch: AnyWatch, id: string): AnyWatch {
  return watch.of === "failover" && watch.order
    ? { ...watch, quiet: [...(watch.quiet ?? []), id] }
    : { ...watch, topics: watch.topics.filter((topic) => topic !== id) };
}

/** All is said there again. */
const heardAgain = (watch: Watch, id: string): Watch => ({
  ...watch,
  quiet: (watch.quiet ?? []).filter((topic) => topic !== id),
});

/** Begins a watch; or gives the one that somebody has begun of the same session meanwhile. */
export function beginWatch(
  watch: AnyWatch,
  place: Place,
  { store, clock, onCall }: Pick<Services, "store" | "clock" | "onCall">,
): Promise<AnyWatch | undefined> {
  return amend<"seen-sessions", AnyWatch>(
    store,
    "seen-sessions",
    followedKey(watch),
    async (seen) => {
      const other = seen?.watch === undefined ? undefined : await store.get("watches", seen.watch);
      if (other) return { is: "left", answer: other };
      const isNews = watch.of === "failover" && seen === undefined;
      return {
        is: "put",
        value: { version: 1, watch: watch.id },
        ttlMs: SESSION_KEPT_MS,
        also: isNews
          ? firstShownElsewhere(watch, [place], onCall, clock.now())
          : firstShown(watch, [place], clock.now()),
      };
    },
  );
}

/**
 * Ends the messages about a run in one place; the run itself is watched on, so that its end is
 * known. Of what was ordered here, alarms and the end are said there all the same. Gives what is
 * to be said where nothing was to be done.
 */
export function unwatchHere(
  watch: AnyWatch,
  place: Place,
  by: Person,
  { store, locks, clock }: Pick<Services, "store" | "locks" | "clock">,
): Promise<Card | undefined> {
  return locks.exclusively(watch.id, () =>
    amend<"watches", Card>(store, "watches", watch.id, async (current) => {
      if (!current) return { is: "left", answer: endedAlreadyCard };
      const id = (await topicAt(store, current.topics, place)) ?? topicId(watch.id, place);
      if (isEndsOnly(current, id)) return { is: "left", answer: quietAlreadyCard };
      const own = (await store.get("topics", id))?.place ?? place;
      const value = quieted(current, id);
      const topic = watchTopic(value, id, own, clock.now(), !value.topics.includes(id));
      const card = unwatchedCard(value, by, clock.now());
      return {
        is: "put",
        value,
        also: [putTopic({ ...topic, card }), quieting(value, by, place, clock.now())],
      };
    }),
  );
}
