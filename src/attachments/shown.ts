/** How a report's times are read: they are the bot's own, which become the wall clock's here. */
import { cleanText } from "../chat/clean.ts";
import { instant, isInstant } from "../chat/instant.ts";
import type { Line } from "../chat/port.ts";
import { drawSpan, type SpanDrawing, spansOf } from "../chat/spans.ts";

export interface ReadBy {
  /** IANA name. */
  readonly timeZone: string;
  /** How a moment of the bot's line of time reads on the wall clock. */
  shown(at: number): number;
}

/** For people. */
export const timeFor = ({ shown, timeZone }: ReadBy, at: number): string =>
  instant(shown(at), timeZone);

/** For programs: ISO 8601 in UTC; nothing of what no calendar has. */
export function isoTime({ shown }: Pick<ReadBy, "shown">, at: number): string | undefined {
  const time = Math.round(shown(at));
  return isInstant(time) ? new Date(time).toISOString() : undefined;
}

/** Without any markup. */
export const unmarked = (line: Line, by: ReadBy): string => drawnLine(line, plainSpans(by));

const plainSpans = (by: ReadBy): SpanDrawing<string> => ({
  text: cleanText,
  time: (at) => timeFor(by, at),
  person: ({ name }) => cleanText(name),
  typed: cleanText,
  strong: cleanText,
  link: (_, text) => cleanText(text),
});

export const drawnLine = (line: Line, drawing: SpanDrawing<string>): string =>
  spansOf(line)
    .map((span) => drawSpan(span, drawing))
    .join("");
