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
import { asOf, NOT_MADE } from "../messages/delivery.ts";
import type { Posted, QueuedFile, ReportPart, Topic } from "../records/topic.ts";
import { amend } from "../store/amend.ts";
import type { Locks } from "../store/locks.ts";
import { type Conditional, type Store, StoreError } from "../store/store.ts";
import { goOn, isInChannel, isSameStand, leftUnknown, rootKey } from "./elsewhere.ts";
import type { FileMaker, MadeFile } from "./file-maker.ts";
import { directMessages, lastWords, lookedFor, untold } from "./last-words.ts";
import { cardPrint, copyKeyOf, fileKeyOf, type Job, keyOf } from "./next-message.ts";
import { copyLine, removalOf } from "./topics.ts";

export interface Sending {
  readonly store: Store;
  readonly ports: readonly ChatPort[];
  readonly locks: Locks;
  /** Where to speak of what can no longer be said in its own place, in this order. */
  readonly fallback: readonly Place[];
  readonly fileMaker: FileMaker;
  /** Where the cards stand of topics that are open, by topic, as it was saved last. */
  readonly standing: Map<string, Posted>;
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
    case "look":
      return lookFor(state, port, job);
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
  const ref = await sendOnce(state, { topic, posted, key, card }, (again) =>
    port.post(topic.to ?? topic.place, draws(card), key, again),
  );
  const { left = [] } = posted;
  await saveOf(
    state,
    topic,
    ({ left: _, sent: __, ...before }) => ({
      ...without(before, key),
      ref,
      shown: cardPrint((wasSent(posted, key) ? posted.sent : undefined) ?? card),
    }),
    left.flatMap((card) => lastWords(topic, card.ref, ref)),
  );
}

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

/** Cards that nobody knew of lead to where it goes on, as all that were left do. */
async function lookFor(
  state: Sending,
  port: ChatPort,
  { topic, sought: { of, card, key } }: Job & { is: "look" },
) {
  const { ref: now, left = [] } = (await state.store.get("posted", of)) ?? { version: 1 };
  if (!now) throw new ChatError({ kind: "place" }, "Cannot lead to a card that is not there yet");
  const known = [now, ...left.map(({ ref }) => ref)].map(({ id }) => id);
  const found = await port.find(topic.place, card, key);
  const unknown = found.filter(({ id }) => !known.includes(id));
  const words = unknown.flatMap((old) => lastWords(topic, old, now));
  await saveOf(state, topic, (before) => ({ ...before, frozen: true }), words);
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

async function attachmentOf(state: Sending, file: QueuedFile): Promise<Attachment> {
  const { name, mediaType, text, content } = file;
  const made = await (typeof content === "string"
    ? keptFile(state, content)
    : madeFile(state, content));
  return { name, mediaType, text, ...made };
}

async function keptFile({ store }: Sending, key: string): Promise<MadeFile> {
  const content = await store.get("contents", key);
  if (!content) throw new ChatError({ kind: "message" }, "The bot has lost what was in it");
  return { bytes: Buffer.from(content.base64, "base64") };
}

/** What cannot be made is told of as what its platform does not take. */
async function madeFile({ fileMaker }: Sending, part: ReportPart): Promise<MadeFile> {
  try {
    return await fileMaker.make(part);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new ChatError({ kind: "message" }, NOT_MADE, error);
  }
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

/** Of many lines as one message little more than its title would be left. */
export const sayApart = (state: Sending, { topic, lines }: Job & { is: "line" }): Promise<void> =>
  saveOf(state, topic, (before) => {
    const last = lines.at(-1)?.key;
    return { ...without(before, keyOf(topic.id, lines)), ...(last ? { apart: last } : {}) };
  });

interface Message {
  readonly topic: Topic;
  readonly posted: Posted;
  readonly key: string;
  /** Of a root. */
  readonly card?: Card;
}

/**
 * That it is on its way is saved first, and stays so unless it has surely not arrived. `again`: an
 * earlier attempt may have.
 */
async function sendOnce<Result>(
  state: Sending,
  { topic, posted, key, card }: Message,
  act: (again: boolean) => Promise<Result>,
): Promise<Result> {
  const again = wasSent(posted, key);
  if (!again) await saveOf(state, topic, (before) => withAttempt(before, key, card));
  try {
    return await act(again);
  } catch (error) {
    const never = !again && error instanceof ChatError && !isPerhapsSaid(error);
    if (never) await saveOf(state, topic, (before) => without(before, key));
    throw error;
  }
}

/** What is found of an earlier attempt shows what was so then. */
const wasSent = ({ attempting = [] }: Posted, key: string): boolean => attempting.includes(key);

const withAttempt = (posted: Posted, key: string, sent?: Card): Posted => ({
  ...posted,
  ...(sent ? { sent } : {}),
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
function saveOf(
  { store, locks, standing }: Sending,
  { id }: Topic,
  change: (before: Posted) => Posted,
  also: readonly Conditional[] = [],
): Promise<void> {
  return locks.exclusively(id, async () => {
    // Should it fail, nobody knows which of them is saved.
    standing.delete(id);
    const saved = await amend(store, "posted", id, (before = { version: 1 }) => {
      const value = change(before);
      return { is: "put", value, also, answer: value };
    });
    if (saved) standing.set(id, saved);
  });
}

/** Not to be called by who is alone with the topic. */
export async function postedOf(
  { store, locks, standing }: Sending,
  topic: string,
): Promise<Posted> {
  const known = standing.get(topic);
  if (known) return known;
  return locks.exclusively(topic, async () => {
    const read = (await store.get("posted", topic)) ?? { version: 1 };
    standing.set(topic, read);
    return read;
  });
}

/** How it goes on elsewhere, or anew. */
export function giveUp(state: Sending, job: Job, error: ChatError): Promise<void> {
  const next = (before: Posted) => goOn(before, job, error, state.fallback);
  const unknown = leftUnknown(job, next(job.posted));
  return saveOf(state, job.topic, next, unknown ? lookedFor(job.topic, unknown) : []);
}

/** Failures and ends that cannot be said now, to those whom they call; they wait all the same. */
export async function tellDirectly(state: Sending, { is, topic }: Job, why: string): Promise<void> {
  if (is === "edit" || is === "look" || topic.stays) return;
  const { store, ports } = state;
  const lines = await store.find("lines", "topic", topic.id);
  const told = untold(lines, (await store.get("posted", topic.id)) ?? { version: 1 });
  if (told.length === 0) return;
  await saveOf(
    state,
    topic,
    ({ direct = [], ...before }) => ({
      ...before,
      direct: [...direct, ...told.map(({ key }) => key)],
    }),
    directMessages(topic, told, why, ports),
  );
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
