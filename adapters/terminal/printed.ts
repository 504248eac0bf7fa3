/** What the plain and the interactive face print once and leave standing. */

import { cleanText } from "../../src/chat/clean.ts";
import { type PlainLine, type PlainOptions, plainLines } from "../../src/chat/plain.ts";
import type { Attachment, Card } from "../../src/chat/port.ts";

/** Turns a line of a card into what is written; this is where colour comes in. */
export type Paint = (line: PlainLine) => string;

export const unpainted: Paint = (line) => line.text;

/** A card as lines, with an empty one after it where it has more than one. */
export function cardLines(card: Card, options: PlainOptions, paint: Paint): string[] {
  const lines = plainLines(card, options).map(paint);
  return lines.length > 1 ? [...lines, ""] : lines;
}

export const fileLines = (file: Attachment): string[] => [
  `File ${cleanText(file.name)}:`,
  ...file.text.split(/\r\n|\n|\r/).map(cleanText),
  "",
];

const threadMark = "| ";

/**
 * Lines of threads bear a mark; where several threads are open, their title stands before lines of
 * another one.
 */
export function threadPrinter(paint: Paint) {
  const titles = new Map<string, string>();
  let last: string | undefined;

  function heading(thread: string): string[] {
    const changed = last !== thread && titles.size > 1;
    last = thread;
    const title = titles.get(thread);
    return changed && title !== undefined ? [`${threadMark}${cleanText(title)}`] : [];
  }

  return {
    opened: (thread: string, title: string) => void titles.set(thread, title),
    lines(thread: string, card: Card, options: PlainOptions): string[] {
      const width = options.width === undefined ? {} : { width: options.width - threadMark.length };
      const lines = plainLines(card, { ...options, ...width }).map(
        (line) => threadMark + paint(line),
      );
      return [...heading(thread), ...lines];
    },
  };
}
