/** Times in a picture: in one zone, which it names once, as short as they are exact. */
import { duration } from "../chat/duration.ts";
import { isInstant } from "../chat/instant.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

function formatIn(timeZone: string): Intl.DateTimeFormat {
  const made = formats.get(timeZone);
  if (made) return made;
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  formats.set(timeZone, format);
  return format;
}

/** `2026-11-29 21:31:05` in the zone. */
const exactly = (at: number, timeZone: string): string =>
  isInstant(at) ? formatIn(timeZone).format(at) : "unknown time";

/** `2026-11-29` in the zone. */
export const dayOf = (at: number, timeZone: string): string => exactly(at, timeZone).slice(0, 10);

/**
 * `21:31:05`; before it month and day, `11-30 21:31:05`, where these are others than those of
 * `near`, and the year where that is another one.
 */
export function clockTime(at: number, near: number, timeZone: string): string {
  const text = exactly(at, timeZone);
  const day = dayOf(near, timeZone);
  if (day === text.slice(0, 10)) return text.slice(11);
  return day.slice(0, 4) === text.slice(0, 4) ? text.slice(5) : text;
}

/** What a chart's axis shows: all of it, and from one tick to the next. */
export interface AxisSpan {
  readonly spanMs: number;
  readonly stepMs: number;
}

/**
 * On an axis: `21:31:05`, without seconds where these are nothing, or nothing beside the step; with
 * month and day where the axis is longer than a day, and these alone where the steps are days.
 */
export function tickTime(at: number, { spanMs, stepMs }: AxisSpan, timeZone: string): string {
  const text = exactly(at, timeZone);
  if (stepMs >= DAY_MS) return text.slice(5, 10);
  if (spanMs > DAY_MS) return text.slice(5, 16);
  return text.endsWith(":00") || stepMs >= HOUR_MS ? text.slice(11, 16) : text.slice(11);
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const units = [
  { ms: DAY_MS, sign: "d" },
  { ms: HOUR_MS, sign: "h" },
  { ms: MINUTE_MS, sign: "min" },
  { ms: SECOND_MS, sign: "s" },
] as const;

/** On an axis: `+3 d 12 h`, with nothing left out. */
export function tickOffset(ms: number): string {
  let rest = Math.abs(ms);
  const parts = units.flatMap(({ ms: unit, sign }) => {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    return count > 0 ? [`${count} ${sign}`] : [];
  });
  return `${ms < 0 ? "−" : "+"}${parts.join(" ")}`;
}

/** `+5 min`; with a minus before the decision. */
export const afterDecision = (ms: number): string =>
  ms < 0 ? `−${duration(-ms)}` : `+${duration(ms)}`;
