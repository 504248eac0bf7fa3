import { describe, expect, it } from "vitest";
import type { Action, EstateEvent } from "../../src/sandbox/estate/estate.ts";
import { stillOfUse } from "../../src/sandbox/estate/ledger.ts";

const DAY_MS = 86_400_000;
const NOW = 100 * DAY_MS;

function run(planId: string, action: Action, daysAgo: number, refused = false): EstateEvent {
  return {
    kind: "run",
    run: {
      id: `${planId} ${action} ${daysAgo}`,
      kind: "cloud",
      planId,
      planName: planId,
      action,
      orderedAt: NOW - daysAgo * DAY_MS,
      vms: [],
      twist: "none",
      hasSession: true,
      ...(refused ? { refused: { message: "no", confirmationNeeded: false } } : {}),
    },
  };
}

describe("a sandbox that runs for months", () => {
  it("forgets runs that no answer can show, and that no VM owes its state to", () => {
    const old = [run("a", "start", 90), run("a", "undo", 89)];
    const last = [run("a", "start", 50), run("a", "undo", 49), run("b", "start", 60)];
    const recent = [run("a", "test", 3), run("a", "start", 2, true)];
    expect(stillOfUse([...old, ...last, ...recent], NOW)).toStrictEqual([...last, ...recent]);
  });

  it("remembers only the last edit of each plan and the last hour's collections", () => {
    const edit = (planId: string, at: number): EstateEvent => ({
      kind: "plan-edited",
      at,
      planId,
      vms: [],
    });
    const collected = (at: number): EstateEvent => ({ kind: "collected", at });
    const events = [
      edit("a", 1),
      edit("b", 2),
      edit("a", 3),
      collected(NOW - 2 * 3_600_000),
      collected(NOW),
    ];
    expect(stillOfUse(events, NOW)).toStrictEqual([edit("b", 2), edit("a", 3), collected(NOW)]);
  });

  it("never forgets how somebody left a VM", () => {
    const state: EstateEvent = { kind: "vm-state", at: 0, vm: "x", state: "PermanentFailover" };
    expect(stillOfUse([state], NOW)).toStrictEqual([state]);
  });
});
