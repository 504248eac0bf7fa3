/** How many columns of a terminal a text takes, and how it is broken into lines that fit. */

/** Takes some milliseconds, and most texts are ASCII. */
let segmenter: Intl.Segmenter | undefined;

/**
 * Scripts and signs that terminals draw two columns wide. Rather one column too many than a line
 * that wraps.
 */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Extended_Pictographic}/u;
const widthless = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

/** Characters as people count them. */
export function graphemesOf(text: string): string[] {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

const graphemeWidth = (grapheme: string): number =>
  widthless.test(grapheme) ? 0 : wide.test(grapheme) ? 2 : 1;

const isAscii = (text: string) => /^[ -~]*$/.test(text);

export const widthOf = (text: string): number =>
  isAscii(text) ? text.length : graphemesOf(text).reduce((sum, one) => sum + graphemeWidth(one), 0);

/**
 * Pieces of at most `width` columns, for words that no line can hold. Every piece has at least one
 * character.
 */
function chopped(word: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const grapheme of graphemesOf(word)) {
    if (piece !== "" && widthOf(piece) + graphemeWidth(grapheme) > width) {
      pieces.push(piece);
      piece = "";
    }
    piece += grapheme;
  }
  return [...pieces, piece];
}

/**
 * The text in lines of at most `width` columns, broken at blanks, and within words that are wider
 * than a line. Lines after the first begin with two blanks where there is room for that.
 */
export function wrapped(text: string, width: number): string[] {
  if (widthOf(text) <= width) return [text];
  const indent = width > 20 ? "  " : "";
  const words = text
    .split(" ")
    .flatMap((word) => chopped(word, Math.max(1, width - indent.length)));
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of words) {
    const longer: string = line === undefined ? word : `${line} ${word}`;
    if (line !== undefined && widthOf(longer) > width) {
      lines.push(line);
      line = indent + word;
    } else line = longer;
  }
  return line === undefined ? lines : [...lines, line];
}
