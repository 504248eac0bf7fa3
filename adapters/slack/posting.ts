/**
 * Posts, edits and attachments. A post whose answer was lost is looked for before it is posted
 * again: every message carries its key, hashed, as metadata, which Slack shows to everybody in the
 * workspace and gives back in the history. https://docs.slack.dev/messaging/message-metadata
 */

import { createHash } from "node:crypto";
import { putNewest } from "../../src/chat/newest.ts";
import { perhapsTwice } from "../../src/chat/perhaps-twice.ts";
import {
  type Card,
  ChatError,
  type ChatPort,
  type MessageRef,
  type Place,
} from "../../src/chat/port.ts";
import type { Draw } from "./blocks.ts";
import type { SlackCall } from "./call.ts";
import { asItIs, inThread, unfurlNothing } from "./send-options.ts";
import { upload } from "./upload.ts";

export type Posting = Pick<ChatPort, "post" | "edit" | "attach">;

export interface PostingOptions {
  readonly call: SlackCall;
  readonly draw: Draw;
  readonly timeoutMs: number;
}

const metadataType = "failover_bot_message";
const mostRemembered = 1000;
/** The newest of a channel. */
const mostOfChannel = 200;
/** Slack tells a thread from its beginning, and no more at once. */
const mostOfThread = 999;
const opaque = (key: string) => createHash("sha256").update(key).digest("hex").slice(0, 32);

interface State extends PostingOptions {
  readonly underWay: Map<string, Promise<MessageRef>>;
  readonly posted: Map<string, MessageRef>;
  /** Keys that Slack has perhaps taken, without saying so. */
  readonly doubtful: Map<string, true>;
}

export function createPosting(options: PostingOptions): Posting {
  const state: State = {
    ...options,
    underWay: new Map(),
    posted: new Map(),
    doubtful: new Map(),
  };
  return {
    post: (to, card, key, again) => post(state, to, card, key, again),
    edit: (message, card) => edit(state, message, card),
    attach: (to, file) => upload(state.call, to, file, state.timeoutMs),
  };
}

/**
 * `again` looks through the newest 200 messages of the channel, or 999 of the thread; so does a key
 * in doubt.
 */
async function post(
  state: State,
  to: Place,
  card: Card,
  key: string,
  again = false,
): Promise<MessageRef> {
  const { posted, underWay, doubtful } = state;
  const mark = opaque(key);
  const known = posted.get(mark) ?? underWay.get(mark);
  if (known !== undefined) return known;
  const started = attempt(state, to, card, mark, again || doubtful.has(mark)).finally(() =>
    underWay.delete(mark),
  );
  underWay.set(mark, started);
  return started;
}

async function attempt(
  state: State,
  to: Place,
  card: Card,
  mark: string,
  again: boolean,
): Promise<MessageRef> {
  const { posted, doubtful } = state;
  try {
    const ref = await (again ? sendUnlessThere : send)(state, to, card, mark);
    doubtful.delete(mark);
    putNewest(posted, mark, ref, mostRemembered);
    return ref;
  } catch (error) {
    if (error instanceof ChatError && error.failure === "unknown")
      putNewest(doubtful, mark, true, mostRemembered);
    throw error;
  }
}

/** Looks first; where Slack does not let the bot look, the card says that it may be there twice. */
async function sendUnlessThere(
  state: State,
  to: Place,
  card: Card,
  mark: string,
): Promise<MessageRef> {
  const found = await find(state, to, mark).catch(hidden);
  if (found === null) return send(state, to, perhapsTwice(card), mark);
  return found === undefined ? send(state, to, card, mark) : refTo(state, to, found);
}

/** Nothing to be seen, as opposed to nothing there. */
function hidden(error: unknown): null {
  if (error instanceof ChatError && error.failure === "not-allowed") return null;
  throw error;
}

async function find({ call }: State, to: Place, mark: string): Promise<string | undefined> {
  const args = { channel: to.channel, include_all_metadata: true };
  const { messages = [] } =
    to.thread === undefined
      ? await call("conversations.history", { ...args, limit: mostOfChannel })
      : await call("conversations.replies", { ...args, limit: mostOfThread, ts: to.thread });
  return messages.find(({ metadata }) => {
    const payload: { key?: unknown } = metadata?.event_payload ?? {};
    return metadata?.event_type === metadataType && payload.key === mark;
  })?.ts;
}

async function send(state: State, to: Place, card: Card, mark: string): Promise<MessageRef> {
  const { ts } = await state.call("chat.postMessage", {
    channel: to.channel,
    ...inThread(to),
    ...(to.thread !== undefined && card.alsoInChannel ? { reply_broadcast: true } : {}),
    ...state.draw(card, to),
    ...asItIs,
    ...unfurlNothing,
    mrkdwn: false,
    metadata: { event_type: metadataType, event_payload: { key: mark } },
  });
  if (ts === undefined) throw new ChatError("unknown", "Slack did not say which message it made");
  return refTo(state, to, ts);
}

async function refTo(state: State, place: Place, ts: string): Promise<MessageRef> {
  const link = await linkTo(state, place, ts);
  return { place, id: ts, ...(link === undefined ? {} : { link }) };
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
