/**
 * Messages that people write to the bot. Discord wants no acknowledgement; the bot shows that it
 * types, once what orders or decides is saved.
 */

import type { GatewayMessageCreateDispatchData } from "discord.js";
import type { Card, Handlers, Place } from "../../src/chat/port.ts";
import type { Clock } from "../../src/clock.ts";
import type { Api } from "./api.ts";
import {
  cameEmpty,
  happenedAt,
  howToCall,
  isForMe,
  type Me,
  notHere,
  personOf,
  rolesOf,
  textFor,
} from "./mention.ts";
import type { Places } from "./places.ts";
import type { Speaker } from "./speak.ts";

type Message = GatewayMessageCreateDispatchData;

export interface MessageParts {
  readonly clock: Clock;
  readonly api: Api;
  readonly places: Places;
  readonly speaker: Speaker;
  readonly handlers: Handlers;
  /** The bot in a server, or in a direct message. */
  me(guild: string | undefined): Me | undefined;
  listensIn(place: Place): boolean;
}

/**
 * Rejects with `ChatError` where the place of the message cannot be found, or it cannot be
 * answered.
 */
export async function takeMessage(parts: MessageParts, message: Message): Promise<void> {
  const me = parts.me(message.guild_id);
  if (!me || !isForMe(message, me)) return;
  const place = await parts.places.placeOf(message.channel_id);
  let count = 0;
  const reply = async (card: Card) => {
    count += 1;
    await parts.speaker.answer({ place, id: message.id }, card, `answer ${count} to ${message.id}`);
  };
  if (!parts.listensIn(place)) return reply(notHere);
  if (cameEmpty(message)) return reply(howToCall(me));
  const said = {
    kind: "typed",
    text: textFor(message, me),
    delivery: message.id,
    from: personOf(message.author, message.member?.nick),
    place,
  } as const;
  await parts.handlers.arriving(said);
  parts.api.showTyping(message.channel_id).catch(() => undefined);
  await learnTime(parts.api);
  await parts.handlers.incoming({
    ...said,
    at: parts.clock.now() - parts.api.time.ageMs(happenedAt(message.id)),
    datedAt: happenedAt(message.id),
    groups: rolesOf(message.member),
    reply,
  });
}

/** What comes before Discord has answered anything would be judged by our clock. */
async function learnTime(api: Api): Promise<void> {
  if (api.time.offsetMs() === undefined) await api.application().catch(() => undefined);
}
