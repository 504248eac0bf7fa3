/**
 * Answers to one person, here and now. What was typed as a slash command or pressed brings an
 * address that answers in its place, also where the bot is no member; Slack takes five answers
 * within half an hour there. Else, and where that is over, the bot answers as itself.
 */

import { type Audience, type Card, ChatError, type Place } from "../../src/chat/port.ts";
import type { Draw } from "./blocks.ts";
import type { SlackCall } from "./call.ts";
import { asItIs, inThread, unfurlNothing } from "./send-options.ts";

export interface Recipient {
  readonly userId: string;
  readonly place: Place;
  /**
   * Of the slash command or press:
   * https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
   */
  readonly responseUrl?: string | undefined;
}

export interface ReplyOptions {
  readonly call: SlackCall;
  readonly draw: Draw;
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
}

const isDirect = ({ channel }: Place) => channel.startsWith("D");

/** False where Slack did not take the answer, or no longer. */
async function answered(
  { fetch, timeoutMs }: ReplyOptions,
  address: string,
  body: object,
): Promise<boolean> {
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.body?.cancel();
    const isPage = answer.headers.get("content-type")?.startsWith("text/html") ?? false;
    return answer.ok && !isPage;
  } catch {
    return false;
  }
}

export type Reply = (asker: Recipient, card: Card, audience?: Audience) => Promise<void>;

export const createReply =
  (options: ReplyOptions): Reply =>
  (asker, card, audience) =>
    reply(options, asker, card, audience);

async function reply(
  options: ReplyOptions,
  asker: Recipient,
  card: Card,
  audience: Audience = "everyone",
): Promise<void> {
  const body = {
    response_type: audience === "sender" ? "ephemeral" : "in_channel",
    replace_original: false,
    ...inThread(asker.place),
    ...options.draw(card, asker.place),
  };
  if (asker.responseUrl && (await answered(options, asker.responseUrl, body))) return;
  await asBot(options, asker, card, audience).catch((error: unknown) => {
    throw error instanceof ChatError
      ? error
      : new ChatError({ kind: "moment", perhapsDone: true }, "Slack did not take the answer");
  });
}

async function asBot(
  { call, draw }: ReplyOptions,
  { userId, place }: Recipient,
  card: Card,
  audience: Audience,
): Promise<void> {
  const message = {
    channel: place.channel,
    ...inThread(place),
    ...draw(card, place),
    ...asItIs,
  };
  if (audience === "sender" && !isDirect(place))
    await call("chat.postEphemeral", { ...message, user: userId });
  else await call("chat.postMessage", { ...message, ...unfurlNothing });
}
