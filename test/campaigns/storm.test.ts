/** How a run of the storm that breaks a promise is made as short as it can be. */
import { describe, expect, it } from "vitest";
import { shortest, tryOut } from "../storm/trial.ts";

describe("a run of the storm", () => {
  it("leaves out what something does not need to come about", async () => {
    let trial = await tryOut(1);
    while (trial.orders !== 1) trial = await tryOut(trial.seed + 1);
    const least = await shortest(trial, ({ orders }) => orders === 1);
    expect(least.kinds).toEqual([]);
    expect(least.acts).toHaveLength(2);
    expect(least.story.join("\n")).toMatch(/types: start [\s\S]*EM is sent: start/);
  });
});
