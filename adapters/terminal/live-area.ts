import { clearScreenDown, cursorTo, type Interface, moveCursor } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { widthOf } from "../../src/chat/width.ts";
import { lineWidth, type Output, windowOf } from "./face.ts";

const mark = "> ";

/** What is printed once, as lines of at most so many columns. */
export type Block = (width: number) => readonly string[];

/**
 * Lines that stand above the prompt and are redrawn in place, and a way to print above them. To
 * readline they are a prompt of several lines, so that it keeps what is being typed, and the cursor
 * in it, through every redrawing.
 */
export interface LiveArea {
  /**
   * Replaces the live lines, and prints blocks above them, at once. Each live line must be shorter
   * than the window is wide, and all together lower than it is high.
   */
  draw(live: readonly string[], above?: readonly Block[]): void;
  /**
   * A line was ended with Enter: leaves it standing above, without the live lines that stood over
   * it.
   */
  entered(line: string): void;
  /**
   * The window has another size: draws all that it shows anew, since terminals differ in what they
   * make of the lines that stood in it. What stood there before the bot's own lines is gone from it.
   */
  redraw(live: readonly string[]): void;
  /** Ends the prompt. The live lines stay as they are. */
  close(): void;
}

interface State {
  readonly readline: Interface;
  readonly output: Output;
  /** The newest that was printed, the oldest first. */
  printed: readonly Block[];
  live: readonly string[];
  closed: boolean;
}

/** At least one line each: more than any window shows. */
const MOST_KEPT = 200;

export function liveArea(readline: Interface, output: Output): LiveArea {
  const state: State = { readline, output, printed: [], live: [], closed: false };
  return {
    draw: (lines, above = []) => draw(state, lines, above),
    entered: (line) => leaveStanding(state, line),
    redraw: (lines) => redraw(state, lines),
    close: () => close(state),
  };
}

function draw(state: State, live: readonly string[], above: readonly Block[]): void {
  const lines = above.flatMap((block) => block(lineWidth(state.output)));
  keep(state, above);
  state.live = live;
  if (state.closed) write(state.output, lines);
  else replace(state, lines);
}

function keep(state: State, blocks: readonly Block[]): void {
  state.printed = [...state.printed, ...blocks].slice(-MOST_KEPT);
}

function leaveStanding(state: State, line: string): void {
  const { live, output } = state;
  const typed = mark + line;
  keep(state, [() => [typed]]);
  erase(output, live.length + rowsOf(typed, output));
  write(output, [typed]);
  prompt(state, 0);
}

/** With the cursor after it. */
const rowsOf = (line: string, output: Output) =>
  Math.ceil((widthOf(stripVTControlCharacters(line)) + 1) / windowOf(output).columns);

function redraw(state: State, live: readonly string[]): void {
  if (state.closed) return;
  state.live = live;
  setPrompt(state, live);
  state.readline.write(null, { ctrl: true, name: "l" });
  replace(state, newest(state));
}

/** As much of what was printed as has room above the live lines. */
function newest({ printed, live, output, readline }: State): string[] {
  const lines = printed.flatMap((block) => block(lineWidth(output)));
  let room = windowOf(output).rows - live.length - rowsOf(mark + readline.line, output);
  const fitting = lines.toReversed().findIndex((line) => {
    room -= rowsOf(line, output);
    return room < 0;
  });
  return fitting < 0 ? lines : lines.slice(lines.length - fitting);
}

function close(state: State): void {
  if (state.closed) return;
  state.closed = true;
  erase(state.output, state.readline.getCursorPos().rows);
  write(state.output, state.live);
}

/** First without any live lines, so that what is printed above scrolls by no more than it needs. */
function replace(state: State, above: readonly string[]): void {
  const { readline, output } = state;
  moveCursor(output, 0, rowsReadlineGoesUp(readline) - readline.getCursorPos().rows);
  setPrompt(state, []);
  readline.prompt(true);
  const { rows } = readline.getCursorPos();
  erase(output, rows);
  write(output, above);
  prompt(state, rows);
}

/**
 * To draw the prompt anew, readline goes up from where it believes the cursor to be. Of what is
 * pasted it does not notice that it goes on in another row.
 */
function rowsReadlineGoesUp(readline: Interface): number {
  const rows: unknown = Reflect.get(readline, "prevRows");
  return typeof rows === "number" ? rows : readline.getCursorPos().rows;
}

/**
 * Readline goes up as many rows as its cursor stood below the prompt's first; they are made for it
 * to go up.
 */
function prompt(state: State, rowsToGoUp: number): void {
  state.output.write("\n".repeat(rowsToGoUp));
  setPrompt(state, state.live);
  state.readline.prompt(true);
}

const setPrompt = ({ readline }: State, live: readonly string[]) =>
  readline.setPrompt([...live, mark].join("\n"));

function erase(output: Output, rowsAbove: number): void {
  moveCursor(output, 0, -rowsAbove);
  cursorTo(output, 0);
  clearScreenDown(output);
}

function write(output: Output, lines: readonly string[]): void {
  output.write(lines.map((line) => `${line}\n`).join(""));
}
