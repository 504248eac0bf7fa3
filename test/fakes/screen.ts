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
   * What stands there now and what has scrolled out above, top to bottom, without blanks at the end
   * of lines or empty lines at the end.
   */
  text(): string;
  /** The lines in the window, without blanks at their end or empty ones below. */
  seen(): string[];
  /** Everything that was ever written. */
  raw(): string;
  /**
   * Gives the window another size, as terminals do. reflows: lines that are too long go on in the
   * next row, and go together again where there is room. cuts: what has no room is gone.
   */
  resize(columns: number, rows: number, how?: "reflows" | "cuts"): void;
}

interface Row {
  readonly cells: string[];
  /** The line goes on in the next row. */
  goesOn: boolean;
}

interface State {
  rows: Row[];
  /** Of `rows`, the first in the window. */
  top: number;
  row: number;
  column: number;
}

interface Size {
  readonly columns: number;
  readonly rows: number;
}

const emptyRow = (): Row => ({ cells: [], goesOn: false });

function rowAt(state: State, at: number): Row {
  while (state.rows.length <= at) state.rows.push(emptyRow());
  return state.rows[at] ?? emptyRow();
}

function down(state: State, { rows }: Size): void {
  state.row += 1;
  state.column = 0;
  rowAt(state, state.row);
  state.top = Math.max(state.top, state.row - rows + 1);
}

function put(state: State, character: string, size: Size): void {
  const width = widthOf(character);
  if (state.column + width > size.columns) {
    rowAt(state, state.row).goesOn = true;
    down(state, size);
  }
  const { cells } = rowAt(state, state.row);
  while (cells.length < state.column) cells.push(" ");
  cells.splice(state.column, width, character, ...Array<string>(Math.max(0, width - 1)).fill(""));
  state.column += width;
}

function cutAt(state: State): void {
  const row = rowAt(state, state.row);
  row.cells.splice(state.column);
  row.goesOn = false;
}

type Act = (state: State, count: number | undefined, size: Size) => void;

const codes: Readonly<Record<string, Act>> = {
  A: (state, count = 1) => {
    state.row = Math.max(state.top, state.row - count);
  },
  B: (state, count = 1) => {
    state.row = Math.min(state.rows.length - 1, state.row + count);
  },
  C: (state, count = 1, { columns }) => {
    state.column = Math.min(columns - 1, state.column + count);
  },
  D: (state, count = 1) => {
    state.column = Math.max(0, state.column - count);
  },
  G: (state, count = 1) => {
    state.column = count - 1;
  },
  /** To the first cell of the window: readline goes nowhere else by this. */
  H: (state) => {
    state.row = state.top;
    state.column = 0;
  },
  J: (state) => {
    cutAt(state);
    state.rows.splice(state.row + 1);
  },
  K: cutAt,
  m: () => {},
};

function obey(state: State, token: string, size: Size): void {
  const code = /^(?!\s)\p{Cc}\[(\d*)[\d;]*([A-Za-z])$/u.exec(token);
  if (code) {
    const act = codes[code[2] ?? ""];
    if (!act) throw new Error(`Unexpected control code ${JSON.stringify(token)}`);
    act(state, code[1] ? Number(code[1]) : undefined, size);
  } else if (token === "\n") down(state, size);
  else if (token === "\r") state.column = 0;
  else if (/\p{Cc}/u.test(token))
    throw new Error(`Unexpected control character ${JSON.stringify(token)}`);
  else put(state, token, size);
}

/** Each line in as many rows as it takes now; the cursor and the window's top stay on theirs. */
function reflow(state: State, size: Size): void {
  const old: State = { ...state };
  Object.assign(state, { rows: [emptyRow()], top: 0, row: 0, column: 0 });
  const unbounded = { ...size, rows: Number.POSITIVE_INFINITY };
  let cursor = { row: 0, column: 0 };
  old.rows.forEach(({ cells, goesOn }, at) => {
    const filled = at === old.row ? [...cells, ..."".padEnd(old.column - cells.length)] : cells;
    filled.forEach((cell, column) => {
      if (at === old.row && column === old.column)
        cursor = { row: state.row, column: state.column };
      if (cell !== "") put(state, cell, unbounded);
    });
    if (at === old.row && old.column >= filled.length)
      cursor = { row: state.row, column: state.column };
    if (!goesOn && at < old.rows.length - 1) down(state, unbounded);
  });
  Object.assign(state, cursor);
  state.top = Math.max(0, state.rows.length - size.rows);
}

function cut(state: State, size: Size): void {
  for (const row of state.rows) {
    row.cells.splice(size.columns);
    row.goesOn = false;
  }
  state.column = Math.min(state.column, size.columns - 1);
  state.top = Math.max(state.top, state.row - size.rows + 1);
}

const textOf = ({ cells }: Row) => cells.join("").trimEnd();
const withoutEmptyEnd = (text: string) => text.trimEnd();

export function createScreen(columns = 80, rows = 24): Screen {
  const state: State = { rows: [emptyRow()], top: 0, row: 0, column: 0 };
  let written = "";
  const writable = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      const text = String(chunk);
      written += text;
      for (const token of text.match(/(?!\s)\p{Cc}\[[\d;]*[A-Za-z]|\P{M}\p{M}*/gu) ?? [])
        obey(state, token, screen);
      done();
    },
  });
  const screen = Object.assign(writable, {
    columns,
    rows,
    isTTY: true as const,
    text: () => withoutEmptyEnd(state.rows.map(textOf).join("\n")),
    seen: () => withoutEmptyEnd(state.rows.slice(state.top).map(textOf).join("\n")).split("\n"),
    raw: () => written,
    resize(newColumns: number, newRows: number, how: "reflows" | "cuts" = "reflows") {
      Object.assign(screen, { columns: newColumns, rows: newRows });
      const size = { columns: newColumns || columns, rows: newRows || rows };
      (how === "reflows" ? reflow : cut)(state, size);
      screen.emit("resize");
    },
  });
  return screen;
}
