/**
 * Text of strangers as Discord markdown that shows exactly that text. Lengths are counted after
 * escaping, in UTF-16 units, which is never less than what Discord counts.
 */

import { cleanText } from "../../src/chat/clean.ts";

/** Bold, italics, strike, code, spoilers, `<@…>` and its kin, masked links. */
const markup = /[\\*_~`|<[\]]/g;
/**
 * `https://`, which becomes a link, and `:name:`, which becomes an emoji; also where another text
 * goes on.
 */
const schemeOrEmoji = /:(?=\/|[^\s:]*(?::|$))/g;
/** Headings, lists, quotes and small print, which begin a line. */
const lineStart = /^(\s*)([-+>#.)])/;
const numbered = /^(\s*\d+)([.)])/;
const everybody = /@(?=everyone|here)/gi;
/** Invites are unfolded even without a scheme. */
const invite = /(discord(?:app)?)\.(?=\w)/gi;

const ellipsis = "…";

const escaped = (clean: string): string =>
  clean
    .replace(markup, "\\$&")
    .replace(schemeOrEmoji, "\\:")
    .replace(lineStart, "$1\\$2")
    .replace(numbered, "$1\\$2")
    .replace(everybody, "@\u200b")
    .replace(invite, "$1\\.");

/** The longest beginning of `clean` that, drawn with an ellipsis, is at most `max` long. */
function cut(clean: string, max: number, draw: (text: string) => string): string {
  const characters = Array.from(clean.slice(0, Math.max(max, 0)));
  const attempt = (count: number) =>
    draw(`${characters.slice(0, count).join("").trimEnd()}${ellipsis}`);
  let fits = 0;
  let tooLong = characters.length + 1;
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (attempt(middle).length <= max) fits = middle;
    else tooLong = middle;
  }
  const result = attempt(fits);
  return result.length <= max ? result : "";
}

const within = (clean: string, max: number, draw: (text: string) => string): string => {
  const whole = draw(clean);
  return whole.length <= max ? whole : cut(clean, max, draw);
};

/** Markdown that shows `text`, at most `max` long. */
export const clamped = (text: string, max: number): string => within(cleanText(text), max, escaped);

/** For fields that know no markdown, such as labels of buttons. */
export const clampedPlain = (text: string, max: number): string =>
  within(cleanText(text), max, (clean) => clean);

const blankOr = (text: string, draw: (text: string) => string): string =>
  text.trim() === "" ? text : draw(text);

export const strong = (text: string, max: number): string =>
  within(cleanText(text), max, (clean) => blankOr(clean, (inked) => `**${escaped(inked)}**`));

/** Inline code, fenced by more backticks than the text holds in a row. */
function fenced(clean: string): string {
  const runs = clean.match(/`+/g) ?? [];
  const fence = "`".repeat(1 + Math.max(0, ...runs.map((run) => run.length)));
  return runs.length > 0 ? `${fence} ${clean} ${fence}` : `${fence}${clean}${fence}`;
}

/** Something to be typed as it stands. */
export const code = (text: string, max: number): string =>
  within(cleanText(text), max, (clean) => blankOr(clean, fenced));

function address(link: string): string | undefined {
  const url = URL.parse(link);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  return url.href.replace(
    /[()<>[\]*_~`|\\\s]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * A masked link; the angle brackets keep Discord from unfolding it. The text alone where the
 * address is none.
 */
export function masked(text: string, link: string, max: number): string {
  const url = address(link);
  const around = `[](<${url}>)`.length;
  if (url === undefined || around + 1 > max) return clamped(text, max);
  const shown = text.replaceAll("[", "(").replaceAll("]", ")");
  return `[${clamped(shown, max - around) || ellipsis}](<${url}>)`;
}
