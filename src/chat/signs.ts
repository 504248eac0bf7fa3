/** The pictures that platforms draw beside words, the same on each. */
import type { Row, Tone } from "./port.ts";

export const toneSigns: Record<Tone, string> = {
  plain: "",
  question: "❓",
  running: "🔄",
  good: "✅",
  warning: "⚠️",
  bad: "❌",
};

/** The worst is first: the order in which rows keep their place where not all fit. */
export const markSigns: Record<Row["mark"], string> = {
  failed: "❌",
  stalled: "⌛",
  unknown: "❔",
  warning: "⚠️",
  running: "🔄",
  reported: "🔹",
  plain: "•",
  waiting: "⚪",
  done: "✅",
};

export const worstFirst = Object.keys(markSigns) as readonly Row["mark"][];

/** Rows with the same mark keep their order. */
export const sortedWorstFirst = (rows: readonly Row[]): Row[] =>
  rows.toSorted((one, other) => worstFirst.indexOf(one.mark) - worstFirst.indexOf(other.mark));

/** Rows by their marks, the worst first. */
export const groupedWorstFirst = (rows: readonly Row[]): [mark: Row["mark"], rows: Row[]][] =>
  worstFirst
    .map((mark): [Row["mark"], Row[]] => [mark, rows.filter((row) => row.mark === mark)])
    .filter(([, group]) => group.length > 0);

/** What needs no line of its own where there are many. */
export const isQuiet = ({ mark }: Row): boolean =>
  mark === "waiting" || mark === "reported" || mark === "done";

/** What is said of how a row stands. */
export const wordOf = ({ mark, word }: Row): string => word ?? mark;

/** `3 starting, 120 up`, the worst first; nothing of rows without a mark. */
export const counted = (rows: readonly Row[]): string =>
  groupedWorstFirst(rows)
    .flatMap(([mark, group]) => (mark === "plain" ? [] : [`${group.length} ${groupWord(group)}`]))
    .join(", ");

/** Of rows with the same mark. */
export const groupWord = ([first]: readonly Row[]): string => (first ? wordOf(first) : "");

/** The sign before a row, with a space; a row that is numbered needs no dot. */
export const rowSign = ({ mark, name }: Row): string =>
  mark === "plain" && /^\d+\. /.test(name) ? "" : `${markSigns[mark]} `;

/** Whether the sign and the detail leave nothing for the mark's own word to say. */
export const isSaidByDetail = ({ mark, detail }: Row): boolean =>
  mark === "plain" || ((mark === "done" || mark === "reported") && detail.length > 0);
