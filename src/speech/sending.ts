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
import { asOf } from "../messages/delivery.ts";
import type { Posted, QueuedFile, Topic } from "../records/topic.ts";
import { amend } from "../store/amend.ts";
import type { Locks } from "../store/locks.ts";
import type { Conditional, Store } from "../store/store.ts";
import { goOn, isInChannel, isSameStand } from "./elsewhere.ts";
import { lastWords } from "./last-words.ts";
import { cardPrint, copyKeyOf, fileKeyOf, type Job, keyOf } from "./next-message.ts";
import { copyLine, removalOf } from "./topics.ts";

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
    case "copy":
      return sendCopy(state, port, job, draws);
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
    port.post(topic.to ?? topic.place, draws(card), key, again),
  );
  const { left = [] } = posted;
  await saveOf(
    state,
    topic,
    ({ left: _, ...before }) => ({ ...without(before, key), ref, shown: cardPrint(card) }),
    left.flatMap((card) => lastWords(topic, card.ref, ref)),
  );
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
  const ref = await port.edit(refOf(posted), draws(card)).catch(async (error) => {
    if (isPerhapsSaid(error)) await saveOf(state, topic, ({ shown: _, ...before }) => before);
    throw error;
  });
  await saveOf(state, topic, (before) =>
    isSameStand(before, posted) ? { ...before, ref, shown: cardPrint(card) } : before,
  );
}

async function sendLine(
  state: Sending,
  port: ChatPort,
  { topic, posted, lines, card }: Job & { is: "line" },
  draws: Draws,
) {
  const thread = posted.thread ?? (await threadOf(state, port, topic, posted));
  const key = keyOf(topic.id, lines);
  const shown = isInChannel({ ...posted, thread }, topic) ? asOf(topic.title, card) : card;
  const { unfinished } = await sendOnce(state, { topic, posted, key }, (again) =>
    port.post(thread, draws(shown), key, again),
  );
  const copies = unfinished === undefined ? [] : lines.map((line) => copyLine(line, key));
  await saveOf(state, topic, (before) => without(before, key), [
    ...lines.flatMap(removalOf),
    ...copies,
  ]);
}

/** In the channel, beside the thread. */
async function sendCopy(
  state: Sending,
  port: ChatPort,
  { topic, posted, line, card }: Job & { is: "copy" },
  draws: Draws,
) {
  const key = copyKeyOf(topic.id, line);
  const { thread: _, ...channel } = topic.place;
  await sendOnce(state, { topic, posted, key }, (again) =>
    port.post(channel, draws(card), key, again),
  );
  await saveOf(state, topic, (before) => without(before, key), removalOf(line));
}

/** What cannot be shown in the channel stands in the thread all the same. */
export const leaveOut = (state: Sending, { topic, line }: Job & { is: "copy" }): Promise<void> =>
  saveOf(state, topic, (before) => without(before, copyKeyOf(topic.id, line)), removalOf(line));

async function sendFile(
  state: Sending,
  port: ChatPort,
  { topic, posted, line, file }: Job & { is: "file" },
) {
  const thread = posted.thread ?? (await threadOf(state, port, topic, posted));
  const key = fileKeyOf(topic.id, line);
  const attachment = await attachmentOf(state, file);
  const { text } = attachment;
  const shown = isInChannel({ ...posted, thread }, topic)
    ? { ...attachment, text: `${topic.title}: ${text}` }
    : attachment;
  await sendOnce(state, { topic, posted, key }, (again) => port.attach(thread, shown, key, again));
  await saveOf(state, topic, (before) => without(before, key), removalOf(line));
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
  return saveOf(state, topic, (before) => ({
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
  if (!again) await saveOf(state, topic, (before) => withAttempt(before, key));
  try {
    return await act(again);
  } catch (error) {
    const never = !again && error instanceof ChatError && !isPerhapsSaid(error);
    if (never) await saveOf(state, topic, (before) => without(before, key));
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
  await saveOf(state, topic, (before) =>
    isSameStand(before, posted) ? { ...before, thread } : before,
  );
  return thread;
}

/** Posts and edits of one topic end at the same time; neither may undo what the other saved. */
export function saveOf(
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

/** How it goes on elsewhere, or anew. */
export function giveUp(state: Sending, job: Job, error: ChatError): Promise<void> {
  return saveOf(state, job.topic, (before) => goOn(before, job, error, state.fallback));
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
