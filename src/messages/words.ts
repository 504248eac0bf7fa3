/** Pieces that several messages share. */
import { roughly } from "../chat/duration.ts";
import type { Card, Line, Person, Place, Span } from "../chat/port.ts";

export const quoted = (name: string) => `"${name}"`;

export const count = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

export const age = (at: number, now: number) => roughly(Math.max(0, now - at));

/** `a, b and c`; from `most` on the rest is counted. */
export function list(names: readonly string[], most = 8): string {
  if (names.length > most)
    return `${names.slice(0, most - 1).join(", ")} and ${names.length - most + 1} more`;
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** Where none may be left out. */
export const allOf = (names: readonly string[]) => list(names, Number.POSITIVE_INFINITY);

export const at = (instant: number): Span => ({ at: instant, style: "time" });
export const ago = (instant: number): Span => ({ at: instant, style: "ago" });
export const type = (text: string): Span => ({ type: text });
export const who = (person: Person): Span => ({ person });

/** `Anna and Ben` as data, so that platforms show people as they show people. */
export function people(persons: readonly Person[]): Span[] {
  return persons.flatMap((person, i) => {
    const joint = i === 0 ? [] : [i === persons.length - 1 ? " and " : ", "];
    return [...joint, { person }];
  });
}

export const placeWords = ({ platform, channel }: Place) =>
  platform === "terminal" ? "the terminal" : `${platform}, channel ${channel}`;

/** Ends a sentence that may end already. */
export const sentence = (text: string) =>
  /[.!?…]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`;

/** EM's own word, also where it is one that this bot does not know. */
export const plainWord = (word: string) => word.replace(/^unknown:/, "");

/** A short message. */
export const note = (title: string, ...lines: Line[]): Card => ({ tone: "plain", title, lines });

/** What was asked for is not done. */
export const refusalCard = (title: string, lines: readonly Line[], next?: Line): Card => ({
  tone: "warning",
  title,
  lines,
  ...(next === undefined ? {} : { next }),
});

/** A card has room for so much of a reason; the audit log has all of it. */
const LONGEST_REASON = 300;

export function clipped(reason: string): string {
  const characters = [...reason];
  if (characters.length <= LONGEST_REASON) return reason;
  return `${characters.slice(0, LONGEST_REASON - 1).join("")}…`;
}
