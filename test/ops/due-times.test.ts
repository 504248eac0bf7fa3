/** When a chore is due: as node-cron has it, but for times that a change of clocks leaves out. */
import { createTask } from "node-cron";
import { afterEach, describe, expect, it, vi } from "vitest";
import { rhythmOf } from "../../src/ops/due-times.ts";

/** All that is due here is due at such times. */
const STEP = 5 * 60_000;
const DAY = 86_400_000;

afterEach(() => {
  vi.useRealTimers();
});

/** All that node-cron itself would do in these days. */
function byNodeCron(when: string, timezone: string, from: number, to: number): string[] {
  vi.useFakeTimers({ now: from - 1000 });
  const task = createTask(when, () => undefined, { timezone });
  const runs = task.getNextRuns(2 * ((to - from) / DAY + 1));
  void task.destroy();
  return runs.filter((run) => run.getTime() < to).map((run) => run.toISOString());
}

function byUs(when: string, timeZone: string, from: number, to: number): string[] {
  const { isDue } = rhythmOf(when, timeZone);
  const times = Array.from({ length: (to - from) / STEP }, (_, count) => from + count * STEP);
  return times
    .map((at) => new Date(at))
    .filter(isDue)
    .map((at) => at.toISOString());
}

describe("when a chore is due", () => {
  it.each([
    ["30 2 * * *", "Europe/Berlin", "2026-10-24"],
    ["30 1 * * *", "America/New_York", "2026-10-31"],
    ["0 3 * * *", "Europe/Berlin", "2027-03-27"],
    ["55 1 * * 0", "America/New_York", "2027-03-13"],
    ["45 1 * * *", "Australia/Lord_Howe", "2027-04-03"],
    ["0 8,20 * * *", "Asia/Kathmandu", "2026-11-21"],
  ])("(%s in %s from %s on) is when node-cron itself would run", (when, timeZone, day) => {
    const from = Date.parse(`${day}T00:00:00Z`);
    const ours = byUs(when, timeZone, from, from + 2 * DAY);
    expect(ours.length).toBeGreaterThan(0);
    expect(ours).toEqual(byNodeCron(when, timeZone, from, from + 2 * DAY));
  });

  it.each([
    ["30 2 * * *", "Europe/Berlin", "2027-03-28T01:00:00.000Z"],
    ["0 2 * * *", "Europe/Berlin", "2027-03-28T01:00:00.000Z"],
    ["0,30 2,3 * * *", "Europe/Berlin", "2027-03-28T01:00:00.000Z 2027-03-28T01:30:00.000Z"],
    ["30 2 * * *", "America/New_York", "2027-03-14T07:00:00.000Z"],
    ["15 2 * * *", "Australia/Lord_Howe", "2026-10-03T15:30:00.000Z"],
    ["30 0 * * *", "America/Santiago", "2026-09-06T04:00:00.000Z"],
  ])("(%s in %s) is, where that time is skipped, the next that exists", (when, timeZone, next) => {
    const from = Date.parse(`${next.slice(0, 10)}T00:00:00Z`);
    expect(byUs(when, timeZone, from, from + DAY).join(" ")).toBe(next);
  });

  it("is in an hour in which it may be due", () => {
    const from = Date.parse("2027-03-27T00:00:00Z");
    const { isDue, mayBeDueInHourOf } = rhythmOf("30 2 * * *", "Europe/Berlin");
    for (let at = from; at < from + 2 * DAY; at += STEP)
      if (isDue(new Date(at))) expect(mayBeDueInHourOf(new Date(at))).toBe(true);
  });
});
