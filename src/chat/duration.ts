const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const days = (count: number) => (count === 1 ? "1 day" : `${count} days`);

/** `3 min 20 s`, and `3 min` where the rest is nothing. */
const withRest = (whole: string, rest: number, unit: string) =>
  rest > 0 ? `${whole} ${rest} ${unit}` : whole;

/**
 * How long something takes or took, as people say it: `350 ms`, `20 s`, `3 min 20 s`, `2 h 5 min`,
 * `1 day 3 h`, `4 days`. Never rounded up; hours are left out from three days on; below nothing is
 * `0 s`.
 */
export function duration(ms: number): string {
  if (ms < 1) return "0 s";
  if (ms < secondMs) return `${Math.floor(ms)} ms`;
  if (ms < minuteMs) return `${Math.floor(ms / secondMs)} s`;
  if (ms < hourMs)
    return withRest(
      `${Math.floor(ms / minuteMs)} min`,
      Math.floor((ms % minuteMs) / secondMs),
      "s",
    );
  if (ms < dayMs)
    return withRest(`${Math.floor(ms / hourMs)} h`, Math.floor((ms % hourMs) / minuteMs), "min");
  const whole = days(Math.floor(ms / dayMs));
  return ms < 3 * dayMs ? withRest(whole, Math.floor((ms % dayMs) / hourMs), "h") : whole;
}

/** As `duration`, for ages and forecasts: seconds count in the first minute only. */
export const roughly = (ms: number): string => duration(ms < minuteMs ? ms : ms - (ms % minuteMs));

/**
 * How long it is until then, to the nearest of what is said: what was set to five minutes a moment
 * ago is five minutes away, not four.
 */
function ahead(ms: number): string {
  const unit = unitFor(ms);
  return duration(Math.round(ms / unit) * unit);
}

function unitFor(ms: number): number {
  if (ms < minuteMs - secondMs / 2) return secondMs;
  if (ms < dayMs) return minuteMs;
  return ms < 3 * dayMs ? hourMs : dayMs;
}

/**
 * Where an instant lies seen from now: `3 min ago`, `in 2 h 5 min`, `just now`. What has passed is
 * as rough as `roughly`, and never said to be older than it is; what is to come is rounded.
 */
export function agoText(at: number, now: number): string {
  const distanceMs = Math.abs(now - at);
  if (distanceMs < secondMs) return "just now";
  return at > now ? `in ${ahead(distanceMs)}` : `${roughly(distanceMs)} ago`;
}

const UNITS_MS: Readonly<Record<string, number>> = {
  d: dayMs,
  h: hourMs,
  m: minuteMs,
  s: secondMs,
};

const A_DURATION =
  /^(?:(?<d>\d{1,4}) ?(?:d|days?))? ?(?:(?<h>\d{1,4}) ?(?:h|hours?))? ?(?:(?<m>\d{1,4}) ?(?:m|min|minutes?))? ?(?:(?<s>\d{1,4}) ?(?:s|seconds?))?$/i;

/**
 * `30 min`, `1 h`, `1 h 30 min`, `90 s`, `1 day` as people write them, the longest unit first, in
 * milliseconds. Nothing of another text, nor of nothing at all (`0 min`).
 */
export function durationIn(text: string): number | undefined {
  const found = A_DURATION.exec(text.trim().replace(/\s+/g, " "))?.groups ?? {};
  const ms = Object.entries(UNITS_MS).reduce(
    (sum, [unit, unitMs]) => sum + Number(found[unit] ?? 0) * unitMs,
    0,
  );
  return ms > 0 ? ms : undefined;
}
