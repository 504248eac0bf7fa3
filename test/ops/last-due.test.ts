/** When a chore was last due: as if each minute were looked at, in far fewer looks. */
import { createTask, type ScheduledTask } from "node-cron";
import { describe, expect, it, onTestFinished } from "vitest";
import { lastDue, type Rhythm } from "../../src/ops/last-due.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const at = (text: string) => Date.parse(text);

function taskOf(when: string, timezone: string): ScheduledTask {
  const task = createTask(when, () => undefined, { timezone });
  onTestFinished(() => void task.destroy());
  return task;
}

/** Counts how often node-cron is asked. */
function counted(when: string, timeZone = "UTC") {
  const [exact, hourly] = [taskOf(when, timeZone), taskOf(when.replace(/^\S+/, "*"), timeZone)];
  const count = { looks: 0 };
  const look = (task: ScheduledTask) => (date: Date) => {
    count.looks += 1;
    return task.match(date);
  };
  const rhythm: Rhythm = { isDue: look(exact), mayBeDueInHourOf: look(hourly) };
  return { rhythm, count, exact };
}

function minuteByMinute(task: ScheduledTask, from: number, to: number): number | undefined {
  for (let time = to - (to % MINUTE); time > from; time -= MINUTE)
    if (task.match(new Date(time))) return time;
  return undefined;
}

describe("when a chore was last due", () => {
  it.each([
    ["0 8 * * *", "UTC", "2026-11-21T07:59:59Z"],
    ["0 8 * * *", "Europe/Berlin", "2026-11-21T07:00:00Z"],
    ["59 23 * * *", "Asia/Kathmandu", "2026-11-21T18:13:30Z"],
    ["5,40 9 * * 1-5", "Australia/Lord_Howe", "2026-10-05T12:00:00Z"],
    ["30 2 * * *", "Europe/Berlin", "2027-03-28T06:00:00Z"],
    ["*/7 1 * * *", "America/St_Johns", "2026-11-01T14:00:00Z"],
    ["* * * * *", "UTC", "2026-11-21T06:00:30Z"],
    ["0 8 20 * *", "Pacific/Chatham", "2026-11-21T06:00:00Z"],
  ])("(%s in %s at %s) is the same as minute by minute", (when, timeZone, time) => {
    const { rhythm, exact } = counted(when, timeZone);
    const to = at(time);
    for (const from of [to - 3 * DAY, to - 61 * MINUTE, to - MINUTE])
      expect(lastDue(rhythm, from, to)).toBe(minuteByMinute(exact, from, to));
  });

  it("is not at the moment from which on it is looked for, but at the one up to which", () => {
    const [due, { rhythm }] = [at("2026-11-21T08:00:00Z"), counted("0 8 * * *")];
    expect(lastDue(rhythm, due, due + DAY - MINUTE)).toBeUndefined();
    expect(lastDue(rhythm, due - MINUTE, due)).toBe(due);
  });

  it("is found within 2,000 looks, be it once a month, or longer ago than is of interest", () => {
    const monthly = counted("0 8 1 * *");
    const to = at("2026-11-30T07:00:00Z");
    expect(lastDue(monthly.rhythm, 0, to)).toBe(at("2026-11-01T08:00:00Z"));
    const never = counted("0 8 1 1 *");
    expect(lastDue(never.rhythm, 0, to)).toBeUndefined();
    expect(Math.max(monthly.count.looks, never.count.looks)).toBeLessThan(2000);
  });
});
