/** What stands between a chart's axis and its rows: the target, times of which nobody knows, decisions. */
import type { PictureStep } from "../../messages/picture.ts";
import { BEFORE_AXIS, targetLabel } from "../../messages/picture-rows.ts";
import { clockTime } from "../../messages/picture-times.ts";
import type { Gap, RunFacts } from "../../report/facts.ts";
import type { Chart } from "./chart-rows.ts";
import { label, type Pen, type Style, widthOfText } from "./flow.ts";
import { colours, LEFT, RIGHT, type Strip, sizes } from "./frame.ts";
import { numberSign } from "./head.ts";
import { spacedSigns } from "./lanes.ts";
import { shadeOf } from "./patterns.ts";
import { type Scale, targetOf, xOf } from "./scale.ts";
import { element } from "./svg.ts";

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

const sign: Style = { size: sizes.small, weight: 700, is: "sign" };

const LANE = 46;

/** From the axis down: the target, the gaps, the decisions. */
export function lanesStrip(chart: Chart, scale: Scale, marked: Marked, y: number): Strip {
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
  const hatches = shown.map(({ gap, x, width }) =>
    element("rect", {
      class: "hatch",
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
  return { height: LANE, drawn: [...hatches, ...signs] };
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

/** What is too short to be seen is drawn so wide. */
const NARROWEST = 5;

export function bandOf(scale: Scale, { from, to }: Gap): { x: number; width: number } | undefined {
  if (to < scale.from || from > scale.to) return undefined;
  const x = Math.min(xOf(scale, from), RIGHT - NARROWEST);
  return { x, width: Math.max(NARROWEST, xOf(scale, to) - x) };
}
