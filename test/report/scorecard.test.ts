import { describe, expect, it } from "vitest";
import type { Watch } from "../../src/records/watch.ts";
import { pointOf, scorecardOf } from "../../src/report/scorecard.ts";
import { begun, foundElsewhere, minute, order, vmView, watchIn } from "../watch/things.ts";

const hour = 60 * minute;
const confirmed = {
  is: "ended",
  at: begun + 31 * minute,
  how: { is: "confirmed", warnings: [], other: [] },
} as const;

const session = {
  id: "s1",
  createdAt: begun + minute,
  endedAt: begun + 20 * minute,
  state: "Stopped",
  result: "Success",
  progress: 100,
  changedAt: begun,
  stalled: false,
} as const;

const point = (vm: string) => ({ id: `point of ${vm}`, name: `${vm}@1` });

/** Asked 5 min before it was sent, approved a minute before; a is up after 8 min, b after 20. */
const own: Partial<Watch> = {
  order: {
    ...order,
    askedAt: begun - 5 * minute,
    approvedAt: begun - minute,
    shown: {
      a: { name: "a@1", createdAt: begun - 30 * minute },
      b: { name: "b@0", createdAt: begun - 40 * minute },
    },
  },
  session,
  vms: [
    vmView("a", {
      mark: "done",
      startedAt: begun + 2 * minute,
      endedAt: begun + 8 * minute,
      point: point("a"),
    }),
    vmView("b", {
      mark: "warning",
      startedAt: begun + 5 * minute,
      endedAt: begun + 20 * minute,
      point: point("b"),
      pointMadeAt: begun - 55 * minute,
    }),
  ],
};
const well = watchIn(confirmed, own);
const withTargets = (recoveryMs: number, dataMs: number, watch = well) =>
  scorecardOf({ ...watch, targets: { recoveryMs, dataMs } });

const changed = (vm: string, change: Partial<Watch["vms"][number]>): Watch => ({
  ...well,
  vms: well.vms.map((one) => (one.name === vm ? { ...one, ...change } : one)),
});

describe("how long it took", () => {
  it("counts from the question to the first and the last VM up", () => {
    expect(scorecardOf(well)).toMatchObject({
      decided: { at: begun - 5 * minute, by: "bot" },
      firstUpMs: 13 * minute,
      lastUpMs: 25 * minute,
    });
  });

  it("splits off what people took to confirm it, and what EM took from the sending", () => {
    expect(scorecardOf(well)).toMatchObject({ peopleMs: 4 * minute, machineMs: 20 * minute });
  });

  it("counts a run begun elsewhere from EM's session, with no time of people", () => {
    const elsewhere = foundElsewhere(confirmed, { session, vms: own.vms ?? [] });
    const card = scorecardOf(elsewhere);
    expect(card.decided).toEqual({ at: begun + minute, by: "em" });
    expect(card.lastUpMs).toBe(19 * minute);
    expect([card.peopleMs, card.machineMs]).toEqual([undefined, undefined]);
  });

  it("does not know it where EM gives no end of a VM that is up", () => {
    const { lastUpMs, up } = scorecardOf(changed("b", { endedAt: undefined }));
    expect([lastUpMs, up]).toEqual([undefined, 2]);
  });

  it("is not known of an order of before its question was kept", () => {
    const { lastUpMs, machineMs } = scorecardOf({ ...well, order });
    expect([lastUpMs, machineMs]).toEqual([undefined, 20 * minute]);
  });

  it("is never less than nothing, as EM's clock is read to a second", () => {
    const { firstUpMs } = scorecardOf(changed("a", { endedAt: begun - 5 * minute - 1000 }));
    expect(firstUpMs).toBe(0);
  });

  it("is not known where EM's times contradict ours, as by a clock that was set meanwhile", () => {
    const early = changed("a", { endedAt: begun - hour });
    const { firstUpMs, lastUpMs, machineMs, slowest } = scorecardOf(early);
    expect([firstUpMs, lastUpMs, machineMs]).toEqual([undefined, undefined, undefined]);
    expect(slowest).toEqual([{ vm: "b", tookMs: 15 * minute }]);
    expect(withTargets(30 * minute, hour, early).recovery).toEqual({ is: "not-known" });
  });

  it("loses no data that is known by a point from after the failover", () => {
    const future = changed("b", { pointMadeAt: begun + 2 * hour });
    expect(scorecardOf(future).data).toMatchObject({ vm: "a", known: 1 });
    expect(withTargets(30 * minute, hour, future).dataKept).toEqual({ is: "not-known" });
  });

  it("names the three slowest", () => {
    expect(scorecardOf(well).slowest).toEqual([
      { vm: "b", tookMs: 15 * minute },
      { vm: "a", tookMs: 6 * minute },
    ]);
  });
});

describe("which VMs are up", () => {
  it("is EM's word, unless the replica point contradicts it", () => {
    const verdicts = [{ vm: "a", state: "Ready", is: "not-so" as const }];
    expect(scorecardOf({ ...well, verdicts })).toMatchObject({ up: 1, of: 2 });
  });

  it("is the replica point's of a VM that the session does not name, and when is not known", () => {
    const verdicts = [{ vm: "b", state: "Failover", is: "seen" as const }];
    const watch = { ...changed("b", { mark: "waiting", endedAt: undefined }), verdicts };
    const { up, lastUpMs } = scorecardOf(watch);
    expect([up, lastUpMs]).toEqual([2, undefined]);
  });

  it.each(["unknown", "stalled", "running", "waiting"] as const)(
    "is the replica point's alone of a VM that ended %s, and else not known",
    (mark) => {
      const counts = (state: "Failover" | "Ready", is: "seen" | "not-so" | "not-known") => {
        const verdicts = [{ vm: "b", state, is }];
        const { up, notKnown } = scorecardOf({ ...changed("b", { mark }), verdicts });
        return [up, notKnown];
      };
      expect(counts("Failover", "seen")).toEqual([2, 0]);
      expect(counts("Ready", "not-so")).toEqual([1, 0]);
      expect(counts("Ready", "not-known")).toEqual([1, 1]);
    },
  );

  it("is not what EM says failed, though its replica point may show it", () => {
    const verdicts = [{ vm: "b", state: "Failover", is: "seen" as const }];
    const { up, notKnown } = scorecardOf({ ...changed("b", { mark: "failed" }), verdicts });
    expect([up, notKnown]).toEqual([1, 0]);
  });

  it("is not known of an ordinary plan, of which EM says no more than that its task ended well", () => {
    const how = { is: "taken" } as const;
    const vms = [vmView("a"), vmView("b"), vmView("c")];
    const taken = { ...well, vms, phase: { ...confirmed, how } };
    expect(scorecardOf(taken)).toMatchObject({ up: 0, of: 3, notKnown: 3 });
  });

  it("is known of every VM as long as it runs: none is up before EM says so", () => {
    const phase = { is: "following", session: "s1" } as const;
    const runs = { ...changed("b", { mark: "running" }), phase };
    expect(scorecardOf(runs)).toMatchObject({ up: 1, of: 2, notKnown: 0 });
  });

  it("leaves out VMs of the plan that somebody else's run does not name", () => {
    const vms = [...(own.vms ?? []), vmView("c")];
    expect(scorecardOf(foundElsewhere(confirmed, { session, vms }))).toMatchObject({ of: 2 });
  });
});

describe("data lost", () => {
  it("is the age of the oldest point used as its VM was failed over, beside what was shown", () => {
    expect(scorecardOf(well).data).toEqual({
      vm: "b",
      mostMs: hour,
      promisedMs: 45 * minute,
      known: 2,
    });
  });

  it("takes the question's point for the one used where both have one name", () => {
    const [a] = well.vms;
    expect(a && pointOf(well, a)).toEqual({
      name: "a@1",
      madeAt: begun - 30 * minute,
      ageMs: 32 * minute,
      promisedMs: 32 * minute,
    });
  });

  it("is not known of a VM that ran from another point than shown, of which EM showed no time", () => {
    expect(scorecardOf(changed("b", { pointMadeAt: undefined })).data).toMatchObject({
      vm: "a",
      known: 1,
    });
  });

  it.each(["test", "undo"] as const)("is nothing in a %s", (action) => {
    expect(scorecardOf({ ...well, order: { ...order, action } }).data).toBeUndefined();
  });

  it("is of somebody else's run only where the points show a failover", () => {
    const vms = own.vms ?? [];
    const reported = { is: "reported", why: "kind-unknown", warnings: [] } as const;
    const data = (how: typeof reported | typeof confirmed.how) =>
      scorecardOf(foundElsewhere({ ...confirmed, how }, { session, vms })).data?.mostMs;
    expect([data(confirmed.how), data(reported)]).toEqual([hour, undefined]);
  });
});

describe("targets", () => {
  it("are kept to the millisecond", () => {
    expect(withTargets(25 * minute, hour)).toMatchObject({
      recovery: { is: "within", spareMs: 0 },
      dataKept: { is: "within", spareMs: 0 },
    });
  });

  it("are missed by so much", () => {
    expect(withTargets(25 * minute - 1, hour - 1)).toMatchObject({
      recovery: { is: "missed", byMs: 1 },
      dataKept: { is: "missed", byMs: 1 },
    });
  });

  it("are not reached where a VM is not up at the end", () => {
    const failed = changed("b", { mark: "failed" });
    expect(withTargets(hour, hour, failed).recovery).toEqual({ is: "not-reached" });
  });

  it("are not known to be missed where EM names no VM, be it that it reports success", () => {
    const how = { is: "reported", why: "not-allowed", warnings: [] } as const;
    const vms = [vmView("a"), vmView("b")];
    const silent = { ...well, vms, phase: { ...confirmed, how } };
    expect(withTargets(hour, hour, silent).recovery).toEqual({ is: "not-known" });
  });

  it("are not held against what is perhaps no failover", () => {
    const how = { is: "reported", why: "kind-unknown", warnings: [] } as const;
    const elsewhere = foundElsewhere({ ...confirmed, how }, { session, vms: own.vms ?? [] });
    expect(withTargets(minute, minute, elsewhere).recovery).toEqual({ is: "not-known" });
  });

  it("are said of nothing that is not known: a run lost sight of, a VM whose point is not", () => {
    const lost = { is: "lost", why: { is: "session-gone" } } as const;
    const unseen = changed("b", { mark: "running", pointMadeAt: undefined });
    const watch = { ...unseen, phase: { is: "ended", at: begun, how: lost } } as const;
    expect(withTargets(hour, hour, watch)).toMatchObject({
      recovery: { is: "not-known" },
      dataKept: { is: "not-known" },
    });
  });

  it("can be missed for data of one VM, though nothing is known of the others", () => {
    const some = changed("b", { pointMadeAt: undefined });
    expect(withTargets(hour, minute, some).dataKept).toEqual({ is: "missed", byMs: 31 * minute });
  });

  it("are held against nothing as long as it runs", () => {
    const runs = { ...well, phase: { is: "following", session: "s1" } } as const;
    expect(withTargets(minute, minute, runs)).not.toHaveProperty("recovery");
  });
});
