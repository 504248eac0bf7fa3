/**
 * A card as a Discord message. Pure.
 *
 * The title is the message's own content, because that is what a phone's notification and a screen
 * reader say first, and because mentions notify from there alone. What is more than a few lines
 * stands in one embed under it, coloured by the tone; its text flows to the width of a phone, where
 * the fields of an embed would pile up one by one. Components v2 would take the content away, and
 * with it the preview that wakes somebody at night. A card without rows, bar and small print needs
 * no box: it is drawn as content alone, so that a thread reads like a chat.
 *
 * Limits are those of Discord's message resource: content 2,000, description 4,096, 6,000 over all
 * embeds.
 */

import type { APIEmbed } from "discord.js";
import { isInstant } from "../../src/chat/instant.ts";
import { wholePercent } from "../../src/chat/percent.ts";
import { perhapsTwiceRemark } from "../../src/chat/perhaps-twice.ts";
import type { Card, Line, Person, Row, Span, Tone } from "../../src/chat/port.ts";
import {
  counted,
  isQuiet,
  isSaidByDetail,
  rowSign,
  sortedWorstFirst,
  toneSigns,
  wordOf,
} from "../../src/chat/signs.ts";
import { drawSpan, type SpanDrawing, spansOf, withSpans } from "../../src/chat/spans.ts";
import { type ControlRow, drawControls } from "./controls.ts";
import { clamped, code, masked, strong } from "./text.ts";

interface AllowedMentions {
  readonly parse: [];
  readonly users: string[];
  readonly roles: string[];
}

/** Every part is always given, so that an edit clears what the earlier card had. */
export interface Drawn {
  readonly content: string;
  readonly embeds: APIEmbed[];
  readonly components: ControlRow[];
  readonly allowed_mentions: AllowedMentions;
}

const contentMax = 2000;
const descriptionMax = 4096;
const allBoxesMax = 6000;
const titleMax = 256;
const leadMax = 700;
const lineMax = 1000;
const linesMaxBesideRows = 1800;
const nextMax = 900;
const footerMax = 300;
/** More rows than this are not read on a phone; of those that wait or are done, ever fewer. */
const rowsMost = 40;
const quietMost = 12;
const detailMax = 600;
const detailLeast = 180;
/** Of a row that stands there whole; hardly anything says more. */
const wholeDetailMax = 1500;
const mentionsMost = 40;

const colours: Record<Tone, number> = {
  plain: 0x747f8d,
  question: 0x5865f2,
  running: 0x3498db,
  good: 0x2e8b57,
  warning: 0xe5a00d,
  bad: 0xc0392b,
};

/** People and roles of Discord. A role is a person whose id is `role:` and the role's id. */
const discordId = /^(?:role:)?\d{5,20}$/;

const spansWithin = (max: number): SpanDrawing<string> => ({
  text: (text) => clamped(text, max),
  time: (at, style) => drawInstant(at, style, max),
  person: ({ name }) => strong(name, max),
  typed: (text) => code(text, max),
  strong: (text) => strong(text, max),
  link: (address, text) => masked(text, address, max),
});

/** Drawn by each reader's own client, in their zone and language. */
function drawInstant(at: number, style: "time" | "ago", max: number): string {
  if (!isInstant(at)) return clamped("unknown time", max);
  const drawn = `<t:${Math.floor(at / 1000)}:${style === "time" ? "f" : "R"}>`;
  return drawn.length <= max ? drawn : "";
}

/** Two pieces of markup that touch would be read as one; a blank of no width keeps them apart. */
const touching = (one: string, other: string) => /[*`]$/.test(one) && /^[*`]/.test(other);

function append(drawn: string, span: Span, max: number): string {
  const alone = drawSpan(span, spansWithin(max - drawn.length));
  if (!touching(drawn, alone)) return drawn + alone;
  return `${drawn}\u200b${drawSpan(span, spansWithin(max - drawn.length - 1))}`;
}

const drawLine = (line: Line, max: number): string =>
  spansOf(line).reduce<string>((drawn, span) => append(drawn, span, max), "");

/** As many of the lines as fit in `max`, with a last one that says what was left out. */
function stack(lines: readonly string[], max: number, more: (left: number) => string): string {
  const whole = lines.join("\n");
  if (whole.length <= max) return whole;
  for (let shown = lines.length - 1; shown >= 0; shown--) {
    const part = [...lines.slice(0, shown), more(shown)].join("\n");
    if (part.length <= max) return part;
  }
  return "";
}

const drawLines = (lines: readonly Line[], max: number): string => {
  const drawn = lines.map((line) => drawLine(line, Math.min(lineMax, max)));
  return stack(drawn, max, (shown) => `… and ${lines.length - shown} more lines`);
};

const present = (parts: readonly string[]): string[] => parts.filter((part) => part !== "");

function drawRow(row: Row, mostInDetail: number): string {
  const { name, detail } = row;
  const told = drawLine(detail, mostInDetail);
  const word = isSaidByDetail(row) ? "" : wordOf(row);
  return present([`${rowSign(row)}${strong(name, 110) || "…"}`, word, told]).join(" · ");
}

/**
 * Few rows have room for all that is said of them; many are shown as far as they need attention,
 * and counted.
 */
function drawRows(rows: readonly Row[], max: number): string {
  const most = Math.min(
    detailMax,
    Math.max(detailLeast, Math.floor(max / Math.max(1, rows.length)) - 130),
  );
  const inOrder = rows
    .slice(0, rowsMost)
    .map((row) => drawRow(row, most))
    .join("\n");
  if (rows.length <= rowsMost && inOrder.length <= max) return inOrder;
  const sorted = sortedWorstFirst(rows);
  const loud = sorted.filter((row) => !isQuiet(row)).length;
  const shown = Math.min(rowsMost, loud + quietMost, rows.length);
  const more = (count: number) => {
    const words = counted(sorted.slice(count));
    return `… and ${rows.length - count} more${words === "" ? "" : `: ${words}`}`;
  };
  const top = sorted.slice(0, shown).map((row) => drawRow(row, detailLeast));
  if (rows.length > shown) top.push(more(shown));
  return stack(top, max, (count) => more(Math.min(count, shown)));
}

/** The number comes first, for those who have it read to them. */
function drawBar(percent: number): string {
  const shown = wholePercent(percent);
  const full = Math.floor(shown / 10);
  return `${shown} % ${"▰".repeat(full)}${"▱".repeat(10 - full)}`;
}

/** Everything but the title and the rows, and the room that it leaves them in one box. */
function around(card: Card) {
  const rows = card.rows ?? [];
  const bar = card.percent === undefined ? "" : drawBar(card.percent);
  const next = card.next === undefined ? "" : `➡️ ${drawLine(card.next, nextMax)}`;
  const footer = card.footer === undefined ? "" : `-# ${drawLine(card.footer, footerMax)}`;
  const taken = present([bar, next, footer]).reduce((sum, part) => sum + part.length + 2, 6);
  const room = descriptionMax - taken;
  const lines = drawLines(card.lines, rows.length > 0 ? linesMaxBesideRows : room);
  return {
    above: present([bar, lines]).join("\n"),
    below: present([next, footer]).join("\n"),
    room: room - lines.length,
  };
}

/** What stands in boxes: one, or as many as the rows need to stand there whole. */
function drawBoxes(card: Card): string[] {
  const rows = card.rows ?? [];
  const { above, below, room } = around(card);
  if (rows.length === 0) return present([present([above, below]).join("\n")]);
  return wholeBoxes(card) ?? [present([above, drawRows(rows, room), below]).join("\n\n")];
}

/** Undefined where the rows have no room, or are more than are read on a phone. */
function wholeBoxes(card: Card): string[] | undefined {
  const rows = card.rows ?? [];
  if (rows.length > rowsMost) return undefined;
  const { above, below } = around(card);
  const drawn = rows.map((row) => drawRow(row, wholeDetailMax));
  const boxes = boxed([
    above === "" ? "" : `${above}\n`,
    ...drawn,
    below === "" ? "" : `\n${below}`,
  ]);
  return boxes.reduce((sum, box) => sum + box.length, 0) <= allBoxesMax ? boxes : undefined;
}

/** One after the other, each in the box of the one before as long as it has room. */
function boxed(parts: readonly string[]): string[] {
  const boxes: string[] = [];
  for (const part of present(parts)) {
    const joined = boxes.length === 0 ? part : `${boxes.at(-1)}\n${part}`;
    if (boxes.length > 0 && joined.length <= descriptionMax) boxes[boxes.length - 1] = joined;
    else boxes.push(part.trimStart());
  }
  return boxes.map((box) => box.trimEnd());
}

/** Whether no row has to be cut or left out. */
export const standsWhole = (card: Card): boolean =>
  card.rows === undefined || card.rows.length === 0 || wholeBoxes(card) !== undefined;

const peopleIn = (line: Line): Person[] =>
  spansOf(line).flatMap((span) =>
    typeof span === "object" && "person" in span && span.mention ? [span.person] : [],
  );

/** Whom the card names to be called: ids, once each. Nobody else is ever in `allowed_mentions`. */
function called(card: Card): string[] {
  const details = (card.rows ?? []).map((row) => row.detail);
  const lines = [
    ...(card.lead ?? []),
    ...card.lines,
    ...details,
    card.next ?? "",
    card.footer ?? "",
  ];
  const people = [...(card.notify ?? []), ...lines.flatMap(peopleIn)];
  const ids = people.filter((person) => person.platform === "discord").map((person) => person.id);
  return [...new Set(ids.filter((id) => discordId.test(id)))].slice(0, mentionsMost);
}

const roleIds = (ids: readonly string[]) =>
  ids.filter((id) => id.startsWith("role:")).map((id) => id.slice("role:".length));
export const isUser = (id: string): boolean => discordId.test(id) && !id.startsWith("role:");
const userIds = (ids: readonly string[]) => ids.filter((id) => !id.startsWith("role:"));

const calls = (ids: readonly string[]): string =>
  [...userIds(ids).map((id) => `<@${id}>`), ...roleIds(ids).map((id) => `<@&${id}>`)].join(" ");

const needsBox = (card: Card): boolean =>
  card.percent !== undefined || card.footer !== undefined || (card.rows ?? []).length > 0;

/** With what must be read even where embeds are hidden. */
const drawTitle = (card: Card, boxed: boolean): string => {
  const { lead = [] } = card;
  const draw = boxed || card.lines.length + lead.length > 0 ? strong : clamped;
  const title = `${toneSigns[card.tone]} ${draw(card.title, titleMax).trim() || "…"}`.trim();
  return present([title, drawLines(lead, leadMax)]).join("\n");
};

/** `choices` fill the card's picker. */
export function draw(card: Card, choices: readonly string[] = []): Drawn {
  const ids = called(card);
  if (card.plainly) return drawPlainly(card, ids);
  const boxes = drawBoxes(card);
  const alone = present([drawTitle(card, false), ...boxes, calls(ids)]).join("\n");
  const inBoxes = needsBox(card) || alone.length > contentMax;
  return {
    content: inBoxes ? present([drawTitle(card, true), calls(ids)]).join("\n") : alone,
    embeds: inBoxes ? boxes.map((description) => ({ description, color: colours[card.tone] })) : [],
    components: drawControls(card, choices),
    allowed_mentions: { parse: [], users: userIds(ids), roles: roleIds(ids) },
  };
}

/** Without box and controls; what has no room is left out, line by line. */
function drawPlainly(card: Card, ids: readonly string[]): Drawn {
  const ends = present([calls(ids)]);
  const lines = [drawTitle(card, true), ...drawBoxes(card).join("\n").split("\n")];
  const fits = (count: number) =>
    [...lines.slice(0, count), ...ends].join("\n").length <= contentMax;
  while (!fits(lines.length)) lines.pop();
  return {
    content: [...lines, ...ends].join("\n"),
    embeds: [],
    components: [],
    allowed_mentions: { parse: [], users: userIds(ids), roles: roleIds(ids) },
  };
}

/**
 * The same card, calling nobody: for the copy in the channel of what the thread has already said.
 */
export const muted = (card: Card): Card => ({
  ...withSpans(card, (span) => ("person" in span ? { ...span, mention: false } : span)),
  notify: [],
});

/** With the remark as small print; left out where there is no room for it. */
export function remarked(drawn: Drawn): Drawn {
  const content = `${drawn.content}\n-# ${perhapsTwiceRemark}`;
  return content.length <= contentMax ? { ...drawn, content } : drawn;
}

/** What an old message says after its card has moved on to a newer one. */
export const drawMoved = (card: Card, link: string | undefined): Drawn => ({
  content: `⤵️ ${strong(card.title, titleMax)} goes on ${link ? masked("in a newer message", link, 300) : "in a newer message"}`,
  embeds: [],
  components: [],
  allowed_mentions: { parse: [], users: [], roles: [] },
});
