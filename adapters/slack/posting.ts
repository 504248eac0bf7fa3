/**
 * Posts, edits and attachments. A post whose answer was lost is looked for before it is posted
 * again: every message carries its key, hashed, as metadata, which Slack shows to everybody in the
 * workspace and gives back in the history. https://docs.slack.dev/messaging/message-metadata
 */

import { createHash } from "node:crypto";
import { perhapsTwice } from "../../src/chat/perhaps-twice.ts";
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
import type { Draw } from "./blocks.ts";
import type { SlackCall } from "./call.ts";
import { instantOfTs } from "./happened.ts";
import { slackId } from "./home.ts";
import { seen, standing, type Told } from "./looking-back.ts";
import { createOncePerKey, type OncePerKey } from "./once-per-key.ts";
import { asItIs, inThread, unfurlNothing } from "./send-options.ts";
import { isMember } from "./spans.ts";
import { upload } from "./upload.ts";

export type Posting = Pick<ChatPort, "post" | "edit" | "attach" | "find">;

export interface PostingOptions {
  readonly call: SlackCall;
  readonly draw: Draw;
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
}

const metadataType = "failover_bot_message";

const opaque = (key: string) => createHash("sha256").update(key).digest("hex").slice(0, 32);

interface State extends PostingOptions {
  readonly posts: OncePerKey<MessageRef>;
  readonly uploads: OncePerKey<void>;
}

export function createPosting(options: PostingOptions): Posting {
  const state: State = { ...options, posts: createOncePerKey(), uploads: createOncePerKey() };
  return {
    post: async (to, card, key, again) =>
      post(state, "channel" in to ? to : await directly(state, to), card, key, again),
    edit: (message, card) => edit(state, message, card),
    attach: (to, file, key, again) => attach(state, to, file, key, again),
    find: (place, _, key) => find(state, place, opaque(key)),
  };
}

/** https://docs.slack.dev/reference/methods/conversations.open */
async function directly({ call }: State, { id }: Person): Promise<Place> {
  if (!isMember(id))
    throw new ChatError({ kind: "message", gone: true }, `Slack's ${id} is nobody to write to`);
  const { channel } = await call("conversations.open", { users: slackId(id) });
  if (channel?.id === undefined)
    throw new ChatError({ kind: "moment" }, "Slack did not say where its direct messages stand");
  return { platform: "slack", channel: channel.id };
}

/**
 * `again` looks through the newest 200 messages of the channel, or 999 of the thread; so does a key
 * in doubt.
 */
function post(
  state: State,
  to: Place,
  card: Card,
  key: string,
  again = false,
): Promise<MessageRef> {
  const mark = opaque(key);
  return state.posts.run(mark, again, (perhapsThere) =>
    (perhapsThere ? sendUnlessThere : send)(state, to, card, mark),
  );
}

function attach(
  state: State,
  to: Place,
  file: Attachment,
  key: string,
  again = false,
): Promise<void> {
  const mark = opaque(key);
  return state.uploads.run(mark, again, (perhapsThere) =>
    upload(state, to, file, { mark, again: perhapsThere }),
  );
}

/**
 * Looks first. What is not there may yet arrive, as a call that nobody waits for any more may still be
 * carried out; so the card says that it may be there twice.
 */
async function sendUnlessThere(
  state: State,
  to: Place,
  card: Card,
  mark: string,
): Promise<MessageRef> {
  const messages = await standing(state.call, to);
  const found = messages?.find((message) => isMarked(message, mark));
  if (found?.ts !== undefined) return refTo(state, to, found.ts);
  return send(state, to, perhapsTwice(card), mark);
}

function isMarked({ metadata }: Told, mark: string): boolean {
  const payload: { key?: unknown } = metadata?.event_payload ?? {};
  return metadata?.event_type === metadataType && payload.key === mark;
}

/** None where the scope to look is missing. */
async function find(state: State, place: Place, mark: string): Promise<readonly MessageRef[]> {
  const messages = await seen(state.call, place).catch((error) => {
    if (isTroubleOf(error, "bot")) return [];
    throw error;
  });
  const found = messages.filter((message) => isMarked(message, mark));
  return Promise.all(
    found.flatMap(({ ts }) => (ts === undefined ? [] : [refTo(state, place, ts)])),
  );
}

async function send(state: State, to: Place, card: Card, mark: string): Promise<MessageRef> {
  const { ts } = await state.call("chat.postMessage", {
    channel: to.channel,
    ...inThread(to),
    ...(to.thread !== undefined && card.alsoInChannel ? { reply_broadcast: true } : {}),
    ...state.draw(card, to),
    ...asItIs,
    ...unfurlNothing,
    mrkdwn: card.plainly === true && (card.notify ?? []).length > 0,
    metadata: { event_type: metadataType, event_payload: { key: mark } },
  });
  if (ts === undefined)
    throw new ChatError(
      { kind: "moment", perhapsDone: true },
      "Slack did not say which message it made",
    );
  return refTo(state, to, ts);
}

async function refTo(state: State, place: Place, ts: string): Promise<MessageRef> {
  const link = await linkTo(state, place, ts);
  return { place, id: ts, at: instantOfTs(ts), ...(link === undefined ? {} : { link }) };
}

async function linkTo({ call }: State, place: Place, ts: string): Promise<string | undefined> {
  if (place.thread !== undefined) return undefined;
  const asked = call("chat.getPermalink", { channel: place.channel, message_ts: ts });
  return asked.then(({ permalink }) => permalink).catch(() => undefined);
}

async function edit({ call, draw }: State, message: MessageRef, card: Card): Promise<MessageRef> {
  await call("chat.update", {
    channel: message.place.channel,
    ts: message.id,
    ...draw(card, message.place),
    ...asItIs,
  });
  return message;
}
