/** Back to somebody whose line can be read in two ways: which restore points were meant. */
import type { Card } from "../chat/port.ts";
import { type } from "./words.ts";

/** A reason in which `before` and a time stand, so that the time may be meant for the points. */
export interface TimeInReason {
  /** The reason as it was typed. */
  readonly all: string;
  /** The reason without the time; may be empty. */
  readonly because: string;
  /** Absent where it is in a form that cannot be read. */
  readonly time?: string;
}

/** `plan`: what to type to mean it. */
export function whichPointsCard(plan: string, { all, because, time }: TimeInReason): Card {
  const reason = because === "" ? "" : ` because ${because}`;
  return {
    tone: "question",
    title: "Which restore points: those before that time, or the newest?",
    lines: [
      [
        "The points before it: ",
        type(`start ${plan} before ${time ?? "<date and time>"}${reason}`),
      ],
      [
        "The newest points, with the time as part of the reason: ",
        type(`start ${plan} because "${all.replaceAll('"', "")}"`),
      ],
    ],
    next: "Nothing was asked yet: type the one that you meant.",
  };
}
