import { describe, expect, it } from "vitest";
import {
  isScenarioName,
  type ScenarioName,
  scenarioNames,
  scenarios,
} from "../../src/sandbox/scenarios.ts";
import {
  ABC,
  at,
  listAt,
  OPEN,
  pointsFor,
  sessionsFor,
  type Wire,
  wireTo,
  XML_TYPE,
} from "./wire.ts";

const tasksOf = (session: unknown): readonly unknown[] =>
  listAt(session, "CloudFailoverTasks", "CloudFailoverTasks");

async function newest(wire: Wire): Promise<unknown> {
  return (await sessionsFor(wire, `Name=="${ABC}"`))[0];
}

/** The plan of ABC Company, started and so many seconds on its way. */
async function startedIn(scenario: ScenarioName, seconds: number): Promise<Wire> {
  const wire = await wireTo({ scenario });
  await wire.order(wire.plan(ABC), "start");
  wire.advance(seconds);
  return wire;
}

describe("the table of scenarios", () => {
  it("says in a line what each does, the default first", () => {
    expect(scenarioNames[0]).toBe("all-well");
    for (const { summary } of Object.values(scenarios))
      expect(summary).toMatch(/^[A-Z0-9].{10,100}[^.]$/);
  });

  it("knows its own names and no others", () => {
    expect(scenarioNames.every(isScenarioName)).toBe(true);
    expect(isScenarioName("toString")).toBe(false);
  });
});

describe("scenario", () => {
  it("vm-fails: one VM fails with a reason, and so the session; its points stay Ready", async () => {
    const wire = await startedIn("vm-fails", 300);
    const session = await newest(wire);
    expect(session).toMatchObject({ State: "Stopped", Result: "Failed" });
    const failed = tasksOf(session).filter((task) => at(task, "Result") === "Failed");
    expect(failed).toHaveLength(1);
    expect(failed[0]).toMatchObject({
      VmName: "filesrv04",
      FailureMessage: expect.stringContaining("Failed to power on"),
    });
    expect(at((await pointsFor(wire, "filesrv04"))[0], "State")).toBe("Ready");
    expect(at((await pointsFor(wire, "filesrv03"))[0], "State")).toBe("Failover");
  });

  it("vm-warns: one VM warns, and so the session", async () => {
    const wire = await startedIn("vm-warns", 300);
    expect(await newest(wire)).toMatchObject({ State: "Stopped", Result: "Warning" });
  });

  it("vm-stalls: one VM works for ever, and so the session", async () => {
    const wire = await startedIn("vm-stalls", 800);
    const session = await newest(wire);
    expect(session).toMatchObject({ State: "Working", Result: "None" });
    const working = tasksOf(session).filter((task) => at(task, "State") === "Working");
    expect(working).toHaveLength(1);
    expect(working[0]).toMatchObject({ VmName: "filesrv04", Progress: 34 });
  });

  it("task-fails: the task says why, and there is no session", async () => {
    const wire = await startedIn("task-fails", 300);
    const task = await wire.json("/tasks/task-1");
    expect(task).toMatchObject({ State: "Finished", Result: { Success: false } });
    expect(String(at(task, "Result", "Message"))).toContain(ABC);
    expect(await sessionsFor(wire, OPEN)).toStrictEqual([]);
    expect(wire.sandbox.estate.points().some((point) => point.state === "Failover")).toBe(false);
  });

  it("session-fails: the session ends at once, without VMs or a reason", async () => {
    const wire = await startedIn("session-fails", 10);
    const session = await newest(wire);
    expect(session).toMatchObject({ State: "Stopped", Result: "Failed", FailureMessage: null });
    expect(tasksOf(session)).toStrictEqual([]);
    expect(await wire.json("/tasks/task-1")).toMatchObject({ Result: { Success: true } });
  });

  it("answer-lost: the order is carried out, but nothing comes back", async () => {
    const wire = await wireTo({ scenario: "answer-lost" });
    await expect(wire.order(wire.plan(ABC), "start")).rejects.toThrow("fetch failed");
    wire.advance(10);
    expect(wire.sandbox.estate.startsOf(wire.plan(ABC).id)).toHaveLength(1);
    expect(await sessionsFor(wire, OPEN)).toHaveLength(1);
  });

  it("logons-drop: a logon ends 40 seconds after it was made, used or not", async () => {
    const wire = await startedIn("logons-drop", 39);
    await newest(wire);
    wire.advance(2);
    expect((await wire.call("GET", "/tasks/task-1")).status).toBe(401);
    await wire.logOnAgain();
    expect((await wire.call("GET", "/tasks/task-1")).status).toBe(500);
    expect(await newest(wire)).toMatchObject({ State: "Working" });
  });

  it("em-restarts: 15 seconds after an order EM is gone for a minute, and forgets everybody", async () => {
    const wire = await startedIn("em-restarts", 14);
    expect((await wire.call("GET", "/tasks")).status).toBe(200);
    wire.advance(1);
    await expect(wire.call("GET", "/tasks")).rejects.toThrow("fetch failed");
    wire.advance(60);
    expect((await wire.call("GET", "/tasks")).status).toBe(401);
    await wire.logOnAgain();
    wire.advance(120);
    expect(await newest(wire)).toMatchObject({ State: "Stopped", Result: "Success" });
  });

  it("contradicted: all is well, but one VM has newer points that say Ready", async () => {
    const wire = await startedIn("contradicted", 500);
    const session = await newest(wire);
    expect(session).toMatchObject({ State: "Stopped", Result: "Success" });
    const [point] = await pointsFor(wire, "filesrv04");
    expect(at(point, "State")).toBe("Ready");
    expect(String(at(point, "CreationTimeUTC")) > String(at(session, "EndTimeUTC"))).toBe(true);
    expect(at((await pointsFor(wire, "filesrv03"))[0], "State")).toBe("Failover");
  });

  it("points-lag: points change at the next quarter of an hour, or when somebody has them collected", async () => {
    const wire = await startedIn("points-lag", 300);
    const state = async () => at((await pointsFor(wire, "filesrv03"))[0], "State");
    expect(await newest(wire)).toMatchObject({ Result: "Success" });
    expect(await state()).toBe("Ready");
    wire.advance(601);
    expect(await state()).toBe("Failover");
    const hurried = await startedIn("points-lag", 300);
    hurried.sandbox.control.finishCollection();
    expect(at((await pointsFor(hurried, "filesrv03"))[0], "State")).toBe("Failover");
    const ordered = await startedIn("points-lag", 300);
    const server = String(at(listAt(await ordered.json("/backupServers"), "Refs")[0], "Href"));
    await ordered.call("POST", `${server.split("/api")[1]}?action=collect`, { body: "" });
    expect(at((await pointsFor(ordered, "filesrv03"))[0], "State")).toBe("Ready");
    ordered.advance(4);
    expect(at((await pointsFor(ordered, "filesrv03"))[0], "State")).toBe("Failover");
  });

  it("started-elsewhere: runs begin by themselves, and are undone before the next", async () => {
    const wire = await wireTo({ scenario: "started-elsewhere" });
    wire.advance(19);
    expect(await sessionsFor(wire, OPEN)).toStrictEqual([]);
    wire.advance(10);
    expect((await sessionsFor(wire, OPEN)).map((session) => at(session, "Name"))).toStrictEqual([
      ABC,
    ]);
    wire.advance(600);
    expect((await sessionsFor(wire, OPEN)).map((session) => at(session, "Name"))).toStrictEqual([
      "Cloud failover plan 1",
    ]);
    expect(at((await pointsFor(wire, "filesrv03"))[0], "State")).toBe("Ready");
    expect(wire.sandbox.estate.startsOf(wire.plan(ABC).id)).toHaveLength(1);
  });

  it("started-elsewhere: after a long sleep only the last two hours are caught up on", async () => {
    const wire = await wireTo({ scenario: "started-elsewhere" });
    wire.advance(5 * 86_400);
    expect(wire.sandbox.estate.startsOf(wire.plan(ABC).id).length).toBeLessThanOrEqual(7);
  });

  it("plan-edited: the plan's VMs change every 45 seconds, and change back", async () => {
    const wire = await wireTo({ scenario: "plan-edited" });
    const names = () => wire.plan(ABC).vms.map((vm) => vm.name);
    const before = names();
    wire.advance(46);
    expect(names()).toStrictEqual(["srv41", ...before.slice(0, -1)]);
    const { id } = wire.plan(ABC);
    const shown = await wire.json(`/cloud/cloudFailoverPlans/${id}/includes`);
    expect(listAt(shown, "CloudFailoveredVms").map((vm) => at(vm, "Name"))).toStrictEqual(names());
    wire.advance(45);
    expect(names()).toStrictEqual(before);
  });

  it("slow-and-flaky: some answers are 503 and some never come, but most do", async () => {
    const wire = await wireTo({ scenario: "slow-and-flaky", speed: 100_000 });
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, () =>
        wire.call("GET", "/tasks").then(
          ({ status }) => String(status),
          () => "never",
        ),
      ),
    );
    const count = (outcome: string) => outcomes.filter((each) => each === outcome).length;
    expect(count("200")).toBeGreaterThan(70);
    expect(count("503")).toBeGreaterThan(0);
    expect(count("never")).toBeGreaterThan(0);
  });

  it("garbage: every fourth answer is nonsense of another kind, in either format", async () => {
    for (const accept of ["application/json", XML_TYPE]) {
      const wire = await wireTo({ scenario: "garbage" });
      const right = (await wire.call("GET", "/tasks", { accept })).text;
      const texts = new Set<string>();
      for (let count = 0; count < 60; count += 1)
        texts.add((await wire.call("GET", "/tasks", { accept })).text);
      texts.delete(right);
      expect(texts.size).toBeGreaterThanOrEqual(7);
      expect((await wire.order(wire.plan(ABC), "start")).status).toBe(202);
    }
  });

  it("unknown-words: states and results that nobody knows come and go, and the run ends", async () => {
    const wire = await startedIn("unknown-words", 0);
    const words = new Set<unknown>();
    words.add(at(await wire.json("/tasks/task-1"), "State"));
    for (let second = 0; second < 200; second += 5) {
      wire.advance(5);
      const session = await newest(wire);
      words.add(at(session, "State"));
      for (const task of tasksOf(session)) words.add(at(task, "State")).add(at(task, "Result"));
    }
    words.add(at((await pointsFor(wire, "filesrv04")).at(-1), "State"));
    expect([...words]).toEqual(
      expect.arrayContaining([
        "Queued",
        "Rebalancing",
        "Preparing",
        "SkippedByPolicy",
        "Resynchronizing",
      ]),
    );
    expect(await newest(wire)).toMatchObject({ State: "Stopped", Result: "Success" });
  });

  it("unknown-words: a session in an unknown state is not among the open ones", async () => {
    const wire = await startedIn("unknown-words", 20);
    expect(await sessionsFor(wire, OPEN)).toStrictEqual([]);
    wire.advance(20);
    expect(await sessionsFor(wire, OPEN)).toHaveLength(1);
  });

  it("many: 200 plans, 100 sessions open from the start", async () => {
    const wire = await wireTo({ scenario: "many" });
    wire.advance(10);
    const body = await wire.json(
      `/query?type=CloudFailoverSession&format=Entities&pageSize=500&filter=${OPEN}`,
    );
    expect(listAt(body, "Entities", "CloudFailoverSessions", "CloudFailoverSessions")).toHaveLength(
      100,
    );
    expect(listAt(await wire.json("/cloud/cloudFailoverPlans"), "Refs")).toHaveLength(200);
    wire.advance(800);
    expect(await sessionsFor(wire, OPEN)).toHaveLength(100);
  });

  it("forbidden: plans and questions for them are 403", async () => {
    const wire = await wireTo({ scenario: "forbidden" });
    expect((await wire.call("GET", "/cloud/cloudFailoverPlans")).status).toBe(403);
    expect((await wire.order(wire.plan(ABC), "start")).status).toBe(403);
    expect((await wire.call("GET", "/query?type=CloudFailoverSession")).status).toBe(403);
    expect((await wire.call("GET", "/failoverPlans")).status).toBe(403);
    expect((await wire.call("GET", "/cloud/failoverSessions")).status).toBe(200);
    expect((await wire.call("GET", "/cloud/vmReplicaPoints")).status).toBe(200);
  });

  it("no-cloud: everything of Cloud Connect is 404, and ordinary plans are there", async () => {
    const wire = await wireTo({ scenario: "no-cloud" });
    for (const path of ["/cloud", "/cloud/cloudFailoverPlans", "/cloud/failoverSessions"])
      expect((await wire.call("GET", path)).status).toBe(404);
    expect((await wire.call("GET", "/query?type=CloudFailoverPlan")).status).toBe(400);
    expect(listAt(await wire.json("/failoverPlans"), "Refs")).toHaveLength(1);
  });
});

describe("roles", () => {
  it.each([
    ["VM Restore Operator", "/cloud/cloudFailoverPlans", 200],
    ["VM Restore Operator", "/cloud/vmReplicaPoints", 403],
    ["VM Restore Operator", "/replicaSessions", 403],
    ["VM Restore Operator", "/query?type=CloudFailoverPlan", 403],
    ["Exchange Restore Operator", "/cloud", 403],
    ["Exchange Restore Operator", "/failoverPlans", 200],
    ["Exchange Restore Operator", "/querySvc", 403],
    ["Exchange Restore Operator", "/query?type=Task", 403],
    ["Exchange Restore Operator", "/tasks", 200],
    ["Portal User", "/replicaSessions", 200],
  ] as const)("%s gets for %s a %i", async (role, path, status) => {
    const { call } = await wireTo({ role });
    expect((await call("GET", path)).status).toBe(status);
  });
});
