/**
 * Whether each take-over was told in each run that was open then, once, and with what is true: who led
 * before, until when EM was last seen, and from when on it was seen again.
 */
import type { Watch } from "../../src/records/watch.ts";
import { type Absence, toldIn } from "./away.ts";
import type { Line } from "./witness.ts";

/** One lead. Times are in milliseconds since 1970. */
export interface Term {
  readonly epoch: number;
  readonly host: string;
  readonly began: number;
  /** Ids of the watches that were open as it began. */
  readonly open: readonly string[];
}

/** That a leader saved when EM had shown it a watch. */
export interface Saved {
  readonly epoch: number;
  readonly watch: string;
  readonly seenAt: number;
}

/** A line, and the lead in which it was queued. */
export interface Spoken {
  readonly epoch: number;
  readonly at: number;
  readonly line: Line;
}

export interface TakeOvers {
  readonly terms: readonly Term[];
  readonly saved: readonly Saved[];
  readonly spoken: readonly Spoken[];
}

/** What is to be told in one run. */
interface Due {
  readonly term: Term;
  readonly before: Term;
  readonly watch: Pick<Watch, "id" | "topics">;
  readonly topic: string;
}

/** Who heard nothing of EM before it was replaced could tell nothing. */
export function dueIn(
  { terms, saved }: TakeOvers,
  watches: readonly Pick<Watch, "id" | "topics">[],
): Due[] {
  const heard = (term: Term, id: string) =>
    saved.some((one) => one.epoch === term.epoch && one.watch === id && one.seenAt >= term.began);
  return terms.flatMap((term, i) => {
    const before = terms[i - 1];
    const own = watches.filter(({ id }) => term.open.includes(id) && heard(term, id));
    return before
      ? own.flatMap((watch) => watch.topics.map((topic) => ({ term, before, watch, topic })))
      : [];
  });
}

export const wrongWithTakeOvers = (
  seen: TakeOvers,
  watches: readonly Pick<Watch, "id" | "topics">[],
): string[] => dueIn(seen, watches).flatMap((due) => wrongWith(due, seen));

/** The first of its lead; what is told later is about time that stood still for the same leader. */
function wrongWith(due: Due, { saved, spoken }: TakeOvers): string[] {
  const { term, topic } = due;
  const own = spoken.filter((one) => one.epoch === term.epoch && one.line.topic === topic);
  const found = own.flatMap(({ line, at }) =>
    toldIn(line).map((absence) => ({ absence, title: line.card.title, at })),
  )[0];
  const name = `the take-over of epoch ${term.epoch} by ${term.host}`;
  if (!found) return [`${name} was not told`];
  return [
    ...wrongWithTitle(due, found.title).map((fault) => `${name} ${fault}`),
    ...wrongWithTimes(due, found.absence, found.at, saved).map((fault) => `${name} ${fault}`),
  ];
}

const titleOf = ({ term, before }: Due) =>
  before.host === term.host ? "I was away" : `I took over from ${before.host}`;

function wrongWithTitle(due: Due, title: string): string[] {
  const wanted = titleOf(due);
  return title === wanted || title.startsWith(`${wanted}:`) ? [] : [`was told as "${title}"`];
}

/** What rounding and two clocks of one machine come to. */
const APART_MS = 100;

function wrongWithTimes(
  { term, watch }: Due,
  { from, to }: Absence,
  queuedAt: number,
  saved: readonly Saved[],
): string[] {
  const before = saved.filter((one) => one.epoch < term.epoch && one.watch === watch.id);
  const lastSeen = Math.max(0, ...before.map(({ seenAt }) => seenAt));
  return [
    ...(Math.abs(from - lastSeen) <= APART_MS
      ? []
      : [`begins ${from - lastSeen} ms after EM was last seen`]),
    ...(to >= term.began - APART_MS && to <= queuedAt + APART_MS
      ? []
      : [`ends ${to - term.began} ms after it began`]),
  ];
}
