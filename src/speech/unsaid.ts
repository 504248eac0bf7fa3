/** What is to be said, of each topic that is open; and the forgetting of those that are settled. */
import type { Posted, Topic } from "../records/topic.ts";
import { amend } from "../store/amend.ts";
import type { Conditional } from "../store/store.ts";
import { isSettled, isSpeaking, type Job, jobsOf, present, type Speech } from "./next-message.ts";
import { postedOf, type Sending } from "./sending.ts";
import { removalOf } from "./topics.ts";

export interface Unsaid extends Sending {
  /** When each topic's card was shown last, by `Clock.elapsed`. */
  readonly shownAt: Map<string, number>;
  /** What is to be sent of topics in whose queue nothing waits, as long as neither of both changes. */
  readonly idle: WeakMap<Topic, { readonly posted: Posted; readonly jobs: readonly Job[] }>;
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
  for (const { key, value: topic } of await state.store.all("topics")) {
    const speech = await speechOf(state, topic);
    const own = jobsIn(state, topic, speech, now);
    const isWhole = !isSpeaking(key, claimed);
    if (topic.closed && own.length === 0) await (isWhole && forget(state, speech, now));
    else if (isServed(state, speech.topic)) jobs.push(...own);
  }
  return jobs;
}

async function speechOf(state: Unsaid, topic: Topic): Promise<Speech> {
  const posted = await postedOf(state, topic.id);
  const lines = await state.store.find("lines", "topic", topic.id);
  return { topic: present(topic, posted), posted, lines };
}

/** Where nothing waits, time changes nothing. */
function jobsIn({ idle }: Unsaid, topic: Topic, speech: Speech, now: number): readonly Job[] {
  if (speech.lines.length > 0) return jobsOf(speech, now);
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
  { store, locks, shownAt, standing }: Unsaid,
  { topic: { id } }: Speech,
  now: number,
): Promise<void> {
  shownAt.delete(id);
  return locks.exclusively(id, async () => {
    standing.delete(id);
    await amend(store, "topics", id, async (topic) => {
      const posted = await store.get("posted", id);
      const lines = await store.find("lines", "topic", id);
      if (!topic || !isSettled({ topic, posted: posted ?? { version: 1 }, lines }, now))
        return { is: "left" };
      return { is: "removed", also: [...lines.flatMap(removalOf), remember(id, posted)] };
    });
  });
}

/** Links to its messages are shown for some time yet. */
const remember = (key: string, posted: Posted | undefined): Conditional =>
  posted
    ? { put: "posted", key, value: posted, was: posted, ttlMs: REMEMBER_MS, require: true }
    : { insert: "posted", key, value: { version: 1 }, ttlMs: REMEMBER_MS, require: true };
