/** What is said of the messages themselves: where they stand instead, and that they come late. */
import { duration } from "../chat/duration.ts";
import { platformName } from "../chat/platform-name.ts";
import type { Card, MessageRef, Place } from "../chat/port.ts";
import { spansOf } from "../chat/spans.ts";
import type { Moved, QueuedLine } from "../records/topic.ts";
import { sentence } from "./words.ts";

const roomWords = ({ platform, channel }: Place) =>
  `${platformName[platform]}'s channel ${channel}`;

/** Of a file that was to be made when it is sent. */
export const NOT_MADE = "The bot could not make it";

export const movedWords = ({ from, why }: Moved) =>
  `This stands here because ${roomWords(from)} cannot be written: ${why}`;

/** What an old card says after its run has gone on elsewhere. */
export const goesOnCard = (title: string, { place, link }: MessageRef): Card => ({
  tone: "plain",
  title: `${title} goes on elsewhere`,
  lines: [
    [
      "What is said of it stands in ",
      ...spansOf(link === undefined ? roomWords(place) : [{ link, text: roomWords(place) }]),
      ".",
    ],
  ],
});

/** Beside other messages of a channel, where no thread tells what it is about. */
export const asOf = (title: string, card: Card): Card =>
  card.title.includes(title) ? card : { ...card, title: `${title}: ${card.title}` };

/** The same for those whom it does not call. */
export const unheard = ({ notify: _, alsoInChannel: __, ...card }: Card): Card => card;

/** A line as it is told to those whom it calls, where no place can be written. */
export const directCard = (card: Card, topic: string, place: Place, why: string): Card => ({
  ...asOf(topic, unheard(card)),
  footer: `You get this directly, as ${roomWords(place)} cannot be written: ${sentence(why)}`,
});

export const delayWords = (lateMs: number) =>
  `Messages here are delayed by ${duration(lateMs)}; this card is the present.`;

/** What it counts may have changed since. */
export const saidLate = (at: number, card: Card): Card => ({
  ...card,
  lines: [["Said late: this is from ", { at, style: "time" }, "."], ...card.lines],
});

/** Several lines as one message. */
export const lateCard = (lines: readonly QueuedLine[]): Card => ({
  tone: "plain",
  title: "Said late: nothing could be posted here for a while",
  lines: lines.map(({ at, card }) => [{ at, style: "time" }, `: ${card.title}`]),
});

/** A refused card without what its platform may have refused: boxes and controls. */
export function asMereText({ buttons, picker, ...card }: Card): Card {
  const hadControls = picker !== undefined || (buttons ?? []).length > 0;
  const note = "There are no buttons here, since the platform refused them; type instead.";
  return { ...card, lines: [...card.lines, ...(hadControls ? [note] : [])], plainly: true };
}

const LONGEST_TITLE = 200;

/** A refused card as its title alone; whom it calls is called all the same. */
export const asMereTitle = ({ tone, title, notify, alsoInChannel }: Card): Card => ({
  tone,
  title: title.length <= LONGEST_TITLE ? title : `${title.slice(0, LONGEST_TITLE - 1)}…`,
  lines: ["The platform refused the rest of this message."],
  plainly: true,
  ...(notify ? { notify } : {}),
  ...(alsoInChannel === undefined ? {} : { alsoInChannel }),
});
