/** A bot's state as it is while so many runs are watched, whose cards stand in their places. */
import { systemClock } from "../../src/clock.ts";
import { connectEm } from "../../src/em/connect.ts";
import type { FailoverPlan, FailoverSession } from "../../src/em/types.ts";
import { newId } from "../../src/ids.ts";
import type { Watch } from "../../src/records/watch.ts";
import { cardPrint } from "../../src/speech/next-message.ts";
import { putTopic, topicId } from "../../src/speech/topics.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { Conditional } from "../../src/store/store.ts";
import { advance } from "../../src/watch/failover.ts";
import { archiveWatch, newWatch, putWatch, watchTopic } from "../../src/watch/records.ts";
import type { StandingCard } from "./room.ts";

export interface EmAddress {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

export interface Seeding {
  readonly statePath: string;
  readonly em: EmAddress;
  /** One for each watch. */
  readonly cards: readonly StandingCard[];
  /** Whoever reads the cards wants no more than what calls people. */
  readonly quiet?: boolean;
  /** So many records of runs that ended are there besides. */
  readonly past?: number;
}

const LIMITS = { stallMs: 600_000, evidenceWaitMs: 1_200_000, silenceMs: 30_000 };
const AT_ONCE = 1000;

/** Gives how many runs are watched: those that are open at EM, of as many as there are cards. */
export async function seedState(seeding: Seeding): Promise<number> {
  const em = connectEm({ ...seeding.em, format: "json", clock: systemClock });
  const plans = await em.plans("cloud");
  const sessions = await em.sessions({ open: true });
  const emKey = em.origin;
  await em.close();
  const now = Date.now();
  const watches = seeding.cards.flatMap((card, index) => {
    const session = sessions[index];
    return session ? [{ watch: watchOf(session, plans, emKey, card, now), card }] : [];
  });
  const records = watches.flatMap(({ watch, card }) => recordsOf(watch, card, seeding, now));
  const [first] = watches;
  const past = first ? pastOf(first.watch, first.card, seeding.past ?? 0) : [];
  await save(seeding.statePath, [...past, ...records]);
  return watches.length;
}

/** Nothing of what the session shows now is news any more. */
function watchOf(
  session: FailoverSession,
  plans: readonly FailoverPlan[],
  emKey: string,
  { ref: { place } }: StandingCard,
  now: number,
): Watch {
  const watch = newWatch(newId("watch"), session, plans, emKey, now);
  const seen = advance(watch, { is: "session", session }, now, LIMITS).watch;
  return { ...seen, topics: [topicId(seen.id, place)] };
}

function recordsOf(
  watch: Watch,
  { ref, thread }: StandingCard,
  { quiet = false }: Seeding,
  now: number,
): Conditional[] {
  const [id = ""] = watch.topics;
  const topic = watchTopic(watch, id, ref.place, now);
  const shown = cardPrint(topic.card);
  return [
    putWatch(quiet ? { ...watch, quiet: [id] } : watch),
    putTopic(topic),
    { put: "posted", key: id, value: { version: 1, ref, thread, shown } },
  ];
}

/** Half of them are watches, the other half where their cards stand. */
function pastOf(watch: Watch, { ref, thread }: StandingCard, count: number): Conditional[] {
  return Array.from({ length: count / 2 }, (_, index): Conditional[] => {
    const [id, session] = [`past-${index}`, `past session ${index}`];
    const phase = { is: "ended", at: watch.since, how: { is: "taken" } } as const;
    const [ended] = archiveWatch({ ...watch, id, phase });
    const posted = { version: 1, ref: { ...ref, id: session }, thread } as const;
    return [...(ended ? [ended] : []), { put: "posted", key: id, value: posted }];
  }).flat();
}

async function save(statePath: string, records: readonly Conditional[]): Promise<void> {
  const store = openSqliteStore(statePath);
  for (let from = 0; from < records.length; from += AT_ONCE)
    await store.commit(records.slice(from, from + AT_ONCE));
  await store.close();
}
