import { describe, expect, it } from "vitest";
import { createDeliveryFilter } from "../../src/chat/redelivery.ts";
import { fakeClock } from "../fakes/clock.ts";

const keptMs = 10 * 60_000;

function filter() {
  const clock = fakeClock();
  return { clock, isNew: createDeliveryFilter(clock, keptMs) };
}

describe("a delivery", () => {
  it("is new once, each by its own id", () => {
    const { isNew } = filter();
    expect(["a", "b", "a", "b", "c"].map(isNew)).toEqual([true, true, false, false, true]);
  });

  it("is not new again for as long as it is kept", () => {
    const { clock, isNew } = filter();
    isNew("a");
    clock.advance(keptMs - 1);
    expect(isNew("a")).toBe(false);
  });

  it("is new again after that, however often it came again meanwhile", () => {
    const { clock, isNew } = filter();
    isNew("a");
    clock.advance(keptMs / 2);
    isNew("a");
    isNew("b");
    clock.advance(keptMs / 2);
    expect(["a", "b"].map(isNew)).toEqual([true, false]);
  });
});
