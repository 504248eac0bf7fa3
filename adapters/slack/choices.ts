/**
 * The options of a picker. Slack shows 75 characters of each and carries as many back, at most 100
 * options.
 */

import { createHash } from "node:crypto";
import type { types } from "@slack/bolt";
import type { Handlers } from "../../src/chat/port.ts";
import { plainText } from "./text.ts";

export const mostOptions = 100;
const mostInOption = 75;

const mark = (name: string) => createHash("sha256").update(name).digest("hex").slice(0, 16);

/** A long name travels as its beginning and a mark of the whole. */
const carried = (name: string): string =>
  name.length <= 50 ? name : `${name.slice(0, 50).toWellFormed()}#${mark(name)}`;

export const options = (names: readonly string[]): types.PlainTextOption[] =>
  names
    .filter((name) => name.trim() !== "")
    .slice(0, mostOptions)
    .map((name) => ({ text: plainText(name, mostInOption), value: carried(name) }));

/** The name that was chosen; long ones are found again among those that are known. */
export function chosen(value: string, complete: Handlers["complete"]): string {
  const known = complete(value.slice(0, 40), mostOptions);
  return known.find((name) => carried(name) === value) ?? value;
}
