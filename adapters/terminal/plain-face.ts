import { cleanText } from "../../src/chat/clean.ts";
import type { PlainOptions } from "../../src/chat/plain.ts";
import type { Tone } from "../../src/chat/port.ts";
import type { Face, Output, Said } from "./face.ts";
import { cardLines, saidFile, type ThreadPrinter, threadPrinter, unpainted } from "./printed.ts";

interface State {
  readonly output: Output;
  readonly tones: Map<string, Tone>;
  readonly threads: ThreadPrinter;
  options(): PlainOptions;
}

/**
 * Text without control codes. What stands cannot be taken back here, so an edit is printed only
 * where the card's tone changes, as it does at the end of a run; the thread tells what happens
 * between.
 */
export function plainFace(output: Output, options: () => PlainOptions): Face {
  const threads = threadPrinter(unpainted);
  const state: State = { output, tones: new Map(), threads, options };
  return {
    heard: (line) => (line.trim() === "" ? undefined : print(output, [`> ${cleanText(line)}`])),
    say: (said) => say(state, said),
    attach: (place, file) => say(state, saidFile(place, file)),
    opened: threads.opened,
    close: () => {},
  };
}

function say(state: State, { kind, id, place, card }: Said): void {
  const { output, tones, threads } = state;
  if (kind === "thread") {
    print(output, threads.printed(place.thread ?? "", card, state.options())());
    return;
  }
  if (kind === "edit" && tones.get(id) === card.tone) return;
  if (kind !== "reply") tones.set(id, card.tone);
  print(output, cardLines(card, state.options(), unpainted));
}

function print(output: Output, lines: readonly string[]): void {
  output.write(lines.map((line) => `${line}\n`).join(""));
}
