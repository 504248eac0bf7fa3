/** How cards that are not over yet are drawn in few lines. */

import { agoText } from "../../src/chat/duration.ts";
import { wholePercent } from "../../src/chat/percent.ts";
import { type PlainLine, type PlainOptions, plainLines } from "../../src/chat/plain.ts";
import type { Card } from "../../src/chat/port.ts";
import { graphemesOf, widthOf } from "../../src/chat/width.ts";
import type { Paint } from "./printed.ts";

/** As `PlainOptions`, with a width. */
export type LineOptions = PlainOptions & { readonly width: number };

/**
 * At most `most` lines, be that one: a single card as whole as it can be, several by a line each,
 * questions and then the newest last.
 */
export function liveLines(
  cards: readonly Card[],
  most: number,
  options: LineOptions,
  paint: Paint,
): string[] {
  const [only, ...others] = cards;
  if (only === undefined) return [];
  const lines = others.length === 0 ? fitted(only, most, options) : listed(cards, most, options);
  return lines.map(paint);
}

function fitted(card: Card, most: number, options: LineOptions): PlainLine[] {
  if (isAsked(card)) return questionLines(card, most, options);
  for (const lighter of lighterCards(card)) {
    const lines = plainLines(lighter.card, { ...options, mostRows: lighter.mostRows });
    if (lines.length <= most) return lines;
  }
  return [oneLine(card, options)];
}

/** All of a question is printed: how to decide it is enough. */
function questionLines({ next = "", ...card }: Card, most: number, options: LineOptions) {
  const first = oneLine(card, options);
  const how = plainLines({ tone: "plain", title: "", lines: [next] }, options).slice(1);
  return how.length < most ? [first, ...how] : [first];
}

interface Lighter {
  readonly card: Card;
  readonly mostRows: number;
}

/** What is left out first is said in the thread, or stands on the card once it has ended. */
function* lighterCards(card: Card): Generator<Lighter> {
  const mostRows = card.rows?.length ?? 0;
  const { footer: _footer, ...unsigned } = card;
  yield { card, mostRows };
  yield { card: unsigned, mostRows };
  const short = { ...unsigned, lines: [] };
  yield { card: short, mostRows };
  const { next: _next, ...shorter } = short;
  yield { card: shorter, mostRows };
  const { lead: _lead, ...rows } = shorter;
  for (let fewer = mostRows; fewer > 0; fewer--) yield { card: rows, mostRows: fewer };
}

function listed(cards: readonly Card[], most: number, options: LineOptions): PlainLine[] {
  const inOrder = [...cards.filter((card) => !isAsked(card)), ...cards.filter(isAsked)];
  if (inOrder.length <= most) return inOrder.map((card) => oneLine(card, options));
  const shown = most > 1 ? inOrder.slice(1 - most) : [];
  const left = inOrder.length - shown.length;
  const words = shown.length > 0 ? `… and ${left} more` : `${left} open`;
  return [
    { part: "line", text: shortened(`${words}: \`status\` shows them`, options.width) },
    ...shown.map((card) => oneLine(card, options)),
  ];
}

const isAsked = ({ about }: Card) => about?.stands === "asked";

/** The title, shortened, and how far it is or how long it stays open. */
function oneLine(card: Card, options: LineOptions): PlainLine {
  const unbroken = { ...options, width: Number.POSITIVE_INFINITY };
  const [title] = plainLines({ tone: card.tone, title: card.title, lines: [] }, unbroken);
  const rest = restOf(card, options);
  const text = `${shortened(title?.text ?? "", options.width - widthOf(rest))}${rest}`;
  return { part: "title", sign: card.tone, text };
}

function restOf({ about, percent }: Card, { now }: LineOptions): string {
  if (about?.stands === "asked")
    return about.closesAt > now ? ` · closes ${agoText(about.closesAt, now)}` : "";
  return percent === undefined ? "" : ` · ${wholePercent(percent)} %`;
}

function shortened(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const kept = graphemesOf(text);
  while (kept.length > 0 && widthOf(kept.join("")) > width - 1) kept.pop();
  return `${kept.join("").trimEnd()}…`;
}
