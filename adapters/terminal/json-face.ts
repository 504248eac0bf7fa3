import type { Face, Output, Said } from "./face.ts";

/**
 * What JSON lets stand as it is and a terminal may obey: C1 controls, line separators, marks of
 * direction.
 */
const unsafe = /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const escaped = (mark: string) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`;

/**
 * One line of JSON, with nothing in it that a terminal would obey; reads back as the same value.
 */
const jsonLine = (value: unknown): string => `${JSON.stringify(value).replace(unsafe, escaped)}\n`;

/**
 * Everything said is one line: `line.schema.json` says of what form, and the README what it means.
 * Lines typed are not repeated.
 */
export function jsonFace(output: Output): Face {
  return {
    heard: () => {},
    say: (said) => void output.write(jsonLine(lineOf(said))),
    attach: (place, { key, ...file }) =>
      void output.write(jsonLine({ kind: "file", key, place, file })),
    opened: () => {},
    close: () => {},
  };
}

/** Which run a card shows stands beside it, where scripts look first. */
function lineOf({ kind, key, id, place, card: { about, ...card } }: Said) {
  return { kind, key, id, place, ...about, card };
}
