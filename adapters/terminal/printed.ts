/** What the plain and the interactive face print once and leave standing. */

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
  /**
   * A card of a thread as lines of at most so many columns. What stands before it depends on what
   * was printed last, so that it is asked for once and drawn as often as need be.
   */
  printed(thread: string, card: Card, options: PlainOptions): (width?: number) => string[];
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
    printed: (thread, card, options) => {
      const above = heading(threads, thread);
      return (width) => markedLines(above, card, options, paint, width);
    },
  };
}

function markedLines(
  above: readonly Card[],
  card: Card,
  options: PlainOptions,
  paint: Paint,
  width = Number.POSITIVE_INFINITY,
): string[] {
  const fitting = { ...options, width: width - threadMark.length };
  return [...above, card]
    .flatMap((one) => plainLines(one, fitting))
    .map((line) => threadMark + paint(line));
}

function heading(threads: Threads, thread: string): Card[] {
  const { titles, last } = threads;
  threads.last = thread;
  const title = titles.get(thread);
  const changed = last !== thread && titles.size > 1;
  return changed && title !== undefined ? [{ tone: "plain", title, lines: [] }] : [];
}
