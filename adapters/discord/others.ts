/**
 * Whether another process is connected with the same token: it has answered an interaction that
 * reached us too, or speaks as this bot.
 */
import { type GatewayMessageCreateDispatchData, MessageType } from "discord.js";
import type { Clock } from "../../src/clock.ts";

export interface Others {
  /** Noticed now; `how` is a sentence. */
  noticed(how: string): void;
  /** How they were noticed last; nothing after an hour without a sign of them. */
  beside(): string | undefined;
}

const rememberedMs = 3_600_000;

export function createOthers(clock: Clock): Others {
  let sign: { readonly how: string; readonly at: number } | undefined;
  return {
    noticed: (how) => {
      sign = { how, at: clock.elapsed() };
    },
    beside: () => (sign && clock.elapsed() - sign.at < rememberedMs ? sign.how : undefined),
  };
}

export const answeredByOther = "Another process has answered what was sent to this bot in Discord";
export const saidByOther = "Another process writes as this bot in Discord";

const posted: readonly MessageType[] = [MessageType.Default, MessageType.Reply];

/**
 * Whether a message of our own user is one that this process has not posted. Answers to
 * interactions have no nonce, and are posted by a webhook; what Discord itself says is no post.
 */
export const isByOther = (
  message: GatewayMessageCreateDispatchData,
  isOurNonce: (nonce: string) => boolean,
): boolean =>
  posted.includes(message.type) &&
  message.webhook_id === undefined &&
  message.interaction_metadata === undefined &&
  !(message.nonce !== undefined && isOurNonce(String(message.nonce)));
