/** A run as a picture, in SVG: see README.md beside this file. */
import { pictureSteps } from "../../messages/picture.ts";
import { decisionAt } from "../../report/extent.ts";
import type { RunFacts } from "../../report/facts.ts";
import { chartStrip } from "./chart.ts";
import type { Chart } from "./chart-rows.ts";
import {
  gapsStrip,
  legendStrip,
  letteredGaps,
  notesStrip,
  replacedStrip,
  sourceStrip,
} from "./foot.ts";
import { colours, MARGIN, type Strip, WIDTH } from "./frame.ts";
import { headOf, stepsOf } from "./head.ts";
import type { Letters } from "./letters.ts";
import { createNames } from "./names.ts";
import { patterns } from "./patterns.ts";
import { scaleOf } from "./scale.ts";
import { element } from "./svg.ts";

/** `timeZone`: an IANA name. The same facts give the same text. */
export function svgOf(facts: RunFacts, timeZone: string, letters: Letters): string {
  const names = createNames(
    letters,
    facts.vms.map(({ name }) => name),
  );
  const chart: Chart = { pen: { letters, names }, facts, scale: scaleOf(facts), timeZone };
  const sheet = below(MARGIN, blocksOf(chart));
  return sheetOf(sheet);
}

/** Draws from there downwards. */
type Drawing = (y: number) => Strip;

function blocksOf(chart: Chart): Drawing[] {
  const { pen, facts, timeZone } = chart;
  const steps = pictureSteps(facts);
  const origin = decisionAt(facts) ?? 0;
  const gaps = letteredGaps(facts.gaps);
  return [
    (y) => headOf(pen, facts, y),
    (y) => stepsOf(pen, steps, origin, timeZone, y),
    (y) => chartStrip(chart, { steps, gaps, origin }, y),
    (y) => gapsStrip(chart, gaps, origin, y),
    (y) => notesStrip(chart, origin, y),
    (y) => legendStrip(chart, y),
    (y) => sourceStrip(chart, y),
    (y) => replacedStrip(chart, y),
  ];
}

const BETWEEN = 24;

function below(top: number, drawings: readonly Drawing[]): Strip {
  let y = top;
  const drawn: string[] = [];
  for (const draw of drawings) {
    const strip = draw(y);
    drawn.push(...strip.drawn);
    if (strip.height > 0) y += strip.height + BETWEEN;
  }
  return { height: y - BETWEEN + MARGIN, drawn };
}

function sheetOf({ height, drawn }: Strip): string {
  const tall = Math.ceil(height);
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width: WIDTH,
      height: tall,
      viewBox: `0 0 ${WIDTH} ${tall}`,
      "font-kerning": "none",
    },
    patterns(),
    element("rect", { class: "sheet", width: WIDTH, height: tall, fill: colours.paper }),
    ...drawn,
  );
}
