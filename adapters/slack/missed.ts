/**
 * What was said while no socket was open. Slack repeats what was not acknowledged for some minutes; of
 * what came before that it says nothing more, so the channels of the settings, and the threads of what
 * is in hand, are read from the last moment on that was heard. That needs the scopes channels:history
 * and groups:history. Direct messages are not found that way, and slash commands are told to have
 * failed by Slack itself.
 */

import { askPatiently } from "../../src/chat/ask-patiently.ts";
import type { LastHeard, Place } from "../../src/chat/port.ts";
import type { Clock } from "../../src/clock.ts";
import type { PlatformLog } from "../../src/log.ts";
import type { SlackCall } from "./call.ts";
import { fromMessage, messagesOf, type Spoken } from "./events.ts";
import type { TypedText } from "./happened.ts";
import { type Called, mentions } from "./unescape.ts";

interface MissedParts {
  readonly call: SlackCall;
  readonly clock: Clock;
  readonly log: PlatformLog;
  readonly channels: readonly string[];
  readonly signal: AbortSignal;
  called(): Called;
  /** Hands over one of them; never rejects. */
  take(typed: TypedText): Promise<void>;
}

/** A socket may be dead for so long before that is noticed. */
const unnoticedMs = 2 * 60_000;
/** What is older is not told any more: so long the bot remembers what it has acted on. */
const oldestMs = 23 * 60 * 60_000;
const pageMost = 200;
const pagesMost = 5;
const threadsMost = 20;

/** `now`: by Slack's clock. Nothing where the bot has never heard anything. */
export async function readMissed(
  parts: MissedParts,
  { at, threads }: LastHeard,
  now: number,
): Promise<void> {
  if (at === undefined || parts.called().id === undefined) return;
  const oldest = String(Math.max(at - unnoticedMs, now - oldestMs) / 1000);
  const read = new Set<string>();
  for (const channel of parts.channels) {
    const place: Place = { platform: "slack", channel };
    const roots = await readPlace(parts, place, oldest);
    const answered = roots.filter((root) => root.reply_count).slice(0, threadsMost);
    for (const { ts } of answered) {
      read.add(`${channel} ${ts}`);
      await readPlace(parts, { ...place, thread: ts }, oldest);
    }
  }
  for (const place of threads)
    if (!read.has(`${place.channel} ${place.thread}`)) await readPlace(parts, place, oldest);
}

/** Gives what it has read; nothing where Slack does not let the bot look. */
async function readPlace(parts: MissedParts, place: Place, oldest: string): Promise<Spoken[]> {
  try {
    const found = await messagesSince(parts, place, oldest);
    for (const message of found) await takeIfMeant(parts, place.channel, message);
    return found;
  } catch (error) {
    if (parts.signal.aborted) return [];
    parts.log.warn(
      `What was said in Slack channel ${place.channel} while the bot was away is not known: ${String(error)}`,
    );
    return [];
  }
}

async function takeIfMeant(
  { called, take }: MissedParts,
  channel: string,
  message: Spoken,
): Promise<void> {
  const me = called();
  const typed = mentions(message.text, me) ? fromMessage(channel, message, me) : undefined;
  if (typed) await take({ ...typed, missed: true });
}

/** Oldest first. */
async function messagesSince(
  parts: MissedParts,
  { channel, thread }: Place,
  oldest: string,
): Promise<Spoken[]> {
  const all: Spoken[] = [];
  const asked = { channel, oldest, limit: pageMost };
  let cursor: string | undefined;
  for (let pages = 0; pages < pagesMost; pages++) {
    const more = cursor ? { cursor } : {};
    const answer = await askPatiently(parts, () =>
      thread === undefined
        ? parts.call("conversations.history", { ...asked, ...more })
        : parts.call("conversations.replies", { ...asked, ...more, ts: thread }),
    );
    all.push(...messagesOf(answer));
    cursor = answer.response_metadata?.next_cursor;
    if (!cursor) break;
  }
  const since = all.filter(({ ts }) => Number(ts) > Number(oldest));
  return since.sort((a, b) => Number(a.ts) - Number(b.ts));
}
