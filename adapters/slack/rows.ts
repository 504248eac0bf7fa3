/** The rows of a card: which of them fit, and how each is written. */

import type { Mark, Row } from "../../src/chat/port.ts";
import { bounded, merged, type RichElement, richLine } from "./spans.ts";
import { fitted } from "./text.ts";

/** A sign beside the word, never instead of it. */
const signs: Record<Mark, string> = {
  failed: "❌",
  stalled: "⏸️",
  warning: "⚠️",
  unknown: "❔",
  running: "▶️",
  waiting: "⏳",
  done: "✅",
};

/** The marks, worst first. */
export const worstFirst = Object.keys(signs) as readonly Mark[];

const mostInName = 100;
const mostInRow = 900;

export type RichRow = readonly RichElement[];

const text = (words: string): RichElement => ({ type: "text", text: words });
const strong = (words: string): RichElement => ({ type: "text", text: words, style: { bold: true } });

function richRow({ mark, name, detail }: Row): RichRow {
  const told = richLine(detail);
  const what = `${signs[mark]} ${fitted(name, mostInName)} · ${mark}`;
  return bounded(merged(told.length > 0 ? [text(`${what} · `), ...told] : [text(what)]), mostInRow);
}

/** How much a line takes of a message, with what stands around it in JSON. */
export const costOf = (line: RichRow): number => JSON.stringify(line).length + 26;

const costOfAll = (lines: readonly RichRow[]) => lines.reduce((sum, line) => sum + costOf(line), 0);

/** `3 failed, 120 done`, worst first. */
export function tally(rows: readonly Row[]): string {
  const counts = worstFirst.map((mark) => ({ mark, count: rows.filter((row) => row.mark === mark).length }));
  return counts.flatMap(({ mark, count }) => (count > 0 ? [`${count} ${mark}`] : [])).join(", ");
}

export const sortedWorstFirst = (rows: readonly Row[]): Row[] =>
  rows.toSorted((one, other) => worstFirst.indexOf(one.mark) - worstFirst.indexOf(other.mark));

/** Room kept for saying how many were left out. */
const costOfRest = 200;

/** Rows in groups, the worst first, as many as there is room for; what was left out is counted by its marks. */
function groupedRows(rows: readonly Row[], room: number): RichRow[] {
  const sorted = sortedWorstFirst(rows);
  const lines: RichRow[] = [[text(`${tally(rows)}, the worst first:`)]];
  let left = room - costOfRest - costOfAll(lines);
  let shown = 0;
  for (const row of sorted) {
    const isFirst = row.mark !== sorted[shown - 1]?.mark;
    const next = isFirst ? [[strong(`${row.mark}:`)], richRow(row)] : [richRow(row)];
    left -= costOfAll(next);
    if (left < 0) break;
    lines.push(...next);
    shown++;
  }
  const rest = sorted.slice(shown);
  return rest.length === 0 ? lines : [...lines, [text(`… and ${rest.length} more: ${tally(rest)}`)]];
}

/** The rows as lines that cost at most `room`: all of them as they come, or else the worst of them in groups. */
export function richRows(rows: readonly Row[], room: number): RichRow[] {
  const all = rows.map(richRow);
  return costOfAll(all) <= room ? all : groupedRows(rows, room);
}
