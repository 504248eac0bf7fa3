/**
 * Posts, edits, files and threads, in places that people archive, lock and delete while the bot
 * speaks there.
 */

import { createHash } from "node:crypto";
import { type RawFile, SnowflakeUtil } from "discord.js";
import { copyKey } from "../../src/chat/copy-key.ts";
import { fileCard } from "../../src/chat/file-card.ts";
import {
  type Attachment,
  type Card,
  ChatError,
  type ChatPort,
  type MessageRef,
  type Person,
  type Place,
} from "../../src/chat/port.ts";
import { isTroubleOf } from "../../src/chat/trouble.ts";
import type { Api } from "./api.ts";
import { rawFile } from "./attachment.ts";
import { type Drawn, drawMoved, isUser, muted, remarked } from "./draw.ts";
import { codes, isRefusal } from "./errors.ts";
import { alreadyAttached, alreadySaid, asking } from "./find-posted.ts";
import type { Places } from "./places.ts";
import { clampedPlain } from "./text.ts";

export type Speaker = Pick<ChatPort, "post" | "edit" | "attach" | "threadUnder" | "find"> & {
  /** Answers a message, as a reply to it. */
  answer(to: MessageRef, card: Card, key: string): Promise<MessageRef>;
};

/** Edits of messages older than an hour are rationed (30046). */
const rollOverAfterMs = 55 * 60_000;
const threadNameMax = 100;

/** Discord keeps one message for one nonce, for a few minutes; it takes 25 characters at most. */
const nonceFor = (key: string): string =>
  createHash("sha256").update(key).digest("base64url").slice(0, 24);

const once = (key: string) => ({ nonce: nonceFor(key), enforce_nonce: true });

/** A reply to a message that may be gone by now; nobody is called by being replied to. */
const replyingTo = (message: string) => ({
  message_reference: { message_id: message, fail_if_not_exists: false },
});

const channelOf = ({ platform, channel }: Place): Place => ({ platform, channel });

/** A card that will be edited yet: there is something to press, or it says that it is running. */
const goesOn = ({ tone, buttons = [] }: Card): boolean => tone === "running" || buttons.length > 0;

const postedAt = (message: MessageRef): number => SnowflakeUtil.timestampFrom(message.id);

export interface SpeakerParts {
  readonly api: Api;
  readonly places: Places;
  /** Draws a card, its picker filled, and remembers what its buttons ask. */
  drawn(card: Card): Drawn;
  /** The bot's own id, also before the gateway has told it. */
  me(): Promise<string | undefined>;
}

/** What `ChatPort.post` is given besides the place. */
interface Post {
  readonly card: Card;
  readonly key: string;
  readonly again: boolean;
}

export const createSpeaker = (parts: SpeakerParts): Speaker => ({
  post: async (to, card, key, again = false) =>
    post(parts, "channel" in to ? to : await directly(parts, to), { card, key, again }),
  edit: (message, card) => edit(parts, message, card),
  attach: (to, file, key, again = false) => attach(parts, to, file, { key, again }),
  threadUnder: (message, title) => threadUnder(parts, message, title),
  find: async (place, card) => {
    const ids = await asking(parts, place, parts.drawn(card));
    return Promise.all(ids.map((id) => parts.places.refTo(place, id)));
  },
  answer: (to, card, key) =>
    send(parts, to.place, { ...replyingTo(to.id), ...parts.drawn(card), ...once(key) }),
});

async function directly({ api }: SpeakerParts, { id }: Person): Promise<Place> {
  if (isUser(id)) return { platform: "discord", channel: await api.openDirect(id) };
  throw new ChatError({ kind: "message", gone: true }, `Discord's ${id} is nobody to write to`);
}

/** A copy that fails is told as unfinished: what stands in the thread is never posted again. */
async function post(parts: SpeakerParts, to: Place, given: Post): Promise<MessageRef> {
  const message = await sendCard(parts, to, given);
  const { card, key, again } = given;
  const { thread } = message.place;
  if (card.alsoInChannel && thread !== undefined) {
    const copy = { card: muted(card), key: copyKey(key), again };
    const copied = sendCard(parts, channelOf(to), copy, replyingTo(thread));
    return copied.then(
      () => message,
      () => ({ ...message, unfinished: [copyKey(key)] }),
    );
  }
  return message;
}

/** `around`: what the message has besides the card. */
async function sendCard(
  parts: SpeakerParts,
  to: Place,
  { card, key, again }: Post,
  around = {},
): Promise<MessageRef> {
  const body = parts.drawn(card);
  const earlier = again ? await alreadySaid(parts, to, body) : undefined;
  if (earlier === undefined)
    return send(parts, to, { ...around, ...(again ? remarked(body) : body), ...once(key) });
  const found = await parts.places.refTo(to, earlier);
  await change(parts.api, found, body).catch(() => undefined);
  return found;
}

/** A thread bears the id of the message that it hangs under. */
async function send(
  { api, places }: SpeakerParts,
  to: Place,
  body: object,
  files?: RawFile[],
): Promise<MessageRef> {
  const { channel, thread } = to;
  if (thread === undefined)
    return places.refTo(to, (await api.createMessage(channel, body, files)).id);
  try {
    const sent = await reopening(api, to, () => api.createMessage(thread, body, files));
    return await places.refTo(to, sent.id);
  } catch (error) {
    if (!isRefusal(error, codes.unknownChannel, codes.threadLocked, codes.threadArchived))
      throw error;
    const sent = await api.createMessage(channel, { ...replyingTo(thread), ...body }, files);
    return places.refTo(channelOf(to), sent.id);
  }
}

/** Tries again after opening the archived thread in which it happened. */
async function reopening<Result>(
  api: Api,
  { thread }: Place,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (thread === undefined || !isRefusal(error, codes.threadArchived)) throw error;
    await api.reopenThread(thread);
    return run();
  }
}

async function edit(parts: SpeakerParts, message: MessageRef, card: Card): Promise<MessageRef> {
  return leadFromOld(parts, await editOrRollOver(parts, message, card), card);
}

async function editOrRollOver(
  parts: SpeakerParts,
  message: MessageRef,
  card: Card,
): Promise<MessageRef> {
  const ageMs = parts.api.time.ageMs(postedAt(message));
  if (goesOn(card) && ageMs >= rollOverAfterMs) return rollOver(parts, message, card);
  try {
    await change(parts.api, message, parts.drawn(card));
    return message;
  } catch (error) {
    if (isRefusal(error, codes.tooManyOldEdits)) return rollOver(parts, message, card);
    throw error;
  }
}

const change = (api: Api, { place, id }: MessageRef, body: Drawn): Promise<void> =>
  reopening(api, place, () => api.editMessage(place.thread ?? place.channel, id, body));

/** The new message replies to the old one, which Discord shows as a link. */
async function rollOver(parts: SpeakerParts, message: MessageRef, card: Card): Promise<MessageRef> {
  const body = { ...parts.drawn(card), ...once(`after ${message.id}`) };
  const renewed = await send(parts, message.place, { ...replyingTo(message.id), ...body });
  return { ...renewed, unfinished: [...(message.unfinished ?? []), message.id] };
}

/** What cannot be led to the new message now, is at the next edit; what is gone needs no more. */
async function leadFromOld(
  { api }: SpeakerParts,
  { unfinished = [], ...message }: MessageRef,
  card: Card,
): Promise<MessageRef> {
  const left: string[] = [];
  for (const id of unfinished)
    await change(api, { place: message.place, id }, drawMoved(card, message.link)).catch(
      (error) => {
        if (!isTroubleOf(error, "message", "place")) left.push(id);
      },
    );
  return left.length > 0 ? { ...message, unfinished: left } : message;
}

async function attach(
  parts: SpeakerParts,
  to: Place,
  file: Attachment,
  { key, again }: Omit<Post, "card">,
): Promise<void> {
  const raw = rawFile(file);
  const shown = parts.drawn(fileCard(file));
  if (again && (await alreadyAttached(parts, to, shown, file.bytes.length))) return;
  const body = parts.drawn(fileCard(file, again));
  await send(parts, to, { ...body, ...once(key) }, [raw]);
}

/**
 * Threads cannot hang under messages of threads, nor in voice channels: there, what follows stays
 * where it is.
 */
async function threadUnder(
  { api }: SpeakerParts,
  { place, id }: MessageRef,
  title: string,
): Promise<Place> {
  if (place.thread !== undefined) return place;
  const name = clampedPlain(title, threadNameMax).trim() || "Failover";
  try {
    return { ...place, thread: await api.startThread(place.channel, id, name) };
  } catch (error) {
    if (isRefusal(error, codes.threadExists)) return { ...place, thread: id };
    if (isRefusal(error, codes.noThreadsHere)) return place;
    throw error;
  }
}
