/** What stands above a picture's chart: how it ended, what it was, who decided, what was promised. */
import { duration, roughly } from "../chat/duration.ts";
import type { Decided, Kept, RunFacts, Scorecard } from "../report/facts.ts";
import { onPlatform, type PictureLine, personName, planName, vmName } from "./picture-words.ts";
import { outcome, runWords } from "./report-title.ts";
import { keptWithSpare } from "./scorecard.ts";
import { tallyOfUp } from "./tally-of-up.ts";
import { capital } from "./usage.ts";

/** How it ended. Names in it are names. */
export function pictureTitle(facts: RunFacts): PictureLine {
  const { state } = outcome(facts);
  return namedEnds(facts).reduce<PictureLine>(withName, [state]);
}

/** VMs that the words of an end may hold. */
function namedEnds({ ended }: RunFacts): readonly string[] {
  if (ended?.how.is === "failed") return ended.how.vms;
  return ended?.how.is === "contradicted" ? ended.how.vms.map(({ vm }) => vm) : [];
}

const withName = (line: PictureLine, name: string): PictureLine =>
  name === ""
    ? line
    : line.flatMap((word) => (typeof word === "string" ? parted(word, name) : word));

const parted = (words: string, name: string): PictureLine =>
  words.split(name).flatMap((part, i) => (i === 0 ? [part] : [vmName(name), part]));

/** What the run was. */
export function pictureSubject(facts: RunFacts): PictureLine {
  const { plan, action } = facts;
  const tenant: PictureLine =
    plan.tenant === undefined ? [] : [" · tenant ", { name: plan.tenant, of: "text" }];
  return [action ? kindOf[action] : "Run of ", planName(plan.name), ...tenant];
}

const kindOf = { start: "Failover of ", test: "Test of ", undo: "Undo of ", stop: "Stop of " };

/** That it was undone since, how long it took, against what was promised. */
export function pictureScore(facts: RunFacts): PictureLine[] {
  const { scorecard } = facts;
  return [
    ...undoneWords(facts),
    upWords(facts),
    ...shareWords(facts),
    ...stopWords(facts),
    ...targetWords(scorecard),
    ...dataWordsOf(scorecard),
  ];
}

/** Whoever sees the end alone could think that it stands. */
const undoneWords = ({ timeline }: RunFacts): PictureLine[] =>
  timeline.flatMap(({ what }) =>
    what.is === "undone"
      ? [["Undone since, by a later run", ...(what.who ? [" of ", personName(what.who)] : [])]]
      : [],
  );

/** `11 of 12 up; the last one 18 min 20 s after the question`. */
export function upWords(facts: RunFacts): PictureLine {
  const { scorecard, vms } = facts;
  if (scorecard.of === 0) return ["EM has named no VM"];
  if (vms.every(({ mark, evidence }) => mark === "waiting" && evidence !== "seen"))
    return [`EM has said nothing of ${vms.length === 1 ? "the VM" : `the ${vms.length} VMs`}`];
  const tally = capital(tallyOfUp(scorecard, runWords(facts).vm));
  if (scorecard.lastUpMs === undefined) return [tally];
  const since = facts.action ? "the question" : "the begin of EM's session";
  const last = facts.ended ? "the last one" : "the last so far";
  return [`${tally}; ${last} ${duration(scorecard.lastUpMs)} after ${since}`];
}

/** What EM takes is not known before the end. */
function shareWords({ scorecard, action, ended }: RunFacts): PictureLine[] {
  if (action === undefined) return [["Begun outside this bot: nobody here decided"]];
  const { peopleMs, machineMs } = scorecard;
  const parts = [
    ...(peopleMs === undefined ? [] : [`people took ${duration(peopleMs)}`]),
    ...(machineMs === undefined || !ended ? [] : [`EM took ${duration(machineMs)}`]),
  ];
  return parts.length === 0 ? [] : [[capital(parts.join(", "))]];
}

const stopWords = ({ stoppedBy }: RunFacts): PictureLine[] =>
  stoppedBy ? [["Stop ordered by ", personName(stoppedBy)]] : [];

function targetWords({ targets: { recoveryMs }, recovery }: Scorecard): PictureLine[] {
  return recoveryMs === undefined ? [] : [[capital(againstTarget(recoveryMs, recovery))]];
}

function dataWordsOf({ data, targets: { dataMs }, dataKept }: Scorecard): PictureLine[] {
  const target = dataMs === undefined ? [] : [againstTarget(dataMs, dataKept)];
  if (!data) return target.map((words) => [`Data lost: not known; ${words}`]);
  const promised = data.promisedMs === undefined ? "" : `, promised ${roughly(data.promisedMs)}`;
  return [
    [
      `Data lost: ${roughly(data.mostMs)} at most (`,
      vmName(data.vm),
      `${promised})`,
      ...target.map((words) => `; ${words}`),
    ],
  ];
}

/** `kept`: undefined as long as the run goes on. */
const againstTarget = (targetMs: number, kept: Kept | undefined): string =>
  kept ? keptWithSpare(kept, targetMs) : `the target is ${duration(targetMs)}`;

/** A moment that people or EM decided, in the order of time. */
export interface PictureStep {
  readonly at: number;
  readonly words: PictureLine;
}

/** Question, approvals, sending, begin, end, end of the watch; of many approvals the first and the last. */
export function pictureSteps(facts: RunFacts): PictureStep[] {
  const { asked, approved, sent, began, sessionEnded, asOf, ended } = facts;
  const steps: PictureStep[] = [
    ...(asked ? [{ at: asked.at, words: [...decidedWords("Asked", asked), ...why(facts)] }] : []),
    ...approvals(approved),
    ...(sent ? [{ at: sent.at, words: ["Sent to EM"] }] : []),
    ...(began ? [{ at: began.at, words: ["EM's session began"] }] : []),
    ...(sessionEnded ? [{ at: sessionEnded.at, words: ["EM's session ended"] }] : []),
    ...(asOf ? [{ at: asOf.at, words: ["As EM told of it last"] }] : []),
    ...(ended ? [{ at: ended.at, words: ["Watched until then"] }] : []),
  ];
  return steps.toSorted((one, other) => one.at - other.at);
}

const decidedWords = (verb: string, { who, where }: Decided): PictureLine => [
  `${verb} by `,
  personName(who),
  ` ${onPlatform(where)}`,
];

const why = ({ reason }: RunFacts): PictureLine =>
  reason === undefined ? [] : [": ", { name: reason, of: "text" }];

const MOST_APPROVALS = 3;

function approvals(approved: readonly Decided[]): PictureStep[] {
  const step = (one: Decided) => ({ at: one.at, words: decidedWords("Approved", one) });
  const last = approved.at(-1);
  if (last === undefined || approved.length <= MOST_APPROVALS) return approved.map(step);
  const first = approved.slice(0, MOST_APPROVALS - 1).map(step);
  const between = approved.length - MOST_APPROVALS;
  const words = [`… ${between} more …; `, ...decidedWords("approved", last)];
  return [...first, { at: last.at, words }];
}
