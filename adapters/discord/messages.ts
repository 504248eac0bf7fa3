/**
 * Messages that people write to the bot. Discord wants no acknowledgement; the bot shows that it
 * types, once what orders or decides is saved.
 */

import { type GatewayMessageCreateDispatchData, MessageType } from "discord.js";
import type { Belongs } from "../../src/chat/belongs.ts";
import type { Arriving, Card, Handlers, Place } from "../../src/chat/port.ts";
import type { Clock } from "../../src/clock.ts";
import type { Api } from "./api.ts";
import { belongsAs, belongsIn } from "./belongs.ts";
import {
  cameEmpty,
  editedAt,
  happenedAt,
  howToCall,
  isForMe,
  type Me,
  notHere,
  personOf,
  type ServerNames,
  textFor,
} from "./mention.ts";
import { isByOther, type Others, saidByOther } from "./others.ts";
import { paged } from "./pages.ts";
import type { Places } from "./places.ts";
import type { Speaker } from "./speak.ts";

type Message = GatewayMessageCreateDispatchData;

export interface MessageParts {
  readonly clock: Clock;
  readonly api: Api;
  readonly places: Places;
  readonly speaker: Speaker;
  readonly handlers: Handlers;
  readonly others: Others;
  home(): string | undefined;
  /** The bot in a server, or in a direct message. */
  me(guild: string | undefined): Me | undefined;
  names(guild: string | undefined): ServerNames;
  listensIn(place: Place): boolean;
}

/** Differs for each time that a message is edited. */
export const deliveryOf = (message: Message): string =>
  message.edited_timestamp ? `${message.id} ${message.edited_timestamp}` : message.id;

/**
 * `missed`: it is read long after it was said. Rejects with `ChatError` where the place of the
 * message cannot be found, or it cannot be answered.
 */
export async function takeMessage(
  parts: MessageParts,
  message: Message,
  missed = false,
): Promise<void> {
  const me = parts.me(message.guild_id);
  if (me?.id === message.author.id && isByOther(message, parts.api.isOurNonce))
    parts.others.noticed(saidByOther);
  if (!me || !isForMe(message, me)) return;
  const edited = editedAt(message);
  const isQuiet = missed || edited !== undefined;
  const place = await parts.places.placeOf(message.channel_id);
  const reply = replyTo(parts, place, message);
  const isHeard = message.guild_id === undefined || parts.listensIn(place);
  if (isQuiet && (!isHeard || cameEmpty(message))) return;
  if (!isHeard) return reply(notHere(place.channel));
  if (cameEmpty(message)) return reply(howToCall(me));
  const said = { ...saidBy(parts, message, me), place };
  if (!isQuiet) await announce(parts, message, said);
  await learnTime(parts.api);
  const datedAt = edited ?? happenedAt(message.id);
  await parts.handlers.incoming({
    ...said,
    ...(edited === undefined ? {} : { edited: true }),
    ...(missed ? { missed } : {}),
    at: parts.clock.now() - parts.api.time.ageMs(datedAt),
    datedAt,
    ...belongsBy(parts, message, said),
    reply,
  });
}

const saidBy = ({ names }: MessageParts, message: Message, me: Me) =>
  ({
    kind: "typed",
    text: textFor(message, me, names(message.guild_id)),
    ...answersIn(message),
    delivery: deliveryOf(message),
    from: personOf(message.author, message.member?.nick),
  }) as const;

/** What orders or decides is saved first, as the typing tells people that it has arrived. */
async function announce(
  { api, handlers }: MessageParts,
  { channel_id }: Message,
  said: Arriving,
): Promise<void> {
  await handlers.arriving(said);
  api.showTyping(channel_id).catch(() => undefined);
}

/** A message that was read later, and a direct one, does not tell of its writer as a member. */
const belongsBy = (parts: MessageParts, { member }: Message, { from, place }: Arriving): Belongs =>
  member ? belongsAs(member) : belongsIn(parts, from, place);

function replyTo({ speaker }: MessageParts, place: Place, message: Message) {
  const { id } = message;
  let count = 0;
  return async (card: Card) => {
    for (const page of paged(card)) {
      count += 1;
      await speaker.answer({ place, id }, page, `answer ${count} to ${deliveryOf(message)}`);
    }
  };
}

/** A reply says which message it replies to. */
function answersIn({ type, message_reference }: Message): { readonly answers?: string } {
  const id = type === MessageType.Reply ? message_reference?.message_id : undefined;
  return id === undefined ? {} : { answers: id };
}

/** What comes before Discord has answered anything would be judged by our clock. */
async function learnTime(api: Api): Promise<void> {
  if (api.time.offsetMs() === undefined) await api.application().catch(() => undefined);
}
