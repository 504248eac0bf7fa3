/**
 * Whether a message stands in a channel already. Discord's nonce prevents a second one for some
 * minutes; after a longer interruption the channel itself has to be looked at, and shows no nonces.
 */

import { type APIMessage, SnowflakeUtil } from "discord.js";
import type { Place } from "../../src/chat/port.ts";
import type { Clock } from "../../src/clock.ts";
import type { Api } from "./api.ts";
import type { ControlRow } from "./controls.ts";
import type { Drawn } from "./draw.ts";

const sameWordsWithinMs = 30 * 60_000;

const controlIds = (rows: APIMessage["components"] | ControlRow[] = []): string[] =>
  rows.flatMap((row) => {
    const parts = "components" in row ? row.components : [];
    return parts.flatMap((part) => ("custom_id" in part ? [part.custom_id] : []));
  });

/** The title alone would not do: the card of a run and the line about its end bear the same. */
const wordsOf = ({ content, embeds }: Pick<APIMessage, "content" | "embeds">): string =>
  [content, ...embeds.map(({ description = "" }) => description)]
    .map((text) => text.trim())
    .join("\n");

/**
 * A button in common tells for certain, since tokens are unique; the same words tell for half an
 * hour.
 */
function isSame(message: APIMessage, drawn: Drawn, now: number): boolean {
  const ours = controlIds(drawn.components);
  if (controlIds(message.components).some((id) => ours.includes(id))) return true;
  const ageMs = now - SnowflakeUtil.timestampFrom(message.id);
  return wordsOf(message) === wordsOf(drawn) && ageMs <= sameWordsWithinMs;
}

/**
 * The id of a message of `me` that shows this already; nothing where there is none, or the channel
 * cannot be read.
 */
export async function alreadySaid(
  { api, clock, me }: { api: Api; clock: Clock; me(): Promise<string | undefined> },
  place: Place,
  drawn: Drawn,
): Promise<string | undefined> {
  const messages = await api.newestMessages(place.thread ?? place.channel).catch(() => []);
  const myId = await me().catch(() => undefined);
  const mine = messages.filter(({ author }) => author.id === myId);
  return mine.find((message) => isSame(message, drawn, clock.now()))?.id;
}
