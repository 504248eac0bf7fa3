import { describe, expect, it } from "vitest";
import { createInFlight } from "../../src/chat/in-flight.ts";

describe("work in flight", () => {
  it("is waited for, with what it begins itself", async () => {
    const inFlight = createInFlight();
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const told: string[] = [];
    inFlight.begin(async () => {
      await first.promise;
      inFlight.begin(() => second.promise.then(() => void told.push("second")));
      told.push("first");
    });
    const drained = inFlight.drained().then(() => told.push("drained"));
    first.resolve();
    second.resolve();
    await drained;
    expect(told).toEqual(["first", "second", "drained"]);
  });

  it("is nothing to wait for where there is none", async () => {
    await expect(createInFlight().drained()).resolves.toBeUndefined();
  });
});
