/** What clocks on the wall show in a time zone. */

export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** As a number that can be counted with: the moment at which clocks in UTC show this. */
export const asUtc = ({ year, month, day, hour, minute, second }: WallTime): number =>
  Date.UTC(year, month - 1, day, hour, minute, second);

const formats = new Map<string, Intl.DateTimeFormat>();

/** Writes like "21/11/2026, 06:00:00". Throws where there is no such zone. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(timeZone, format);
  return format;
}

/** `timeZone`: an IANA name. */
export function wallAt(at: number, timeZone: string): WallTime {
  const text = formatOf(timeZone).format(Math.floor(at / 1000) * 1000);
  const [day = 0, month = 0, year = 0, hour = 0, minute = 0, second = 0] = text
    .split(/\D+/)
    .map(Number);
  return { year, month, day, hour, minute, second };
}
