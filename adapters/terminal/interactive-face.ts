import type { Interface } from "node:readline";
import { cleanText } from "../../src/chat/clean.ts";
import { type PlainOptions, plainLines } from "../../src/chat/plain.ts";
import type { Card, Tone } from "../../src/chat/port.ts";
import { type Face, type Output, type Said, windowOf } from "./face.ts";
import { liveArea } from "./live-area.ts";
import { cardLines, fileLines, type Paint, threadPrinter } from "./printed.ts";

/** Cards of these tones are not over: they stay in the live area and change there. */
const isLive = (tone: Tone) => tone === "running" || tone === "question";

/**
 * The card in at most `most` lines: as many of its rows as fit, and at the very least its title.
 */
function fitted(card: Card, most: number, options: PlainOptions, paint: Paint): string[] {
  const all = card.rows?.length ?? 0;
  for (let mostRows = all; mostRows >= 0; mostRows--) {
    const lines = plainLines(card, { ...options, mostRows });
    if (lines.length <= most || mostRows === 0) return lines.slice(0, Math.max(1, most)).map(paint);
  }
  return [];
}

/** The newest cards whole, older ones shortened or left out where the window is too low for all. */
function stacked(
  cards: readonly Card[],
  most: number,
  options: PlainOptions,
  paint: Paint,
): string[] {
  let left = most;
  const blocks: string[][] = [];
  for (const card of cards.toReversed()) {
    if (left < 1) break;
    const block = fitted(card, left, options, paint);
    blocks.unshift(block);
    left -= block.length;
  }
  return blocks.flat();
}

export interface InteractiveFace extends Face {
  /** Draws again what counts from now, such as "20 s ago". */
  refresh(): void;
  /** Prints lines above what is live. */
  print(lines: readonly string[]): void;
}

/**
 * A prompt with the cards of what still runs, or waits for an answer, right above it. They are
 * redrawn in place; a card whose matter has ended is printed once, above, and left there. Replies
 * and lines of threads are printed there too.
 */
export function interactiveFace(
  readline: Interface,
  output: Output,
  options: () => PlainOptions,
  paint: Paint,
): InteractiveFace {
  const area = liveArea(readline, output);
  const live = new Map<string, Card>();
  const settled = new Map<string, Tone>();
  const threads = threadPrinter(paint);
  let drawn = "";

  const sized = (): PlainOptions => ({
    ...options(),
    width: Math.max(20, windowOf(output).columns - 1),
  });

  function refresh(): void {
    const lines = stacked(
      [...live.values()],
      Math.max(1, windowOf(output).rows - 2),
      sized(),
      paint,
    );
    const text = lines.join("\n");
    if (text === drawn) return;
    drawn = text;
    area.show(lines);
  }

  function settle(id: string, card: Card): void {
    live.delete(id);
    refresh();
    if (settled.get(id) === card.tone) return;
    settled.set(id, card.tone);
    area.print(cardLines(card, sized(), paint));
  }

  function keep(id: string, card: Card): void {
    settled.delete(id);
    live.set(id, card);
    refresh();
  }

  function say({ kind, id, place, card }: Said): void {
    if (kind === "thread") area.print(threads.lines(place.thread ?? "", card, sized()));
    else if (kind === "reply") area.print(cardLines(card, sized(), paint));
    else if (isLive(card.tone)) keep(id, card);
    else settle(id, card);
  }

  return {
    heard: (line) => area.entered(cleanText(line)),
    say,
    attach: (_, file) => area.print(fileLines(file)),
    opened: threads.opened,
    close: area.close,
    refresh,
    print: area.print,
  };
}
