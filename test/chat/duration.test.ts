import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agoText, duration, roughly } from "../../src/chat/duration.ts";

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
  ])("%d ms from now: %s", (distance, words) => {
    expect(agoText(1_000_000_000 + distance, 1_000_000_000)).toBe(words);
  });
});
