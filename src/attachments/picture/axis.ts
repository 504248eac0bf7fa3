/** The axis of a chart: wall-clock times, and how long after its origin each is. */
import { originWords } from "../../messages/picture-rows.ts";
import { tickOffset, tickTime } from "../../messages/picture-times.ts";
import type { Chart } from "./chart-rows.ts";
import { label, lineHeight, type Pen, type Style, widthOfText } from "./flow.ts";
import { colours, LEFT, RIGHT, type Strip, sizes } from "./frame.ts";
import { type Scale, type Ticks, ticksOf, xOf } from "./scale.ts";
import { element } from "./svg.ts";

const clock: Style = { size: sizes.small, is: "tick" };
const offset: Style = { size: sizes.small, fill: colours.faint, is: "tick" };

const BETWEEN_TICKS = 20;

interface PlacedTick {
  readonly at: number;
  /** Of the middle of its words, which stay on the sheet. */
  readonly x: number;
  readonly half: number;
}

/** As many as have room for their words. */
export function ticksFor(pen: Pen, scale: Scale, timeZone: string): Ticks {
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

export function axisStrip(
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

export interface Axis {
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
