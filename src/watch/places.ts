/**
 * Where a run is shown: begun, shown in one more place, or no longer shown in one. Each is one
 * commit, so that the watch and its card are saved together or not at all.
 */
import type { Card, Person, Place } from "../chat/port.ts";
import { quietedWords } from "../messages/audit-words.ts";
import { unwatchedCard } from "../messages/unwatched.ts";
import { endedAlreadyCard, quietAlreadyCard, watchedHereCard } from "../messages/watch-answers.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import type { AuditEntry } from "../records/audit-entry.ts";
import type { Services } from "../services.ts";
import { topicAt } from "../speech/locate.ts";
import { putTopic, topicId } from "../speech/topics.ts";
import { amend } from "../store/amend.ts";
import { audited } from "../store/audit.ts";
import { watchInHand, withLastLook } from "../store/in-hand.ts";
import { auditedIn } from "../store/moments.ts";
import type { Conditional } from "../store/store.ts";
import { firstShown, firstShownElsewhere } from "./first-shown.ts";
import { followedKey, isEndsOnly, SESSION_KEPT_MS, watchTopic } from "./records.ts";

/** `card`: what is said to whoever wanted to see it. */
export interface NotShown {
  readonly why: "ended" | "here-already";
  readonly card: Card;
}

/** Shows a watched run in one more place. `by`: who asked for it; absent where nobody did. */
export function watchHere(
  watch: AnyWatch,
  place: Place,
  { store, locks, outbox, clock }: Pick<Services, "store" | "locks" | "outbox" | "clock">,
  by?: Person,
): Promise<NotShown | undefined> {
  return locks.exclusively(watch.id, () =>
    amend<"watches", NotShown>(store, "watches", watch.id, async (found) => {
      if (!found) return { is: "left", answer: { why: "ended", card: endedAlreadyCard } };
      const current = await withLastLook(store, found);
      const shown = await topicAt(store, current.topics, place);
      if (shown !== undefined && isEndsOnly(current, shown)) {
        const value = askedFor(heardAgain(current, shown), shown, by);
        return { is: "put", value, also: [putTopic(watchTopic(value, shown, place, clock.now()))] };
      }
      if (shown !== undefined) {
        const card = watchedHereCard(current, await outbox.refOf(shown));
        return { is: "left", answer: { why: "here-already", card } };
      }
      const id = topicId(watch.id, place);
      const value = askedFor({ ...current, topics: [...current.topics, id] }, id, by);
      return { is: "put", value, also: [putTopic(watchTopic(value, id, place, clock.now()))] };
    }),
  );
}

function quieting(watch: AnyWatch, who: Person, where: Place, at: number): Conditional[] {
  const entry: Omit<AuditEntry, "version"> = {
    ...{ at, deed: "quieted", who, where, run: watch.id, what: quietedWords(watch) },
  };
  return watch.of === "failover" ? auditedIn(watch.id, entry) : [audited(entry)];
}

/** The place is kept for alarms and the end. */
const quieted = (watch: AnyWatch, id: string): AnyWatch => ({
  ...watch,
  topics: [...new Set([...watch.topics, id])],
  quiet: [...(watch.quiet ?? []), id],
});

/** All is said there again. */
const heardAgain = (watch: AnyWatch, id: string): AnyWatch => ({
  ...watch,
  quiet: (watch.quiet ?? []).filter((topic) => topic !== id),
});

const askedFor = <Followed extends AnyWatch>(
  watch: Followed,
  id: string,
  by: Person | undefined,
): Followed => (by === undefined ? watch : { ...watch, askedBy: { ...watch.askedBy, [id]: by } });

/** Who asked for the run, or to watch it here: to them it belongs to want less of it. */
export async function askersOf(
  watch: AnyWatch,
  place: Place,
  { store }: Pick<Services, "store">,
): Promise<readonly Person[]> {
  const id = (await topicAt(store, watch.topics, place)) ?? topicId(watch.id, place);
  const here = watch.askedBy?.[id];
  const order = watch.of === "failover" ? watch.order : undefined;
  return [...(here ? [here] : []), ...(order ? [order.by, ...order.approvedBy] : [])];
}

/** Begins a watch; or gives the one that somebody has begun of the same session meanwhile. */
export function beginWatch(
  watch: AnyWatch,
  place: Place,
  { store, clock, onCall }: Pick<Services, "store" | "clock" | "onCall">,
  by?: Person,
): Promise<AnyWatch | undefined> {
  const id = topicId(watch.id, place);
  return amend<"seen-sessions", AnyWatch>(
    store,
    "seen-sessions",
    followedKey(watch),
    async (seen) => {
      const other = seen?.watch === undefined ? undefined : await watchInHand(store, seen.watch);
      if (other) return { is: "left", answer: other };
      const isNews = watch.of === "failover" && seen === undefined;
      return {
        is: "put",
        value: { version: 1, watch: watch.id },
        ttlMs: SESSION_KEPT_MS,
        also: isNews
          ? firstShownElsewhere(askedFor(watch, id, by), [place], onCall, clock.now())
          : firstShown(askedFor(watch, id, by), [place], clock.now()),
      };
    },
  );
}

/**
 * Ends the messages about a run in one place, but for alarms and the end. Gives what is to be
 * said where nothing was to be done.
 */
export function unwatchHere(
  watch: AnyWatch,
  place: Place,
  by: Person,
  { store, locks, clock }: Pick<Services, "store" | "locks" | "clock">,
): Promise<Card | undefined> {
  return locks.exclusively(watch.id, () =>
    amend<"watches", Card>(store, "watches", watch.id, async (found) => {
      if (!found) return { is: "left", answer: endedAlreadyCard };
      const current = await withLastLook(store, found);
      const id = (await topicAt(store, current.topics, place)) ?? topicId(watch.id, place);
      if (isEndsOnly(current, id)) return { is: "left", answer: quietAlreadyCard };
      const own = (await store.get("topics", id))?.place ?? place;
      const value = quieted(current, id);
      const topic = watchTopic(value, id, own, clock.now());
      const card = unwatchedCard(value, by);
      return {
        is: "put",
        value,
        also: [putTopic({ ...topic, card }), ...quieting(value, by, place, clock.now())],
      };
    }),
  );
}
