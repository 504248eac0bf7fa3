import { describe, expect, it } from "vitest";
import {
  ABC,
  at,
  listAt,
  OPEN,
  planPath,
  pointsFor,
  sessionsFor,
  type Wire,
  wireTo,
  XML_TYPE,
} from "./wire.ts";

const HQ = "Headquarters Failover";

const tasksOf = (session: unknown): readonly unknown[] =>
  listAt(session, "CloudFailoverTasks", "CloudFailoverTasks");

async function session(wire: Wire, name = ABC): Promise<unknown> {
  return (await sessionsFor(wire, `Name=="${name}"`))[0];
}

async function statesOf(wire: Wire, vm: string): Promise<readonly unknown[]> {
  return (await pointsFor(wire, vm)).map((point) => at(point, "State"));
}

describe("a started plan", () => {
  it("goes through Starting, Working and Stopping to Stopped, its VMs with it", async () => {
    const wire = await wireTo();
    await wire.order(wire.plan(ABC), "start");
    const seen: string[] = [];
    for (let second = 0; second < 150; second += 1) {
      wire.advance(1);
      const state = String(at(await session(wire), "State"));
      if (seen.at(-1) !== state) seen.push(state);
    }
    expect(seen).toStrictEqual(["Starting", "Working", "Stopping", "Stopped"]);
    const ended = await session(wire);
    expect(ended).toMatchObject({ Result: "Success", Progress: 100, FailureMessage: null });
    expect(tasksOf(ended).map((task) => at(task, "VmName"))).toStrictEqual(
      wire.plan(ABC).vms.map((vm) => vm.name),
    );
    for (const task of tasksOf(ended))
      expect(task).toMatchObject({ State: "Stopped", Result: "Success", Progress: 100 });
  });

  it("moves on with every look, never back", async () => {
    const wire = await wireTo();
    await wire.order(wire.plan(ABC), "start");
    let before = -1;
    for (let second = 0; second < 120; second += 10) {
      wire.advance(10);
      const progress = Number(at(await session(wire), "Progress"));
      expect(progress).toBeGreaterThanOrEqual(before);
      before = progress;
    }
    expect(before).toBe(100);
  });

  it("works on ten VMs at once at most, in their order", async () => {
    const wire = await wireTo();
    await wire.order(wire.plan(HQ), "start");
    let most = 0;
    for (let second = 0; second < 200; second += 2) {
      wire.advance(2);
      const tasks = tasksOf(
        (await session(wire, HQ)) ?? { CloudFailoverTasks: { CloudFailoverTasks: [] } },
      );
      most = Math.max(most, tasks.filter((task) => at(task, "State") !== "Stopped").length);
    }
    expect(most).toBe(10);
    const begun = tasksOf(await session(wire, HQ)).map((task) =>
      String(at(task, "CreationTimeUTC")),
    );
    expect(begun).toHaveLength(12);
    expect([...begun].sort()).toStrictEqual(begun);
  });

  it("fails each VM over to its newest point, and shows it there", async () => {
    const wire = await wireTo();
    const newest = at((await pointsFor(wire, "apache05"))[0], "Name");
    await wire.order(wire.plan(ABC), "start");
    wire.advance(300);
    const task = tasksOf(await session(wire)).find((each) => at(each, "VmName") === "apache05");
    expect(at(task, "VmReplicaPointLink", "Name")).toBe(newest);
    const [first, ...older] = await statesOf(wire, "apache05");
    expect(first).toBe("Failover");
    expect(new Set(older)).toStrictEqual(new Set(["Ready"]));
  });

  it("from a date takes the newest points before it", async () => {
    const wire = await wireTo();
    const [, , third] = await pointsFor(wire, "filesrv03");
    const date = at(third, "CreationTimeUTC");
    await wire.order(wire.plan(ABC), "start", JSON.stringify({ StartDate: date }));
    wire.advance(300);
    const [task] = tasksOf(await session(wire));
    const [, , , fourth] = await pointsFor(wire, "filesrv03");
    expect(at(task, "VmReplicaPointLink", "Name")).toBe(at(fourth, "Name"));
  });

  it("from a date before all points that are kept shows the point that is run from all the same", async () => {
    const wire = await wireTo();
    const date = new Date(Date.parse("2026-03-01T00:00:00Z")).toISOString();
    await wire.order(wire.plan(ABC), "start", JSON.stringify({ StartDate: date }));
    wire.advance(300);
    for (const task of tasksOf(await session(wire))) {
      const points = await pointsFor(wire, String(at(task, "VmName")));
      const running = points.filter((point) => at(point, "State") === "Failover");
      expect(running.map((point) => at(point, "Name"))).toStrictEqual([
        at(task, "VmReplicaPointLink", "Name"),
      ]);
    }
  });

  it("fails a VM that has no restore points", async () => {
    const wire = await wireTo();
    wire.sandbox.control.editPlan(wire.plan(ABC).id, ["nowhere01", "srv38"]);
    await wire.order(wire.plan(ABC), "start");
    wire.advance(300);
    const [missing, found] = tasksOf(await session(wire));
    expect(missing).toMatchObject({
      VmName: "nowhere01",
      VmReplicaPointLink: null,
      Result: "Failed",
      FailureMessage: "No restore points to fail over to",
    });
    expect(found).toMatchObject({ VmName: "srv38", Result: "Success" });
  });

  it("takes the date in XML too", async () => {
    const wire = await wireTo();
    const root = "CloudFailoverPlanManagementSpec";
    const body = `<?xml version="1.0"?>\n<${root} xmlns="http://www.veeam.com/ent/v1.0">\n <StartDate>2026-03-01T00:00:00.1234567Z</StartDate>\n</${root}>`;
    const path = `${planPath(wire.plan(ABC))}?action=start`;
    expect((await wire.call("POST", path, { accept: XML_TYPE, body })).status).toBe(202);
    wire.advance(300);
    for (const task of tasksOf(await session(wire)))
      expect(String(at(task, "VmReplicaPointLink", "Name")).split("@")[1]).toMatch(/^2026-02-28 /);
  });

  it.each([
    ["{}", JSON.stringify({ StartNow: "yes" })],
    ["[]", JSON.stringify({ StartDate: "soon" })],
    ['{"StartNow":false}', '{"StartNow":tru'],
  ])("is refused with %s or %s", async (one, other) => {
    const wire = await wireTo();
    for (const body of [one, other])
      expect((await wire.order(wire.plan(ABC), "start", body)).status).toBe(400);
    expect(wire.sandbox.estate.startsOf(wire.plan(ABC).id)).toStrictEqual([]);
  });

  it.each([
    "",
    "<Other><StartNow>true</StartNow></Other>",
    "<CloudFailoverPlanManagementSpec><Now/></CloudFailoverPlanManagementSpec>",
  ])("is refused with the XML %s", async (body) => {
    const wire = await wireTo();
    const path = `${planPath(wire.plan(ABC))}?action=start`;
    expect((await wire.call("POST", path, { accept: XML_TYPE, body })).status).toBe(400);
  });

  it("has the same course every time", async () => {
    const course = async () => {
      const wire = await wireTo();
      await wire.order(wire.plan(ABC), "start");
      wire.advance(45);
      return JSON.stringify(await session(wire)).replaceAll(wire.sandbox.url, "");
    };
    expect(await course()).toBe(await course());
  });

  it("is counted as started, once", async () => {
    const wire = await wireTo();
    const { id } = wire.plan(ABC);
    expect(wire.sandbox.estate.startsOf(id)).toHaveLength(0);
    await wire.order(wire.plan(ABC), "start");
    await wire.order(wire.plan(ABC), "test", "");
    expect(wire.sandbox.estate.startsOf(id)).toHaveLength(1);
  });
});

describe("restore points", () => {
  it("are made every hour for a busy VM, every four for others, seven of which are kept", async () => {
    const wire = await wireTo();
    const instants = async (vm: string) =>
      (await pointsFor(wire, vm)).map((point) => Date.parse(String(at(point, "CreationTimeUTC"))));
    for (const [vm, hours] of [
      ["apache05", 1],
      ["srv38", 4],
    ] as const) {
      const before = await instants(vm);
      expect(before).toHaveLength(7);
      expect((before[0] ?? 0) - (before[1] ?? 0)).toBe(hours * 3_600_000);
    }
    const before = await instants("srv38");
    wire.advance(4 * 3_600);
    await wire.logOnAgain();
    expect((await instants("srv38")).slice(1)).toStrictEqual(before.slice(0, 6));
  });

  it("are not made of a VM that is failed over, and are again after the undo", async () => {
    const wire = await wireTo();
    await wire.order(wire.plan(ABC), "start");
    const at5 = (await pointsFor(wire, "apache05")).map((point) => at(point, "Name"));
    wire.advance(10 * 3_600);
    await wire.logOnAgain();
    expect((await pointsFor(wire, "apache05")).map((point) => at(point, "Name"))).toStrictEqual(
      at5,
    );
    wire.sandbox.control.order(wire.plan(ABC).id, "undo");
    wire.advance(3_700);
    await wire.logOnAgain();
    const [newest] = await pointsFor(wire, "apache05");
    expect(at(newest, "Name")).not.toBe(at5[0]);
    expect(at(newest, "State")).toBe("Ready");
  });

  it("are found by their replica", async () => {
    const { json } = await wireTo();
    const replicas = listAt(await json("/cloud/replicas?format=Entity"), "CloudReplicas");
    expect(replicas.map((replica) => at(replica, "Name"))).toStrictEqual([
      "ABC Company Servers Replication",
      "Tech Dynamics Servers Replication",
      "Nordwind Trading Servers Replication",
    ]);
    const id = String(at(replicas[1], "UID")).split(":").at(-1);
    const points = await json(`/cloud/replicas/${id}/vmReplicaPoints?format=Entity`);
    const vms = listAt(points, "CloudVmReplicaPoints").map((point) => at(point, "VmDisplayName"));
    expect(new Set(vms)).toStrictEqual(new Set(["web01", "web02", "shopdb01"]));
  });
});

describe("a test", () => {
  it("fails VMs over for its duration only", async () => {
    const wire = await wireTo();
    await wire.order(wire.plan(ABC), "test", "");
    wire.advance(25);
    expect((await statesOf(wire, "filesrv03"))[0]).toBe("Failover");
    wire.advance(300);
    expect((await statesOf(wire, "filesrv03"))[0]).toBe("Ready");
    expect(await session(wire)).toMatchObject({ State: "Stopped", Result: "Success" });
  });
});

describe("an undo", () => {
  it("brings VMs back in groups of five, ten seconds apart", async () => {
    const wire = await wireTo();
    await wire.order(wire.plan(HQ), "start");
    wire.advance(600);
    const failedOver = () =>
      wire.sandbox.estate.points().filter((point) => point.state === "Failover").length;
    expect(failedOver()).toBe(12);
    await wire.order(wire.plan(HQ), "undo");
    wire.advance(3.5 + 10.6);
    expect(failedOver()).toBe(7);
    wire.advance(60);
    expect(failedOver()).toBe(0);
  });

  it("leaves VMs alone that were failed back meanwhile", async () => {
    const wire = await wireTo();
    await wire.order(wire.plan(ABC), "start");
    wire.advance(300);
    wire.sandbox.control.setVmState("ABC Company", "srv40", "Failback");
    await wire.order(wire.plan(ABC), "undo");
    wire.advance(300);
    const states = await Promise.all(
      ["srv38", "srv40"].map(async (vm) => (await statesOf(wire, vm))[0]),
    );
    expect(states).toStrictEqual(["Ready", "Failback"]);
  });

  it("concerns what its own plan started last", async () => {
    const wire = await wireTo();
    await wire.order(wire.plan("Standard Failover Plan", "ABC Company"), "start");
    wire.advance(300);
    await wire.order(wire.plan(ABC), "undo");
    wire.advance(300);
    expect((await statesOf(wire, "filesrv03"))[0]).toBe("Failover");
  });
});

describe("plans of one name", () => {
  it("are told apart by their tenants, but their sessions are not", async () => {
    const wire = await wireTo();
    const name = "Standard Failover Plan";
    const [one, other] = ["ABC Company", "Tech Dynamics"].map((tenant) => wire.plan(name, tenant));
    expect(one?.id).not.toBe(other?.id);
    for (const plan of [one, other]) if (plan) await wire.order(plan, "start");
    wire.advance(10);
    const open = await sessionsFor(wire, `${OPEN};Name=="${name}"`);
    const vms = open.map((each) => tasksOf(each).map((task) => String(at(task, "VmName"))));
    expect(vms.sort()).toStrictEqual([["filesrv03", "filesrv04"], ["shopdb01"]]);
  });
});

describe("the past", () => {
  it("is shown for 30 days: runs that went well, one that failed without a VM", async () => {
    const wire = await wireTo();
    const past = await sessionsFor(wire);
    expect(past.map((each) => at(each, "Result"))).toStrictEqual([
      "Failed",
      "Success",
      "Failed",
      "Warning",
      "Success",
    ]);
    expect(tasksOf(past[2])).toStrictEqual([]);
    expect(past[2]).toMatchObject({ State: "Stopped", FailureMessage: null, Progress: 100 });
    wire.advance(10 * 86_400);
    await wire.logOnAgain();
    expect(await sessionsFor(wire)).toStrictEqual(past.slice(0, -1));
  });

  it("has left one VM in Failback", async () => {
    const wire = await wireTo();
    expect((await statesOf(wire, "branch02"))[0]).toBe("Failback");
    expect((await statesOf(wire, "branch01"))[0]).toBe("Ready");
  });
});
