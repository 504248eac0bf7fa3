/**
 * When a cron expression is due, also on the two nights of the year when clocks are changed. A time
 * that clocks show twice is due once: when node-cron itself would run, which is the later of the two
 * in some zones and the earlier in others. What is due at a time that is skipped is due at the next
 * that exists; node-cron would leave it out.
 */
import { createTask } from "node-cron";
import { asUtc, wallAt } from "../typed/wall-time.ts";
import type { Rhythm } from "./last-due.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What clocks show, as a number that can be counted with. */
type Wall = (at: number) => number;
type Matches = (shown: number) => boolean;

/** `when`: five fields. Throws where expression or time zone make no sense. */
export function rhythmOf(when: string, timeZone: string): Rhythm {
  const wall: Wall = (at) => asUtc(wallAt(at, timeZone));
  const exactly = matching(when);
  const anyMinute = matching(when.replace(/^\S+/, "*"));
  return {
    isDue: (at) => isDue(at.getTime(), wall, exactly),
    mayBeDueInHourOf: (at) => isChangedAround(at.getTime(), wall) || anyMinute(wall(at.getTime())),
  };
}

/** The task never runs; node-cron keeps each one until it is destroyed, and answers afterwards too. */
function matching(when: string): Matches {
  const task = createTask(when, () => undefined, { timezone: "UTC" });
  void task.destroy();
  return (shown) => task.match(new Date(shown));
}

function isDue(at: number, wall: Wall, matches: Matches): boolean {
  const shown = wall(at);
  const unchanged = wall(at - MINUTE_MS) + MINUTE_MS;
  for (let each = Math.min(unchanged, shown); each <= shown; each += MINUTE_MS)
    if (matches(each)) return at === momentOf(shown, wall);
  return false;
}

/** When clocks show this; of two moments, the one that node-cron takes. */
function momentOf(shown: number, wall: Wall): number {
  const before = (at: number) => shown - (wall(at) - at);
  const guess = before(shown);
  return wall(guess) === shown ? guess : before(guess);
}

const isChangedAround = (at: number, wall: Wall) =>
  wall(at + HOUR_MS) - wall(at - HOUR_MS) !== 2 * HOUR_MS;
