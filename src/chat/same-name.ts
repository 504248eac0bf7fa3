/** How names are compared, wherever that is done: one notion of sameness. Pure. */

const QUOTES = /["\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02]/g;
const APOSTROPHES = /['\u2018\u2019\u201a\u201b\u2032\u02bc\uff07]/g;
/** As phones make of hyphens. */
const DASHES = /[-\u2010-\u2015\u2212]+/g;
const BLANKS = /\s+/g;
/** What is not seen on the card cannot be typed from it. */
const INVISIBLE = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
/**
 * `<http://srv01.example|srv01.example>`, as Slack makes of anything that looks like an address.
 */
const LINK = /<(?:https?|mailto|tel):[^|<>\s]*\|([^<>]*)>/g;
const BARE_LINK = /<(https?:[^|<>\s]*)>/g;
/**
 * Bold, italic, strike and code marks at the edge of a word; inside a word they are part of a name.
 */
const OPENING_MARKS = /(^|[\s"(])[*_~`]+(?=\S)/g;
const CLOSING_MARKS = /(?<=[^\s*_~`])[*_~`]+(?=$|[\s").,!?:;])/g;

/** One plain line: straight quotes, single blanks, no marks, no links, no invisible characters. */
export function tidy(text: string): string {
  return text
    .replace(LINK, "$1")
    .replace(BARE_LINK, "$1")
    .replace(INVISIBLE, "")
    .replace(QUOTES, '"')
    .replace(APOSTROPHES, "'")
    .replace(BLANKS, " ")
    .replace(OPENING_MARKS, "$1")
    .replace(CLOSING_MARKS, "")
    .trim();
}

/** No name that people or EM have made needs more: one round takes off what the last laid bare. */
const MOST_ROUNDS = 8;
const ANY_MARK = /[<>|*_~`]/g;

/**
 * How names are compared: compatibility forms, case, quotes, kinds of dashes, runs of blanks and
 * full stops at the end make no difference. What is folded stays as it is when it is folded again.
 * Of a name that was made to be folded for ever, every mark is dropped.
 */
export function fold(name: string): string {
  const folded = foldedBy(foldOnce, name);
  return folded ?? foldedBy((text) => foldOnce(text.replace(ANY_MARK, "")), name) ?? "";
}

/** Nothing where it still changes after so many rounds. */
function foldedBy(round: (name: string) => string, name: string): string | undefined {
  let last = name;
  for (let rounds = 0; rounds < MOST_ROUNDS; rounds++) {
    const folded = round(last);
    if (folded === last) return folded;
    last = folded;
  }
  return undefined;
}

function foldOnce(name: string): string {
  const caseless = name.normalize("NFKC").toUpperCase().toLowerCase();
  const plain = tidy(tidy(caseless).replace(/["']/g, "").replace(DASHES, "-"));
  return withoutTrailingDots(plain);
}

/** A name or pattern as above, but for marks, which a pattern has as signs. */
export const loosened = (pattern: string): string =>
  withoutTrailingDots(
    pattern
      .normalize("NFKC")
      .toUpperCase()
      .toLowerCase()
      .replace(INVISIBLE, "")
      .replace(QUOTES, "")
      .replace(APOSTROPHES, "")
      .replace(DASHES, "-")
      .replace(BLANKS, " ")
      .trim(),
  );

/** Without the full stops and exclamation marks that people put after a line. */
export function withoutTrailingDots(text: string): string {
  return text.replace(/(?<![\s.!])[\s.!]+$/, "");
}
