/** What already stands in a place, for finding what the bot has posted without knowing it. */
import type { webApi } from "@slack/bolt";
import type { Place } from "../../src/chat/port.ts";
import { isTroubleOf } from "../../src/chat/trouble.ts";
import type { SlackCall } from "./call.ts";

/** The newest of a channel. */
const mostOfChannel = 200;
/** Slack tells a thread from its beginning, and no more at once. */
const mostOfThread = 999;

export type Told = Pick<
  NonNullable<webApi.ConversationsHistoryResponse["messages"]>[number],
  "ts" | "metadata" | "files"
>;

/** The newest 200 messages of a channel, or the first 999 of a thread. */
export async function seen(call: SlackCall, to: Place): Promise<readonly Told[]> {
  const args = { channel: to.channel, include_all_metadata: true };
  const { messages = [] } =
    to.thread === undefined
      ? await call("conversations.history", { ...args, limit: mostOfChannel })
      : await call("conversations.replies", { ...args, limit: mostOfThread, ts: to.thread });
  return messages;
}

/** The same; nothing where Slack does not let the bot look. */
export async function standing(call: SlackCall, to: Place): Promise<readonly Told[] | undefined> {
  try {
    return await seen(call, to);
  } catch (error) {
    if (isTroubleOf(error, "place", "bot")) return undefined;
    throw error;
  }
}
