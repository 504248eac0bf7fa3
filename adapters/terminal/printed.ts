/** What the plain and the interactive face print once and leave standing. */

import { cleanText } from "../../src/chat/clean.ts";
import { fileCard } from "../../src/chat/file-card.ts";
import { type PlainLine, type PlainOptions, plainLines } from "../../src/chat/plain.ts";
import type { Card, Place } from "../../src/chat/port.ts";
import type { KeptFile, Said } from "./face.ts";

/** Turns a line of a card into what is written; this is where colour comes in. */
export type Paint = (line: PlainLine) => string;

export const unpainted: Paint = (line) => line.text;

/** A card as lines, with an empty one after it where it has more than one. */
export function cardLines(card: Card, options: PlainOptions, paint: Paint): string[] {
  const lines = plainLines(card, options).map(paint);
  return lines.length > 1 ? [...lines, ""] : lines;
}

/** A file as something said where it belongs: its text, and where it is. */
export function saidFile(place: Place, file: KeptFile): Said {
  const card = { ...fileCard(file, file.perhapsTwice), title: `File ${file.name}: ${file.path}` };
  return { kind: place.thread === undefined ? "reply" : "thread", id: file.path, place, card };
}

const threadMark = "| ";

export interface ThreadPrinter {
  opened(thread: string, title: string): void;
  /** A card of a thread as lines. */
  lines(thread: string, card: Card, options: PlainOptions): string[];
}

interface Threads {
  readonly titles: Map<string, string>;
  /** Whose lines were printed last. */
  last: string | undefined;
}

/**
 * Lines of threads bear a mark; where several threads are open, their title stands before lines of
 * another one.
 */
export function threadPrinter(paint: Paint): ThreadPrinter {
  const threads: Threads = { titles: new Map(), last: undefined };
  return {
    opened: (thread, title) => void threads.titles.set(thread, title),
    lines: (thread, card, options) => [
      ...heading(threads, thread),
      ...markedLines(card, options, paint),
    ],
  };
}

function markedLines(card: Card, options: PlainOptions, paint: Paint): string[] {
  const width = options.width === undefined ? {} : { width: options.width - threadMark.length };
  return plainLines(card, { ...options, ...width }).map((line) => threadMark + paint(line));
}

function heading(threads: Threads, thread: string): string[] {
  const { titles, last } = threads;
  threads.last = thread;
  const title = titles.get(thread);
  const changed = last !== thread && titles.size > 1;
  return changed && title !== undefined ? [`${threadMark}${cleanText(title)}`] : [];
}
