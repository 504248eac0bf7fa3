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

export function liveArea(readline: Interface, output: Output): LiveArea {
  let live: readonly string[] = [];
  let closed = false;
  const write = (lines: readonly string[]) =>
    void output.write(lines.map((line) => `${line}\n`).join(""));

  function erase(rowsAbove: number): void {
    moveCursor(output, 0, -rowsAbove);
    cursorTo(output, 0);
    clearScreenDown(output);
  }

  /**
   * Readline goes up as many rows as its cursor stood below the prompt's first; they are made for
   * it to go up.
   */
  function prompt(rowsToGoUp: number): void {
    output.write("\n".repeat(rowsToGoUp));
    readline.setPrompt([...live, mark].join("\n"));
    readline.prompt(true);
  }

  function replace(above: readonly string[]): void {
    const { rows } = readline.getCursorPos();
    erase(rows);
    write(above);
    prompt(rows);
  }

  return {
    show(lines) {
      live = lines;
      if (!closed) replace([]);
    },
    print: (lines) => (closed ? write(lines) : replace(lines)),
    entered(line) {
      const rows = Math.ceil((widthOf(mark + line) + 1) / windowOf(output).columns);
      erase(live.length + rows);
      write([mark + line]);
      prompt(0);
    },
    close() {
      if (closed) return;
      closed = true;
      erase(readline.getCursorPos().rows);
      write(live);
    },
  };
}
