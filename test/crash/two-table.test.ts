/** The campaign against two instances tells when nobody led for too long. */
import { describe, expect, it } from "vitest";
import type { Struck, TwoBlow } from "./two-blows.ts";
import { wrongWithTimes } from "./two-table.ts";

const struck = (blow: TwoBlow, tookMs: number): Struck => ({
  ...{ blow, from: 0, lifted: 0, settled: 0, tookOver: tookMs, tookMs },
});
const twenty = (blow: TwoBlow, tookMs: number) =>
  Array.from({ length: 20 }, () => struck(blow, tookMs));

describe("what is promised of a take-over", () => {
  it("is kept where each takes less than it may, and one of twenty more", () => {
    const slow = struck("leader killed", 30_000);
    expect(wrongWithTimes([...twenty("leader killed", 9000), slow])).toEqual([]);
    expect(wrongWithTimes(twenty("leader stopped", 1900))).toEqual([]);
  });

  it("is broken where more of them take longer", () => {
    const slow = twenty("leader frozen", 10_100);
    expect(wrongWithTimes([...twenty("leader killed", 1000), ...slow])).toEqual([
      "a take-over took 10.1 s (p95), and 10.0 s are promised",
    ]);
  });

  it("is more where the leader is stopped as planned", () => {
    expect(wrongWithTimes(twenty("leader stopped", 2100))).toEqual([
      "a planned stop took 2.1 s (p95), and 2.0 s are promised",
    ]);
  });
});
