import { hash } from "node:crypto";

/**
 * The same words always give the same GUID, so that an estate can be computed again instead of
 * being stored.
 */
export function guid(...words: readonly (string | number)[]): string {
  const hex = digest(words);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

/** A whole number from `least` to `most`, always the same one for the same words. */
export function chance(
  least: number,
  most: number,
  ...words: readonly (string | number)[]
): number {
  return least + (Number.parseInt(digest(words).slice(0, 8), 16) % (most - least + 1));
}

const MOST_KEPT = 20_000;

/** What the same estate asks for at every question. */
const kept = new Map<string, string>();

/** In hexadecimal digits. */
function digest(words: readonly (string | number)[]): string {
  const text = words.join("\u0000");
  const before = kept.get(text);
  if (before !== undefined) return before;
  if (kept.size === MOST_KEPT) kept.clear();
  const made = hash("sha256", text);
  kept.set(text, made);
  return made;
}

export const isGuid = (text: string): boolean =>
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
