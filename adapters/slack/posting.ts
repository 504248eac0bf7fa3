/**
 * Posts, edits and attachments. A post whose answer was lost is looked for before it is posted
 * again: every message carries its key, hashed, as metadata, which Slack shows to everybody in the
 * workspace and gives back in the history. https://docs.slack.dev/messaging/message-metadata
 */

import { createHash } from "node:crypto";
import {
  type Card,
  ChatError,
  type ChatPort,
  type MessageRef,
  type Place,
} from "../../src/chat/port.ts";
import type { Draw } from "./blocks.ts";
import type { SlackCall } from "./call.ts";
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
/** Text in a card must not be made into mentions or links, whatever it looks like. */
const asItIs = { parse: "none", link_names: false } as const;
const unfurlNothing = { unfurl_links: false, unfurl_media: false } as const;

const opaque = (key: string) => createHash("sha256").update(key).digest("hex").slice(0, 32);

const inThread = ({ thread }: Place) => (thread === undefined ? {} : { thread_ts: thread });

const perhapsTwice = (card: Card): Card => ({
  ...card,
  lines: [
    ...card.lines,
    "Perhaps posted twice: Slack did not say whether the first time went through",
  ],
});

/** Nothing to be seen, as opposed to nothing there. */
function hidden(error: unknown): null {
  if (error instanceof ChatError && error.failure === "not-allowed") return null;
  throw error;
}

/** Keeps the newest of what is put in. */
function remember<Value>(memory: Map<string, Value>, key: string, value: Value): void {
  memory.set(key, value);
  const oldest = memory.keys().next().value;
  if (memory.size > mostRemembered && oldest !== undefined) memory.delete(oldest);
}

export function createPosting({ call, draw, timeoutMs }: PostingOptions): Posting {
  const underWay = new Map<string, Promise<MessageRef>>();
  const posted = new Map<string, MessageRef>();
  /** Keys that Slack has perhaps taken, without saying so. */
  const doubtful = new Map<string, true>();

  async function linkTo(place: Place, ts: string): Promise<string | undefined> {
    if (place.thread !== undefined) return undefined;
    const asked = call("chat.getPermalink", { channel: place.channel, message_ts: ts });
    return asked.then(({ permalink }) => permalink).catch(() => undefined);
  }

  async function refTo(place: Place, ts: string): Promise<MessageRef> {
    const link = await linkTo(place, ts);
    return { place, id: ts, ...(link === undefined ? {} : { link }) };
  }

  async function find(to: Place, mark: string): Promise<string | undefined> {
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

  async function send(to: Place, card: Card, mark: string): Promise<MessageRef> {
    const { ts } = await call("chat.postMessage", {
      channel: to.channel,
      ...inThread(to),
      ...(to.thread !== undefined && card.alsoInChannel ? { reply_broadcast: true } : {}),
      ...draw(card, to),
      ...asItIs,
      ...unfurlNothing,
      mrkdwn: false,
      metadata: { event_type: metadataType, event_payload: { key: mark } },
    });
    if (ts === undefined) throw new ChatError("unknown", "Slack did not say which message it made");
    return refTo(to, ts);
  }

  /**
   * Looks first; where Slack does not let the bot look, the card says that it may be there twice.
   */
  async function sendUnlessThere(to: Place, card: Card, mark: string): Promise<MessageRef> {
    const found = await find(to, mark).catch(hidden);
    if (found === null) return send(to, perhapsTwice(card), mark);
    return found === undefined ? send(to, card, mark) : refTo(to, found);
  }

  async function attempt(to: Place, card: Card, mark: string, again: boolean): Promise<MessageRef> {
    try {
      const ref = await (again ? sendUnlessThere(to, card, mark) : send(to, card, mark));
      doubtful.delete(mark);
      remember(posted, mark, ref);
      return ref;
    } catch (error) {
      if (error instanceof ChatError && error.failure === "unknown") remember(doubtful, mark, true);
      throw error;
    }
  }

  /**
   * `again` looks through the newest 200 messages of the channel, or 999 of the thread; so does a
   * key in doubt.
   */
  async function post(to: Place, card: Card, key: string, again = false): Promise<MessageRef> {
    const mark = opaque(key);
    const known = posted.get(mark) ?? underWay.get(mark);
    if (known !== undefined) return known;
    const started = attempt(to, card, mark, again || doubtful.has(mark)).finally(() =>
      underWay.delete(mark),
    );
    underWay.set(mark, started);
    return started;
  }

  async function edit(message: MessageRef, card: Card): Promise<MessageRef> {
    await call("chat.update", {
      channel: message.place.channel,
      ts: message.id,
      ...draw(card, message.place),
      ...asItIs,
    });
    return message;
  }

  return { post, edit, attach: (to, file) => upload(call, to, file, timeoutMs) };
}
