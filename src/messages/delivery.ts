/** What is said of the messages themselves: where they stand instead, and that they come late. */
import { duration } from "../chat/duration.ts";
import { platformName } from "../chat/platform-name.ts";
import type { Card } from "../chat/port.ts";
import type { Moved, QueuedLine } from "../records/topic.ts";

export const movedWords = ({ from, why }: Moved) =>
  `This stands here because ${platformName[from.platform]}'s channel ${from.channel} cannot be written: ${why}`;

export const delayWords = (lateMs: number) =>
  `Messages here are delayed by ${duration(lateMs)}; this card is the present.`;

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
