/**
 * What was said while the bot was not connected. Discord repeats what a resumed session has missed; of
 * what came before a new session it says nothing, so each channel where the bot listens is read from
 * the last moment on that was heard. Direct messages are not found that way.
 */

import {
  type APIMessage,
  type Client,
  type GatewayMessageCreateDispatchData,
  SnowflakeUtil,
} from "discord.js";
import { askPatiently } from "../../src/chat/ask-patiently.ts";
import type { LastHeard } from "../../src/chat/port.ts";
import type { Clock } from "../../src/clock.ts";
import type { PlatformLog } from "../../src/log.ts";
import type { Api } from "./api.ts";
import { toChatError } from "./errors.ts";

type Message = GatewayMessageCreateDispatchData;

interface MissedParts {
  readonly api: Api;
  readonly clock: Clock;
  readonly log: PlatformLog;
  readonly channels: readonly string[];
  readonly signal: AbortSignal;
  /** Hands over one of them; never rejects. */
  take(message: Message): Promise<void>;
}

/** A connection may be dead for so long before that is noticed; what was heard then is left out. */
const unnoticedMs = 2 * 60_000;
/** What is older is not told any more: so long the bot remembers what it has acted on. */
const oldestMs = 23 * 60 * 60_000;
const pageMost = 100;
const pagesMost = 10;

/** `now`: by Discord's clock. Nothing where the bot has never heard anything. */
export async function takeMissed(
  parts: MissedParts,
  client: Client<true>,
  { at, threads }: LastHeard,
  now: number,
): Promise<void> {
  if (at === undefined) return;
  const since = Math.max(at - unnoticedMs, now - oldestMs);
  const after = String(
    SnowflakeUtil.generate({ timestamp: since, increment: 0n, workerId: 0n, processId: 0n }),
  );
  const known = threads.flatMap(({ thread }) => thread ?? []);
  for (const channel of roomsOf(client, parts.channels, known))
    if (mayHoldMore(client, channel, after)) await readRoom(parts, client, channel, after);
}

/** The channels, but for forums, which hold threads alone; and threads that are not archived. */
function roomsOf(
  client: Client<true>,
  channels: readonly string[],
  threads: readonly string[],
): Set<string> {
  const active = client.channels.cache
    .filter((one) => one.isThread() && channels.includes(one.parentId ?? ""))
    .map(({ id }) => id);
  const texts = channels.filter((id) => !client.channels.cache.get(id)?.isThreadOnly());
  return new Set([...texts, ...active, ...threads]);
}

/** Discord tells of each channel which message was its last; where it does not, one has to look. */
function mayHoldMore({ channels }: Client, id: string, after: string): boolean {
  const channel = channels.cache.get(id);
  const last = channel && "lastMessageId" in channel ? channel.lastMessageId : undefined;
  return !last || BigInt(last) > BigInt(after);
}

async function readRoom(
  parts: MissedParts,
  client: Client<true>,
  channel: string,
  after: string,
): Promise<void> {
  const { log, take, signal } = parts;
  try {
    for (const message of await messagesAfter(parts, channel, after))
      await take(inGateway(client, message));
  } catch (error) {
    if (signal.aborted) return;
    const why = toChatError(error, `read Discord's channel ${channel}`).message;
    log.warn({ channel }, `What was said there while the bot was away is not known: ${why}`);
  }
}

/** Oldest first. */
async function messagesAfter(
  parts: MissedParts,
  channel: string,
  after: string,
): Promise<APIMessage[]> {
  const all: APIMessage[] = [];
  for (let pages = 0, from = after; pages < pagesMost; pages++) {
    const page = await askPatiently(parts, () => parts.api.messagesAfter(channel, from, pageMost));
    all.push(...page.toReversed());
    from = page[0]?.id ?? from;
    if (page.length < pageMost) break;
  }
  return all;
}

/** Where it is read, a message does not say on which server it stands. */
function inGateway({ channels }: Client, message: APIMessage): Message {
  const channel = channels.cache.get(message.channel_id);
  const guild = channel && !channel.isDMBased() ? { guild_id: channel.guildId } : {};
  return { ...message, ...guild };
}
