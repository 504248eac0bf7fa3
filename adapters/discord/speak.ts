/**
 * Posts, edits, files and threads, in places that people archive, lock and delete while the bot
 * speaks there.
 */

import { createHash } from "node:crypto";
import { type APIMessage, type RawFile, SnowflakeUtil } from "discord.js";
import {
  type Attachment,
  type Card,
  ChatError,
  type ChatPort,
  type MessageRef,
  type Place,
} from "../../src/chat/port.ts";
import type { Clock } from "../../src/clock.ts";
import type { Api } from "./api.ts";
import { type Drawn, drawMoved, muted, perhapsTwice } from "./draw.ts";
import { codes, isRefusal } from "./errors.ts";
import { alreadySaid } from "./find-posted.ts";
import type { Places } from "./places.ts";
import { clampedPlain } from "./text.ts";

export type Speaker = Pick<ChatPort, "post" | "edit" | "attach" | "threadUnder"> & {
  /** Answers a message, as a reply to it. */
  answer(to: MessageRef, card: Card, key: string): Promise<MessageRef>;
};

/** Edits of messages older than an hour are rationed (30046). */
const rollOverAfterMs = 55 * 60_000;
const fileMax = 10 * 1024 * 1024;
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
  readonly clock: Clock;
  /** Draws a card, its picker filled, and remembers what its buttons ask. */
  drawn(card: Card): Drawn;
  /** The bot's own id, also before the gateway has told it. */
  me(): Promise<string | undefined>;
}

export function createSpeaker(parts: SpeakerParts): Speaker {
  const { api, places, clock, drawn } = parts;

  /** Tries again after opening the archived thread in which it happened. */
  async function reopening<Result>(place: Place, run: () => Promise<Result>): Promise<Result> {
    try {
      return await run();
    } catch (error) {
      if (place.thread === undefined || !isRefusal(error, codes.threadArchived)) throw error;
      await api.reopenThread(place.thread);
      return run();
    }
  }

  /** A thread bears the id of the message that it hangs under. */
  async function send(to: Place, body: object, files?: RawFile[]): Promise<MessageRef> {
    const create = (channel: string, content: object) => api.createMessage(channel, content, files);
    const sent = (place: Place, message: APIMessage) => places.refTo(place, message.id);
    const { thread } = to;
    if (thread === undefined) return sent(to, await create(to.channel, body));
    try {
      return await sent(to, await reopening(to, () => create(thread, body)));
    } catch (error) {
      if (!isRefusal(error, codes.unknownChannel, codes.threadLocked, codes.threadArchived))
        throw error;
      const inChannel = await create(to.channel, { ...replyingTo(thread), ...body });
      return sent(channelOf(to), inChannel);
    }
  }

  /** `around`: what the message has besides the card. */
  async function sendCard(to: Place, card: Card, key: string, again: boolean, around = {}) {
    const body = drawn(card);
    const earlier = again ? await alreadySaid(parts, to, body) : undefined;
    if (earlier === undefined) {
      return send(to, { ...around, ...(again ? perhapsTwice(body) : body), ...once(key) });
    }
    const found = await places.refTo(to, earlier);
    await change(found, body).catch(() => undefined);
    return found;
  }

  async function post(to: Place, card: Card, key: string, again = false): Promise<MessageRef> {
    const message = await sendCard(to, card, key, again);
    const { thread } = message.place;
    if (card.alsoInChannel && thread !== undefined) {
      const copyKey = `${key} in the channel`;
      await sendCard(channelOf(to), muted(card), copyKey, again, replyingTo(thread));
    }
    return message;
  }

  /**
   * The new message replies to the old one, which Discord shows as a link; the old one leads to the
   * new.
   */
  async function rollOver(message: MessageRef, card: Card): Promise<MessageRef> {
    const body = { ...drawn(card), ...once(`after ${message.id}`) };
    const renewed = await send(message.place, { ...replyingTo(message.id), ...body });
    await change(message, drawMoved(card, renewed.link)).catch(() => undefined);
    return renewed;
  }

  const change = (message: MessageRef, body: Drawn): Promise<void> =>
    reopening(message.place, () =>
      api.editMessage(message.place.thread ?? message.place.channel, message.id, body),
    );

  async function edit(message: MessageRef, card: Card): Promise<MessageRef> {
    const ageMs = clock.now() - postedAt(message);
    if (goesOn(card) && ageMs >= rollOverAfterMs) return rollOver(message, card);
    try {
      await change(message, drawn(card));
      return message;
    } catch (error) {
      if (isRefusal(error, codes.tooManyOldEdits)) return rollOver(message, card);
      throw error;
    }
  }

  async function attach(to: Place, { name, mediaType, text }: Attachment): Promise<void> {
    const data = Buffer.from(text);
    if (data.length > fileMax) {
      const size = Math.ceil(data.length / 1024 / 1024);
      throw new ChatError(
        "not-allowed",
        `Cannot attach "${name}" as Discord takes 10 MiB at most: ${size} MiB`,
      );
    }
    const plainName = clampedPlain(name, 100).replaceAll(/[\\/:*?"<>|]/g, "-") || "file.txt";
    const body = { allowed_mentions: { parse: [] } };
    await send(to, body, [{ name: plainName, data, contentType: mediaType }]);
  }

  /**
   * Threads cannot hang under messages of threads, nor in voice channels: there, what follows stays
   * where it is.
   */
  async function threadUnder(message: MessageRef, title: string): Promise<Place> {
    const { place } = message;
    if (place.thread !== undefined) return place;
    const name = clampedPlain(title, threadNameMax).trim() || "Failover";
    try {
      return { ...place, thread: await api.startThread(place.channel, message.id, name) };
    } catch (error) {
      if (isRefusal(error, codes.threadExists)) return { ...place, thread: message.id };
      if (isRefusal(error, codes.noThreadsHere)) return place;
      throw error;
    }
  }

  const answer = (to: MessageRef, card: Card, key: string): Promise<MessageRef> =>
    send(to.place, { ...replyingTo(to.id), ...drawn(card), ...once(key) });

  return { post, edit, attach, threadUnder, answer };
}
