/**
 * The rows of a card: which of them fit, and how each is written. Few rows are lines, in the order
 * in which they come. Many are groups, the worst first: what is wrong or under way still has a line
 * each, what waits or is done is counted, and the first of it named.
 */

import type { Row } from "../../src/chat/port.ts";
import {
  groupedWorstFirst,
  groupWord,
  isQuiet,
  isSaidByDetail,
  markSigns,
  rowSign,
  wordOf,
} from "../../src/chat/signs.ts";
import { bounded, costOf, merged, type RichElement, type RichLine, richLine } from "./spans.ts";
import { fitted } from "./text.ts";

/**
 * Of those that wait or are done only so many are named: the rest is behind the button that shows
 * all.
 */
const mostNamed = 12;

const mostLines = 30;
const mostInName = 100;
const mostInRow = 900;
/** Room kept for saying how many were left out. */
const costOfRest = 120;

const text = (words: string): RichElement => ({ type: "text", text: words });
const strong = (words: string): RichElement => ({
  type: "text",
  text: words,
  style: { bold: true },
});

const costOfAll = (lines: readonly RichLine[]) =>
  lines.reduce((sum, line) => sum + costOf(line), 0);

function rowLine(before: string, { name, detail }: Row, after: string): RichLine {
  const told = richLine(detail);
  const what = before + fitted(name, mostInName) + after;
  return bounded(merged(told.length > 0 ? [text(`${what} · `), ...told] : [text(what)]), mostInRow);
}

const wholeRow = (row: Row): RichLine =>
  rowLine(rowSign(row), row, isSaidByDetail(row) ? "" : ` · ${wordOf(row)}`);

/** As many of a group as there is room for. */
interface Shown {
  readonly lines: readonly RichLine[];
  readonly count: number;
}

/** The leading lines that cost no more than `room`. */
function leading(lines: readonly RichLine[], room: number): RichLine[] {
  let left = room;
  const end = lines.findIndex((line) => {
    left -= costOf(line);
    return left < 0;
  });
  return lines.slice(0, end < 0 ? lines.length : end);
}

/** Names one after the other, in one line. */
function namesLine(rows: readonly Row[], room: number): Shown {
  const names = rows
    .slice(0, mostNamed)
    .map(({ name }, index) => [text(`${index === 0 ? "" : ", "}${fitted(name, mostInName)}`)]);
  const shown = leading(names, room);
  return { lines: shown.length > 0 ? [merged(shown.flat())] : [], count: shown.length };
}

function loudLines(rows: readonly Row[], room: number): Shown {
  const lines = leading(
    rows.map((row) => rowLine("• ", row, "")),
    room,
  );
  return { lines, count: lines.length };
}

/** One group under its heading, which says how many there are even where not all are shown. */
function groupLines(mark: Row["mark"], rows: readonly Row[], room: number): RichLine[] {
  const heading = [
    strong(`${markSigns[mark]} ${mark === "plain" ? "the rest" : groupWord(rows)}: ${rows.length}`),
  ];
  const left = room - costOf(heading) - costOfRest;
  if (left < 0) return room > costOf(heading) ? [heading] : [];
  const { lines, count } = rows.every(isQuiet) ? namesLine(rows, left) : loudLines(rows, left);
  const rest = rows.length - count;
  return rest === 0 ? [heading, ...lines] : [heading, ...lines, [text(`… and ${rest} more`)]];
}

function groupedRows(rows: readonly Row[], room: number): RichLine[] {
  const lines: RichLine[] = [];
  for (const [mark, group] of groupedWorstFirst(rows))
    lines.push(...groupLines(mark, group, room - costOfAll(lines)));
  return lines;
}

/** The rows as lines that cost at most `room`. */
export function richRows(rows: readonly Row[], room: number): RichLine[] {
  const isList = rows.length <= mostLines || rows.every(({ mark }) => mark === "plain");
  const all = isList ? rows.map(wholeRow) : undefined;
  return all && costOfAll(all) <= room ? all : groupedRows(rows, room);
}
