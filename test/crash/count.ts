/** What is counted of a run that was killed again and again, and which promises were broken. */
import type { Order } from "../../src/records/order.ts";
import type { Watch } from "../../src/records/watch.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { type Expected, wrongWithAlarms } from "./alarms.ts";
import { type Absence, wrongWithAbsences } from "./away.ts";
import { titleOfEnd, titleOfNotSent, wrongWithEnd } from "./finals.ts";
import type { Nemesis } from "./nemeses.ts";
import { announcedRepeats, plain, wrongWithCard, wrongWithLine, wrongWithRoot } from "./posts.ts";
import { PLAN, type Stage } from "./stage.ts";
import { isVoid, type Line, type State } from "./witness.ts";

export interface Tally {
  readonly kills: number;
  readonly confirmations: number;
  readonly starts: number;
  /** Ends of runs, as the state file has them. */
  readonly ends: number;
  /** Lines that the bot committed itself to say, and how many of them are files. */
  readonly lines: number;
  readonly files: number;
  /** Times between two lives while a run was open. */
  readonly absences: number;
  /** Lines and cards that were posted twice, and said so. */
  readonly announcedRepeats: number;
  /** What befell the bot while it lived, besides kills. */
  readonly dealt: readonly Nemesis[];
  /** Sentences; none where all promises were kept. */
  readonly faults: readonly string[];
}

interface Told {
  readonly sandbox: Sandbox;
  readonly stage: Stage;
  readonly state: State;
  readonly absences: readonly Absence[];
  readonly complaints: readonly string[];
  readonly kills: number;
  readonly dealt: readonly Nemesis[];
  /** When a life was held up. */
  readonly delays: readonly Absence[];
  readonly expected: Expected;
  /** What the witness has seen: ids of orders that were confirmed, and lines that were queued. */
  readonly confirmed: readonly string[];
  readonly lines: readonly Line[];
}

export function count(told: Told): Tally {
  const { sandbox, stage, state, absences, complaints, kills, dealt, lines } = told;
  const runs = startsIn(sandbox);
  const voids = state.pastOrders.filter(isVoid);
  const confirmations = told.confirmed.length - voids.length;
  const ours = state.ended.filter(({ order }) => order !== undefined);
  const notSent = state.pastOrders.filter(wasNotSent);
  const [starts, ends] = [runs.length, ours.length + notSent.length];
  const finals = lines.filter(({ card }) => card.alsoInChannel);
  const faults = [
    ...wrongWithStarts(starts, confirmations, ours.length),
    ...(ours.length === state.ended.length
      ? []
      : ["a run of its own was taken for somebody else's"]),
    ...(ends === confirmations ? [] : [`${ends} ends of ${confirmations} runs`]),
    ...(finals.length === ends ? [] : [`${finals.length} ends told of ${ends}`]),
    ...wrongWithReports(state.ended, lines),
    ...(state.unsaid === 0 ? [] : [`${state.unsaid} things were left unsaid`]),
    ...lines.flatMap((line) => wrongWithLine(line, lines, stage)),
    ...topicsOf(lines).flatMap((topic) => wrongWithCard(topic, stage)),
    ...ours.flatMap((watch) => wrongWithEnd(watch, runs[0])),
    ...titlesIn(ours, notSent).flatMap((end) => wrongWithTitles(end, finals, stage)),
    ...state.ended.flatMap((watch) => wrongWithVms(watch, lines)),
    ...wrongWithAbsences(absences, lines, told.delays),
    ...wrongWithAlarms(lines, told.expected),
    ...complaints,
  ];
  return {
    kills,
    confirmations,
    starts,
    ends,
    lines: lines.length,
    files: lines.filter(({ file }) => file !== undefined).length,
    absences: absences.length,
    announcedRepeats: announcedRepeats(stage),
    dealt,
    faults,
  };
}

function startsIn({ estate }: Sandbox) {
  const plan = estate.plans().find(({ name }) => name === PLAN);
  return estate.startsOf(plan?.id ?? "");
}

function wrongWithStarts(starts: number, confirmations: number, ours: number): string[] {
  return [
    ...(confirmations === 0 ? ["nobody could confirm"] : []),
    ...(starts > confirmations ? [`${starts} starts for ${confirmations} confirmations`] : []),
    ...(starts > ours
      ? [`${starts} starts, but only ${ours} runs that the bot knows to be its own`]
      : []),
  ];
}

interface TitleOfEnd {
  readonly topic: string;
  readonly title: RegExp;
}

const titlesIn = (ours: readonly Watch[], notSent: readonly Order[]): TitleOfEnd[] => [
  ...ours.flatMap((watch) => watch.topics.map((topic) => ({ topic, title: titleOfEnd(watch) }))),
  ...notSent.map(({ topic }) => ({ topic, title: titleOfNotSent })),
];

/** The root card and the last line bear the title of this end, and no other. */
function wrongWithTitles(
  { topic, title }: TitleOfEnd,
  finals: readonly Line[],
  stage: Stage,
): string[] {
  const others = finals.filter((line) => line.topic === topic && !title.test(line.card.title));
  return [
    ...wrongWithRoot(topic, title, stage),
    ...others.map(({ card }) => `told in the end: "${card.title}"`),
  ];
}

const wasNotSent = (order: Order) =>
  order.phase.is === "closed" && order.phase.how.is === "not-sent" && !isVoid(order);

/** Picture, text and table of each run, once in each of its places. */
const wrongWithReports = (ended: readonly Watch[], lines: readonly Line[]): string[] =>
  ended.flatMap(({ id, topics }) =>
    topics.flatMap((topic) => {
      const forms = lines.flatMap(({ topic: own, file }) =>
        own === topic && typeof file?.content === "object" ? [file.content] : [],
      );
      const isWhole = forms.map(({ as }) => as).join() === "png,md,csv";
      return isWhole && forms.every(({ report }) => report === id)
        ? []
        : [`the report of ${id} has ${forms.length} files in ${topic}`];
    }),
  );

const topicsOf = (lines: readonly Line[]) => [...new Set(lines.map(({ topic }) => topic))];

/**
 * Each VM's end is told in one line of the thread. Only that all is well with it may be left out,
 * where it was seen in the same look as the end of the run.
 */
function wrongWithVms({ vms, phase, topics }: Watch, lines: readonly Line[]): string[] {
  const told = lines
    .filter(
      ({ topic, card, file }) =>
        topics.includes(topic) && !card.alsoInChannel && file === undefined,
    )
    .flatMap(({ card }) => plain(card).split("\n"));
  const ends = told.filter((line) => / (?:up|failed)\b.*\(\d+ of \d+ up/.test(line));
  const ended = vms.filter(({ mark }) => ["done", "warning", "failed"].includes(mark));
  return ended.flatMap(({ name, mark, changedAt }) => {
    const times = ends.filter((line) => line.split(/[:,() ]+/).includes(name)).length;
    const atTheEnd = mark === "done" && phase.is === "ended" && phase.at === changedAt;
    return times === 1 || (times === 0 && atTheEnd)
      ? []
      : [`the end of ${name} was told ${times} times`];
  });
}
