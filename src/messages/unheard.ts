/** To those who wrote while the bot could not hear them. */
import type { Card, Line, Person } from "../chat/port.ts";
import { at, count, type, who } from "./words.ts";

export interface LateLine {
  readonly from: Person;
  readonly at: number;
  readonly line: string;
}

/** So many are shown, the newest; all writers are called. */
const MOST = 10;

export function unheardCard(late: readonly LateLine[]): Card {
  const shown = late.slice(-MOST);
  const more = late.length - shown.length;
  return {
    tone: "warning",
    title:
      late.length === 1
        ? "Not carried out: it reached me too late"
        : `Not carried out: ${count(late.length, "message")} reached me too late`,
    lines: [
      "I could not hear what was said here for a while, and have read it since. Nothing was done.",
      ...(more > 0 ? [`${count(more, "earlier one")} and:`] : []),
      ...shown.map(
        ({ from, at: sentAt, line }): Line => [who(from), " ", at(sentAt), ": ", type(line)],
      ),
    ],
    next: "What is still wanted is to be sent again.",
    notify: writers(late),
  };
}

const writers = (late: readonly LateLine[]): Person[] => [
  ...new Map(late.map(({ from }) => [from.id, from])).values(),
];
