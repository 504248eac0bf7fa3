/**
 * How it goes on where something is gone or may not be said: anew in the same place, in the channel
 * instead of its thread, in the next place, and after the last one in the first again. Nothing is
 * given up. Pure.
 */
import type { ChatError, Place } from "../chat/port.ts";
import type { LeftCard, Moved, Posted, Sought, Topic } from "../records/topic.ts";

/** What could not be sent, of which topic as it stood then. */
interface Unsent {
  readonly is: "root" | "line" | "file" | "copy" | "edit" | "look";
  readonly topic: Topic;
  readonly posted: Posted;
}

/** So often a card that people delete is posted anew. */
const MOST_RENEWED = 3;

/**
 * What is saved of a topic after a job failed so. `fallback`: where to speak of what can no longer
 * be said in its own place, in this order.
 */
export function goOn(
  before: Posted,
  job: Unsent,
  { failure, message }: ChatError,
  fallback: readonly Place[],
): Posted {
  const { topic, posted } = job;
  if (!isSameStand(before, posted)) return before;
  const isGone = "gone" in failure && failure.gone === true;
  if (topic.stays)
    return isGone && failure.kind === "message" ? { ...before, frozen: true } : before;
  const here =
    failure.kind === "place" ? inTheChannel(before, job) : isGone && withoutTheGone(before, job);
  if (here) return here;
  const moved = movedFrom(fallback, topic.place, before, message);
  return moved ? leftFor(before, moved) : withItsThread(before, job);
}

/** Whether it still speaks where it did, on the same card. */
export const isSameStand = (a: Posted, b: Posted): boolean =>
  a.moved?.tried === b.moved?.tried && a.renewed === b.renewed;

/** Where the lines of a topic go: into a thread of its own, or where the topic itself stands. */
export const isInChannel = ({ thread }: Posted, { place }: Topic): boolean =>
  place.thread === undefined && thread !== undefined && thread.thread === undefined;

const isInThread = ({ is }: Unsent) => is === "line" || is === "file";

/** Where threads may not be written or made, the channel perhaps may. */
function inTheChannel(before: Posted, job: Unsent): Posted | undefined {
  const { topic } = job;
  const isOwnThread = topic.place.thread === undefined && !isInChannel(before, topic);
  return isInThread(job) && isOwnThread ? { ...before, thread: topic.place } : undefined;
}

/** Where there is no other place, the thread is tried again as well. */
function withItsThread(before: Posted, job: Unsent): Posted {
  if (!isInThread(job) || !isInChannel(before, job.topic)) return before;
  const { thread: _, ...rest } = before;
  return rest;
}

/** How it goes on in the same place; nothing where it cannot. */
function withoutTheGone(before: Posted, job: Unsent): Posted | undefined {
  const { is, topic } = job;
  if (is !== "root" && (before.renewed ?? 0) < MOST_RENEWED) return renewed(before, is === "edit");
  if (is === "edit") return { ...before, frozen: true };
  return isInThread(job) && topic.place.thread === undefined && !isInChannel(before, topic)
    ? { ...before, thread: topic.place, frozen: true }
    : undefined;
}

/** Where the thread alone is gone, the card above it is left behind. */
const renewed = (
  { ref, thread: _, shown: __, left = [], ...before }: Posted,
  isCardGone: boolean,
): Posted => ({
  ...before,
  renewed: (before.renewed ?? 0) + 1,
  left: ref && !isCardGone ? [...left, { ref }] : left,
});

/** A card that is posted anew, elsewhere or after it was deleted, is another message. */
export const rootKey = ({ id }: Topic, { moved, renewed }: Posted) =>
  `${id}${moved ? `@${moved.tried}` : ""}${renewed ? `#${renewed}` : ""}`;

/** The card that may stand, unknown, where the topic is from now on no longer spoken. */
export function leftUnknown({ topic, posted }: Unsent, next: Posted): Sought | undefined {
  const key = rootKey(topic, posted);
  const { ref, sent, attempting = [] } = posted;
  const isInDoubt = ref === undefined && sent !== undefined && attempting.includes(key);
  return isInDoubt && !isSameStand(posted, next) ? { of: topic.id, key, card: sent } : undefined;
}

const isSamePlace = (a: Place, b: Place) =>
  a.platform === b.platform && a.channel === b.channel && a.thread === b.thread;

/** Another thread of the same channel is no other place. */
const isSameChannel = (a: Place, b: Place) => a.platform === b.platform && a.channel === b.channel;

/** The next place in turn that is another one; nothing where there is none. */
function movedFrom(
  fallback: readonly Place[],
  place: Place,
  { moved }: Posted,
  why: string,
): Moved | undefined {
  const from = moved?.from ?? place;
  const places = [...fallback, from];
  const tried = moved?.tried ?? 0;
  const inTurn = places.map((_, i) => ({ at: tried + i, to: places[(tried + i) % places.length] }));
  for (const { at, to } of inTurn)
    if (to && !isSameChannel(to, place)) return { to, from, why: moved?.why ?? why, tried: at + 1 };
  return undefined;
}

/** A card that stands there already goes on; another one is left behind. */
function leftFor({ ref, thread, left = [], direct, attempting }: Posted, moved: Moved): Posted {
  const cards: readonly LeftCard[] = ref ? [...left, { ref, ...(thread ? { thread } : {}) }] : left;
  const there = cards.findLast((card) => isSamePlace(card.ref.place, moved.to));
  return {
    version: 1,
    moved,
    left: cards.filter((card) => card !== there),
    ...there,
    ...(direct ? { direct } : {}),
    ...(attempting ? { attempting } : {}),
  };
}
