/** How the lines of a card are walked and drawn: every platform has to know all kinds of spans. */
import type { Card, Line, Person, Span } from "./port.ts";

export const spansOf = (line: Line): readonly Span[] => (typeof line === "string" ? [line] : line);

/** What becomes of each kind of span. */
export interface SpanDrawing<Drawn> {
  text(text: string): Drawn;
  /** `at` may be no instant at all: see `isInstant`. */
  time(at: number, style: "time" | "ago"): Drawn;
  /** `mention`: this person is to be called, not only named. */
  person(person: Person, mention: boolean): Drawn;
  /** Something to be typed as it stands. */
  typed(text: string): Drawn;
  strong(text: string): Drawn;
  link(address: string, text: string): Drawn;
}

export function drawSpan<Drawn>(span: Span, drawing: SpanDrawing<Drawn>): Drawn {
  if (typeof span === "string") return drawing.text(span);
  if ("at" in span) return drawing.time(span.at, span.style);
  if ("person" in span) return drawing.person(span.person, span.mention ?? false);
  if ("type" in span) return drawing.typed(span.type);
  if ("strong" in span) return drawing.strong(span.strong);
  return drawing.link(span.link, span.text);
}

/** The card with every span changed. A line that is one text is given on as it is. */
export function withSpans(card: Card, change: (span: Exclude<Span, string>) => Span): Card {
  const line = (given: Line): Line =>
    typeof given === "string"
      ? given
      : given.map((span) => (typeof span === "string" ? span : change(span)));
  return {
    ...card,
    ...(card.lead ? { lead: card.lead.map(line) } : {}),
    lines: card.lines.map(line),
    ...(card.rows ? { rows: card.rows.map((row) => ({ ...row, detail: line(row.detail) })) } : {}),
    ...(card.next === undefined ? {} : { next: line(card.next) }),
    ...(card.footer === undefined ? {} : { footer: line(card.footer) }),
  };
}
