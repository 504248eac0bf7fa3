/** A line of somebody's own on the timeline of a run. */
import type { Incoming, Place } from "../chat/port.ts";
import { notedWords } from "../messages/audit-words.ts";
import { notedCard, noteLine, tooManyNotesCard } from "../messages/notes.ts";
import { oldRunCard } from "../messages/watch-answers.ts";
import { moveOrder } from "../orders/order.ts";
import type { Services } from "../services.ts";
import { isItsThread } from "../speech/locate.ts";
import { queueLine } from "../speech/topics.ts";
import { again } from "../store/amend.ts";
import { audited } from "../store/audit.ts";
import { happened, momentOf, momentsOf } from "../store/moments.ts";
import type { Conditional, Store } from "../store/store.ts";
import { isEndsOnly, sameWatch } from "../watch/records.ts";
import { nothingFits, type Reaction } from "./reaction.ts";
import { acting } from "./received.ts";

type NotingDeps = Pick<Services, "store" | "locks" | "clock" | "wakeups">;

interface Note {
  readonly run: string;
  readonly text: string;
}

/** Saved once, with what says that it was acted on; told in all threads of the run but its own. */
export function noteDown(deps: NotingDeps, incoming: Incoming, note: Note): Promise<Reaction> {
  const { store, locks, wakeups } = deps;
  return locks.exclusively(note.run, () =>
    again(`moments/${note.run}`, async () => {
      const about = await aboutRun(store, note.run, incoming.place);
      if (!about) return nothingFits("note", oldRunCard);
      if ((await notesOn(store, note.run)) >= MOST_NOTES) return full(note.run);
      const changes = noting(note, about, incoming, deps.clock.now());
      const { done } = await acting(store, incoming).commit(changes);
      wakeups.wake("speech");
      return done ? { card: notedCard(about.name, note.text) } : undefined;
    }),
  );
}

/** Of one run: whoever reads its report reads them all. */
const MOST_NOTES = 500;

async function notesOn(store: Store, run: string): Promise<number> {
  const kept = (await store.get("reports", run))?.moments ?? [];
  const later = (await momentsOf(store, run)).map(({ value }) => value);
  return [...kept, ...later].filter(({ what }) => what.is === "note").length;
}

const full = (run: string): Reaction => ({
  card: tooManyNotesCard,
  refused: { kind: "not-done", what: `note: ${tooManyNotesCard.title}`, run },
});

function noting(
  { run, text }: Note,
  { name, asRead, topics }: AboutRun,
  { from: who, place: where }: Incoming,
  at: number,
): Conditional[] {
  return [
    ...asRead,
    happened(momentOf(run, at, { is: "note", who, where, text })),
    audited({ at, deed: "noted", who, where, run, what: notedWords(name, text) }),
    ...topics.map((topic) => queueLine(topic, noteLine(who, text), false, at)),
  ];
}

interface AboutRun {
  readonly name: string;
  /** Nothing is saved where it is otherwise meanwhile. */
  readonly asRead: readonly Conditional[];
  /** Where it is to be told. */
  readonly topics: readonly string[];
}

async function aboutRun(store: Store, run: string, from: Place): Promise<AboutRun | undefined> {
  const watch = await store.get("watches", run);
  if (watch) {
    const topics = watch.topics.filter((topic) => !isEndsOnly(watch, topic));
    const posted = await Promise.all(topics.map((topic) => store.get("posted", topic)));
    const others = topics.filter((_, i) => !isItsThread(posted[i] ?? { version: 1 }, from));
    return { name: watch.subject.name, asRead: [sameWatch(watch)], topics: others };
  }
  const order = await store.get("orders", run);
  if (order) return { name: order.plan.name, asRead: [moveOrder(order, order)], topics: [] };
  const past = await store.get("reports", run);
  return past && { name: past.watch.subject.name, asRead: [], topics: [] };
}
