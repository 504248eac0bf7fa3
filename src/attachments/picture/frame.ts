/**
 * The sheet that all is drawn on, in units of SVG, of which one is a pixel of the PNG. Shown 400
 * pixels wide, as on a phone, the smallest letters are ten pixels high.
 */

export const WIDTH = 1080;
export const MARGIN = 40;
/** What is drawn stands between these. */
export const [LEFT, RIGHT] = [MARGIN, WIDTH - MARGIN];
export const INNER = RIGHT - LEFT;

export const sizes = { title: 48, subject: 34, text: 30, small: 27 } as const;

/** On a background of its own, so that it reads the same in light and dark. */
export const colours = {
  paper: "#ffffff",
  ink: "#1c2128",
  faint: "#57606a",
  line: "#d0d7de",
  shade: "#e6e8eb",
  shadeInk: "#8c959f",
  good: "#1a7f37",
  warning: "#9a6700",
  bad: "#c11a26",
  running: "#0a5cc4",
  unknown: "#57606a",
  target: "#6e2bb8",
  amberGround: "#ffe9a8",
  blueGround: "#d6e8ff",
} as const;

/** So much of a sheet's height, and what is drawn there. */
export interface Strip {
  readonly height: number;
  readonly drawn: readonly string[];
}
