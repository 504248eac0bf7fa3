/** What is said to whoever wants the report of a run. */
import type { Card, Line } from "../chat/port.ts";
import type { RunFacts } from "../report/facts.ts";
import { upWords } from "./picture.ts";
import type { PictureWord } from "./picture-words.ts";
import { undoneSince } from "./report-rows.ts";
import { reportTitle, reportTone } from "./report-title.ts";
import { scoreLines } from "./scorecard.ts";
import { list, quoted, refusalCard, sentence, type } from "./words.ts";

/** Above the files. What has been undone since is said first: nobody is to think that it stands. */
export const reportCard = (facts: RunFacts): Card => ({
  tone: reportTone(facts),
  title: `Report: ${reportTitle(facts)}`,
  lines: [
    ...undoneLines(facts),
    ...numbersOf(facts),
    ...failedLines(facts),
    ...(facts.ended ? [] : ["It goes on: this is how it stands now."]),
    `Run ${facts.run}. Its files follow.`,
  ],
});

/** The same as on the card of the run; as long as that goes on, how far it is. */
function numbersOf(facts: RunFacts): Line[] {
  const { ended, plan, action, scorecard, vms } = facts;
  if (!ended) return scorecard.lastUpMs === undefined ? [] : [sentence(progressOf(facts))];
  const usual = new Map(vms.map(({ name, usualMs }) => [name, usualMs]));
  const run = { how: ended.how, kind: plan.kind, action, card: scorecard };
  return scoreLines({ ...run, usualOf: (vm) => usual.get(vm) });
}

const progressOf = (facts: RunFacts): string => upWords(facts).map(plainOf).join("");

const plainOf = (word: PictureWord): string => (typeof word === "string" ? word : word.name);

function failedLines({ vms }: RunFacts): Line[] {
  const failed = vms.filter(({ mark }) => mark === "failed").map(({ name }) => name);
  return failed.length > 0 ? [sentence(`Failed: ${list(failed)}`)] : [];
}

/** `runs`: several are shown where it was asked for. */
export const whichRunCard = (runs: readonly { id: string; name: string }[]): Card =>
  refusalCard(
    runs.length === 0 ? "No run is shown here" : "Several runs are shown here",
    runs.length === 0
      ? [
          "Ask in the thread of a run, or name the plan or the run. Before a run has begun there is no report; at its end it comes by itself.",
        ]
      : [
          "Name the one that you mean:",
          ...runs.map(({ id, name }) => [type(`report ${id}`), ` – ${name}`]),
        ],
    [type("history"), " lists what has run."],
  );

/** Of an id that no run has which is known here. */
export const noRunCard = (id: string, wanted: "note" | "report"): Card =>
  refusalCard(
    `No run ${id} is known here`,
    [
      ...(wanted === "note" ? ["Nothing was noted."] : []),
      "Its question was not sent to EM, or it is from too long ago.",
    ],
    [type("history"), " lists runs with their ids."],
  );

/** What it says to do next is of before it was undone. */
export function withUndo(card: Card, facts: RunFacts): Card {
  const undone = undoneLines(facts);
  const { next: _, ...rest } = card;
  return undone.length === 0 ? card : { ...rest, lines: [...undone, ...card.lines] };
}

const undoneLines = (facts: RunFacts): Line[] =>
  undoneSince(facts).map((when) => ["Undone since, ", ...when, "."]);

export const noReportCard = (plan: string): Card =>
  refusalCard(
    `No run of ${quoted(plan)} is known`,
    ["The bot has seen none since it keeps reports."],
    [type("history"), " lists what has run."],
  );

/** For a shell. */
export const noReportWords = (typed: string): string =>
  `No one run is known by ${quoted(typed)}: give the id of a run, or the name of a plan as EM has it, with its tenant where two have it ("plan @ tenant")`;
