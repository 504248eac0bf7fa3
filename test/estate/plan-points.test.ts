import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FailoverPlan, FailoverSession, ReplicaPoint } from "../../src/em/types.ts";
import { ownersBySessions } from "../../src/estate/owners.ts";
import { pointsByPlan } from "../../src/estate/plan-points.ts";
import { planOf } from "../typed/plans.ts";
import { pointOf, sessionOf, vmTaskOf } from "../watch/things.ts";

const inReplica = (replica: string, vm: string, own: Partial<ReplicaPoint> = {}): ReplicaPoint =>
  pointOf(vm, { id: `${vm} in ${replica}`, replica: { id: replica, name: replica }, ...own });

const north = planOf("Plan", "North", ["dc01", "web01"]);
const south = planOf("Plan", "South", ["dc01", "sql01"]);
const both = [north, south];

/** For each VM of the plan: whose its points are, and in which replicas. */
const read = (
  plan: FailoverPlan,
  points: readonly ReplicaPoint[],
  sessions: readonly FailoverSession[] = [],
  plans: readonly FailoverPlan[] = both,
) =>
  pointsByPlan({ plans, points, owners: ownersBySessions(sessions, points, plans) })(plan).map(
    ({ vm, is, points: own }) => `${vm} ${is} ${own.map(({ replica }) => replica?.id).join(" ")}`,
  );

describe("whose a replica point is", () => {
  it("a name of one tenant alone tells, and with it whose the others in its replica are", () => {
    const points = [
      inReplica("n", "dc01"),
      inReplica("n", "web01"),
      inReplica("s", "dc01"),
      inReplica("s", "sql01"),
    ];
    expect(read(north, points)).toEqual(["dc01 own n", "web01 own n"]);
    expect(read(south, points)).toEqual(["dc01 own s", "sql01 own s"]);
  });

  const onlyShared = [planOf("A", "North", ["dc01"]), planOf("B", "South", ["dc01"])] as const;
  const [a, b] = onlyShared;
  const two = [inReplica("n", "dc01"), inReplica("s", "dc01")];

  it("names that all tenants have do not tell", () => {
    expect(read(a, two, [], onlyShared)).toEqual(["dc01 unclear n s"]);
  });

  it("the sessions of a tenant's own plan tell, for the other tenant too", () => {
    const session = sessionOf({
      name: "A",
      vms: [vmTaskOf("dc01", { point: { id: "dc01 in n", name: "" } })],
    });
    expect(read(a, two, [session], onlyShared)).toEqual(["dc01 own n"]);
    expect(read(b, two, [session], onlyShared)).toEqual(["dc01 own s"]);
  });

  it("a session that may be another tenant's tells nothing", () => {
    const twins = [planOf("A", "North", ["dc01"]), planOf("A", "South", ["dc01"])] as const;
    const session = sessionOf({
      name: "A",
      vms: [vmTaskOf("dc01", { point: { id: "dc01 in n", name: "" } })],
    });
    expect(read(twins[0], two, [session], twins)).toEqual(["dc01 unclear n s"]);
  });

  it("where one replica alone has a name that two tenants use, it may be either's", () => {
    const points = [inReplica("n", "dc01")];
    expect(read(a, points, [], onlyShared)).toEqual(["dc01 unclear n"]);
  });

  it("a VM without points of its own has none, whatever another tenant's has", () => {
    const points = [inReplica("s", "dc01"), inReplica("s", "sql01")];
    expect(read(north, points)).toEqual(["dc01 own ", "web01 own "]);
  });

  it("a tenant's VM that is replicated twice has the points of both", () => {
    const points = [inReplica("n1", "web01"), inReplica("n2", "web01")];
    const alone = [planOf("A", "North", ["web01", "dc01"])] as const;
    const session = sessionOf({
      name: "A",
      vms: ["n1", "n2"].map((replica) =>
        vmTaskOf("web01", { point: { id: `web01 in ${replica}`, name: "" } }),
      ),
    });
    expect(read(alone[0], points, [session], alone)).toEqual(["web01 own n1 n2", "dc01 own "]);
  });

  it("points on another backup server than the plan's are another's", () => {
    const server = (id: string) => ({ backupServer: { id, name: id } });
    const [first, second] = [
      { ...planOf("A", "North", ["dc01"]), ...server("1") },
      { ...planOf("A", "South", ["dc01"]), ...server("2") },
    ];
    const points = [inReplica("n", "dc01", server("1")), inReplica("s", "dc01", server("2"))];
    const plans = [first, { ...second, tenant: { id: "x", name: "x" } }];
    expect(read(first, points, [], [first])).toEqual(["dc01 own n"]);
    expect(read(plans[1] ?? second, points, [], plans)).toEqual(["dc01 unclear s"]);
  });

  it("is never told to be another tenant's, whatever names and replicas there are", () => {
    const vms = fc.uniqueArray(fc.constantFrom("dc01", "sql01", "web01", "app01"), {
      minLength: 1,
    });
    fc.assert(
      fc.property(fc.array(vms, { minLength: 1, maxLength: 4 }), fc.nat(), (layout, seen) => {
        const plans = layout.map((names, i) => planOf("Plan", `t${i}`, names));
        const points = layout.flatMap((names, i) => names.map((vm) => inReplica(`t${i}`, vm)));
        const session = sessionOf({
          name: "Plan",
          vms: (layout[seen % layout.length] ?? []).map((vm) =>
            vmTaskOf(vm, { point: { id: `${vm} in t${seen % layout.length}`, name: "" } }),
          ),
        });
        const owners = ownersBySessions([session], points, plans);
        const ofPlan = pointsByPlan({ plans, points, owners });
        plans.forEach((plan, i) => {
          for (const { is, points: own } of ofPlan(plan))
            for (const { replica } of is === "own" ? own : []) expect(replica?.id).toBe(`t${i}`);
        });
      }),
    );
  });
});
