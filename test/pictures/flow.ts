/** Text that flows into lines of a given width, as SVG. */
import { type Look, widthOf } from "./letters.ts";
import { drawSign, isSign, SIGN_PATTERN, signWidth } from "./signs.ts";

/** A piece of text of one look; a line break is a run of its own: `"\n"`. */
export interface Run {
  readonly text: string;
  readonly look: Look;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface Flowed {
  readonly svg: string;
  readonly height: number;
}

interface Placed extends Run {
  readonly x: number;
  readonly width: number;
}

const LINE_HEIGHT = 1.46;
const PADDING = 3;

export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const rounded = (value: number) => Math.round(value * 10) / 10;

const isBreak = ({ text }: Run) => text === "\n";
const paddingOf = ({ behind }: Look) => (behind === undefined ? 0 : PADDING);
const sizeOf = ({ text, look }: Run) =>
  isSign(text) ? signWidth(text, look.size) : widthOf(text, look) + 2 * paddingOf(look);

/** Words with the blank after them; signs, breaks, and what has a box behind it, as they are. */
const words = (run: Run): Run[] =>
  isBreak(run) || run.look.behind !== undefined
    ? [run]
    : run.text
        .split(SIGN_PATTERN)
        .flatMap((text) => (isSign(text) ? [text] : text.split(/(?<= )|(\n)/)))
        .filter((text) => text !== undefined && text !== "")
        .map((text) => ({ ...run, text }));

function intoLines(runs: readonly Run[], width: number): Placed[][] {
  const lines: Placed[][] = [[]];
  let x = 0;
  for (const word of runs.flatMap(words)) {
    const size = sizeOf(word);
    const visible = sizeOf({ ...word, text: word.text.trimEnd() });
    if (isBreak(word) || (x > 0 && x + visible > width)) {
      lines.push([]);
      x = 0;
    }
    if (isBreak(word)) continue;
    lines.at(-1)?.push({ ...word, x, width: size });
    x += size;
  }
  return lines;
}

const isPlain = ({ text, look }: Placed) => !isSign(text) && look.behind === undefined;

/** Neighbours of one look are one piece of text. */
function joined(line: readonly Placed[]): Placed[] {
  const pieces: Placed[] = [];
  for (const next of line) {
    const last = pieces.at(-1);
    if (last && last.look === next.look && isPlain(last) && isPlain(next)) {
      const [text, width] = [last.text + next.text, last.width + next.width];
      pieces[pieces.length - 1] = { ...last, text, width };
    } else pieces.push(next);
  }
  return pieces;
}

export function flow(runs: readonly Run[], { x, y, width }: Box): Flowed {
  const lines = intoLines(runs, width);
  const sizes = (line: readonly Placed[]) => line.map(({ look }) => look.size);
  const heights = lines.map((line) => {
    const largest = Math.max(...sizes(line), line.length > 0 ? 0 : (runs[0]?.look.size ?? 0));
    return largest * LINE_HEIGHT;
  });
  let top = y;
  const drawn = lines.map((line, count) => {
    const height = heights[count] ?? 0;
    const svg = joined(line).map((piece) => drawPiece(piece, x, top, height));
    top += height;
    return svg.join("\n");
  });
  return { svg: drawn.filter((line) => line !== "").join("\n"), height: top - y };
}

function drawPiece(piece: Placed, left: number, top: number, height: number): string {
  const { text, look, x, width } = piece;
  const { size } = look;
  if (isSign(text))
    return drawSign(text, rounded(left + x), rounded(top + (height - size) / 2 - 1), size);
  const box =
    look.behind === undefined
      ? ""
      : `<rect x="${rounded(left + x)}" y="${rounded(top + (height - size * 1.3) / 2)}" width="${rounded(width)}" height="${rounded(size * 1.3)}" rx="3" fill="${look.behind}"/>`;
  return `${box}${drawText(piece, left + x + paddingOf(look), top + height / 2 + size * 0.35)}`;
}

/** `y` is where the letters stand. Blanks in front are no part of the text, as SVG leaves them out. */
export function drawText({ text, look }: Run, x: number, y: number): string {
  const shown = text.trim();
  const blanks = text.slice(0, text.length - text.trimStart().length);
  const font = look.code ? ' font-family="Menlo, Consolas, DejaVu Sans Mono, monospace"' : "";
  const weight = look.bold ? ' font-weight="700"' : "";
  const place = `x="${rounded(x + widthOf(blanks, look))}" y="${rounded(y)}"`;
  const length = `textLength="${rounded(widthOf(shown, look))}" lengthAdjust="spacingAndGlyphs"`;
  return `<text ${place} font-size="${look.size}" fill="${look.colour}"${font}${weight} ${length}>${escaped(shown)}</text>`;
}
