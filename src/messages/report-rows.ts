/** A run's report in rows: what was decided, the scorecard, and what nobody knows. */
import { duration } from "../chat/duration.ts";
import type { Line, Span } from "../chat/port.ts";
import { hasEnded } from "../records/watch.ts";
import type { Decided, Gap, Kept, RunFacts, Scorecard, Sourced } from "../report/facts.ts";
import { outcome, reportName, runWords } from "./report-title.ts";
import { keptWithSpare } from "./scorecard.ts";
import { at, count, list, placeWords, sentence, who } from "./words.ts";

export interface ReportRow {
  readonly name: string;
  readonly says: Line;
}

/** What was ordered, by whom, and what became of it; what is not known has no row. */
export function runRows(facts: RunFacts): ReportRow[] {
  const { state, tally } = outcome(facts);
  const { plan, reason, asked, approved, sent, began, sessionEnded, ended, asOf } = facts;
  const { stoppedBy } = facts;
  return [
    row("Outcome", tally === undefined ? state : `${state} (${tally})`),
    ...undoneSince(facts).map((says) => row("Undone since", says)),
    row("Run", reportName(facts)),
    ...(plan.tenant === undefined ? [] : [row("Tenant", plan.tenant)]),
    ...(facts.action === undefined ? [row("Order", ELSEWHERE)] : []),
    ...(facts.from?.points === "before"
      ? [row("Restore points", ["the newest from before ", at(facts.from.at)])]
      : []),
    ...(asked ? [row("Asked for", decidedLine(asked))] : []),
    ...(reason === undefined ? [] : [row("Because", reason)]),
    ...approved.map((one) => row("Approved", decidedLine(one))),
    ...timed("Sent to EM", sent),
    ...(stoppedBy ? [row("Stop ordered", ["by ", who(stoppedBy)])] : []),
    ...timed("EM's session began", began),
    ...timed("EM's session ended", sessionEnded),
    ...timed("Watched until", ended),
    ...timed("As of", asOf),
    ...(facts.session === undefined ? [] : [row("Id of EM's session", facts.session)]),
    row("EM", facts.em),
    row("Id of the run", facts.run),
  ];
}

/** When, and by which run of whom; of a run that was not undone nothing. */
export const undoneSince = ({ timeline }: RunFacts): Span[][] =>
  timeline.flatMap(({ at: when, what }) =>
    what.is === "undone"
      ? [[at(when), `, by run ${what.run}`, ...(what.who ? [" of ", who(what.who)] : [])]]
      : [],
  );

const ELSEWHERE =
  "not by this bot: EM's API shows neither who gave it nor whether it is a failover, a test or an undo";

const row = (name: string, says: Line): ReportRow => ({ name, says });

const timed = (name: string, time: Sourced | undefined): ReportRow[] =>
  time ? [row(name, [at(time.at), byWords(time)])] : [];

/** Whose time it is. */
const byWords = ({ by }: Sourced) => (by === "em" ? ", by EM" : "");

const decidedLine = ({ who: person, where, at: when }: Decided): Span[] => [
  "by ",
  who(person),
  ` in ${placeWords(where)}, `,
  at(when),
];

/** Each number with its target, and the word "not known" where there is none. */
export function scorecardRows(facts: RunFacts): ReportRow[] {
  const { scorecard, action, ended } = facts;
  const { recovery, targets } = scorecard;
  const { vm } = runWords(facts);
  const from = action ? "From the question" : "From the begin of EM's session";
  const last = `the last VM ${vm}${ended ? "" : " so far"}`;
  return [
    row(`${from} to the first VM ${vm}`, took(scorecard.firstUpMs)),
    row(`${from} to ${last}`, withTarget(took(scorecard.lastUpMs), recovery, targets.recoveryMs)),
    ...(action
      ? [
          row("People's time, from the question to its approval", took(scorecard.peopleMs)),
          row(`EM's time, from the order to ${last}`, took(scorecard.machineMs)),
        ]
      : []),
    ...dataRows(facts),
    row(`VMs ${vm}, by ${byWhat(facts)}`, upWords(scorecard)),
    ...seenRows(facts),
    ...slowestRows(scorecard),
  ];
}

/** A test and an undo lose nothing by the points that they use. */
function dataRows({ scorecard, action }: RunFacts): ReportRow[] {
  if (action !== undefined && action !== "start") return [];
  const says = withTarget(dataWords(scorecard), scorecard.dataKept, scorecard.targets.dataMs);
  return [row("Age of the oldest restore point used", says)];
}

const NOT_KNOWN = "not known";

const took = (ms: number | undefined) => (ms === undefined ? NOT_KNOWN : duration(ms));

/** At the moment at which its VM was failed over, and then the point that the question showed. */
function dataWords({ data }: Scorecard): string {
  if (!data) return NOT_KNOWN;
  const promised = data.promisedMs === undefined ? [] : [`promised ${duration(data.promisedMs)}`];
  const of = `known of ${count(data.known, "VM")}`;
  return `${duration(data.mostMs)} (${[data.vm, ...promised, of].join("; ")})`;
}

const withTarget = (says: string, kept: Kept | undefined, targetMs: number | undefined) =>
  kept ? `${says}; ${keptWithSpare(kept, targetMs)}` : says;

const upWords = ({ up, of, notKnown }: Scorecard): string =>
  notKnown === of && of > 0
    ? NOT_KNOWN
    : `${up} of ${of}${notKnown > 0 ? `; not known of ${notKnown}` : ""}`;

/** Where EM has not said how a VM went, its replica point may have shown it. */
const byWhat = ({ vms }: RunFacts): string =>
  vms.some(({ mark, evidence }) => !hasEnded(mark) && evidence === "seen")
    ? "EM's word or their replica points"
    : "EM's word";

/** How many ends are proven, as far as anybody has looked. */
function seenRows({ vms }: RunFacts): ReportRow[] {
  const looked = vms.filter(({ evidence }) => evidence !== undefined);
  if (looked.length === 0) return [];
  const seen = looked.filter(({ evidence }) => evidence === "seen").length;
  return [row("Confirmed by replica points", `${seen} of ${looked.length}`)];
}

const slowestRows = ({ slowest }: Scorecard): ReportRow[] =>
  slowest.length === 0
    ? []
    : [row("Slowest", list(slowest.map(({ vm, tookMs }) => `${vm} (${duration(tookMs)})`)))];

/** Times of which nothing is known. */
export const gapLine = ({ from, to, why, tookOverFrom }: Gap): Line => [
  why === "em-silent" ? "EM did not answer from " : "Nobody watched from ",
  at(from),
  " to ",
  at(to),
  ` (${duration(to - from)}).`,
  ...(tookOverFrom === undefined ? [] : [` ${sentence(`Before, ${tookOverFrom} led`)}`]),
];

/** How the numbers of a report are to be read. */
export const reportFinePrint: readonly string[] = [
  "Times by EM are those of its session, set to this bot's clock; all others are this bot's own.",
  "A VM is up where EM says so, or where EM has not said how it went and its replica point shows it. What its replica point shows stands beside that: only then it is confirmed.",
  "A restore point's age is counted to the moment at which its VM began to be failed over. Promised is the age, at that moment, of the point that the question showed.",
];
