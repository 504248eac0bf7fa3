import { describe, expect, it } from "vitest";
import type { Budget } from "../../src/chat/pace.ts";
import { createBudgets } from "../../src/speech/budgets.ts";

const begun = 7000;
const channel: Budget = { burst: 3, everyMs: 1000, of: "channel" };

/** A budget of which so many are spent, all at once. */
function spent(count: number, budget = channel) {
  const budgets = createBudgets();
  for (let sent = 0; sent < count; sent++) budgets.spend("ops", budget, begun);
  return (now: number, name = "ops") => budgets.waitOf(name, budget, now);
}

describe("what may be sent to a channel", () => {
  it("is as many as its burst at once, and the next when its time has come", () => {
    expect([0, 1, 2, 3, 4].map((count) => spent(count)(begun))).toEqual([0, 0, 0, 1000, 2000]);
    const waitOf = spent(3);
    expect([1, 400, 1000].map((ms) => waitOf(begun + ms))).toEqual([999, 600, 0]);
  });

  it("is never more than a burst, however long nothing was sent", () => {
    const budgets = createBudgets();
    const later = begun + 3_600_000;
    budgets.spend("ops", channel, begun);
    for (let sent = 0; sent < 3; sent++) budgets.spend("ops", channel, later);
    expect(budgets.waitOf("ops", channel, later)).toBe(1000);
  });

  it("is nothing to another channel", () => {
    expect(spent(3)(begun, "second")).toBe(0);
  });

  it("may go a thousandth of a millisecond early, and not a whole one", () => {
    const slow: Budget = { ...channel, burst: 1, everyMs: 7000 };
    expect([6999, 6999.9999].map((ms) => spent(1, slow)(begun + ms))).toEqual([1, 0]);
  });

  it("is all there is, where the platform has no pace", () => {
    expect(spent(1000, { burst: 1, everyMs: 0, of: "platform" })(begun)).toBe(0);
  });
});
