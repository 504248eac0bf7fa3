import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agoText, duration, durationIn, roughly } from "../../src/chat/duration.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe("a duration is said as people say it", () => {
  it.each([
    [-5, "0 s"],
    [0, "0 s"],
    [350.7, "350 ms"],
    [20 * second, "20 s"],
    [59_999, "59 s"],
    [minute, "1 min"],
    [3 * minute + 20 * second, "3 min 20 s"],
    [2 * hour + 5 * minute + 59 * second, "2 h 5 min"],
    [day - 1, "23 h 59 min"],
    [day, "1 day"],
    [day + 3 * hour, "1 day 3 h"],
    [2 * day + 30 * minute, "2 days"],
    [4 * day + 23 * hour, "4 days"],
  ])("%d ms: %s", (ms, words) => {
    expect(duration(ms)).toBe(words);
  });

  it("and never as longer than it is", () => {
    const units: Record<string, number> = {
      ms: 1,
      s: second,
      min: minute,
      h: hour,
      day,
      days: day,
    };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 * day }), (ms) => {
        const parts = [...duration(ms).matchAll(/(\d+) (\w+)/g)];
        const said = parts.reduce(
          (sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ""] ?? 0),
          0,
        );
        expect(said).toBeLessThanOrEqual(ms);
      }),
    );
  });
});

it.each([
  [20 * second, "20 s"],
  [minute + 17 * second, "1 min"],
  [17 * minute + 58 * second, "17 min"],
  [2 * hour + 5 * minute + 59 * second, "2 h 5 min"],
])("an age of %d ms is said without the seconds that nobody needs: %s", (ms, words) => {
  expect(roughly(ms)).toBe(words);
});

describe("an instant is said by its distance from now", () => {
  it.each([
    [0, "just now"],
    [-999, "just now"],
    [-20 * second, "20 s ago"],
    [-(3 * minute + 20 * second), "3 min ago"],
    [-(2 * hour + 5 * minute), "2 h 5 min ago"],
    [-4 * day, "4 days ago"],
    [5 * minute, "in 5 min"],
    [5 * minute - 400, "in 5 min"],
    [4 * minute + 31 * second, "in 5 min"],
    [4 * minute + 29 * second, "in 4 min"],
    [59_600, "in 1 min"],
    [59_400, "in 59 s"],
    [19_700, "in 20 s"],
    [day - 20 * second, "in 1 day"],
    [2 * hour - 20 * second, "in 2 h"],
    [2 * day - 10 * minute, "in 2 days"],
    [5 * day - hour, "in 5 days"],
  ])("%d ms from now: %s", (distance, words) => {
    expect(agoText(1_000_000_000 + distance, 1_000_000_000)).toBe(words);
  });
});

it("what is to come is said to within half of what is counted", () => {
  const units: Record<string, number> = { s: second, min: minute, h: hour, day, days: day };
  fc.assert(
    fc.property(fc.integer({ min: second, max: 30 * day }), (ms) => {
      const parts = [...agoText(ms, 0).matchAll(/(\d+) (\w+)/g)];
      const sizes = parts.map(([, , unit]) => units[unit ?? ""] ?? 0);
      const said = parts.reduce((sum, [, count], i) => sum + Number(count) * (sizes[i] ?? 0), 0);
      const counted = ms < minute ? second : ms < day ? minute : ms < 3 * day ? hour : day;
      expect(Math.abs(said - ms)).toBeLessThanOrEqual(counted / 2);
    }),
  );
});

describe("a duration is read as people write it", () => {
  it.each([
    ["30 min", 30 * minute],
    ["30min", 30 * minute],
    ["90 s", 90 * second],
    ["1 h 30 min", 90 * minute],
    ["1H30M", 90 * minute],
    [" 2 hours ", 2 * hour],
    ["1 day 12 h", 36 * hour],
    ["1 minute 1 second", 61 * second],
  ])("%j", (text, ms) => {
    expect(durationIn(text)).toBe(ms);
  });

  it.each([
    "",
    "30",
    "min",
    "0 min",
    "-1 h",
    "1,5 h",
    "30 min 1 h",
    "1 month",
    "99999 h",
    "1 h and more",
  ])("%j is none", (text) => {
    expect(durationIn(text)).toBeUndefined();
  });

  it("is what was said of it, but for what is left out", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 * 24 * 60 }), (minutes) => {
        const ms = minutes * minute;
        expect(durationIn(duration(ms))).toBe(ms < day ? ms : ms - (ms % hour));
      }),
    );
  });
});
