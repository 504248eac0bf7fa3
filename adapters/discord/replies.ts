/** How an interaction is replied to, from its first answer until its token dies, and after that. */

import type { APIInteraction } from "discord.js";
import type { Audience, Card, Place } from "../../src/chat/port.ts";
import type { Api } from "./api.ts";
import type { Drawn } from "./draw.ts";
import { codes, isRefusal } from "./errors.ts";
import { happenedAt } from "./mention.ts";
import { paged } from "./pages.ts";

export interface ReplyParts {
  readonly api: Api;
  drawn(card: Card): Drawn;
  /** Posts as the bot, for when the interaction can no longer be answered. */
  postInstead(place: Place, card: Card, key: string): Promise<unknown>;
}

export interface Replies {
  reply(card: Card, audience?: Audience): Promise<void>;
  /** After the handler: one that said nothing leaves no "is thinking …" behind. */
  end(): Promise<void>;
}

/** Discord's fifteen minutes, less some for the way. */
const tokenLivesMs = 14.5 * 60_000;

/** Tokens die early at times. */
const tokenIsDead = (error: unknown): boolean =>
  isRefusal(
    error,
    codes.unknownWebhook,
    codes.unknownInteraction,
    codes.webhookTokenDead,
    codes.unknownMessage,
  );

interface State extends ReplyParts {
  readonly interaction: APIInteraction;
  readonly place: Place;
  /** Discord shows that the bot is thinking. */
  waiting: boolean;
  count: number;
}

/**
 * `deferred`: Discord shows everybody that the bot is thinking, until the first reply takes that
 * place.
 */
export function createReplies(
  { api, drawn, postInstead }: ReplyParts,
  interaction: APIInteraction,
  place: Place,
  deferred: boolean,
): Replies {
  const state: State = {
    ...{ api, drawn, postInstead, interaction, place },
    waiting: deferred,
    count: 0,
  };
  return {
    reply: async (card, audience = "everyone") => {
      for (const page of paged(card)) await reply(state, page, audience);
    },
    end: () => end(state),
  };
}

async function reply(state: State, card: Card, audience: Audience): Promise<void> {
  const { api, drawn, interaction, place } = state;
  state.count += 1;
  const key = `answer ${state.count} to ${interaction.id}`;
  if (api.time.ageMs(happenedAt(interaction.id)) < tokenLivesMs) {
    try {
      return await viaInteraction(state, drawn(card), audience === "sender");
    } catch (error) {
      if (!tokenIsDead(error)) throw error;
    }
  }
  await state.postInstead(place, card, key);
}

async function viaInteraction(state: State, body: Drawn, hidden: boolean): Promise<void> {
  const { api, interaction, waiting: first } = state;
  const { application_id: application, token } = interaction;
  state.waiting = false;
  if (first && !hidden) return api.editAnswer(application, token, body);
  // What everybody sees waiting cannot be hidden any more: it makes way for an answer that only
  // its reader sees.
  if (first) await api.removeAnswer(application, token);
  await api.followUp(application, token, body, hidden);
}

async function end(state: State): Promise<void> {
  if (!state.waiting) return;
  state.waiting = false;
  const { application_id: application, token } = state.interaction;
  await state.api.removeAnswer(application, token).catch(() => undefined);
}
