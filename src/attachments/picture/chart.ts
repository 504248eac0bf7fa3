/** The chart: an axis of time, what was decided and when nothing was known above it, then the rows. */

import { type Axis, axisStrip, ticksFor } from "./axis.ts";
import { bandOf, type LetteredGap, lanesStrip, type Marked } from "./chart-lanes.ts";
import { type Chart, rowsStrip } from "./chart-rows.ts";
import { colours, type Strip } from "./frame.ts";
import { chartRows } from "./rows.ts";
import { isOnScale, type Scale, type Ticks, targetOf, xOf } from "./scale.ts";
import { element } from "./svg.ts";

const AFTER_LANES = 14;
/** A longer chart has its axis below it too. */
const LONG = 900;

export function chartStrip(chart: Chart, marked: Marked, y: number): Strip {
  const { scale, facts } = chart;
  const rows = chartRows(facts);
  if (!scale) return rowsStrip(chart, rows, y);
  const ticks = ticksFor(chart.pen, scale, chart.timeZone);
  const onAxis: Axis = { ticks, scale };
  const axis = axisStrip(chart, onAxis, y);
  const lanes = lanesStrip(chart, scale, marked, y + axis.height);
  const top = y + axis.height + lanes.height + AFTER_LANES;
  const body = rowsStrip(chart, rows, top);
  const bottom = top + body.height;
  const spans: Spans = [[y + axis.height, top - AFTER_LANES], ...body.free];
  const again = body.height > LONG ? axisStrip(chart, onAxis, bottom, "below") : undefined;
  return {
    height: bottom - y + (again?.height ?? 0),
    drawn: [
      ...bands(scale, marked.gaps, y + axis.height, bottom),
      ...guides(ticks, scale, spans),
      ...targetLine(chart, scale, spans),
      ...axis.drawn,
      ...lanes.drawn,
      ...body.drawn,
      ...(again?.drawn ?? []),
    ],
  };
}

const upright = (is: string, x: number, from: number, to: number, look: Look): string =>
  element("path", {
    class: is,
    d: `M${Math.round(x * 10) / 10} ${Math.round(from)}V${Math.round(to)}`,
    stroke: look.stroke,
    "stroke-width": look.width,
  });

interface Look {
  readonly stroke: string;
  readonly width: number;
}

/** Behind the lanes and beside bars, never through words: from one height to another. */
type Spans = readonly (readonly [from: number, to: number])[];

const lines = (is: string, x: number, spans: Spans, look: Look): string[] =>
  spans.map(([from, to]) => upright(is, x, from, to, look));

const guides = (ticks: Ticks, scale: Scale, spans: Spans): string[] =>
  ticks.at.flatMap((at) => lines("guide", xOf(scale, at), spans, GUIDE));

const GUIDE: Look = { stroke: colours.line, width: 2 };

function targetLine({ facts }: Chart, scale: Scale, spans: Spans): string[] {
  const target = targetOf(facts);
  if (target === undefined || !isOnScale(scale, target)) return [];
  return lines("target", xOf(scale, target), spans, { stroke: colours.target, width: 5 });
}

const bands = (scale: Scale, gaps: readonly LetteredGap[], from: number, to: number): string[] =>
  gaps.flatMap(({ gap }) => {
    const band = bandOf(scale, gap);
    if (!band) return [];
    const { x, width } = band;
    return [
      element("rect", {
        class: "gap",
        x,
        y: from,
        width,
        height: to - from,
        fill: colours.shade,
      }),
    ];
  });
