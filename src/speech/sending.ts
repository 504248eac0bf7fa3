/** How one message goes out: what is saved before it, after it, and where it fails. */
import {
  type Attachment,
  type Card,
  ChatError,
  type ChatPort,
  type MessageRef,
  type Place,
  type Platform,
} from "../chat/port.ts";
import { isPerhapsSaid } from "../chat/trouble.ts";
import type { Moved, Posted, QueuedFile, Topic } from "../records/topic.ts";
import { amend } from "../store/amend.ts";
import type { Locks } from "../store/locks.ts";
import type { Conditional, Store } from "../store/store.ts";
import { cardPrint, fileKeyOf, type Job, keyOf } from "./next-message.ts";
import { removalOf } from "./topics.ts";

export interface Sending {
  readonly store: Store;
  readonly ports: readonly ChatPort[];
  readonly locks: Locks;
  /** Where to speak of what can no longer be said in its own place, in this order. */
  readonly fallback: readonly Place[];
}

/** The form in which a card goes out. */
export type Draws = (card: Card) => Card;

export async function send(state: Sending, job: Job, draws: Draws): Promise<void> {
  const port = portFor(state, job.topic.place.platform);
  switch (job.is) {
    case "root":
      return sendRoot(state, port, job, draws);
    case "line":
      return sendLine(state, port, job, draws);
    case "file":
      return sendFile(state, port, job);
    case "edit":
      return sendEdit(state, port, job, draws);
    default:
      return job satisfies never;
  }
}

async function sendRoot(
  state: Sending,
  port: ChatPort,
  { topic, posted, card }: Job & { is: "root" },
  draws: Draws,
) {
  const key = rootKey(topic, posted);
  const ref = await sendOnce(state, { topic, posted, key }, (again) =>
    port.post(topic.place, draws(card), key, again),
  );
  await update(state, topic, (before) => ({
    ...without(before, key),
    ref,
    shown: cardPrint(card),
  }));
}

/** A card that is posted anew, elsewhere or after it was deleted, is another message. */
const rootKey = ({ id }: Topic, { moved, renewed }: Posted) =>
  `${id}${moved ? `@${moved.tried}` : ""}${renewed ? `#${renewed}` : ""}`;

async function sendEdit(
  state: Sending,
  port: ChatPort,
  { topic, posted, card }: Job & { is: "edit" },
  draws: Draws,
) {
  const ref = await port.edit(refOf(posted), draws(card));
  await update(state, topic, (before) =>
    isWhere(before, posted) ? { ...before, ref, shown: cardPrint(card) } : before,
  );
}

/** It still stands where the job found it: nothing has moved or renewed it since. */
const isWhere = (now: Posted, { moved, renewed }: Posted) =>
  now.moved?.tried === moved?.tried && now.renewed === renewed;

async function sendLine(
  state: Sending,
  port: ChatPort,
  { topic, posted, lines, card }: Job & { is: "line" },
  draws: Draws,
) {
  const thread = posted.thread ?? (await threadOf(state, port, topic, posted));
  const key = keyOf(topic.id, lines);
  await sendOnce(state, { topic, posted, key }, (again) =>
    port.post(thread, draws(card), key, again),
  );
  await update(state, topic, (before) => without(before, key), lines.flatMap(removalOf));
}

async function sendFile(
  state: Sending,
  port: ChatPort,
  { topic, posted, line, file }: Job & { is: "file" },
) {
  const thread = posted.thread ?? (await threadOf(state, port, topic, posted));
  const key = fileKeyOf(topic.id, line);
  const attachment = await attachmentOf(state, file);
  await sendOnce(state, { topic, posted, key }, (again) =>
    port.attach(thread, attachment, key, again),
  );
  await update(state, topic, (before) => without(before, key), removalOf(line));
}

async function attachmentOf({ store }: Sending, file: QueuedFile): Promise<Attachment> {
  const content = await store.get("contents", file.content);
  if (!content) throw new ChatError({ kind: "message" }, "The bot has lost what was in it");
  const { name, mediaType, text } = file;
  return { name, mediaType, text, bytes: Buffer.from(content.base64, "base64") };
}

/** From now on, in this place, its text is said instead. */
export function refuseFile(
  state: Sending,
  { topic, posted, line }: Job & { is: "file" },
  why: string,
): Promise<void> {
  const key = fileKeyOf(topic.id, line);
  const perhapsThere = posted.attempting?.includes(key) ?? false;
  return update(state, topic, (before) => ({
    ...without(before, key),
    refused: [...(before.refused ?? []), { line: line.key, why, perhapsThere }],
  }));
}

interface Message {
  readonly topic: Topic;
  readonly posted: Posted;
  readonly key: string;
}

/**
 * That it is on its way is saved first, and stays so unless it has surely not arrived. `again`: an
 * earlier attempt may have.
 */
async function sendOnce<Result>(
  state: Sending,
  { topic, posted, key }: Message,
  act: (again: boolean) => Promise<Result>,
): Promise<Result> {
  const again = posted.attempting?.includes(key) ?? false;
  if (!again) await update(state, topic, (before) => withAttempt(before, key));
  try {
    return await act(again);
  } catch (error) {
    const never = !again && error instanceof ChatError && !isPerhapsSaid(error);
    if (never) await update(state, topic, (before) => without(before, key));
    throw error;
  }
}

const withAttempt = (posted: Posted, key: string): Posted => ({
  ...posted,
  attempting: [...(posted.attempting ?? []), key],
});

const without = (posted: Posted, key: string): Posted => ({
  ...posted,
  attempting: posted.attempting?.filter((other) => other !== key) ?? [],
});

/** A topic that stands in a thread speaks on there; others get a thread of their own. */
async function threadOf(
  state: Sending,
  port: ChatPort,
  topic: Topic,
  posted: Posted,
): Promise<Place> {
  const thread =
    topic.place.thread === undefined
      ? await port.threadUnder(refOf(posted), topic.title)
      : topic.place;
  await update(state, topic, (before) => ({ ...before, thread }));
  return thread;
}

/** Posts and edits of one topic end at the same time; neither may undo what the other saved. */
function update(
  { store, locks }: Sending,
  { id }: Topic,
  change: (before: Posted) => Posted,
  also: readonly Conditional[] = [],
): Promise<void> {
  return locks.exclusively(id, async () => {
    await amend(store, "posted", id, (before = { version: 1 }) => ({
      is: "put",
      value: change(before),
      also,
    }));
  });
}

/** So often a card that people delete is posted anew. */
const MOST_RENEWED = 3;

/**
 * A card or thread that is gone is begun anew; where that has been done often, the card is drawn no
 * more and the lines go on in the channel. Where that is gone too, or may not be written, all goes
 * on in the next fallback place, from the present card on.
 */
export function giveUp(
  state: Sending,
  { is, topic, posted }: Job,
  { failure, message }: ChatError,
): Promise<void> {
  const isGone = "gone" in failure && failure.gone === true;
  return update(state, topic, (before) => {
    if (!isWhere(before, posted)) return before;
    const withoutIt = isGone ? withoutTheGone(before, is, topic) : undefined;
    if (withoutIt) return withoutIt;
    const moved = movedFrom(state, topic.place, posted, message);
    if (moved) return { version: 1, moved };
    return isGone ? { ...before, givenUp: message } : before;
  });
}

/** How it goes on in the same place; nothing where it cannot. */
function withoutTheGone(before: Posted, is: Job["is"], { place }: Topic): Posted | undefined {
  if (is !== "root" && (before.renewed ?? 0) < MOST_RENEWED) return renewed(before);
  if (is === "edit") return { ...before, frozen: true };
  const isInChannel = before.thread !== undefined && before.thread.thread === undefined;
  const isInThread = is === "line" || is === "file";
  return isInThread && place.thread === undefined && !isInChannel
    ? { ...before, thread: place, frozen: true }
    : undefined;
}

const renewed = ({ ref: _, thread: __, shown: ___, ...before }: Posted): Posted => ({
  ...before,
  renewed: (before.renewed ?? 0) + 1,
});

function movedFrom(
  { fallback }: Sending,
  place: Place,
  { moved }: Posted,
  why: string,
): Moved | undefined {
  const isDead = ({ platform, channel }: Place) =>
    platform === place.platform && channel === place.channel;
  const tried = moved?.tried ?? 0;
  const next = fallback.findIndex((to, i) => i >= tried && !isDead(to));
  const to = fallback[next];
  return to && { to, from: moved?.from ?? place, why: moved?.why ?? why, tried: next + 1 };
}

export function portFor({ ports }: Sending, platform: Platform): ChatPort {
  const port = ports.find((one) => one.platform === platform);
  if (!port)
    throw new ChatError({ kind: "bot" }, `Cannot speak on ${platform} as it is not configured`);
  return port;
}

function refOf({ ref }: Posted): MessageRef {
  if (!ref)
    throw new ChatError({ kind: "moment" }, "Cannot write under a message that is not there yet");
  return ref;
}
