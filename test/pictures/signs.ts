/** Signs and bars as shapes, as not every viewer has a font with signs in colour. */

/** Each in a box of 20 by 20. */
const shapes: Readonly<Record<string, string>> = {
  "🔄":
    '<rect width="20" height="20" rx="4" fill="#3b88c3"/>' +
    '<path d="M5 9a5.2 5.2 0 0 1 9-2.6M15 11a5.2 5.2 0 0 1-9 2.6" fill="none" stroke="#fff" stroke-width="2"/>' +
    '<path d="M15.5 3.5v4.8h-4.8zM4.500 16.500v-4.800h4.800z" fill="#fff"/>',
  "🔹": '<path d="M10 3l7 7-7 7-7-7z" fill="#55acee"/>',
  "➡️":
    '<rect width="20" height="20" rx="4" fill="#3b88c3"/>' +
    '<path d="M4 8.500h6v-3.500l6 5-6 5v-3.500h-6z" fill="#fff"/>',
};
const CELL = 0.62;
const SIGN = 1.15;

type Cells = (at: number, count: number, size: number) => string;

const solid =
  (opacity: number): Cells =>
  (at, count, size) =>
    `<rect x="${at * size * CELL}" width="${count * size * CELL}" height="${size}" fill="#1d1c1d" fill-opacity="${opacity}"/>`;

const slanted =
  (paint: string): Cells =>
  (at, count, size) =>
    Array.from({ length: count }, (_, each) => {
      const [width, height] = [size * CELL - 1.5, size * 0.5];
      const path = `M${(at + each) * size * CELL + 3} ${height * 0.6}h${width}l-3 ${height}h-${width}z`;
      return `<path d="${path}" ${paint}/>`;
    }).join("");

const bars: Readonly<Record<string, Cells>> = {
  "█": solid(1),
  "░": solid(0.18),
  "▰": slanted('fill="#313338"'),
  "▱": slanted('fill="none" stroke="#313338"'),
};

export const SIGN_PATTERN = new RegExp(`(${Object.keys(shapes).join("|")}|[█░▰▱]+)`, "u");

export const isSign = (text: string): boolean =>
  new RegExp(`^${SIGN_PATTERN.source}$`, "u").test(text);

export const signWidth = (sign: string, size: number): number =>
  shapes[sign] === undefined ? [...sign].length * size * CELL : size * SIGN;

/** With its upper left corner at this place. */
export function drawSign(sign: string, x: number, y: number, size: number): string {
  const shape = shapes[sign];
  if (shape !== undefined)
    return `<g transform="translate(${x} ${y}) scale(${(size * SIGN) / 20})">${shape}</g>`;
  const parts = [...sign.matchAll(/(.)\1*/gu)].map(({ 0: same, 1: one = "", index }) =>
    bars[one]?.(index, same.length, size),
  );
  return `<g transform="translate(${x} ${y})">${parts.join("")}</g>`;
}
