/** How a run of the storm that breaks a promise is made as short as it can be. */
import { describe, expect, it } from "vitest";
import { shortest, tryOut } from "../storm/trial.ts";

/** Each of these broke a promise once. A seed shows other things when people or faults are added. */
const KNOWN_SEEDS = [13, 98, 77_019, 77_059, 88_080, 300_273, 500_340, 610_148];

describe("a run of the storm", () => {
  it.each(KNOWN_SEEDS)("that broke a promise once breaks none: seed %i", async (seed) => {
    expect((await tryOut(seed)).faults).toEqual([]);
  });

  it("leaves out what something does not need to come about", async () => {
    let trial = await tryOut(1);
    while (trial.orders !== 1) trial = await tryOut(trial.seed + 1);
    const least = await shortest(trial, ({ orders }) => orders === 1);
    expect(least.kinds).toEqual([]);
    expect(least.acts).toHaveLength(2);
    expect(least.story.join("\n")).toMatch(/types: start [\s\S]*EM is sent: start/);
  });
});
