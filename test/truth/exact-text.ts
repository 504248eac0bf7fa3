/** A card in the words that people read, but with its times to the millisecond. */
import { cleanText } from "../../src/chat/clean.ts";
import type { Card, Line, Row } from "../../src/chat/port.ts";
import { drawSpan, type SpanDrawing, spansOf } from "../../src/chat/spans.ts";

/** One sentence place of a card; `mark`: of a row. */
export interface Part {
  readonly part: "title" | "bar" | "line" | "row" | "next" | "footer";
  readonly text: string;
  readonly mark?: Row["mark"];
}

/** `⟨…⟩` around milliseconds since 1970, `«…»` around what is strong. */
const exactly: SpanDrawing<string> = {
  text: cleanText,
  time: (at) => `⟨${at}⟩`,
  person: ({ name }) => `@${cleanText(name)}@`,
  typed: (text) => `\`${cleanText(text)}\``,
  strong: (text) => `«${cleanText(text)}»`,
  link: (_, text) => `[${cleanText(text)}]`,
};

const drawn = (line: Line): string =>
  spansOf(line)
    .map((span) => drawSpan(span, exactly))
    .join("");

export function partsOf(card: Card): Part[] {
  return [
    { part: "title", text: cleanText(card.title) },
    ...(card.percent === undefined ? [] : [{ part: "bar" as const, text: `${card.percent} %` }]),
    ...[...(card.lead ?? []), ...card.lines].map((line) => ({
      part: "line" as const,
      text: drawn(line),
    })),
    ...(card.rows ?? []).map(({ mark, name, detail }) => ({
      part: "row" as const,
      mark,
      text: `${cleanText(name)} – ${drawn(detail)}`,
    })),
    ...(card.next === undefined ? [] : [{ part: "next" as const, text: drawn(card.next) }]),
    ...(card.footer === undefined ? [] : [{ part: "footer" as const, text: drawn(card.footer) }]),
  ];
}
