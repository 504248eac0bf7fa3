/** A date and time that a person typed, read in a time zone. */
import { asUtc, type WallTime, wallAt } from "./wall-time.ts";

export type TypedTime =
  | { readonly ok: true; readonly at: number }
  /** `why` is a sentence part that follows `Cannot read the time "…" as `. */
  | { readonly ok: false; readonly why: string };

const DAY_MS = 86_400_000;
/** No clock on earth is further from UTC. */
const GREATEST_OFFSET_MS = 14 * 3_600_000;
const FORMS =
  'write it like "2026-11-21 06:00", "06:00", "yesterday 22:30", "2 hours ago" or "2026-11-21T06:00Z"';
const NO_SUCH = `there is no such date or time: ${FORMS}`;
const PATTERN =
  /^(?:(?<date>\d{4}-\d{1,2}-\d{1,2}|today|yesterday)[ T]+(?:at )?)?(?:(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2}))?(?:\s*(?<half>[ap])\.?m\b\.?)?|(?<fullHour>\d{1,2})\s*(?<fullHalf>[ap])\.?m\b\.?)\s*(?<zone>z|utc|gmt|[+-]\d{2}:?\d{2}|[a-z_]+(?:\/[\w+-]+){1,2})?$/i;

/** Hours and minutes have one length for everybody; days have not. */
const AGO = /^(?<count>\d{1,4}|an?|one)\s*(?:(?<minutes>m|mins?|minutes?)|h|hrs?|hours?)\s+ago$/i;
const DAYS_AGO = /^(?:\d{1,4}|an?|one)\s*(?:d|days?|w|weeks?|months?|years?)\s+ago$/i;
/** Each means another offset to others, or in summer. */
const NAMED_ZONE =
  /\b(?:[CEW]E?S?T|ME[SZ]?Z|MSK|[BIJKAC]ST|[ECMP][DS]?T|AK[DS]T|HST|SGT|HKT|A[CEW][DS]T|NZ[DS]T|SAST|BRT|GST|PKT)$/i;
const SHORT_OFFSET = /[+-]\d{1,2}$/;

/**
 * With the hyphens of a keyboard, sign for sign. A dash is one in a date alone: between times it
 * means from one to the other.
 */
const withPlainHyphens = (text: string) =>
  text
    .replace(/[\u2010\u2011\u2212\uFE63\uFF0D]/g, "-")
    .replace(/^(\d{4})[\u2012-\u2015-](\d{1,2})[\u2012-\u2015-](?=\d)/, "$1-$2-");

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
  const found = LEADING.exec(withPlainHyphens(text));
  if (!found) return LIKE_A_TIME.test(text) ? { rest: "" } : undefined;
  const time = text.slice(0, found[0].length - wordsAfter(found.groups?.zone)).trim();
  return { time, rest: text.slice(time.length).trim() };
}

/** `22:30 and/or later`: how long what looks like a zone and is none is. */
const wordsAfter = (zone: string | undefined) =>
  zone?.includes("/") && zoneNamed(zone).is === "unknown" ? zone.length : 0;

/**
 * Reads `2026-11-21 06:00`, `06:00` (today), `yesterday 22:30`, `10 pm`, with or without seconds,
 * with `Z`, `UTC`, an offset or an IANA zone like `Europe/Paris` after it; and `2 hours ago`. Without
 * a zone the time is one of `timeZone` (an IANA name). Refused: times to come, times that a change
 * of clocks leaves out or gives twice, dates that do not exist, and forms that mean different days
 * to different people.
 */
export function readTypedTime(text: string, timeZone: string, now: number): TypedTime {
  const typed = withPlainHyphens(text.trim());
  const ago = AGO.exec(typed)?.groups;
  if (ago) return { ok: true, at: now - agoMs(ago) };
  const groups = PATTERN.exec(typed)?.groups;
  if (!groups) return refused(whyNotRead(typed));
  if (isTwelve(groups))
    return refused("12 am and 12 pm are noon to some and midnight to others: write 00:00 or 12:00");
  const zone = zoneOf(groups.zone, timeZone);
  if (zone.is === "unknown") return refused(zone.why);
  return zone.is === "offset" ? readAtOffset(groups, zone.ms, now) : readIn(zone.name, groups, now);
}

function readAtOffset(groups: Groups, offsetMs: number, now: number): TypedTime {
  const wall = wallTime(groups, "UTC", now + offsetMs);
  if (!wall || Math.abs(offsetMs) > GREATEST_OFFSET_MS) return refused(NO_SUCH);
  return notInFuture(asUtc(wall) - offsetMs, now);
}

/** By the clocks in a zone. */
function readIn(timeZone: string, groups: Groups, now: number): TypedTime {
  const wall = wallTime(groups, timeZone, now);
  if (!wall) return refused(NO_SUCH);
  const instants = instantsOf(wall, timeZone);
  if (instants.length === 0)
    return refused(`the clocks in ${timeZone} skip it: add "UTC" and give it in UTC`);
  if (instants.length > 1)
    return refused(
      `the clocks in ${timeZone} show it twice that day: add "UTC" and give it in UTC`,
    );
  return notInFuture(instants[0] ?? Number.NaN, now);
}

const agoMs = ({ count = "", minutes }: Groups) =>
  (/^\d/.test(count) ? Number(count) : 1) * (minutes === undefined ? 3_600_000 : 60_000);

/** Of what is in no form that can be read. */
function whyNotRead(typed: string): string {
  if (DAYS_AGO.test(typed)) return `it names no time of that day: ${FORMS}`;
  const zone = NAMED_ZONE.exec(typed)?.[0] ?? SHORT_OFFSET.exec(typed)?.[0];
  if (zone !== undefined && PATTERN.test(typed.slice(0, -zone.length))) return manyOffsets(zone);
  return `it is not in a form that means one day to everybody: ${FORMS}`;
}

const manyOffsets = (zone: string) =>
  `"${zone}" is not one offset to everybody: write "UTC", an offset like "+01:00" or a zone like "Europe/Paris" instead`;

type Groups = Readonly<Record<string, string | undefined>>;

const isTwelve = ({ hour, half, fullHour, fullHalf }: Groups) =>
  (half ?? fullHalf) !== undefined && Number(hour ?? fullHour) === 12;

/** Of 24; none such where it is after noon and above 12. */
function hourOf({ hour, half, fullHour, fullHalf }: Groups): number {
  const shown = Number(hour ?? fullHour);
  const inHalf = (half ?? fullHalf)?.toLowerCase();
  if (inHalf === undefined) return shown;
  if (shown < 1 || shown > 12) return Number.NaN;
  return inHalf === "p" ? shown + 12 : shown;
}

const refused = (why: string): TypedTime => ({ ok: false, why });

function notInFuture(at: number, now: number): TypedTime {
  return at <= now
    ? { ok: true, at }
    : refused(
        "it is still to come, and restore points are from before: give an earlier time, or its date",
      );
}

type Zone =
  | { readonly is: "offset"; readonly ms: number }
  | { readonly is: "named"; readonly name: string }
  | { readonly is: "unknown"; readonly why: string };

function zoneOf(zone: string | undefined, timeZone: string): Zone {
  if (zone === undefined) return { is: "named", name: timeZone };
  return zone.includes("/") ? zoneNamed(zone) : { is: "offset", ms: offsetMs(zone) };
}

/** By `Etc/GMT+2` people mean one thing, and the zone another: there the sign is turned round. */
function zoneNamed(zone: string): Zone {
  if (/^etc\//i.test(zone)) return { is: "unknown", why: manyOffsets(zone) };
  try {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions();
    return { is: "named", name: timeZone };
  } catch {
    return { is: "unknown", why: `there is no time zone "${zone}": write it like "Europe/Paris"` };
  }
}

function offsetMs(zone: string): number {
  const offset = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (!offset) return 0;
  const size = (Number(offset[2]) * 60 + Number(offset[3])) * 60_000;
  return offset[1] === "-" ? -size : size;
}

function wallTime(groups: Groups, timeZone: string, now: number): WallTime | undefined {
  const day = dayOf(groups.date?.toLowerCase(), timeZone, now);
  const wall = {
    ...day,
    hour: hourOf(groups),
    minute: Number(groups.minute ?? 0),
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
