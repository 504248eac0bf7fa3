/** The second line of each live card: whether somebody watches. */
import type { Line } from "../chat/port.ts";
import { ago } from "./words.ts";

/** The platform counts on by itself, so that the card of a dead bot shows it. */
export const lookedLine = ({ seenAt, silence }: Seen, now: number): Line => [
  silence ? "Asked Enterprise Manager (EM) " : "Looked at Enterprise Manager (EM) ",
  ago(silence ? now : seenAt),
  `${silence ? ", without an answer" : ""}. If that is over 2 minutes, nobody is watching: look in the Veeam console.`,
];

interface Seen {
  readonly seenAt: number;
  readonly silence?: unknown;
}
