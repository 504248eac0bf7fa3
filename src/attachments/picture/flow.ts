/** Words set into lines that fit, each piece where it was measured to stand. */

import { graphemesOf } from "../../chat/width.ts";
import type { PictureLine, PictureWord } from "../../messages/picture-words.ts";
import { colours, type Strip } from "./frame.ts";
import type { FontWeight, Letters } from "./letters.ts";
import type { Names } from "./names.ts";
import { characters, element } from "./svg.ts";

/** What is needed to set text. */
export interface Pen {
  readonly letters: Letters;
  readonly names: Names;
}

export interface Style {
  readonly size: number;
  /** Default: 400. */
  readonly weight?: FontWeight;
  /** Default: ink. */
  readonly fill?: string;
  /** Default: "label". */
  readonly is?: string;
}

/** A piece that is never broken. */
interface Piece {
  readonly text: string;
  /** A blank stands before it. */
  readonly apart: boolean;
  readonly width: number;
}

/** Letters that run from right to left. */
const RIGHT_TO_LEFT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

export const widthOfText = ({ letters }: Pen, text: string, { size, weight = 400 }: Style) =>
  letters.widthOf(text, size, weight);

/**
 * A line of text that fits as it is; `anchor`: which end of it `x` is. Default: "start". It begins
 * on a whole unit, since what is drawn alike in many places makes a small file.
 */
export function label(
  pen: Pen,
  text: string,
  style: Style,
  at: { readonly x: number; readonly y: number; readonly anchor?: keyof typeof parts },
): string {
  const { size, weight = 400, fill = colours.ink, is = "label" } = style;
  const { x, y, anchor = "start" } = at;
  return element(
    "text",
    {
      class: is,
      x: Math.round(x - parts[anchor] * widthOfText(pen, text, style)),
      y: Math.round(y),
      "font-family": pen.letters.familyOf(text) ?? "DejaVu Sans",
      "font-size": size,
      "font-weight": weight === 400 ? undefined : weight,
      fill,
    },
    characters(text),
  );
}

/** How much of a text lies before its `x`. */
const parts = { start: 0, middle: 0.5, end: 1 } as const;

/** A line's height, and how far below its top letters stand. */
const LEADING = 1.36;
const BASE = 1.02;

export const lineHeight = ({ size }: Style): number => size * LEADING;

interface Room {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Default: 2. What has no room in so many lines ends with an ellipsis. */
  readonly lines?: number;
}

/** Text in lines; `y` is the top of the first. */
export function paragraph(pen: Pen, words: PictureLine, style: Style, room: Room): Strip {
  const all = broken(pen, piecesOf(pen, words, style, room.width), style, room.width);
  const lines = shortened(pen, all, style, room);
  return {
    height: lines.length * lineHeight(style),
    drawn: lines.flatMap((line, i) => {
      const y = room.y + i * lineHeight(style) + style.size * BASE;
      return setLine(pen, line, style, room.x, y);
    }),
  };
}

/** How wide it is in one line. */
export function widthOfLine(pen: Pen, words: PictureLine, style: Style): number {
  return widthOfPieces(pen, piecesOf(pen, words, style, Number.POSITIVE_INFINITY), style);
}

function widthOfPieces(pen: Pen, pieces: readonly Piece[], style: Style): number {
  const blank = widthOfText(pen, " ", style);
  return pieces.reduce((sum, { width, apart }, i) => sum + width + (apart && i > 0 ? blank : 0), 0);
}

function piecesOf(pen: Pen, words: PictureLine, style: Style, most: number): Piece[] {
  const pieces: Piece[] = [];
  let isApart = false;
  for (const piece of words.flatMap((word) => piecesOfWord(pen, word, style, most))) {
    isApart ||= piece.apart;
    if (piece.text === "") continue;
    pieces.push({ ...piece, apart: isApart });
    isApart = false;
  }
  return pieces;
}

/** Empty where blanks begin or end the word. */
function piecesOfWord(pen: Pen, word: PictureWord, style: Style, most: number): Piece[] {
  const text = typeof word === "string" ? word : pen.names.drawn(word);
  const [first = "", ...others] = text.split(/ +/);
  const words = [
    { text: first, apart: false },
    ...others.map((one) => ({ text: one, apart: true })),
  ];
  return asTheyRun(words).map(({ text, apart }) => {
    const fitting = cut(pen, text, style, most);
    return { text: fitting, apart, width: widthOfText(pen, fitting, style) };
  });
}

type Word = Pick<Piece, "text" | "apart">;

const runsBack = ({ text }: Word) => RIGHT_TO_LEFT.test(text);
const hasLetters = ({ text }: Word) => /\p{L}/u.test(text);

/** Words that run from right to left are one, with the numbers between them; they turn as a whole. */
function asTheyRun(words: readonly Word[]): Word[] {
  const runs: Word[][] = [];
  for (const [i, word] of words.entries()) {
    const last = runs.at(-1);
    const next = words.slice(i).find(hasLetters);
    const goesOn = last?.some(runsBack) && next !== undefined && runsBack(next);
    if (last && goesOn) last.push(word);
    else runs.push([word]);
  }
  return runs.map((run) => ({
    text: run.map(({ text }) => text).join(" "),
    apart: run[0]?.apart ?? false,
  }));
}

/** As much of its begin and its end as fits: what tells servers apart stands at the end. */
function cut(pen: Pen, text: string, style: Style, most: number): string {
  if (widthOfText(pen, text, style) <= most) return text;
  const letters = graphemesOf(text);
  let [kept, over] = [1, letters.length];
  while (over - kept > 1) {
    const middle = (kept + over) >> 1;
    if (widthOfText(pen, ellipsed(letters, middle), style) <= most) kept = middle;
    else over = middle;
  }
  return ellipsed(letters, kept);
}

function ellipsed(letters: readonly string[], kept: number): string {
  const end = Math.floor(kept * 0.4);
  const begin = kept - end;
  return `${letters.slice(0, begin).join("")}…${letters.slice(letters.length - end).join("")}`;
}

function broken(pen: Pen, pieces: readonly Piece[], style: Style, width: number): Piece[][] {
  const lines: Piece[][] = [];
  let line: Piece[] = [];
  for (const word of unbreakable(pieces)) {
    if (line.length > 0 && widthOfPieces(pen, [...line, ...word], style) > width) {
      lines.push(line);
      line = [];
    }
    line.push(...word);
  }
  return line.length > 0 ? [...lines, line] : lines;
}

/** Pieces with no blank between them stay together. */
function unbreakable(pieces: readonly Piece[]): Piece[][] {
  const words: Piece[][] = [];
  for (const piece of pieces) {
    const last = words.at(-1);
    if (last === undefined || piece.apart) words.push([piece]);
    else last.push(piece);
  }
  return words;
}

function shortened(pen: Pen, lines: readonly Piece[][], style: Style, room: Room): Piece[][] {
  const most = room.lines ?? 2;
  const shown = lines.slice(0, most).map((line) => fitted(pen, line, style, room.width));
  const last = shown.at(-1);
  const [next] = lines[most] ?? [];
  if (last === undefined || next === undefined) return shown;
  return [...shown.slice(0, -1), withEllipsis(pen, last, next, style, room.width)];
}

/** Of a word that has no room for less, nothing is shown. */
const LEAST_EM = 4;

/** As much of the next word as has room, and an ellipsis. */
function withEllipsis(
  pen: Pen,
  line: readonly Piece[],
  next: Piece,
  style: Style,
  width: number,
): Piece[] {
  const left = width - widthOfPieces(pen, line, style) - widthOfText(pen, " ", style);
  if (left > LEAST_EM * style.size) {
    const text = cut(pen, `${next.text}…`, style, left);
    return [...line, { text, apart: next.apart, width: widthOfText(pen, text, style) }];
  }
  const end: Piece = { text: "…", apart: false, width: widthOfText(pen, "…", style) };
  const kept = [...line];
  while (kept.length > 1 && widthOfPieces(pen, [...kept, end], style) > width) kept.pop();
  return fitted(pen, [...kept, end], style, width);
}

/** What is glued together may be wider than a line: its widest piece is cut. */
function fitted(pen: Pen, line: readonly Piece[], style: Style, width: number): Piece[] {
  const over = widthOfPieces(pen, line, style) - width;
  if (over <= 0) return [...line];
  const widest = line.toSorted((one, other) => other.width - one.width)[0];
  return line.map((piece) => {
    if (piece !== widest) return piece;
    const text = cut(pen, piece.text, style, piece.width - over);
    return { ...piece, text, width: widthOfText(pen, text, style) };
  });
}

/** Neighbours that one font draws from left to right are one text. */
function setLine(pen: Pen, line: readonly Piece[], style: Style, x: number, y: number): string[] {
  const blank = widthOfText(pen, " ", style);
  const drawn: string[] = [];
  let end = x;
  let open: { text: string; x: number } | undefined;
  const close = () => {
    if (open && open.text !== "") drawn.push(label(pen, open.text, style, { x: open.x, y }));
    open = undefined;
  };
  for (const [i, { text, apart, width }] of line.entries()) {
    const gap = apart && i > 0 ? blank : 0;
    const isPlain = pen.letters.familyOf(text) === "DejaVu Sans" && !RIGHT_TO_LEFT.test(text);
    if (!isPlain) close();
    end += gap;
    if (open) open.text += `${gap > 0 ? " " : ""}${text}`;
    else open = { text, x: end };
    if (!isPlain) close();
    end += width;
  }
  close();
  return drawn;
}
