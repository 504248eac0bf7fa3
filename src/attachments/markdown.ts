/** A run's report as Markdown. Whatever a name or reason holds is text in it. */
import { cleanText } from "../chat/clean.ts";
import { duration } from "../chat/duration.ts";
import type { Line } from "../chat/port.ts";
import type { SpanDrawing } from "../chat/spans.ts";
import { happeningWords } from "../messages/happenings.ts";
import { decidedAt } from "../messages/report-files.ts";
import {
  gapLine,
  type ReportRow,
  reportFinePrint,
  runRows,
  scorecardRows,
} from "../messages/report-rows.ts";
import { reportTitle } from "../messages/report-title.ts";
import { evidenceWord, vmOutcome } from "../messages/report-vms.ts";
import { tookOf } from "../report/extent.ts";
import type { RunFacts, Sourced, VmFacts } from "../report/facts.ts";
import { botName } from "../version.ts";
import { drawnLine, type ReadBy, timeFor } from "./shown.ts";

export const markdownReport = (facts: RunFacts, by: ReadBy): string =>
  [...markdownLines(facts, by)].join("");

/** Each with its line break, drawn as it is asked for: of thousands of VMs they take long together. */
export function* markdownLines(facts: RunFacts, by: ReadBy): Iterable<string> {
  for (const [i, block] of blocks(facts, by).entries()) {
    if (i > 0) yield "\n";
    for (const line of block) yield `${line}\n`;
  }
}

type Block = Iterable<string>;

/** What an empty line stands between. */
function blocks(facts: RunFacts, by: ReadBy): Block[] {
  const { vms, timeline, gaps } = facts;
  return [
    [`# ${text(reportTitle(facts))}`],
    rowsTable(["", ""], runRows(facts), by),
    ["## Scorecard"],
    rowsTable(["Measure", "Value"], scorecardRows(facts), by),
    ["## VMs"],
    vms.length === 0 ? ["EM has named no VM."] : vmTable(facts, by),
    ["## Timeline"],
    timeline.length === 0 ? ["Nothing is kept of it."] : timelineTable(facts, by),
    ...(gaps.length === 0 ? [] : [["## What nobody knows"], listOf(gaps.map(gapLine), by)]),
    ["## How to read this"],
    listOf([...reportFinePrint, `Made by ${botName}.`], by),
  ];
}

/** What Markdown, or the HTML in it, could take for more than a character. */
const ACTIVE = /[\\`*_{}[\]<>|~#&$!]/g;
/** What is a link by itself. */
const SCHEME = /:(?=\/\/)/g;
const ADDRESS = /\b(www)\./gi;

const text = (from: string): string =>
  cleanText(from)
    .replace(ACTIVE, "\\$&")
    .replace(SCHEME, "\\:")
    .replace(ADDRESS, "$1\\.")
    .replaceAll("@", "\\@");

const spansBy = (by: ReadBy): SpanDrawing<string> => ({
  text,
  time: (at) => text(timeFor(by, at)),
  person: ({ name }) => text(name),
  typed: text,
  strong: (strong) => `**${text(strong)}**`,
  link: (_, words) => text(words),
});

const drawn = (line: Line, by: ReadBy): string => drawnLine(line, spansBy(by));

const listOf = (lines: readonly Line[], by: ReadBy): Block =>
  lines.map((line) => `- ${drawn(line, by)}`);

/** `cells`: of one row, drawn already. */
function* table<Row>(
  head: readonly string[],
  rows: readonly Row[],
  cells: (row: Row) => readonly string[],
): Block {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  yield line(head);
  yield line(head.map(() => "---"));
  for (const row of rows) yield line(cells(row));
}

const rowsTable = (head: readonly [string, string], rows: readonly ReportRow[], by: ReadBy) =>
  table(head, rows, ({ name, says }) => [text(name), drawn(says, by)]);

const VM_HEAD = [
  "VM",
  "By EM's word",
  "Evidence",
  "Began",
  "Ended",
  "Took",
  "Usually",
  "Restore point",
  "Made",
  "Age then",
  "Promised",
  "EM says",
];

const vmTable = (facts: RunFacts, by: ReadBy): Block =>
  table(VM_HEAD, facts.vms, (vm) => vmCells(vm, facts, by));

function vmCells(vm: VmFacts, facts: RunFacts, by: ReadBy): string[] {
  const { name, began, ended, message, usualMs, point } = vm;
  return [
    text(name),
    vmOutcome(vm, facts),
    evidenceWord(vm),
    timeCell(began?.at, by),
    timeCell(ended?.at, by),
    durationCell(tookOf(vm)),
    durationCell(usualMs),
    text(point?.name ?? ""),
    timeCell(point?.madeAt, by),
    durationCell(point?.ageMs),
    durationCell(point?.promisedMs),
    text(message ?? ""),
  ];
}

const timeCell = (at: number | undefined, by: ReadBy) =>
  at === undefined ? "" : text(timeFor(by, at));

const durationCell = (ms: number | undefined) => (ms === undefined ? "" : duration(ms));

function timelineTable(facts: RunFacts, by: ReadBy): Block {
  const from = decidedAt(facts);
  return table(["When", "After the decision", "By", "What"], facts.timeline, (happening) => [
    timeCell(happening.at, by),
    afterwards(happening, from),
    happening.by === "em" ? "EM" : "bot",
    drawn(happeningWords(happening, facts), by),
  ]);
}

/** What was before the decision has no time after it. */
const afterwards = ({ at }: Sourced, from: number | undefined) =>
  from === undefined || at < from ? "" : duration(at - from);
