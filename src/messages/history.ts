/** Earlier runs, as somebody asks for them. */
import { duration, roughly } from "../chat/duration.ts";
import type { Card, Line, Row, Span } from "../chat/port.ts";
import type { RunSummary } from "../records/past-run.ts";
import type { Action } from "../records/watch.ts";
import type { Medians } from "../report/history.ts";
import { actionWords } from "./actions.ts";
import { tallyOfUp } from "./tally-of-up.ts";
import { at, count, list, quoted, type } from "./words.ts";

/** So many are shown; older ones are counted. */
const MOST_RUNS = 10;

/** Of all plans. `runs`: newest first. */
export const historyCard = (runs: readonly RunSummary[]): Card => ({
  tone: "plain",
  title: runs.length === 0 ? "No run is kept yet" : lastOf(runs),
  lines: olderLines(runs),
  rows: shownOf(runs).map((run) => rowOf(run, planIn(run, runs), `${kindOf(run)}, `)),
  ...(runs.length === 0
    ? {}
    : {
        next: [
          type("history"),
          " and a plan's name shows what is usual for it; ",
          ...reportOf(runs),
        ],
      }),
});

/** How one of these runs is read in full. */
const reportOf = ([newest]: readonly RunSummary[]): Span[] =>
  newest ? [type(`report ${newest.run}`), " gives that run with all its times."] : [];

/** Of one plan. `name`: with its tenant where another plan has the same. */
export function planHistoryCard(
  name: string,
  runs: readonly RunSummary[],
  medians: readonly Medians[],
): Card {
  const [newest] = runs;
  return {
    tone: "plain",
    title: newest ? `${lastOf(runs)} of ${quoted(name)}` : `No run of ${quoted(name)} is kept`,
    lines: [...medians.flatMap(medianLines), ...olderLines(runs)],
    rows: shownOf(runs).map((run) => rowOf(run, kindOf(run))),
    ...(newest ? { next: reportOf(runs) } : {}),
  };
}

const shownOf = (runs: readonly RunSummary[]) => runs.slice(0, MOST_RUNS);

const lastOf = (runs: readonly RunSummary[]) =>
  runs.length === 1 ? "The last run" : `The last ${shownOf(runs).length} runs`;

const olderLines = (runs: readonly RunSummary[]): Line[] =>
  runs.length > MOST_RUNS ? [`${count(runs.length - MOST_RUNS, "older one")} not shown.`] : [];

/** With its tenant where another plan of that name is among them. */
function planIn({ name, plan, tenant }: RunSummary, runs: readonly RunSummary[]): string {
  const isShared = runs.some((other) => other.name === name && other.plan !== plan);
  return isShared && tenant ? `${name} of ${tenant}` : name;
}

const kinds: Readonly<Record<Action, string>> = {
  start: "failover",
  test: "test",
  undo: "undo",
  stop: "stop",
};

const kindOf = ({ action }: RunSummary) => (action ? kinds[action] : "begun elsewhere");

/** A tick stands for what the replica points showed alone. */
const outcomes: Readonly<Record<RunSummary["how"], Pick<Row, "mark" | "word">>> = {
  confirmed: { mark: "done" },
  reported: { mark: "reported" },
  taken: { mark: "reported" },
  contradicted: { mark: "failed", word: "contradicted" },
  failed: { mark: "failed" },
  lost: { mark: "unknown", word: "end not known" },
};

const rowOf = (run: RunSummary, name: string, before = ""): Row => ({
  ...outcomes[run.how],
  name,
  detail: [before, at(run.decidedAt), ...figuresOf(run).map((words) => `, ${words}`)].filter(
    (span: Span) => span !== "",
  ),
});

function figuresOf(run: RunSummary): string[] {
  const { recoveryMs, dataMs, action, by } = run;
  const vm = action ? actionWords[action].vm : "up";
  return [
    recoveryMs === undefined ? tallyOfUp(run, vm) : `took ${duration(recoveryMs)}`,
    ...(isEmsWord(run) ? ["EM's word"] : []),
    ...(dataMs === undefined ? [] : [`lost ${roughly(dataMs)} of data`]),
    ...(by === undefined ? [] : [`by ${by}`]),
    run.run,
  ];
}

/** Of what is not known it has given none. */
const isEmsWord = ({ how, up }: RunSummary): boolean =>
  (how === "reported" || how === "taken") && up > 0;

/** VMs named in a median's line, the slowest first. */
const MOST_VMS = 8;

function medianLines({ action, runs, recoveryMs, machineMs, dataMs, vms }: Medians): Line[] {
  const kind = kinds[action];
  const parts = [
    ...(recoveryMs === undefined ? [] : [`${duration(recoveryMs)} from the question`]),
    ...(machineMs === undefined ? [] : [`${duration(machineMs)} of it in EM`]),
    ...(dataMs === undefined ? [] : [`with ${roughly(dataMs)} of data lost`]),
  ];
  const each = vms.map(({ vm, tookMs }) => `${vm} ${duration(tookMs)}`);
  return [
    ...(parts.length > 0
      ? [`A ${kind} usually takes ${parts.join(", ")} (median of ${runs}).`]
      : []),
    ...(each.length > 0 ? [`Usual for each VM in a ${kind}: ${list(each, MOST_VMS)}.`] : []),
  ];
}
