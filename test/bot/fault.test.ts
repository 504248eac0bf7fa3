import { describe, expect, it } from "vitest";
import { faultOf } from "../../src/bot/fault.ts";
import { plainCard } from "../../src/chat/plain.ts";
import { faultCard } from "../../src/messages/faults.ts";
import { StoreError } from "../../src/store/store.ts";

const told = (error: StoreError) =>
  plainCard(faultCard("confirm", faultOf(error), "k7f3q2mz"), { now: 0, timeZone: "UTC" });

describe("of a state that failed it is told", () => {
  it("that nothing was changed, where that is known", () => {
    const text = told(new StoreError("Cannot write the state as the disk is full"));
    expect(text).toContain("Nothing was changed.");
    expect(text).not.toContain("may or may not");
  });

  it("that it may have been written, where the answer was lost", () => {
    const text = told(new StoreError("Cannot write the state", { perhapsDone: true }));
    expect(text).toContain("It may or may not have been carried out.");
    expect(text).not.toContain("Nothing was changed");
  });
});
