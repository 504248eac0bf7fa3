import { cleanText } from "../../src/chat/clean.ts";
import type { PlainOptions } from "../../src/chat/plain.ts";
import type { Tone } from "../../src/chat/port.ts";
import type { Face, Output, Said } from "./face.ts";
import { cardLines, fileLines, threadPrinter, unpainted } from "./printed.ts";

/**
 * Text without control codes. What stands cannot be taken back here, so an edit is printed only
 * where the card's tone changes, as it does at the end of a run; the thread tells what happens
 * between.
 */
export function plainFace(output: Output, options: () => PlainOptions): Face {
  const tones = new Map<string, Tone>();
  const threads = threadPrinter(unpainted);
  const print = (lines: readonly string[]) =>
    void output.write(lines.map((line) => `${line}\n`).join(""));

  function say({ kind, id, place, card }: Said): void {
    if (kind === "thread") print(threads.lines(place.thread ?? "", card, options()));
    else if (kind === "reply") print(cardLines(card, options(), unpainted));
    else if (kind === "post" || tones.get(id) !== card.tone) {
      tones.set(id, card.tone);
      print(cardLines(card, options(), unpainted));
    }
  }

  return {
    heard: (line) => (line.trim() === "" ? undefined : print([`> ${cleanText(line)}`])),
    say,
    attach: (_, file) => print(fileLines(file)),
    opened: threads.opened,
    close: () => {},
  };
}
