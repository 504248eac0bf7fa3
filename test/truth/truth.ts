/** Every statement on every card, compared with what the simulated EM knew when it was shown. */
import type { Card } from "../../src/chat/port.ts";
import { courseOf } from "../../src/sandbox/estate/course.ts";
import type { EmPast, Moment } from "./em-past.ts";
import { isTrue } from "./judge.ts";
import { type Reading, readCard, subjectOf } from "./sentences.ts";
import type { Kind, Statement, Subject } from "./statements.ts";

/** A card as it was shown; `root`: what the card showed then under which it hangs. */
export interface Shown {
  readonly at: number;
  readonly card: Card;
  readonly root?: Card;
}

export interface Scope {
  readonly past: EmPast;
  /** So long, in milliseconds, what is shown may have been on its way. */
  readonly lagMs: number;
  /** Who has ordered or confirmed anything. */
  readonly people: ReadonlySet<string>;
}

export interface Comparison {
  /** Statements compared, by kind. */
  readonly compared: ReadonlyMap<Kind, number>;
  /** A sentence each. */
  readonly wrong: readonly string[];
  /** Texts that nobody can read. */
  readonly unread: ReadonlySet<string>;
}

/** A statement where it stands. */
export interface Said {
  readonly said: Statement;
  readonly reading: Reading;
  /** What the card is about, or that under which it hangs. */
  readonly subject: Subject;
  readonly at: number;
}

const readingsIn = (shown: readonly Shown[], asides: (at: number) => ReadonlySet<string>) =>
  shown.flatMap(({ card, root, at }) => {
    const subject = { ...(root ? subjectOf(root) : {}), ...subjectOf(card) };
    return readCard(card, asides(at)).map((reading) => ({ reading, subject, at }));
  });

const saidIn = (readings: ReturnType<typeof readingsIn>): Said[] =>
  readings.flatMap((one) => one.reading.statements.map((said) => ({ ...one, said })));

export const statementsIn = (shown: readonly Shown[]): Said[] =>
  saidIn(readingsIn(shown, () => new Set()));

export function compare(shown: readonly Shown[], scope: Scope): Comparison {
  const descriptions = (at: number) =>
    new Set(scope.past.at(at).plans.map(({ description }) => description));
  const readings = readingsIn(shown, descriptions);
  const all = saidIn(readings);
  const unread = readings.map(({ reading }) => reading).filter(({ rest }) => rest !== "");
  const byKind = Map.groupBy(all, ({ said }) => said.is);
  return {
    compared: new Map([...byKind].map(([kind, { length }]) => [kind, length])),
    wrong: all.filter((one) => !holdsAt(one, scope)).map(wordsOf),
    unread: new Set(unread.map(({ part, rest }) => `${part.part}: ${part.text} → ${rest}`)),
  };
}

/** Where a line names its plan alone, it may be about any run of it. */
export function holdsAt(
  { said, reading: { about }, subject: of, at }: Said,
  { lagMs, past, people }: Scope,
): boolean {
  const own = about.plan === undefined ? of : about;
  const asOf = own.asOf ?? at;
  const moments = [
    asOf,
    ...past.changes(asOf - lagMs, Math.max(asOf + lagMs, own.action ? 0 : at)),
  ];
  return moments.some((when) => {
    const moment = past.at(when);
    const subjects = about.asOf === undefined ? [own] : anyRunOf(own, moment);
    return subjects.some((subject) => isTrue(said, { moment, people, subject, slackMs: lagMs }));
  });
}

/** A run is watched no longer than that. */
const WATCHED_MS = 2 * 3_600_000;

const anyRunOf = (subject: Subject, { runs, at }: Moment): Subject[] =>
  runs
    .filter(({ orderedAt }) => orderedAt > at - WATCHED_MS)
    .map((run) => ({ ...subject, begun: courseOf(run).beginsAt }));

const wordsOf = ({ said, reading: { part, about }, subject, at }: Said) =>
  `${new Date(at).toISOString()} ${part.part} "${part.text}": ${JSON.stringify(said)} of ${JSON.stringify({ ...subject, ...about })}`;
