/**
 * A card as a Slack message. Pure. Limits, of https://docs.slack.dev/reference/block-kit/blocks and
 * measured by others: 50 blocks, 3,000 characters a text, about 13,200 in all blocks together; here
 * 10,000, counted as JSON, so that a message is refused by no way of counting.
 */

import type { types } from "@slack/bolt";
import { wholePercent } from "../../src/chat/percent.ts";
import type { Card, Line, Person, Picker, Place, Row, Tone } from "../../src/chat/port.ts";
import { sortedWorstFirst, toneSigns } from "../../src/chat/signs.ts";
import { spokenCard } from "../../src/chat/spoken.ts";
import { slackButton } from "./form.ts";
import { richRows } from "./rows.ts";
import {
  bounded,
  canMention,
  contextLine,
  costOf,
  mentionMarkup,
  merged,
  type RichElement,
  type RichLine,
  richLine,
} from "./spans.ts";
import { escaped, fittedEscaped, plainText } from "./text.ts";

export interface SlackMessage {
  /** What screen readers and notifications read; complete as far as 4,000 characters go. */
  readonly text: string;
  readonly blocks: types.KnownBlock[];
}

/** Draws a card for where it will stand. */
export type Draw = (card: Card, place: Place) => SlackMessage;

const mostInMessage = 10_000;
const mostInText = 4000;
const mostInTitle = 150;
const mostInBlock = 2800;
const mostInLines = 7500;
const mostInLinesBesideRows = 4000;
const mostInLine = 900;
const mostButtons = 10;
const mostNotified = 20;
const barLength = 20;

/** A tone's sign with the space after it. */
const signOf = (tone: Tone): string => (toneSigns[tone] === "" ? "" : `${toneSigns[tone]} `);

const sizeOf = (blocks: readonly types.KnownBlock[]) => JSON.stringify(blocks).length;

const header = ({ tone, title }: Card): types.KnownBlock => ({
  type: "header",
  text: plainText(`${signOf(tone)}${title}`, mostInTitle),
});

/**
 * A card with a bar, rows or something to press has a headline; a short one begins with its title.
 */
const isShort = ({ rows = [], percent, buttons = [], picker }: Card): boolean =>
  rows.length + buttons.length === 0 && percent === undefined && picker === undefined;

/** The title where it has no headline, or where its headline had to cut it. */
function titleLines(card: Card): Line[] {
  const { tone, title, lines, lead = [] } = card;
  if (isShort(card))
    return [[signOf(tone), lines.length + lead.length > 0 ? { strong: title } : title]];
  return signOf(tone).length + title.length > mostInTitle ? [[{ strong: title }]] : [];
}

/** Full only when there is nothing left to do. */
function bar(percent: number): string {
  const shown = wholePercent(percent);
  const filled = Math.floor((shown / 100) * barLength);
  return `${"█".repeat(filled)}${"░".repeat(barLength - filled)} ${shown} %`;
}

const richBlock = (elements: RichElement[]): types.RichTextBlock => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements }],
});

/** Lines as rich texts, none of them longer than Slack takes. */
function paragraphs(lines: readonly RichLine[]): types.RichTextBlock[] {
  const blocks: RichElement[][] = [];
  let left = 0;
  for (const line of lines) {
    left -= costOf(line);
    const open = blocks.at(-1);
    if (open && left >= 0) open.push({ type: "text", text: "\n" }, ...line);
    else {
      blocks.push([...line]);
      left = mostInBlock - costOf(line);
    }
  }
  return blocks
    .filter((elements) => elements.length > 0)
    .map((elements) => richBlock(merged(elements)));
}

/**
 * As many lines as there is room for, and how many there were not. The last is kept: it says what a
 * list leaves out.
 */
function fittingLines(lines: readonly RichLine[], room: number): RichLine[] {
  const last = lines.at(-1) ?? [];
  let left = room - costOf(last);
  const end = lines.slice(0, -1).findIndex((line) => {
    left -= costOf(line);
    return left < 0;
  });
  if (end < 0) return [...lines];
  return [
    ...lines.slice(0, end),
    [{ type: "text", text: `… ${lines.length - 1 - end} more lines …` }],
    last,
  ];
}

function body(card: Card, mentioned: ReadonlySet<string>): RichLine[] {
  const drawn = (lines: readonly Line[]) =>
    lines.map((line) => bounded(richLine(line, mentioned), mostInLine));
  const barLines: RichLine[] =
    card.percent === undefined ? [] : [[{ type: "text", text: bar(card.percent) }]];
  const all = [
    ...drawn([...titleLines(card), ...(card.lead ?? [])]),
    ...barLines,
    ...drawn(card.lines),
  ];
  return fittingLines(all, card.rows?.length ? mostInLinesBesideRows : mostInLines);
}

const next = (line: Line, mentioned: ReadonlySet<string>): types.KnownBlock =>
  richBlock(
    bounded(merged([{ type: "text", text: "➡️ " }, ...richLine(line, mentioned)]), mostInLine),
  );

function attention(people: readonly Person[]): types.KnownBlock[] {
  if (people.length === 0) return [];
  const text = people.map(mentionMarkup).join(" ");
  return [{ type: "section", text: { type: "mrkdwn", text, verbatim: true } }];
}

const select = ({ label, token }: Picker): types.KnownBlock => ({
  type: "actions",
  block_id: `pick:${token}`,
  elements: [
    {
      type: "external_select",
      action_id: "pick",
      placeholder: plainText(label, 150),
      min_query_length: 0,
    },
  ],
});

const actions = ({ buttons = [], picker }: Card): types.KnownBlock[] => [
  ...(picker ? [select(picker)] : []),
  ...(buttons.length > 0
    ? [{ type: "actions" as const, elements: buttons.slice(0, mostButtons).map(slackButton) }]
    : []),
];

const footer = (line: Line): types.KnownBlock[] => {
  const elements = contextLine(line);
  return elements.length > 0 ? [{ type: "context", elements }] : [];
};

/** Those who can be notified, once each. */
function notified({ notify = [] }: Card): Person[] {
  const byId = new Map(notify.filter(canMention).map((person) => [person.id, person]));
  return [...byId.values()].slice(0, mostNotified);
}

/**
 * Everything but the rows, and the rows in what is left; again with less room while the whole is
 * too long.
 */
function allBlocks(card: Card): types.KnownBlock[] {
  const people = notified(card);
  const mentioned = new Set(people.map(({ id }) => id));
  const above = [...(isShort(card) ? [] : [header(card)]), ...paragraphs(body(card, mentioned))];
  const below = [
    ...(card.next === undefined ? [] : [next(card.next, mentioned)]),
    ...attention(people),
    ...actions(card),
    ...(card.footer === undefined ? [] : footer(card.footer)),
  ];
  let room = mostInMessage - sizeOf([...above, ...below]);
  for (;;) {
    const blocks = [...above, ...paragraphs(richRows(card.rows ?? [], room)), ...below];
    const excess = sizeOf(blocks) - mostInMessage;
    if (excess <= 0 || room <= 0) return blocks;
    room -= Math.max(excess, 50);
  }
}

/** The greatest number up to `most` that fits, where all below it fit too; 0 where none does. */
function greatest(most: number, fits: (count: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * The card as it is read aloud, with as many rows as fit, the worst of them first where not all do.
 */
function spoken(card: Card, timeZone: string, most = mostInText): string {
  const isShort = (text: string) => escaped(text).length <= most;
  const said = (rows: readonly Row[], mostRows: number) =>
    spokenCard({ ...card, rows }, { timeZone, mostRows });
  const rows = card.rows ?? [];
  const all = said(rows, rows.length);
  if (isShort(all)) return escaped(all);
  const sorted = sortedWorstFirst(rows);
  const count = greatest(rows.length, (mostRows) => isShort(said(sorted, mostRows)));
  return fittedEscaped(said(sorted, count), most);
}

/** `timeZone`: an IANA name, for the times in the plain words. */
export const slackMessage = (card: Card, timeZone: string): SlackMessage =>
  card.plainly
    ? { text: textAlone(card, timeZone), blocks: [] }
    : { text: spoken(card, timeZone) || "–", blocks: allBlocks(card) };

/** Without blocks, those who are called are called in the text. */
function textAlone(card: Card, timeZone: string): string {
  const calls = notified(card)
    .map((person) => ` ${mentionMarkup(person)}`)
    .join("");
  return `${spoken(card, timeZone, mostInText - calls.length) || "–"}${calls}`;
}
