/** Which plans stand, where plans of one tenant share VMs and tenants have VMs of one name. */
import { describe, expect, it } from "vitest";
import type { FailoverPlan, FailoverSession, ReplicaPoint } from "../../src/em/types.ts";
import { type StandingPlan, standingPlans } from "../../src/estate/standing-plans.ts";
import { planOf } from "../typed/plans.ts";
import {
  begun,
  minute,
  pointOf,
  sessionDone,
  sessionOf,
  vmDone,
  vmTaskOf,
} from "../watch/things.ts";

const all = planOf("All", "North", ["files", "web", "db"]);
const small = planOf("Small", "North", ["files", "web"]);
const files = planOf("Files", "North", ["files"]);
const south = planOf("South", "South", ["files", "mail"]);
const plans = [all, small, files, south];

const inReplica = (replica: string, vm: string): ReplicaPoint =>
  pointOf(vm, {
    id: `${vm} in ${replica}`,
    replica: { id: replica, name: replica },
    state: "Failover",
  });
const north = (...vms: string[]) => vms.map((vm) => inReplica("n", vm));

/** Its VMs went well, minutes after the first; the rest failed. */
const ran = (
  plan: FailoverPlan,
  minutes: number,
  vms: readonly string[] = plan.vms.map(({ name }) => name),
): FailoverSession =>
  sessionDone({
    id: `${plan.name} ${minutes}`,
    name: plan.name,
    createdAt: begun + minutes * minute,
    vms: plan.vms.map(({ name }) =>
      vmDone(name, {
        result: vms.includes(name) ? "Success" : "Failed",
        point: { id: `${name} in ${plan.tenant?.name === "South" ? "s" : "n"}`, name: "" },
      }),
    ),
  });

const told = ({ plan, standing: { over, since, down } }: StandingPlan) => {
  const minutes = since === undefined ? "" : ` since ${(since - begun) / minute}`;
  return `${plan.name}: ${over.join(" ")}${minutes}${down.length > 0 ? ` without ${down.join(" ")}` : ""}`;
};

/** EM lists the newest sessions first. */
async function standing(
  sessions: readonly FailoverSession[],
  points: readonly ReplicaPoint[],
  of: readonly FailoverPlan[] = plans,
) {
  const none = { sessions: async () => [], session: async () => sessionOf() };
  const newest = sessions.toReversed();
  return (await standingPlans(none, of, points, newest, new Map([["n", "tenant of North"]]))).map(
    told,
  );
}

describe("of plans that share VMs there stands", () => {
  it("the one whose run brought them up, be it with a VM that all have", async () => {
    expect(await standing([ran(small, 0, ["files"])], north("files"))).toEqual([
      "Small: files since 0 without web",
    ]);
  });

  it("not one whose run was undone before", async () => {
    const sessions = [ran(all, 0), ran(all, 5), ran(small, 10)];
    expect(await standing(sessions, north("files", "web"))).toEqual(["Small: files web since 10"]);
  });

  it("the one that runs now, not one that ran before", async () => {
    const running = sessionOf({
      id: "now",
      name: "Small",
      createdAt: begun + 10 * minute,
      vms: [vmDone("files"), vmTaskOf("web")],
    });
    expect(await standing([ran(all, 0), ran(all, 5), running], north("files"))).toEqual([
      "Small: files since 10",
    ]);
  });

  it("two, where each brought up one of them, and none that only shares both", async () => {
    const web = planOf("Web", "North", ["web"]);
    const sessions = [ran(files, 0), ran(web, 5)];
    const both = await standing(sessions, north("files", "web"), [...plans, web]);
    expect(both.toSorted()).toEqual(["Files: files since 0", "Web: web since 5"]);
  });

  it("the larger one too, where a smaller one ran after it and has one of its VMs now", async () => {
    const sessions = [ran(all, 0), ran(files, 5)];
    expect(await standing(sessions, north("files", "web", "db"))).toEqual([
      "All: files web db since 0",
      "Files: files since 5",
    ]);
  });

  it("all of them, where no session shows whose run it was", async () => {
    expect(await standing([], north("files"))).toEqual([
      "All: files",
      "Small: files",
      "Files: files",
    ]);
  });

  it("what is left of a VM whose plan has lost it since", async () => {
    const edited = { ...small, vms: small.vms.filter(({ name }) => name !== "files") };
    const sessions = [ran(small, 0)];
    expect(await standing(sessions, north("files"), [files, edited])).toEqual(["Files: files"]);
  });
});

describe("of tenants with VMs of one name there stands", () => {
  it("the plan of that tenant alone whose sessions used the replica", async () => {
    const sessions = [ran(south, 0), ran(small, 5, ["files"])];
    expect(await standing(sessions, north("files"))).toEqual(["Small: files since 5 without web"]);
  });

  it("each by its own sessions, where both are failed over", async () => {
    const sessions = [ran(small, 0), ran(south, 5)];
    const points = [...north("files", "web"), inReplica("s", "files"), inReplica("s", "mail")];
    expect(await standing(sessions, points)).toEqual([
      "Small: files web since 0",
      "South: files mail since 5",
    ]);
  });
});
