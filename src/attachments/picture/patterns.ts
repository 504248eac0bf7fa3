/** How outcomes look: each by a colour and by a pattern, so that no colour is needed. */
import type { Mark } from "../../chat/port.ts";
import type { Gap, VmFacts } from "../../report/facts.ts";
import { colours } from "./frame.ts";
import { element } from "./svg.ts";

type Evidence = NonNullable<VmFacts["evidence"]>;

export const inkOf: Readonly<Record<Mark, string>> = {
  done: colours.good,
  warning: colours.warning,
  failed: colours.bad,
  running: colours.running,
  stalled: colours.running,
  waiting: colours.unknown,
  unknown: colours.unknown,
};

export const fillOf = (mark: Mark): string =>
  mark === "done" ? colours.good : mark === "waiting" ? "none" : `url(#of-${mark})`;

export const shadeOf = (why: Gap["why"]): string => `url(#of-${why})`;

const tile = (id: string, size: number, ...drawn: string[]): string =>
  element(
    "pattern",
    { id: `of-${id}`, width: size, height: size, patternUnits: "userSpaceOnUse" },
    ...drawn,
  );

const ground = (size: number, fill: string): string =>
  element("rect", { width: size, height: size, fill });

const strokes = (path: string, stroke: string, width: number): string =>
  element("path", { d: path, stroke, "stroke-width": width, fill: "none" });

/** Solid: up. Upright stripes: warning. Crosses: failed. Slanted: running. Dots: stalled. */
export const patterns = (): string =>
  element(
    "defs",
    {},
    tile("warning", 12, ground(12, colours.amberGround), strokes("M3 0V12", colours.warning, 6)),
    tile("failed", 14, ground(14, colours.bad), strokes("M0 0L14 14M14 0L0 14", colours.paper, 3)),
    tile("running", 14, ground(14, colours.blueGround), strokes(slanted(14), colours.running, 5)),
    tile("stalled", 12, ground(12, colours.blueGround), dot(3, colours.running)),
    tile("unknown", 12, ground(12, colours.paper), strokes("M0 6H12", colours.unknown, 2)),
    tile("em-silent", 14, ground(14, colours.shade), strokes(slanted(14), colours.shadeInk, 3)),
    tile("nobody-watched", 12, ground(12, colours.shade), dot(2.4, colours.shadeInk)),
  );

/** In the middle of a tile of twelve. */
const dot = (r: number, fill: string): string => element("circle", { cx: 6, cy: 6, r, fill });

/** Joins across the tiles' edges. */
const slanted = (size: number): string =>
  `M0 ${size}L${size} 0M-2 2L2 -2M${size - 2} ${size + 2}L${size + 2} ${size - 2}`;

export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** In a circle at the end of a bar. */
export function evidenceSign(evidence: Evidence, { x, y }: Spot, radius = 14): string {
  const seen = evidence === "seen";
  const ink = evidence === "not-so" ? colours.bad : seen ? colours.good : colours.unknown;
  return element(
    "g",
    { class: "evidence" },
    element("circle", {
      cx: x,
      cy: y,
      r: radius,
      fill: seen ? ink : colours.paper,
      stroke: ink,
      "stroke-width": 3,
    }),
    ...signStrokes(evidence, { x, y }, radius / 14, ink),
  );
}

function signStrokes(evidence: Evidence, { x, y }: Spot, scale: number, ink: string): string[] {
  const d = (n: number) => Math.round(n * scale * 10) / 10;
  const path: Partial<Record<Evidence, string>> = {
    seen: `M${x - d(6)} ${y}l${d(4.5)} ${d(5)}l${d(8)} ${d(-10)}`,
    "not-so": `M${x - d(5.5)} ${y - d(5.5)}l${d(11)} ${d(11)}m0 ${d(-11)}l${d(-11)} ${d(11)}`,
    "not-known": `M${x - d(6)} ${y}h${d(12)}`,
  };
  const drawn = path[evidence];
  if (drawn === undefined) return [];
  const stroke = evidence === "seen" ? colours.paper : ink;
  return [element("path", { d: drawn, stroke, "stroke-width": 3.4 * scale, fill: "none" })];
}
