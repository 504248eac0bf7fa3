/**
 * A card as plain text: for logs, pipes and screen readers, and the text that Slack and Discord
 * show where they show no card. Nothing in it is a control code or markup, whatever the card's
 * strings hold. Buttons and pickers are left out: a card always says what to type.
 */

import { cleanText } from "./clean.ts";
import { agoText } from "./duration.ts";
import { instant } from "./instant.ts";
import { wholePercent } from "./percent.ts";
import type { Card, Line, Row, Tone } from "./port.ts";
import { isSaidByDetail, wordOf } from "./signs.ts";
import { drawSpan, type SpanDrawing, spansOf } from "./spans.ts";
import { wrapped } from "./width.ts";

export interface PlainOptions {
  /** What "3 min ago" is counted from, in milliseconds since 1970. */
  readonly now: number;
  /** IANA name; times are shown in UTC, and in this zone where it is another one. */
  readonly timeZone: string;
  /** Lines are broken at so many columns. Default: never. */
  readonly width?: number;
  /** At most so many rows are shown, and how many are left out is said. Default: all. */
  readonly mostRows?: number;
}

/** One line of the text, with what it is, for those who colour it. */
export interface PlainLine {
  readonly part: "title" | "bar" | "line" | "row" | "next" | "footer";
  /** The sign of a row, or the card's tone for its title. */
  readonly sign?: Row["mark"] | Tone;
  readonly text: string;
}

const toneWords: Record<Tone, string> = {
  plain: "",
  question: "[question] ",
  running: "[running] ",
  good: "[ok] ",
  warning: "[warning] ",
  bad: "[problem] ",
};

const barLength = 20;

/** `[########------------] 40 %`; full only when there is nothing left to do. */
export function plainBar(percent: number): string {
  const shown = wholePercent(percent);
  const filled = Math.floor((shown / 100) * barLength);
  return `[${"#".repeat(filled)}${"-".repeat(barLength - filled)}] ${shown} %`;
}

const plainSpans = ({ now, timeZone }: PlainOptions): SpanDrawing<string> => ({
  text: cleanText,
  time: (at, style) => (style === "ago" ? agoText(at, now) : instant(at, timeZone)),
  person: ({ name }) => cleanText(name),
  typed: (text) => `\`${cleanText(text)}\``,
  strong: cleanText,
  link: (address, text) => `${cleanText(text)} (${cleanText(address)})`,
});

/** One line of a card, without control codes or line breaks. */
function plainLine(line: Line, options: PlainOptions): string {
  const drawing = plainSpans(options);
  return spansOf(line)
    .map((span) => drawSpan(span, drawing))
    .join("");
}

function plainRow(row: Row, options: PlainOptions): PlainLine {
  const detail = plainLine(row.detail, options);
  const sign = row.mark === "plain" ? "" : `[${isSaidByDetail(row) ? row.mark : wordOf(row)}] `;
  const text = `${sign}${cleanText(row.name)}${detail === "" ? "" : ` – ${detail}`}`;
  return { part: "row", sign: row.mark, text };
}

function plainRows(rows: readonly Row[], options: PlainOptions): PlainLine[] {
  const shown = rows.slice(0, options.mostRows ?? rows.length);
  const leftOut = rows.length - shown.length;
  const lines = shown.map((row) => plainRow(row, options));
  return leftOut > 0 ? [...lines, { part: "row", text: `… and ${leftOut} more` }] : lines;
}

function unbrokenLines(card: Card, options: PlainOptions): PlainLine[] {
  const lines: PlainLine[] = [
    { part: "title", sign: card.tone, text: `${toneWords[card.tone]}${cleanText(card.title)}` },
  ];
  for (const line of card.lead ?? []) lines.push({ part: "line", text: plainLine(line, options) });
  if (card.percent !== undefined) lines.push({ part: "bar", text: plainBar(card.percent) });
  for (const line of card.lines) lines.push({ part: "line", text: plainLine(line, options) });
  lines.push(...plainRows(card.rows ?? [], options));
  if (card.next !== undefined) lines.push({ part: "next", text: plainLine(card.next, options) });
  const names = new Set(card.notify?.map((person) => cleanText(person.name)));
  if (names.size > 0)
    lines.push({ part: "line", text: `For the attention of ${[...names].join(", ")}` });
  if (card.footer !== undefined)
    lines.push({ part: "footer", text: plainLine(card.footer, options) });
  return lines;
}

/**
 * The lines of `plainCard`, each with what it is; a line that was broken gives several of the same
 * part.
 */
export function plainLines(card: Card, options: PlainOptions): PlainLine[] {
  const { width } = options;
  const lines = unbrokenLines(card, options);
  if (width === undefined) return lines;
  return lines.flatMap((line) => wrapped(line.text, width).map((text) => ({ ...line, text })));
}

/** The whole card; lines are parted by `\n`, with none at the end. */
export const plainCard = (card: Card, options: PlainOptions): string =>
  plainLines(card, options)
    .map(({ text }) => text)
    .join("\n");
