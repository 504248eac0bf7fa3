/** A date and time that a person typed, read in a time zone. */

export type TypedTime =
  | { readonly ok: true; readonly at: number }
  /** `why` is a sentence part that follows `Cannot read the time "…" as `. */
  | { readonly ok: false; readonly why: string };

const DAY_MS = 86_400_000;
/** No clock on earth is further from UTC. */
const GREATEST_OFFSET_MS = 14 * 3_600_000;
const FORMS = 'write it like "2026-11-21 06:00", "06:00", "yesterday 22:30" or "2026-11-21T06:00Z"';
const PATTERN =
  /^(?:(?<date>\d{4}-\d{1,2}-\d{1,2}|today|yesterday)[ T]+(?:at )?)?(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2}))?\s*(?<zone>z|utc|gmt|[+-]\d{2}:?\d{2})?$/i;

/** How people begin a time, be it in a form that can be read or not. */
const LIKE_A_TIME = /^(?:\d|today\b|yesterday\b|noon\b|midnight\b|last night\b|this morning\b)/i;
const LEADING = new RegExp(PATTERN.source.replace(/\$$/, "(?=$|[\\s,;.!?)])"), "i");

/**
 * The time that a text begins with, and what follows it; `time` is absent where it begins like a
 * time and not in a form that can be read. Nothing where it begins otherwise.
 */
export function leadingTime(
  text: string,
): { readonly time?: string; readonly rest: string } | undefined {
  const time = LEADING.exec(text)?.[0].trim();
  if (time !== undefined) return { time, rest: text.slice(time.length).trim() };
  return LIKE_A_TIME.test(text) ? { rest: "" } : undefined;
}

interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/**
 * Reads `2026-11-21 06:00`, `06:00` (today), `yesterday 22:30`, with or without seconds, `Z`, `UTC`
 * or an offset. Without a zone the time is one of `timeZone` (an IANA name). Refused: times to
 * come, times that a change of clocks leaves out or gives twice, dates that do not exist, and forms
 * that mean different days to different people.
 */
export function readTypedTime(text: string, timeZone: string, now: number): TypedTime {
  const groups = PATTERN.exec(text.trim())?.groups;
  if (!groups) return refused(`it is not in a form that means one day to everybody: ${FORMS}`);
  const offset = zoneOffsetMs(groups.zone);
  const wall =
    offset === undefined ? wallTime(groups, timeZone, now) : wallTime(groups, "UTC", now + offset);
  if (!wall || Math.abs(offset ?? 0) > GREATEST_OFFSET_MS)
    return refused(`there is no such date or time: ${FORMS}`);
  if (offset !== undefined) return notInFuture(asUtc(wall) - offset, now);
  const instants = instantsOf(wall, timeZone);
  if (instants.length === 0)
    return refused(`the clocks in ${timeZone} skip it: add "UTC" and give it in UTC`);
  if (instants.length > 1)
    return refused(
      `the clocks in ${timeZone} show it twice that day: add "UTC" and give it in UTC`,
    );
  return notInFuture(instants[0] ?? Number.NaN, now);
}

const refused = (why: string): TypedTime => ({ ok: false, why });

function notInFuture(at: number, now: number): TypedTime {
  return at <= now
    ? { ok: true, at }
    : refused(
        "it is still to come, and restore points are from before: give an earlier time, or its date",
      );
}

function zoneOffsetMs(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined;
  const offset = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (!offset) return 0;
  const size = (Number(offset[2]) * 60 + Number(offset[3])) * 60_000;
  return offset[1] === "-" ? -size : size;
}

function wallTime(
  groups: Record<string, string>,
  timeZone: string,
  now: number,
): WallTime | undefined {
  const day = dayOf(groups.date?.toLowerCase(), timeZone, now);
  const wall = {
    ...day,
    hour: Number(groups.hour),
    minute: Number(groups.minute),
    second: Number(groups.second ?? 0),
  };
  const real = new Date(asUtc(wall));
  const same =
    real.getUTCFullYear() === wall.year &&
    real.getUTCDate() === wall.day &&
    real.getUTCMonth() === wall.month - 1 &&
    real.getUTCHours() === wall.hour &&
    real.getUTCMinutes() === wall.minute &&
    wall.second < 60;
  return same ? wall : undefined;
}

function dayOf(
  date: string | undefined,
  timeZone: string,
  now: number,
): Pick<WallTime, "year" | "month" | "day"> {
  if (date !== undefined && /^\d/.test(date)) {
    const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
    return { year, month, day };
  }
  const today = wallAt(now, timeZone);
  if (date !== "yesterday") return today;
  const before = new Date(Date.UTC(today.year, today.month - 1, today.day) - DAY_MS);
  return {
    year: before.getUTCFullYear(),
    month: before.getUTCMonth() + 1,
    day: before.getUTCDate(),
  };
}

const asUtc = ({ year, month, day, hour, minute, second }: WallTime) =>
  Date.UTC(year, month - 1, day, hour, minute, second);

/** All instants at which clocks in the zone show this time: none, one, or two. */
function instantsOf(wall: WallTime, timeZone: string): number[] {
  const guess = asUtc(wall);
  const offsets = new Set(
    [guess - DAY_MS, guess + DAY_MS].map((at) => asUtc(wallAt(at, timeZone)) - at),
  );
  return [...offsets]
    .map((offset) => guess - offset)
    .filter((at) => asUtc(wallAt(at, timeZone)) === guess);
}

function wallAt(at: number, timeZone: string): WallTime {
  const whole = Math.floor(at / 1000) * 1000;
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(whole);
  const part = (type: string) => Number(parts.find((found) => found.type === type)?.value);
  return {
    year: part("year"),
    month: part("month"),
    day: part("day"),
    hour: part("hour"),
    minute: part("minute"),
    second: part("second"),
  };
}
