import { describe, expect, it } from "vitest";
import type { FailoverSession, PointState } from "../../src/em/types.ts";
import { bringersBy } from "../../src/estate/bringers.ts";
import type { VmPoints } from "../../src/estate/plan-points.ts";
import { standingOf } from "../../src/estate/standing.ts";
import { planOf } from "../typed/plans.ts";
import { begun, minute, pointOf, sessionDone, vmDone } from "../watch/things.ts";

const plan = planOf("Plan", "North", ["a", "b"]);
const shows = (vm: string, ...states: PointState[]): VmPoints => ({
  vm,
  is: "own",
  points: states.map((state, i) =>
    pointOf(vm, { id: `${vm}${i}`, state, createdAt: begun + i * minute }),
  ),
});
const standing = (points: readonly VmPoints[], sessions = [] as ReturnType<typeof sessionDone>[]) =>
  standingOf(plan, points, bringersBy(sessions, [plan]));

describe("the standing state of a plan", () => {
  it("is ready where each VM's newest point says so", () => {
    expect(standing([shows("a", "Ready"), shows("b", "Ready")])).toMatchObject({
      is: "ready",
      over: [],
    });
  });

  it("one point in state Failover speaks for its VM, whatever newer ones say", () => {
    const all = standing([
      shows("a", "Failover", "Ready"),
      shows("b", "PermanentFailover", "Ready"),
    ]);
    expect(all).toMatchObject({ is: "failed-over", over: ["a", "b"] });
    expect(all.vms[0]).toEqual({ vm: "a", state: "Failover", newestAt: begun + minute });
  });

  it("is partly failed over where some are", () => {
    expect(standing([shows("a", "Failover"), shows("b", "Ready")])).toMatchObject({
      is: "partly",
      over: ["a"],
    });
  });

  it("a VM in failback does not run from its replica", () => {
    expect(standing([shows("a", "Failback"), shows("b", "Ready")])).toMatchObject({
      is: "ready",
      over: [],
    });
  });

  it("is not known where EM shows no point, or points that may be another tenant's", () => {
    expect(standing([shows("a"), shows("b", "Ready")])).toMatchObject({ is: "not-known" });
    const unclear: VmPoints = { ...shows("a", "Failover"), is: "unclear" };
    expect(standing([unclear, shows("b", "Ready")])).toMatchObject({ is: "not-known", over: [] });
  });

  it("is dated by the session that brought the VMs up, and names those that it did not", () => {
    const sessions = [
      sessionDone({
        id: "s3",
        name: "Plan",
        createdAt: begun + 2,
        vms: [vmDone("a", { result: "Failed" })],
      }),
      sessionDone({
        id: "s2",
        name: "Plan",
        createdAt: begun + 1,
        vms: [vmDone("a"), vmDone("b", { result: "Failed" })],
      }),
      sessionDone({ id: "s1", name: "Plan", createdAt: begun, vms: [vmDone("a"), vmDone("b")] }),
    ];
    expect(standing([shows("a", "Failover"), shows("b", "Ready")], sessions)).toMatchObject({
      since: begun + 1,
      down: ["b"],
    });
  });

  it("a session of another plan of that name dates nothing", () => {
    const twin = planOf("Plan", "South", ["a"]);
    const session = sessionDone({ name: "Plan", vms: [vmDone("a")] });
    const found = standingOf(
      plan,
      [shows("a", "Failover"), shows("b", "Ready")],
      bringersBy([session], [plan, twin]),
    );
    expect(found).not.toHaveProperty("since");
  });

  it("a VM that another plan of the tenant is at work on is that plan's, until its session has ended", () => {
    const other = planOf("Other", "North", ["a"]);
    const before = sessionDone({ id: "s1", name: "Plan", createdAt: begun, vms: [vmDone("a")] });
    const bringer = (own: Partial<FailoverSession>, result: "None" | "Failed") => {
      const vms = [vmDone("a", { state: "Working", result })];
      const session = sessionDone({ id: "s2", name: "Other", createdAt: begun + 1, vms, ...own });
      return bringersBy([session, before], [plan, other])(plan, "a")?.session.id;
    };
    expect(bringer({ state: "Working" }, "None")).toBe("s2");
    expect(bringer({ state: "Working" }, "Failed")).toBe("s1");
    expect(bringer({ state: "Stopped" }, "None")).toBe("s1");
    expect(bringer({ name: "Plan", state: "Working" }, "None")).toBe("s1");
  });
});
