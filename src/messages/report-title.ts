/** What a run is called in its report, and how it stands. */
import type { RunFacts } from "../report/facts.ts";
import { endTally, endTone, endWords, tallyOfWell, wordsOf } from "./end.ts";
import type { EndedRun } from "./ended-run.ts";
import { runName } from "./headline.ts";

/** What the words of an end need to know. */
export function endedRun({ action, result, stoppedBy, ended, vms }: RunFacts): EndedRun {
  const verdicts = vms.flatMap(({ evidence }) =>
    evidence === undefined ? [] : [{ is: evidence }],
  );
  return {
    ...(action === undefined ? {} : { order: { action } }),
    ...(result === undefined ? {} : { session: { result } }),
    ...(stoppedBy === undefined ? {} : { stoppedBy }),
    phase: ended ? { is: "ended", how: ended.how } : { is: "following" },
    vms,
    ...(verdicts.length === 0 ? {} : { verdicts }),
  };
}

/** The words of its kind, whatever became of it. */
export const runWords = ({ action }: Pick<RunFacts, "action">) =>
  wordsOf(action === undefined ? {} : { order: { action } });

export const reportName = ({ action, plan }: RunFacts) =>
  runName({ subject: plan, ...(action === undefined ? {} : { order: { action } }) });

/** `Failed over, confirmed: ABC Company Failover Plan`. */
export function reportTitle(facts: RunFacts): string {
  const { state, tally } = outcome(facts);
  return `${state}: ${reportName(facts)}${tally === undefined ? "" : ` (${tally})`}`;
}

export const reportTone = (facts: RunFacts) =>
  facts.ended ? endTone(endedRun(facts), facts.ended.how) : "running";

/** How it stands, and how many VMs are there where that is worth a word. */
export function outcome(facts: RunFacts): { state: string; tally?: string | undefined } {
  const run = endedRun(facts);
  const { ended } = facts;
  if (ended) return { state: endWords(run, ended.how), tally: endTally(run, ended.how) };
  return { state: "Not ended yet", ...(facts.vms.length > 0 ? { tally: tallyOfWell(run) } : {}) };
}
