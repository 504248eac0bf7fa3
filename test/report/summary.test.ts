import { describe, expect, it } from "vitest";
import type { RunSummary } from "../../src/records/past-run.ts";
import { medianOf, planKey, planNameKey, summaryOf, usualOf } from "../../src/report/summary.ts";
import { begun, foundElsewhere, minute, order, vmView, watchIn } from "../watch/things.ts";

const confirmed = {
  is: "ended",
  at: begun + 9 * minute,
  how: { is: "confirmed", warnings: [], other: [] },
} as const;

const done = (name: string, tookMs: number) =>
  vmView(name, { mark: "done", startedAt: begun, endedAt: begun + tookMs });

const asked = { ...order, askedAt: begun - minute };

const summedUp = {
  id: "s1",
  createdAt: begun,
  state: "Stopped",
  result: "Success",
  progress: 100,
  changedAt: begun,
  stalled: false,
} as const;

describe("a run in short", () => {
  it("says when it was asked for, who asked, how it ended and how long it took", () => {
    const watch = watchIn(confirmed, {
      order: asked,
      vms: [done("a", 3 * minute), done("b", 7 * minute)],
    });
    expect(summaryOf({ watch })).toEqual({
      version: 1,
      run: "run-abc234",
      plan: "sandbox plan-1",
      name: "Plan",
      tenant: "ABC Company",
      action: "start",
      by: "Anna",
      how: "confirmed",
      endedAt: begun + 9 * minute,
      decidedAt: begun - minute,
      recoveryMs: 8 * minute,
      machineMs: 7 * minute,
      up: 2,
      of: 2,
      tookMs: { a: 3 * minute, b: 7 * minute },
    });
  });

  it("has no recovery where a VM is not up, and the times of the others", () => {
    const watch = watchIn(confirmed, {
      order: asked,
      vms: [done("a", 3 * minute), vmView("b", { mark: "failed", startedAt: begun })],
    });
    const run = summaryOf({ watch });
    expect(run).not.toHaveProperty("recoveryMs");
    expect(run).toMatchObject({ up: 1, of: 2, tookMs: { a: 3 * minute } });
  });

  it("ended when EM says so, unless that was before it was asked for or after it was seen", () => {
    const endedBy = (endedAt: number) => {
      const session = { ...summedUp, endedAt };
      return summaryOf({ watch: watchIn(confirmed, { order: asked, session }) }).endedAt;
    };
    expect(endedBy(begun + 8 * minute)).toBe(begun + 8 * minute);
    expect(endedBy(0)).toBe(confirmed.at);
    expect(endedBy(Date.UTC(9999, 11, 31))).toBe(confirmed.at);
  });

  it("keeps plans of one name apart, and a run of which nobody knows whose it was from both", () => {
    const unknown = foundElsewhere(confirmed);
    const { planId: _, ...subject } = unknown.subject;
    expect(summaryOf({ watch: { ...unknown, subject } }).plan).toBe(planNameKey("sandbox", "Plan"));
    expect(summaryOf({ watch: unknown }).plan).toBe(planKey("sandbox", { id: "plan-1" }));
  });
});

const runOf = (own: Partial<RunSummary>): RunSummary => ({
  ...summaryOf({ watch: watchIn(confirmed, { order: asked }) }),
  machineMs: 10 * minute,
  tookMs: { a: minute },
  ...own,
});

describe("what is usual", () => {
  it("is the median of at least three runs, of the plan and of each VM", () => {
    const runs = [1, 2, 9].map((n) => runOf({ machineMs: n * minute, tookMs: { a: n * minute } }));
    expect(usualOf(runs, "start")).toEqual({
      runs: 3,
      machineMs: 2 * minute,
      vms: { a: 2 * minute },
    });
    expect(usualOf(runs.slice(1), "start")).toEqual({ runs: 2, vms: {} });
  });

  it("counts runs of the same action that were ordered here", () => {
    const runs = [runOf({}), runOf({}), runOf({ action: "test" }), runOf({ action: undefined })];
    expect(usualOf(runs, "start")).toEqual({ runs: 2, vms: {} });
  });

  it("takes from a run that failed the VMs that ended well in it", () => {
    const failed = runOf({ how: "failed" });
    expect(usualOf([failed, failed, failed], "start")).toEqual({ runs: 0, vms: { a: minute } });
  });

  it("has the mean of the two in the middle where their number is even", () => {
    expect([medianOf([4, 1, 3, 2]), medianOf([7]), medianOf([])]).toEqual([2.5, 7, undefined]);
  });
});
