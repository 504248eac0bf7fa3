/**
 * The rows of a card: which of them fit, and how each is written. Few rows are lines, in the order in which they come.
 * Many are groups, the worst first: what is wrong or under way still has a line each, what waits or is done is named.
 */

import type { Mark, Row } from "../../src/chat/port.ts";
import { bounded, costOf, merged, type RichElement, type RichLine, richLine } from "./spans.ts";
import { fitted } from "./text.ts";

/** A sign beside the word, never instead of it. The worst is first. */
const signs: Record<Mark, string> = {
  failed: "❌",
  stalled: "⏸️",
  warning: "⚠️",
  unknown: "❔",
  running: "▶️",
  waiting: "⏳",
  done: "✅",
};

const worstFirst = Object.keys(signs) as readonly Mark[];
const quiet: ReadonlySet<Mark> = new Set(["waiting", "done"]);

const mostLines = 30;
const mostInName = 100;
const mostInRow = 900;
/** Room kept for saying how many were left out. */
const costOfRest = 120;

const text = (words: string): RichElement => ({ type: "text", text: words });
const strong = (words: string): RichElement => ({ type: "text", text: words, style: { bold: true } });

const costOfAll = (lines: readonly RichLine[]) => lines.reduce((sum, line) => sum + costOf(line), 0);

function rowLine(before: string, { name, detail }: Row, after: string): RichLine {
  const told = richLine(detail);
  const what = before + fitted(name, mostInName) + after;
  return bounded(merged(told.length > 0 ? [text(`${what} · `), ...told] : [text(what)]), mostInRow);
}

const wholeRow = (row: Row): RichLine => rowLine(`${signs[row.mark]} `, row, ` · ${row.mark}`);

export const sortedWorstFirst = (rows: readonly Row[]): Row[] =>
  rows.toSorted((one, other) => worstFirst.indexOf(one.mark) - worstFirst.indexOf(other.mark));

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

/** Names one after the other, in lines that can be parted. */
function namesLines(rows: readonly Row[], room: number): Shown {
  const names = rows.map(({ name }) => [text(`${fitted(name, mostInName)}, `)]);
  const shown = leading(names, room).flat();
  const perLine = 40;
  const lines: RichLine[] = [];
  for (let from = 0; from < shown.length; from += perLine)
    lines.push(merged(shown.slice(from, from + perLine)));
  return { lines: lines.map(withoutComma), count: shown.length };
}

const withoutComma = (line: RichLine): RichLine =>
  line.map((element) =>
    element.type === "text" ? { ...element, text: element.text.replace(/, $/, "") } : element,
  );

function loudLines(rows: readonly Row[], room: number): Shown {
  const lines = leading(
    rows.map((row) => rowLine("• ", row, "")),
    room,
  );
  return { lines, count: lines.length };
}

/** One group under its heading, which says how many there are even where not all are shown. */
function groupLines(mark: Mark, rows: readonly Row[], room: number): RichLine[] {
  const heading = [strong(`${signs[mark]} ${mark}: ${rows.length}`)];
  const left = room - costOf(heading) - costOfRest;
  if (left < 0) return room > costOf(heading) ? [heading] : [];
  const { lines, count } = quiet.has(mark) ? namesLines(rows, left) : loudLines(rows, left);
  const rest = rows.length - count;
  return rest === 0 ? [heading, ...lines] : [heading, ...lines, [text(`… and ${rest} more`)]];
}

function groupedRows(rows: readonly Row[], room: number): RichLine[] {
  const lines: RichLine[] = [];
  for (const mark of worstFirst) {
    const group = rows.filter((row) => row.mark === mark);
    if (group.length > 0) lines.push(...groupLines(mark, group, room - costOfAll(lines)));
  }
  return lines;
}

/** The rows as lines that cost at most `room`. */
export function richRows(rows: readonly Row[], room: number): RichLine[] {
  const all = rows.length <= mostLines ? rows.map(wholeRow) : undefined;
  return all && costOfAll(all) <= room ? all : groupedRows(rows, room);
}
