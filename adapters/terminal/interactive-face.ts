import type { Interface } from "node:readline";
import { cleanText } from "../../src/chat/clean.ts";
import { type PlainOptions, plainLines } from "../../src/chat/plain.ts";
import type { Card, Tone } from "../../src/chat/port.ts";
import { type Face, type Output, type Said, windowOf } from "./face.ts";
import { type LiveArea, liveArea } from "./live-area.ts";
import { cardLines, type Paint, saidFile, type ThreadPrinter, threadPrinter } from "./printed.ts";

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

interface State {
  readonly area: LiveArea;
  readonly output: Output;
  readonly paint: Paint;
  readonly threads: ThreadPrinter;
  readonly live: Map<string, Card>;
  /** Tones of the cards that were printed as over. */
  readonly settled: Map<string, Tone>;
  /** What the live area shows. */
  drawn: string;
  options(): PlainOptions;
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
  const threads = threadPrinter(paint);
  const state: State = {
    ...{ area, output, paint, threads, options },
    live: new Map(),
    settled: new Map(),
    drawn: "",
  };
  return {
    heard: (line) => area.entered(cleanText(line)),
    say: (said) => say(state, said),
    attach: (place, file) => say(state, saidFile(place, file)),
    opened: threads.opened,
    close: area.close,
    refresh: () => refresh(state),
    print: area.print,
  };
}

function say(state: State, { kind, id, place, card }: Said): void {
  const { area, paint, threads } = state;
  if (kind === "thread") area.print(threads.lines(place.thread ?? "", card, sized(state)));
  else if (kind === "reply") area.print(cardLines(card, sized(state), paint));
  else if (isLive(card.tone)) keep(state, id, card);
  else settle(state, id, card);
}

function keep(state: State, id: string, card: Card): void {
  state.settled.delete(id);
  state.live.set(id, card);
  refresh(state);
}

function settle(state: State, id: string, card: Card): void {
  const { area, live, paint, settled } = state;
  live.delete(id);
  refresh(state);
  if (settled.get(id) === card.tone) return;
  settled.set(id, card.tone);
  area.print(cardLines(card, sized(state), paint));
}

function refresh(state: State): void {
  const most = Math.max(1, windowOf(state.output).rows - 2);
  const lines = stacked([...state.live.values()], most, sized(state), state.paint);
  const text = lines.join("\n");
  if (text === state.drawn) return;
  state.drawn = text;
  state.area.show(lines);
}

const sized = ({ options, output }: State): PlainOptions => ({
  ...options(),
  width: Math.max(20, windowOf(output).columns - 1),
});
