/**
 * Whether a message stands in a channel already. Discord's nonce prevents a second one for some
 * minutes; after a longer interruption the channel itself has to be looked at, and shows no nonces.
 */

import { type APIMessage, SnowflakeUtil } from "discord.js";
import type { PlatformTime } from "../../src/chat/platform-time.ts";
import type { Place } from "../../src/chat/port.ts";
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

const hasButtonOf = ({ components }: APIMessage, drawn: Drawn): boolean => {
  const ours = controlIds(drawn.components);
  return controlIds(components).some((id) => ours.includes(id));
};

/**
 * A button in common tells for certain, since tokens are unique; the same words tell for half an
 * hour.
 */
function isSame(message: APIMessage, drawn: Drawn, { ageMs }: PlatformTime): boolean {
  if (hasButtonOf(message, drawn)) return true;
  const agedMs = ageMs(SnowflakeUtil.timestampFrom(message.id));
  return wordsOf(message) === wordsOf(drawn) && agedMs <= sameWordsWithinMs;
}

interface Looking {
  readonly api: Api;
  /** The bot's own id. */
  me(): Promise<string | undefined>;
}

/** The newest of the bot's own. */
async function newestOfMine({ api, me }: Looking, place: Place): Promise<APIMessage[]> {
  const messages = await api.newestMessages(place.thread ?? place.channel);
  const myId = await me();
  return messages.filter(({ author }) => author.id === myId);
}

/** The ids of messages of the bot that have a button of this one. */
export async function asking(looking: Looking, place: Place, drawn: Drawn): Promise<string[]> {
  const mine = await newestOfMine(looking, place);
  return mine.filter((message) => hasButtonOf(message, drawn)).map(({ id }) => id);
}

/**
 * The id of a message of the bot that shows this already; nothing where there is none, or the
 * channel cannot be read.
 */
export async function alreadySaid(
  looking: Looking,
  place: Place,
  drawn: Drawn,
): Promise<string | undefined> {
  const mine = await newestOfMine(looking, place).catch(() => []);
  return mine.find((message) => isSame(message, drawn, looking.api.time))?.id;
}

/**
 * Whether a file of this size stands there already with these words. Two files that differ in
 * neither, within half an hour, are taken for one.
 */
export async function alreadyAttached(
  looking: Looking,
  place: Place,
  drawn: Drawn,
  bytes: number,
): Promise<boolean> {
  const mine = await newestOfMine(looking, place).catch(() => []);
  return mine.some(
    (message) =>
      message.attachments.some(({ size }) => size === bytes) &&
      isSame(message, drawn, looking.api.time),
  );
}
