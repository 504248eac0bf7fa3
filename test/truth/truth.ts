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
  /** It may be news from then on; default: of the moment when it is shown. */
  readonly since?: number;
}

export interface Scope {
  readonly past: EmPast;
  /** So long, in milliseconds, what is shown may have been on its way. */
  readonly lagMs: number;
  /** Who has ordered or confirmed anything. */
  readonly people: ReadonlySet<string>;
  /** When EM was asked anything, for orders that it never got; default: all orders arrive. */
  readonly asked?: readonly number[];
  /** Where clocks are moved; times are judged loosely then. Default: all show the world's time. */
  readonly clocks?: Clocks;
}

/** Each way from the world's time, in which messages are shown, to what clocks showed. */
export interface Clocks {
  /** When the bot's clock showed that. */
  whenBot(showed: number): readonly number[];
  /** What EM's clock showed within some time, and how far it was ahead of the world's then. */
  emWithin(from: number, to: number): readonly EmSpan[];
  /** So far was EM's clock moved forward, all in all. */
  readonly emForwardMs: number;
}

export interface EmSpan {
  readonly from: number;
  readonly to: number;
  readonly aheadMs: number;
}

const right: Clocks = {
  whenBot: (showed) => [showed],
  emWithin: (from, to) => [{ from, to, aheadMs: 0 }],
  emForwardMs: 0,
};

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
  readonly since?: number | undefined;
  readonly title: string;
}

const readingsIn = (shown: readonly Shown[], asides: (at: number) => ReadonlySet<string>) =>
  shown.flatMap(({ card, root, at, since }) => {
    const subject = { ...(root ? subjectOf(root) : {}), ...subjectOf(card) };
    return readCard(card, asides(at)).map((reading) => ({
      reading,
      subject,
      at,
      since,
      title: card.title,
    }));
  });

const saidIn = (readings: ReturnType<typeof readingsIn>): Said[] =>
  readings.flatMap((one) => one.reading.statements.map((said) => ({ ...one, said })));

export const statementsIn = (shown: readonly Shown[]): Said[] =>
  saidIn(readingsIn(shown, () => new Set()));

/**
 * A file of a report, or what stands in its place. Its words and numbers are held against what EM did
 * where they are made: test/attachments and the timelines of all scenarios.
 */
const isOfReport = ({ title }: Card) =>
  / UTC\.(?:png|md|csv)$|^The file ".+" is not here$/.test(title);

export function compare(all: readonly Shown[], scope: Scope): Comparison {
  const shown = all.filter(({ card }) => !isOfReport(card));
  const descriptions = (at: number) =>
    new Set(scope.past.at(at).plans.map(({ description }) => description));
  const readings = readingsIn(shown, descriptions);
  const said = saidIn(readings);
  const unread = readings.map(({ reading }) => reading).filter(({ rest }) => rest !== "");
  const byKind = Map.groupBy(said, (one) => one.said.is);
  return {
    compared: new Map([...byKind].map(([kind, { length }]) => [kind, length])),
    wrong: said.filter((one) => !holdsAt(one, scope)).map(wordsOf),
    unread: new Set(unread.map(({ part, rest }) => `${part.part}: ${part.text} → ${rest}`)),
  };
}

/**
 * Where a line names its plan alone, it may be about any run of it; so may be all that tells a run
 * by its time where clocks are moved.
 */
export function holdsAt(one: Said, scope: Scope): boolean {
  const { said, reading, subject: of } = one;
  const { about } = reading;
  const own = about.plan === undefined && about.job === undefined ? { ...of, ...about } : about;
  const { past, people, asked, lagMs: slackMs, clocks } = scope;
  const known = {
    people,
    saidAt: one.at,
    ...(asked ? { asked } : {}),
    slackMs,
    isTimeLoose: clocks !== undefined,
  };
  return momentsOf(own, one, scope).some(({ at, aheadMs }) => {
    const moment = past.at(at, aheadMs);
    return subjectsOf(own, about, moment, clocks).some((subject) =>
      isTrue(said, { ...known, moment, subject, earlier: (at) => past.at(at, aheadMs) }),
    );
  });
}

function subjectsOf(own: Subject, about: Subject, moment: Moment, clocks?: Clocks): Subject[] {
  const others = () => anyRunOf(own, moment, clocks?.emForwardMs ?? 0);
  if (about.plan !== undefined && about.asOf !== undefined) return others();
  return [own, ...(clocks ? others() : [])];
}

/** By EM's clock, which was ahead of the world's by so much. */
interface When {
  readonly at: number;
  readonly aheadMs: number;
}

/** Whenever it may have been read from EM. */
function momentsOf(subject: Subject, { at, since }: Said, scope: Scope): readonly When[] {
  const { past, lagMs, clocks = right } = scope;
  return asOfs(subject, at, scope).flatMap((asOf) => {
    const until = Math.max(asOf + lagMs, subject.action && !subject.asks ? 0 : at, since ? at : 0);
    const spans = clocks.emWithin(
      Math.min(asOf - lagMs, since ?? asOf, subject.ended ?? asOf),
      until,
    );
    return [
      ...clocks.emWithin(asOf, asOf).map(({ from, aheadMs }) => ({ at: from, aheadMs })),
      ...spans.flatMap(({ from, to, aheadMs }) =>
        past.changes(from, to).map((at) => ({ at, aheadMs })),
      ),
    ];
  });
}

/** A card that does not tell it may be as old as its order, where clocks are moved. */
function asOfs({ asOf, sent }: Subject, at: number, { clocks }: Scope): readonly number[] {
  if (!clocks) return [asOf ?? at];
  const told = asOf ?? sent;
  return [...(told === undefined ? [] : clocks.whenBot(told)), at];
}

/** A run is watched no longer than that, as long as EM's clock is not moved. */
const WATCHED_MS = 2 * 3_600_000;

const anyRunOf = (subject: Subject, { runs, at }: Moment, emForwardMs: number): Subject[] =>
  runs
    .filter(({ orderedAt }) => orderedAt > at - WATCHED_MS - emForwardMs)
    .map((run) => ({ ...subject, begun: courseOf(run).beginsAt }));

const wordsOf = ({ said, reading: { part, about }, subject, at, title }: Said) =>
  `${new Date(at).toISOString()} ${title}: ${part.part} "${part.text}": ${JSON.stringify(said)} of ${JSON.stringify({ ...subject, ...about })}`;
