/** What is to be said, of each topic that is open; and the forgetting of those that are settled. */
import type { Clock } from "../clock.ts";
import type { Posted, Topic } from "../records/topic.ts";
import { amend } from "../store/amend.ts";
import { happened, momentOf } from "../store/moments.ts";
import type { Conditional } from "../store/store.ts";
import { isLateOver, type LateEdits, lateEditMs, noteLeft } from "./late-edits.ts";
import { threadsOf } from "./locate.ts";
import { isSettled, isSpeaking, type Job, jobsOf, present, type Speech } from "./next-message.ts";
import { postedOf, type Sending } from "./sending.ts";
import { removalOf } from "./topics.ts";

export interface Unsaid extends Sending {
  /** When each topic's card was shown last, by `Clock.elapsed`. */
  readonly shownAt: Map<string, number>;
  /** What is to be sent of topics in whose queue nothing waits, as long as neither of both changes. */
  readonly idle: WeakMap<Topic, { readonly posted: Posted; readonly jobs: readonly Job[] }>;
  readonly late: LateEdits;
  readonly clock: Clock;
}

/** How long links to messages of ended runs are remembered. */
const REMEMBER_MS = 30 * 86_400_000;

/** Nothing is settled while one of its messages is on its way. */
export async function jobsToDo(
  state: Unsaid,
  claimed: ReadonlySet<string>,
  now: number,
): Promise<Job[]> {
  const jobs: Job[] = [];
  const topics = await state.store.all("topics");
  noteLeft(state.late, topics, (topic) => lateEditMs(state, topic), state.clock.elapsed());
  for (const { key, value: topic } of topics) {
    const speech = await speechOf(state, topic);
    const own = jobsIn(state, topic, speech, now);
    const isWhole = !isSpeaking(key, claimed) && !mayBeDrawnOver(state, speech);
    if (topic.closed && own.length === 0) await (isWhole && forget(state, speech, now));
    else if (isServed(state, speech.topic)) jobs.push(...own);
  }
  return jobs;
}

async function speechOf(state: Unsaid, topic: Topic): Promise<Speech> {
  const posted = await postedOf(state, topic.id);
  const lines = await state.store.find("lines", "topic", topic.id);
  const drawnOver = isLateOver(state.late, topic.id, state.clock.elapsed());
  return { topic: present(topic, posted), posted, lines, drawnOver };
}

/** A card that is not there, or can no longer be edited, nobody draws over. */
const mayBeDrawnOver = ({ late }: Unsaid, { topic, posted }: Speech): boolean =>
  late.until.has(topic.id) && posted.ref !== undefined && !posted.frozen;

/** Where nothing waits, time changes nothing. */
function jobsIn({ idle }: Unsaid, topic: Topic, speech: Speech, now: number): readonly Job[] {
  if (speech.lines.length > 0) return jobsOf(speech, now);
  if (speech.drawnOver) return jobsOf(speech, now);
  const known = idle.get(topic);
  if (known?.posted === speech.posted) return known.jobs;
  const jobs = jobsOf(speech, now);
  idle.set(topic, { posted: speech.posted, jobs });
  return jobs;
}

/** What belongs to a platform that this process does not serve waits for a process that does. */
const isServed = ({ ports }: Unsaid, { place }: Topic) =>
  ports.some(({ platform }) => platform === place.platform);

/** Unless it was opened again meanwhile, or something more was said there. */
function forget(
  { store, locks, shownAt, standing, late }: Unsaid,
  { topic: { id } }: Speech,
  now: number,
): Promise<void> {
  shownAt.delete(id);
  late.until.delete(id);
  return locks.exclusively(id, async () => {
    standing.delete(id);
    await amend(store, "topics", id, async (topic) => {
      const known = await store.get("posted", id);
      const posted = known ?? { version: 1 };
      const lines = await store.find("lines", "topic", id);
      if (!topic || !isSettled({ topic, posted, lines }, now)) return { is: "left" };
      const kept = ofItsRun(present(topic, posted), posted, now);
      return { is: "removed", also: [...lines.flatMap(removalOf), remember(id, known), ...kept] };
    });
  });
}

/** What stays of a run's topic: where it stood; of a direct message, that it has arrived. */
function ofItsRun({ run, to, place }: Topic, posted: Posted, at: number): Conditional[] {
  if (run === undefined) return [];
  if (to === undefined) return threadsOf(run, place, posted, at);
  return posted.ref ? [happened(momentOf(run, at, { is: "told-directly", who: to }))] : [];
}

/** Links to its messages are shown for some time yet. */
const remember = (key: string, posted: Posted | undefined): Conditional =>
  posted
    ? { put: "posted", key, value: posted, was: posted, ttlMs: REMEMBER_MS, require: true }
    : { insert: "posted", key, value: { version: 1 }, ttlMs: REMEMBER_MS, require: true };
