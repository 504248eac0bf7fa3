/** When something was last due by a cron expression; node-cron itself only looks ahead. */

export interface Rhythm {
  isDue(at: Date): boolean;
  /** Whether it may be due in some minute of that hour, as clocks there show it. */
  mayBeDueInHourOf(at: Date): boolean;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** What was due longer ago is of no interest any more. */
const OLDEST_MS = 35 * 24 * HOUR_MS;

/** The last time after `from`, up to `to`. Looks at hours first: each look takes node-cron long. */
export function lastDue(rhythm: Rhythm, from: number, to: number): number | undefined {
  const oldest = Math.max(from, to - OLDEST_MS);
  for (let hour = to - (to % HOUR_MS); hour > oldest - HOUR_MS; hour -= HOUR_MS) {
    const newest = Math.min(hour + HOUR_MS - MINUTE_MS, to - (to % MINUTE_MS));
    const found = mayBeDueWithin(rhythm, hour) && lastMinute(rhythm, newest, hour, oldest);
    if (found) return found;
  }
  return undefined;
}

/** Where clocks are half an hour apart from ours, our hour has a part of two of theirs. */
const mayBeDueWithin = ({ mayBeDueInHourOf }: Rhythm, hour: number): boolean =>
  mayBeDueInHourOf(new Date(hour)) || mayBeDueInHourOf(new Date(hour + HOUR_MS - MINUTE_MS));

function lastMinute({ isDue }: Rhythm, newest: number, hour: number, oldest: number) {
  for (let at = newest; at >= hour && at > oldest; at -= MINUTE_MS)
    if (isDue(new Date(at))) return at;
  return undefined;
}
