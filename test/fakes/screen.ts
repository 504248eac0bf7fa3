import { Writable } from "node:stream";
import { widthOf } from "../../src/chat/width.ts";

/**
 * A terminal's window as a stream to write to: keeps what a person would see, and what has scrolled
 * out of it above. Knows the control codes that readline uses; throws on any other, so that a test
 * sees it.
 */
export interface Screen extends Writable {
  columns: number;
  rows: number;
  readonly isTTY: true;
  /**
   * What stands there now, top to bottom, without blanks at the end of lines or empty lines at the
   * end.
   */
  text(): string;
  /** Everything that was ever written. */
  raw(): string;
  resize(columns: number, rows: number): void;
}

type Cell = string;

export function createScreen(columns = 80, rows = 24): Screen {
  const lines: Cell[][] = [[]];
  let row = 0;
  let column = 0;
  let written = "";

  const top = () => Math.max(0, lines.length - screen.rows);
  const lineAt = (at: number): Cell[] => {
    while (lines.length <= at) lines.push([]);
    return lines[at] ?? [];
  };

  function down(): void {
    row += 1;
    column = 0;
    lineAt(row);
  }

  function put(character: string): void {
    const width = widthOf(character);
    if (column + width > screen.columns) down();
    const line = lineAt(row);
    while (line.length < column) line.push(" ");
    line.splice(column, width, character, ...Array<string>(Math.max(0, width - 1)).fill(""));
    column += width;
  }

  const codes: Record<string, (count: number) => void> = {
    A: (count) => {
      row = Math.max(top(), row - count);
    },
    B: (count) => {
      row = Math.min(lines.length - 1, row + count);
    },
    C: (count) => {
      column = Math.min(screen.columns - 1, column + count);
    },
    D: (count) => {
      column = Math.max(0, column - count);
    },
    G: (count) => {
      column = count - 1;
    },
    J: () => {
      lineAt(row).splice(column);
      lines.splice(row + 1);
    },
    K: () => void lineAt(row).splice(column),
    m: () => {},
  };

  function obey(token: string): void {
    const code = /^(?!\s)\p{Cc}\[(\d*)[\d;]*([A-Za-z])$/u.exec(token);
    if (code) {
      const act = codes[code[2] ?? ""];
      if (!act) throw new Error(`Unexpected control code ${JSON.stringify(token)}`);
      act(code[1] ? Number(code[1]) : code[2] === "J" ? 0 : 1);
    } else if (token === "\n") down();
    else if (token === "\r") column = 0;
    else if (/\p{Cc}/u.test(token))
      throw new Error(`Unexpected control character ${JSON.stringify(token)}`);
    else put(token);
  }

  const screen = Object.assign(
    new Writable({
      decodeStrings: false,
      write(chunk: string | Buffer, _encoding, done) {
        const text = String(chunk);
        written += text;
        for (const token of text.match(/(?!\s)\p{Cc}\[[\d;]*[A-Za-z]|\P{M}\p{M}*/gu) ?? [])
          obey(token);
        done();
      },
    }),
    {
      columns,
      rows,
      isTTY: true as const,
      text: () =>
        lines
          .map((line) => line.join("").trimEnd())
          .join("\n")
          .trimEnd(),
      raw: () => written,
      resize(newColumns: number, newRows: number) {
        screen.columns = newColumns;
        screen.rows = newRows;
        screen.emit("resize");
      },
    },
  );
  return screen;
}
