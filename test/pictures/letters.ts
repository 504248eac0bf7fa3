/**
 * How wide letters are. A picture fixes the width of each piece of text, so that it looks the same
 * whichever font its viewer has; the widths are near those of Arial.
 */

export interface Look {
  /** In pixels. */
  readonly size: number;
  readonly colour: string;
  readonly bold?: boolean;
  readonly code?: boolean;
  /** The colour of a box behind the text. */
  readonly behind?: string;
}

/** In hundredths of the letter's size. */
const classes: readonly (readonly [letters: string, width: number])[] = [
  ["'ijl", 22],
  [" !,./:;Itf·", 28],
  ['"()-r', 34],
  ["Jckrsvxyz", 50],
  ["FTZL", 60],
  ["ABEKPSVXY&", 67],
  ["CDHNRUw", 72],
  ["GOQ", 78],
  ["%Mm", 86],
  ["W@…", 97],
];
const ORDINARY = 56;
const BOLD = 1.06;
const CODE = 60;
const widths = new Map(
  classes.flatMap(([letters, width]) => [...letters].map((one) => [one, width])),
);

export function widthOf(text: string, { size, bold, code }: Look): number {
  const hundredths = [...text].reduce(
    (sum, letter) => sum + (code ? CODE : (widths.get(letter) ?? ORDINARY)),
    0,
  );
  return Math.round(hundredths * size * (bold ? BOLD : 1)) / 100;
}
