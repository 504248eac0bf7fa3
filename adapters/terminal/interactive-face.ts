import type { Interface } from "node:readline";
import { cleanText } from "../../src/chat/clean.ts";
import type { PlainOptions } from "../../src/chat/plain.ts";
import type { Card, Line } from "../../src/chat/port.ts";
import { wrapped } from "../../src/chat/width.ts";
import type { Clock } from "../../src/clock.ts";
import { type BeingRead, beingReadAfter, isRead, liveRoom, type Weight } from "./being-read.ts";
import { type Face, lineWidth, type Output, type Said, windowOf } from "./face.ts";
import { type Block, type LiveArea, liveArea } from "./live-area.ts";
import { liveLines } from "./live-lines.ts";
import { cardLines, type Paint, saidFile, type ThreadPrinter, threadPrinter } from "./printed.ts";

/** What is not over yet stays in the live area and changes there. */
const isLive = ({ about, tone }: Card) =>
  about ? about.stands !== "ended" : tone === "running" || tone === "question";

export interface InteractiveFace extends Face {
  /** Draws again what counts from now, such as "20 s ago". */
  refresh(): void;
  /** Prints lines above what is live. */
  print(lines: readonly string[]): void;
}

interface Given {
  readonly output: Output;
  readonly clock: Pick<Clock, "elapsed">;
  readonly paint: Paint;
  options(): PlainOptions;
}

interface State extends Given {
  readonly area: LiveArea;
  readonly threads: ThreadPrinter;
  readonly live: Map<string, Card>;
  /** Questions as they were printed. */
  readonly asked: Map<string, string>;
  /** Cards as they were printed when they were over. */
  readonly settled: Map<string, Card>;
  reading: BeingRead | undefined;
  /** What the live area shows. */
  drawn: string;
  closed: boolean;
}

/**
 * A prompt with the cards of what still runs, or waits for an answer, right above it. They are
 * redrawn in place, in half of the window at most, and in less while something is read that was
 * printed last. A question is also printed above, whole, whenever it changes; a card whose matter
 * has ended is printed once and left there. Replies and lines of threads are printed there too.
 */
export function interactiveFace(readline: Interface, given: Given): InteractiveFace {
  const state: State = {
    ...given,
    area: liveArea(readline, given.output),
    threads: threadPrinter(given.paint),
    ...{ live: new Map(), asked: new Map(), settled: new Map() },
    ...{ reading: undefined, drawn: "", closed: false },
  };
  const resized = () => state.area.redraw(linesNow(state));
  given.output.prependListener("resize", resized);
  return {
    heard: (line) => heard(state, line),
    say: (said) => say(state, said),
    attach: (place, file) => say(state, saidFile(place, file)),
    opened: state.threads.opened,
    close: () => close(state, resized),
    refresh: () => refresh(state),
    print: (lines) =>
      print(state, "card", (width) => lines.flatMap((line) => wrapped(line, width))),
  };
}

/** Whoever types has read. Where an answer comes, what is live waits for it. */
function heard(state: State, line: string): void {
  state.area.entered(cleanText(line));
  state.reading = undefined;
  if (line.trim() === "") refresh(state);
}

function close(state: State, resized: () => void): void {
  state.closed = true;
  state.output.removeListener("resize", resized);
  state.area.close();
}

function say(state: State, { kind, id, place, card }: Said): void {
  if (kind === "thread") printLine(state, place.thread ?? "", card);
  else if (kind === "reply") printCard(state, "answer", card);
  else if (isLive(card) && !state.closed) keepLive(state, id, card);
  else settle(state, id, card);
}

function keepLive(state: State, id: string, card: Card): void {
  const { settled, live, asked } = state;
  settled.delete(id);
  live.set(id, card);
  const question = JSON.stringify(card);
  if (card.about?.stands !== "asked" || asked.get(id) === question) {
    refresh(state);
    return;
  }
  asked.set(id, question);
  printCard(state, "card", card);
}

function settle(state: State, id: string, card: Card): void {
  const { live, settled, asked } = state;
  live.delete(id);
  asked.delete(id);
  if (settled.get(id)?.tone === card.tone) {
    refresh(state);
    return;
  }
  settled.set(id, card);
  printCard(state, "card", card);
}

/** What its card says right above, as it does at the end of a run, is not said again below it. */
function printLine(state: State, thread: string, card: Card): void {
  const { threads, options, settled } = state;
  const unsaid = besides(settled.get(thread), card);
  print(state, "line", threads.printed(thread, unsaid, options()));
}

function besides(root: Card | undefined, card: Card): Card {
  const known = new Set([...(root?.lines ?? []), root?.next].map((line) => JSON.stringify(line)));
  const isNews = (line: Line) => !known.has(JSON.stringify(line));
  const { next, lines, ...rest } = card;
  return {
    ...rest,
    lines: lines.filter(isNews),
    ...(next !== undefined && isNews(next) ? { next } : {}),
  };
}

function printCard(state: State, weight: Weight, card: Card): void {
  const options = state.options();
  print(state, weight, (width) => cardLines(card, { ...options, width }, state.paint));
}

function print(state: State, weight: Weight, block: Block): void {
  const rows = block(lineWidth(state.output)).length;
  state.reading = beingReadAfter(state.reading, weight, rows, state.clock.elapsed());
  show(state, linesNow(state), [block]);
}

function refresh(state: State): void {
  const lines = linesNow(state);
  if (lines.join("\n") !== state.drawn) show(state, lines, []);
}

function show(state: State, lines: readonly string[], above: readonly Block[]): void {
  state.drawn = lines.join("\n");
  state.area.draw(lines, above);
}

function linesNow(state: State): string[] {
  const { live, output, paint, options } = state;
  const room = roomNow(state);
  return liveLines([...live.values()], room, { ...options(), width: lineWidth(output) }, paint);
}

/** A question that is read above needs no more than a line. */
function roomNow({ live, output, reading, clock }: State): number {
  const [only, ...others] = live.values();
  const isAsked = only?.about?.stands === "asked" && others.length === 0;
  if (isAsked && !isRead(reading, clock.elapsed())) return 1;
  return liveRoom(windowOf(output).rows, reading, clock.elapsed());
}
