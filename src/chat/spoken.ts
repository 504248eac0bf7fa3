/**
 * A card as it is read aloud, by a screen reader or from a locked phone: whole words instead of
 * brackets, bars, ticks and addresses, and numbers instead of long lists of what needs no
 * attention. As `plainCard`, it holds no markup.
 */
import { cleanText } from "./clean.ts";
import { instant } from "./instant.ts";
import { wholePercent } from "./percent.ts";
import type { Card, Line, Row, Tone } from "./port.ts";
import { counted, isQuiet, isSaidByDetail, sortedWorstFirst, wordOf } from "./signs.ts";
import { drawSpan, type SpanDrawing, spansOf } from "./spans.ts";

export interface SpokenOptions {
  /** IANA name; a text that is not drawn anew has no "3 min ago", but times in UTC and in this zone. */
  readonly timeZone: string;
  /** At most so many rows are said, and how many are left out. Default: all. */
  readonly mostRows?: number;
}

const toneWords: Record<Tone, string> = {
  plain: "",
  question: "",
  running: "",
  good: "",
  warning: "Warning: ",
  bad: "Problem: ",
};

/** Up to so many rows are all said. */
const FEW_ROWS = 12;

const goesItsWay = (row: Row) => isQuiet(row) || row.mark === "running";

const spokenSpans = (timeZone: string): SpanDrawing<string> => ({
  text: cleanText,
  time: (at) => instant(at, timeZone),
  person: ({ name }) => cleanText(name),
  typed: cleanText,
  strong: cleanText,
  link: (_, text) => cleanText(text),
});

function spokenLine(line: Line, { timeZone }: SpokenOptions): string {
  const drawing = spokenSpans(timeZone);
  return spansOf(line)
    .map((span) => drawSpan(span, drawing))
    .join("");
}

function spokenRow(row: Row, options: SpokenOptions): string {
  const { name, detail } = row;
  const words = [isSaidByDetail(row) ? "" : wordOf(row), spokenLine(detail, options)]
    .filter((word) => word !== "")
    .join(", ");
  return `${cleanText(name)}${words === "" ? "" : `: ${words}`}`;
}

/**
 * Few rows one by one; of many, what is wrong, the worst first, and how many there are of the rest.
 */
function spokenRows(rows: readonly Row[], options: SpokenOptions): string[] {
  const { mostRows = rows.length } = options;
  const onlyCounted = rows.length > FEW_ROWS ? rows.filter(goesItsWay) : [];
  const said =
    onlyCounted.length > 0 ? sortedWorstFirst(rows.filter((row) => !goesItsWay(row))) : rows;
  const lines = said.slice(0, mostRows).map((row) => spokenRow(row, options));
  if (said.length > mostRows) lines.push(`and ${said.length - mostRows} more`);
  return onlyCounted.length > 0 ? [...lines, counted(onlyCounted)] : lines;
}

/** The whole card; lines are parted by `\n`, with none at the end. */
export function spokenCard(card: Card, options: SpokenOptions): string {
  const said = (line: Line) => spokenLine(line, options);
  const names = new Set(card.notify?.map(({ name }) => cleanText(name)));
  return [
    `${toneWords[card.tone]}${cleanText(card.title)}`,
    ...[...(card.lead ?? []), ...card.lines].map(said),
    ...(card.percent === undefined ? [] : [`${wholePercent(card.percent)} %`]),
    ...spokenRows(card.rows ?? [], options),
    ...(card.next === undefined ? [] : [said(card.next)]),
    ...(names.size === 0 ? [] : [`For the attention of ${[...names].join(", ")}`]),
    ...(card.footer === undefined ? [] : [said(card.footer)]),
  ].join("\n");
}
