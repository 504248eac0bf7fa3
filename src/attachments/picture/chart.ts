/** The chart: an axis of time, what was decided and when nothing was known above it, then the rows. */

import type { PictureStep } from "../../messages/picture.ts";
import { BEFORE_AXIS, originWords, targetLabel } from "../../messages/picture-rows.ts";
import { clockTime, tickOffset, tickTime } from "../../messages/picture-times.ts";
import type { Gap, RunFacts } from "../../report/facts.ts";
import { type Chart, rowsBlock } from "./chart-rows.ts";
import { label, lineHeight, type Pen, type Style, widthOfText } from "./flow.ts";
import { colours, LEFT, RIGHT, type Strip, sizes } from "./frame.ts";
import { numberSign } from "./head.ts";
import { spacedSigns } from "./lanes.ts";
import { shadeOf } from "./patterns.ts";
import { chartRows } from "./rows.ts";
import { isOnScale, type Scale, type Ticks, targetOf, ticksOf, xOf } from "./scale.ts";
import { element } from "./svg.ts";

const clock: Style = { size: sizes.small, is: "tick" };
const offset: Style = { size: sizes.small, fill: colours.faint, is: "tick" };
const sign: Style = { size: sizes.small, weight: 700, is: "sign" };

const LANE = 46;
const AFTER_LANES = 14;
/** A longer chart has its axis below it too. */
const LONG = 900;

/** `gaps`: each with the letter that it has below the chart. */
export interface Marked {
  readonly steps: readonly PictureStep[];
  readonly gaps: readonly LetteredGap[];
  readonly origin: number;
}

export interface LetteredGap {
  readonly gap: Gap;
  /** Absent of one that is only shaded. */
  readonly letter?: string;
}

export function chartBlock(chart: Chart, marked: Marked, y: number): Strip {
  const { scale, facts } = chart;
  const rows = chartRows(facts);
  if (!scale) return rowsBlock(chart, rows, y);
  const ticks = ticksFor(chart.pen, scale, chart.timeZone);
  const onAxis: Axis = { ticks, scale };
  const axis = axisBlock(chart, onAxis, y);
  const lanes = lanesBlock(chart, scale, marked, y + axis.height);
  const top = y + axis.height + lanes.height + AFTER_LANES;
  const body = rowsBlock(chart, rows, top);
  const bottom = top + body.height;
  const spans: Spans = [[y + axis.height, top - AFTER_LANES], ...body.free];
  const again = body.height > LONG ? axisBlock(chart, onAxis, bottom, "below") : undefined;
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

const BETWEEN_TICKS = 20;

interface PlacedTick {
  readonly at: number;
  /** Of the middle of its words, which stay on the sheet. */
  readonly x: number;
  readonly half: number;
}

/** As many as have room for their words. */
function ticksFor(pen: Pen, scale: Scale, timeZone: string): Ticks {
  let ticks = ticksOf(scale, 120);
  for (let apart = 120; apart < RIGHT - LEFT; apart += 20) {
    ticks = ticksOf(scale, apart);
    if (haveRoom(placedTicks(pen, ticks, scale, timeZone))) break;
  }
  return ticks;
}

const haveRoom = (ticks: readonly PlacedTick[]): boolean =>
  ticks.every(({ x, half }, i) => {
    const next = ticks[i + 1];
    return next === undefined || x + half + BETWEEN_TICKS <= next.x - next.half;
  });

const placedTicks = (pen: Pen, ticks: Ticks, scale: Scale, timeZone: string): PlacedTick[] =>
  ticks.at.map((at) => {
    const half = widthOfTick(pen, at, scale, ticks, timeZone) / 2;
    return { at, half, x: Math.max(LEFT + half, Math.min(RIGHT - half, xOf(scale, at))) };
  });

const widthOfTick = (pen: Pen, at: number, scale: Scale, ticks: Ticks, zone: string) =>
  Math.max(
    widthOfText(pen, tickTime(at, ticks, zone), clock),
    widthOfText(pen, offsetOf(at, scale), offset),
  );

const offsetOf = (at: number, { origin }: Scale): string =>
  at === origin.at ? originWords[origin.is] : tickOffset(at - origin.at);

function axisBlock(
  { pen, timeZone }: Chart,
  { ticks, scale }: Axis,
  y: number,
  side: "above" | "below" = "above",
): Strip {
  const height = 2 * lineHeight(clock) + 12;
  const first = y + clock.size + (side === "below" ? 8 : 0);
  const drawn = placedTicks(pen, ticks, scale, timeZone).flatMap(({ at, x }) => {
    const middle = "middle" as const;
    const below = first + lineHeight(offset);
    return [
      label(pen, tickTime(at, ticks, timeZone), clock, { x, y: first, anchor: middle }),
      label(pen, offsetOf(at, scale), offset, { x, y: below, anchor: middle }),
    ];
  });
  const lineAt = side === "below" ? y : y + height - 2;
  return { height, drawn: [...drawn, line("axis", LEFT, RIGHT, lineAt)] };
}

interface Axis {
  readonly ticks: Ticks;
  readonly scale: Scale;
}

const line = (is: string, from: number, to: number, y: number): string =>
  element("path", {
    class: is,
    d: `M${from} ${Math.round(y)}H${to}`,
    stroke: colours.faint,
    "stroke-width": 2,
  });

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

/** What is too short to be seen is drawn so wide. */
const NARROWEST = 5;

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

function bandOf(scale: Scale, { from, to }: Gap): { x: number; width: number } | undefined {
  if (to < scale.from || from > scale.to) return undefined;
  const x = Math.min(xOf(scale, from), RIGHT - NARROWEST);
  return { x, width: Math.max(NARROWEST, xOf(scale, to) - x) };
}

/** From the axis down: the target, the gaps, the decisions. */
function lanesBlock(chart: Chart, scale: Scale, marked: Marked, y: number): Strip {
  const target = targetLane(chart, scale, marked.origin, y);
  const gaps = gapLane(chart.pen, scale, marked.gaps, y + target.height);
  const steps = stepLane(chart, scale, marked.steps, y + target.height + gaps.height);
  return {
    height: target.height + gaps.height + steps.height,
    drawn: [...target.drawn, ...gaps.drawn, ...steps.drawn],
  };
}

const NOTHING: Strip = { height: 0, drawn: [] };

function targetLane(
  { pen, facts, timeZone }: Chart,
  scale: Scale,
  origin: number,
  y: number,
): Strip {
  const target = targetOf(facts);
  if (target === undefined) return NOTHING;
  const style: Style = { size: sizes.small, weight: 700, fill: colours.target, is: "label" };
  const beyond = target > scale.to ? " →" : target < scale.from ? "← " : "";
  const words = targetLabel(clockTime(target, origin, timeZone));
  const text = target < scale.from ? beyond + words : words + beyond;
  const width = widthOfText(pen, text, style);
  const x = xOf(scale, target);
  const fitsRight = x + 12 + width <= RIGHT;
  const at = fitsRight ? x + 12 : Math.max(LEFT, Math.min(x - 12, RIGHT) - width);
  return { height: LANE, drawn: [label(pen, text, style, { x: at, y: y + LANE * 0.68 })] };
}

function gapLane(pen: Pen, scale: Scale, gaps: readonly LetteredGap[], y: number): Strip {
  const shown = gaps.flatMap((one) => {
    const band = bandOf(scale, one.gap);
    return band ? [{ ...one, ...band }] : [];
  });
  if (shown.length === 0) return NOTHING;
  const strips = shown.map(({ gap, x, width }) =>
    element("rect", {
      class: "strip",
      x,
      y: y + 4,
      width,
      height: LANE - 8,
      fill: shadeOf(gap.why),
    }),
  );
  const lettered = shown.flatMap(({ letter, x, width }) =>
    letter === undefined ? [] : [{ x: x + width / 2, text: letter }],
  );
  const widthOf = (text: string) => widthOfText(pen, text, sign) + 20;
  const signs = spacedSigns(lettered, widthOf, LEFT, RIGHT).map(({ x, width, text }) =>
    letterSign(pen, text, x, y + LANE / 2, width),
  );
  return { height: LANE, drawn: [...strips, ...signs] };
}

/** A letter in a box of that width; `y` is its middle. */
export const letterSign = (pen: Pen, text: string, x: number, y: number, width: number): string =>
  element("rect", {
    class: "sign-ground",
    x: x - width / 2,
    y: y - 18,
    width,
    height: 36,
    fill: colours.paper,
    stroke: colours.ink,
    "stroke-width": 2,
  }) + label(pen, text, sign, { x, y: y + sizes.small * 0.36, anchor: "middle" });

function stepLane(
  { pen, facts }: Chart,
  scale: Scale,
  steps: readonly PictureStep[],
  y: number,
): Strip {
  if (steps.length === 0) return NOTHING;
  const numbered = steps.map(({ at }, i) => ({ at, text: String(i + 1) }));
  const before = numbered.filter(({ at }) => at < scale.from);
  const on = numbered.filter(({ at }) => at >= scale.from);
  const widthOf = (text: string) => Math.max(38, widthOfText(pen, text, sign) + 22);
  const earlier = before.length > 0 ? earlierSign(pen, before, y) : { drawn: [], width: 0 };
  const signs = spacedSigns(
    on.map(({ at, text }) => ({ x: xOf(scale, at), text })),
    widthOf,
    LEFT + earlier.width,
    RIGHT,
  ).map(({ x, width, text }) => numberSign(pen, text, x, y + LANE / 2, width));
  return { height: LANE, drawn: [...deciding(facts, scale, y), ...earlier.drawn, ...signs] };
}

/** From the question to the sending: what people took. */
function deciding({ asked, sent }: RunFacts, scale: Scale, y: number): string[] {
  if (!asked || !sent || sent.at <= scale.from) return [];
  const x = xOf(scale, asked.at);
  const width = xOf(scale, sent.at) - x;
  const height = 12;
  const top = y + (LANE - height) / 2;
  return [element("rect", { class: "deciding", x, y: top, width, height, fill: colours.shadeInk })];
}

/** Those that were before the chart begins, at its left edge. */
function earlierSign(pen: Pen, before: readonly { readonly text: string }[], y: number) {
  const first = before[0]?.text ?? "";
  const last = before.at(-1)?.text ?? "";
  const text = `← ${first === last ? first : `${first}–${last}`} ${BEFORE_AXIS}`;
  const style: Style = { ...sign, weight: 400, is: "label" };
  const at = { x: LEFT, y: y + LANE / 2 + sizes.small * 0.36 };
  return { drawn: [label(pen, text, style, at)], width: widthOfText(pen, text, style) + 12 };
}
