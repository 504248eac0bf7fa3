/** Whether the bot said of each absence that it was away, and said it once. */
import type { Span } from "../../src/chat/port.ts";
import type { Line } from "./witness.ts";

/** A time between two lives, while a run was open: in milliseconds since 1970. */
export interface Absence {
  readonly from: number;
  readonly to: number;
}

const instantsIn = (line: string | readonly Span[]): number[] =>
  typeof line === "string"
    ? []
    : line.flatMap((span) => (typeof span === "object" && "at" in span ? [span.at] : []));

/** The times of which the bot says that it was not running then. */
export function toldIn({ card }: Pick<Line, "card">): Absence[] {
  const [from, to] = /^I (?:was away|took over)/.test(card.title)
    ? instantsIn(card.lines[0] ?? "")
    : [];
  return from === undefined || to === undefined ? [] : [{ from, to }];
}

const time = (at: number) => new Date(at).toISOString().slice(11, 19);
const span = ({ from, to }: Absence) => `${time(from)} to ${time(to)}`;
const covers = (told: Absence, absence: Absence) =>
  told.from <= absence.from && absence.to <= told.to;

const overlap = (one: Absence, other: Absence) => one.from <= other.to && other.from <= one.to;

/**
 * Several short lives, in none of which the bot heard from EM, are one absence to it. Of a delay
 * in which it could do nothing it may say that it was away, and of no moment twice; a short one it
 * does not notice.
 */
export function wrongWithAbsences(
  absences: readonly Absence[],
  lines: readonly Line[],
  delays: readonly Absence[] = [],
): string[] {
  const told = lines.flatMap(toldIn);
  const unclear = absences.flatMap((absence) => {
    const times = told.filter((one) => covers(one, absence)).length;
    return times === 1 ? [] : [`the absence from ${span(absence)} was told ${times} times`];
  });
  const others = told.filter((one) => !absences.some((absence) => covers(one, absence)));
  const again = others.filter((one, i) => others.slice(0, i).some((other) => one.from < other.to));
  const invented = others.filter((one) => !delays.some((delay) => overlap(one, delay)));
  return [
    ...unclear,
    ...again.map((one) => `parts of the absence from ${span(one)} were told before`),
    ...invented.map((one) => `the bot was there from ${span(one)}, and says that it was not`),
  ];
}
