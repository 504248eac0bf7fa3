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
