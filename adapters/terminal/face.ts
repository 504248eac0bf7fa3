/**
 * The terminal has three faces. interactive: a prompt, and above it the running cards, redrawn in
 * place. plain: text without control codes, for pipes and files. json: one JSON line for everything
 * that is said.
 *
 * A face draws; what people type, and who waits for whom, is terminal.ts's business.
 */

import type { Card, Place } from "../../src/chat/port.ts";

export type FaceName = "interactive" | "plain" | "json";

/**
 * Something said, as the faces draw it. `thread` is a card posted in a thread; `reply` answers one
 * line typed.
 */
export interface Said {
  readonly kind: "post" | "edit" | "reply" | "thread";
  /** What makes two posts one. */
  readonly key?: string;
  readonly id: string;
  readonly place: Place;
  readonly card: Card;
}

/** A file that was written, as the faces tell of it. */
export interface KeptFile {
  /** What makes two of them one. */
  readonly key: string;
  readonly name: string;
  readonly mediaType: string;
  readonly text: string;
  /** Where it is. */
  readonly path: string;
  /** An earlier process may have told of it. */
  readonly perhapsTwice: boolean;
}

export interface Face {
  /** A line that was typed is about to be handed over. */
  heard(line: string): void;
  say(said: Said): void;
  attach(to: Place, file: KeptFile): void;
  /** A thread was opened; its lines may later need its title, where there are several. */
  opened(thread: string, title: string): void;
  /** The input has ended or is taken no more. What is said afterwards is still written. */
  close(): void;
}

/**
 * Whatever takes text: standard output, or a stream of a test. Sizes are those of the window, where
 * there is one.
 */
export interface Output extends NodeJS.WritableStream {
  readonly columns?: number;
  readonly rows?: number;
  readonly isTTY?: boolean;
}

/** How large the window is. Pipes do not say, and terminals that nobody has sized yet say 0. */
export const windowOf = ({ columns, rows }: Output) => ({
  columns: columns || 80,
  rows: rows || 24,
});

const NARROWEST = 20;

/** Lines of so many columns stand in one row each, with the cursor after them. */
export const lineWidth = (output: Output) => Math.max(NARROWEST, windowOf(output).columns - 1);

/**
 * The face that suits the streams: interactive only where both ends are a terminal that understands
 * control codes (`dumb`: what TERM says of it).
 */
export function faceFor(
  wish: { readonly json: boolean; readonly dumb?: boolean },
  input: { readonly isTTY?: boolean },
  output: { readonly isTTY?: boolean },
): FaceName {
  if (wish.json) return "json";
  return input.isTTY && output.isTTY && !wish.dumb ? "interactive" : "plain";
}
