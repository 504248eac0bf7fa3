/** By time zone; making one costs more than all that it writes. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const made = formats.get(timeZone);
  if (made) return made;
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    dateStyle: "short",
    timeStyle: "short",
  });
  formats.set(timeZone, format);
  return format;
}

const inZone = (at: number, timeZone: string): string => formatOf(timeZone).format(at);

/** Whether a number is an instant that a calendar has. */
export const isInstant = (at: number): boolean => Number.isFinite(at) && Math.abs(at) <= 8.64e15;

/**
 * An instant for people: `2026-11-21 06:00 UTC`; where `timeZone` (an IANA name) is another one
 * than UTC, followed by the same instant there: `2026-11-21 23:30 UTC (2026-11-22 00:30
 * Europe/Berlin)`, without the date where it is the same.
 */
export function instant(at: number, timeZone: string): string {
  if (!isInstant(at)) return "unknown time";
  const utc = inZone(at, "UTC");
  if (timeZone === "UTC") return `${utc} UTC`;
  const there = inZone(at, timeZone);
  const sameDay = there.slice(0, 10) === utc.slice(0, 10);
  return `${utc} UTC (${sameDay ? there.slice(11) : there} ${timeZone})`;
}
