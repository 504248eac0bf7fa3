import { clearScreenDown, cursorTo, type Interface, moveCursor } from "node:readline";
import { widthOf } from "../../src/chat/width.ts";
import { type Output, windowOf } from "./face.ts";

const mark = "> ";

/**
 * Lines that stand above the prompt and are redrawn in place, and a way to print above them. To
 * readline they are a prompt of several lines, so that it keeps what is being typed, and the cursor
 * in it, through every redrawing.
 */
export interface LiveArea {
  /**
   * Replaces the live lines. Each must be shorter than the window is wide, and all together lower
   * than it is high.
   */
  show(lines: readonly string[]): void;
  /** Writes lines above the live ones, once. */
  print(lines: readonly string[]): void;
  /**
   * A line was ended with Enter: leaves it standing above, without the live lines that stood over
   * it.
   */
  entered(line: string): void;
  /** Ends the prompt. The live lines stay as they are. */
  close(): void;
}

interface State {
  readonly readline: Interface;
  readonly output: Output;
  live: readonly string[];
  closed: boolean;
}

export function liveArea(readline: Interface, output: Output): LiveArea {
  const state: State = { readline, output, live: [], closed: false };
  return {
    show: (lines) => show(state, lines),
    print: (lines) => (state.closed ? write(output, lines) : replace(state, lines)),
    entered: (line) => leaveStanding(state, line),
    close: () => close(state),
  };
}

function show(state: State, lines: readonly string[]): void {
  state.live = lines;
  if (!state.closed) replace(state, []);
}

function leaveStanding(state: State, line: string): void {
  const { live, output } = state;
  const rows = Math.ceil((widthOf(mark + line) + 1) / windowOf(output).columns);
  erase(output, live.length + rows);
  write(output, [mark + line]);
  prompt(state, 0);
}

function close(state: State): void {
  if (state.closed) return;
  state.closed = true;
  erase(state.output, state.readline.getCursorPos().rows);
  write(state.output, state.live);
}

function replace(state: State, above: readonly string[]): void {
  const { rows } = state.readline.getCursorPos();
  erase(state.output, rows);
  write(state.output, above);
  prompt(state, rows);
}

/**
 * Readline goes up as many rows as its cursor stood below the prompt's first; they are made for it
 * to go up.
 */
function prompt({ readline, output, live }: State, rowsToGoUp: number): void {
  output.write("\n".repeat(rowsToGoUp));
  readline.setPrompt([...live, mark].join("\n"));
  readline.prompt(true);
}

function erase(output: Output, rowsAbove: number): void {
  moveCursor(output, 0, -rowsAbove);
  cursorTo(output, 0);
  clearScreenDown(output);
}

function write(output: Output, lines: readonly string[]): void {
  output.write(lines.map((line) => `${line}\n`).join(""));
}
