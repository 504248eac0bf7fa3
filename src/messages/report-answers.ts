/** What is said to whoever wants the report of a run. */
import type { Card } from "../chat/port.ts";
import type { RunFacts } from "../report/facts.ts";
import { scoreWords } from "./report-files.ts";
import { reportTitle, reportTone } from "./report-title.ts";
import { quoted, refusalCard, type } from "./words.ts";

/** Above the files. */
export const reportCard = (facts: RunFacts): Card => ({
  tone: reportTone(facts),
  title: `Report: ${reportTitle(facts)}`,
  lines: [
    ...scoreWords(facts),
    ...(facts.ended ? [] : ["It goes on: this is how it stands now."]),
    `Run ${facts.run}. Its files follow.`,
  ],
});

export const whichRunCard: Card = refusalCard(
  "No one run is shown here",
  ["Ask in the thread of a run, or name the plan or the run."],
  [type("history"), " lists what has run."],
);

export const noReportCard = (plan: string): Card =>
  refusalCard(
    `No run of ${quoted(plan)} is known`,
    ["The bot has seen none since it keeps reports."],
    [type("history"), " lists what has run."],
  );

/** For a shell. */
export const noReportWords = (typed: string): string =>
  `No run is known by ${quoted(typed)}: give the id of a run, or the name of a plan as EM has it`;
