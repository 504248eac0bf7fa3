import { describe, expect, it } from "vitest";
import { at, listAt, planPath, wireTo } from "./wire.ts";

const SQL = "SQL Failover Plan";

describe("ordinary plans", () => {
  it("have their VMs, and can be started and undone", async () => {
    const { json, plan } = await wireTo();
    const entity = await json(`${planPath(plan(SQL))}?format=Entity`);
    expect(entity).toMatchObject({ Name: SQL, Type: "FailoverPlan" });
    const vms = listAt(entity, "FailoverPlanInfo", "Includes", "FailoveredVms");
    expect(vms.map((vm) => at(vm, "DisplayName"))).toStrictEqual(["sql01", "sql02", "sql03"]);
    expect(listAt(entity, "Links").map((link) => at(link, "Rel"))).toStrictEqual([
      "Up",
      "Alternate",
      "Edit",
      "Start",
      "Undo",
    ]);
    expect(listAt(await json(`${planPath(plan(SQL))}/includes`), "FailoveredVms")).toHaveLength(3);
  });

  it("end with their task: no session shows how they go", async () => {
    const { json, plan, order, advance } = await wireTo();
    expect((await order(plan(SQL), "start")).status).toBe(202);
    advance(300);
    const task = await json("/tasks/task-1");
    expect(task).toMatchObject({
      State: "Finished",
      Operation: "StartFailoverPlan",
      Result: { Success: true },
    });
    expect(listAt(task, "Links")).toHaveLength(1);
    const sessions = await json(`/query?type=CloudFailoverSession&filter=Name=="${SQL}"`);
    expect(listAt(sessions, "Refs", "Refs")).toStrictEqual([]);
    await order(plan(SQL), "undo");
    advance(30);
    expect(await json("/tasks/task-2")).toMatchObject({
      Operation: "UndoFailoverPlan",
      Result: { Success: true },
    });
  });

  it("are started with a spec of their own name", async () => {
    const { call, plan } = await wireTo();
    const path = `${planPath(plan(SQL))}?action=start`;
    const body = (root: string) => `<${root}><StartNow>true</StartNow></${root}>`;
    const accept = "application/xml";
    expect(
      (await call("POST", path, { accept, body: body("FailoverPlanManagementSpec") })).status,
    ).toBe(202);
    expect(
      (await call("POST", path, { accept, body: body("CloudFailoverPlanManagementSpec") })).status,
    ).toBe(400);
  });
});

describe("replication sessions", () => {
  it("come every four hours, and run for some minutes", async () => {
    const { json, advance, logOnAgain } = await wireTo();
    let seen = 0;
    for (let minute = 0; minute < 4 * 60; minute += 10) {
      const working = await json(
        "/query?type=ReplicaJobSession&filter=State==Working;Result==None",
      );
      seen += listAt(working, "Refs", "Refs").length;
      advance(10 * 60);
    }
    await logOnAgain();
    expect(seen).toBeGreaterThan(1);
    const sessions = listAt(await json("/replicaSessions?format=Entity"), "ReplicaJobSessions");
    expect(sessions.length).toBeGreaterThan(300);
    const stopped = sessions.find((each) => at(each, "State") === "Stopped");
    expect(stopped).toMatchObject({ JobType: "Replica", Progress: 100 });
    expect(at(stopped, "Name")).toMatch(/^\S.*@\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  });

  it("lead to their VM sessions by a misspelt link, which works, as the right one does", async () => {
    const { json, sandbox } = await wireTo();
    const [session] = listAt(
      await json("/replicaSessions?format=Entity"),
      "ReplicaJobSessions",
    ).slice(-1);
    const down = listAt(session, "Links").find((link) => at(link, "Rel") === "Down");
    const path = String(at(down, "Href")).replace(`${sandbox.url}/api`, "");
    expect(path).toMatch(/\/repicaTaskSessions$/);
    const misspelt = await json(path);
    expect(listAt(misspelt, "Refs").length).toBeGreaterThan(0);
    expect(await json(path.replace("repica", "replica"))).toStrictEqual(misspelt);
    expect(listAt(await json("/repicaTaskSessions"), "Refs").length).toBeGreaterThan(0);
    const [task] = listAt(await json(`${path}?format=Entity`), "ReplicaTaskSessions");
    expect(task).toMatchObject({
      JobSessionUid: at(session, "UID"),
      State: "Completed",
      Type: "ReplicaTaskSession",
    });
    expect(Number(at(task, "TotalSize"))).toBeGreaterThan(2 ** 31);
  });

  it("can be asked for by what they are", async () => {
    const { json } = await wireTo();
    const question =
      "/query?type=ReplicaTaskSession&format=Entities&sortDesc=CreationTime&pageSize=15";
    const body = await json(`${question}&filter=VmDisplayName==apache02;Result==Success`);
    const tasks = listAt(body, "Entities", "ReplicaTaskSessions", "ReplicaTaskSessions");
    expect(tasks).toHaveLength(15);
    expect(new Set(tasks.map((task) => at(task, "VmDisplayName")))).toStrictEqual(
      new Set(["apache02"]),
    );
    const jobs = await json(
      '/query?type=ReplicaJobSession&filter=JobName=="SQL Server Replication";IsRetry==true',
    );
    expect(listAt(jobs, "Refs", "Refs").length).toBeGreaterThan(0);
    const large = await json(
      "/query?type=ReplicaTaskSession&filter=TotalSize>50000000000;EndTime<2026-03-01",
    );
    expect(listAt(large, "Refs", "Refs").length).toBeGreaterThan(0);
  });
});

describe("CDP sessions", () => {
  it("last a day, and say None and 0 while they run", async () => {
    const { xml } = await wireTo();
    const body = await xml(
      "/query?type=CdpReplicaSession&format=Entities&sortDesc=CreationTimeUTC",
    );
    const sessions = at(
      body,
      "QueryResult",
      "Entities",
      "CdpReplicaSessions",
      "CdpPolicySession",
    ) as readonly unknown[];
    expect(sessions).toHaveLength(30);
    expect(sessions[0]).toMatchObject({
      "@Type": "CdpReplicaSession",
      State: "Working",
      Result: "None",
      Progress: "0",
      FailureMessage: "",
      PolicyType: "CdpReplica",
    });
    expect(sessions[0]).not.toHaveProperty("EndTimeUTC");
    expect(at(sessions[1], "EndTimeUTC")).toBe("2026-03-01T15:00:00Z");
  });

  it("have VM sessions that are in progress with success, and call themselves by a wrong address", async () => {
    const { json, call, sandbox } = await wireTo();
    const sessions = listAt(await json("/cdpReplicaSessions?format=Entity"), "CdpReplicaSessions");
    const id = String(at(sessions[0], "UID")).split(":").at(-1);
    const tasks = listAt(
      await json(`/cdpReplicaSessions/${id}/cdpReplicaTaskSessions?format=Entity`),
      "CdpReplicaTaskSessions",
    );
    expect(tasks).toHaveLength(2);
    const [task] = tasks;
    expect(task).toMatchObject({
      State: "InProgress",
      Result: "Success",
      PolicySessionUid: at(sessions[0], "UID"),
    });
    const path = (href: unknown) => String(href).replace(`${sandbox.url}/api`, "");
    expect(path(at(task, "Href"))).toMatch(/^\/replicaTaskSessions\//);
    expect((await call("GET", path(at(task, "Href")))).status).toBe(404);
    expect(await json(`${path(at(task, "Links", 2, "Href"))}?format=Entity`)).toStrictEqual(task);
  });

  it("are not there before version 11", async () => {
    const { call } = await wireTo({ dialect: "9.5u4" });
    expect((await call("GET", "/cdpReplicaSessions")).status).toBe(404);
    expect((await call("GET", "/query?type=CdpReplicaSession")).status).toBe(400);
    expect((await call("GET", "/replicaSessions")).status).toBe(200);
  });

  it("have microseconds in their names on version 13", async () => {
    const { json } = await wireTo({ dialect: "13" });
    const [session] = listAt(await json("/cdpReplicaSessions"), "refs");
    expect(at(session, "name")).toMatch(/^CDP Policy 1@2026-03-01 15:00:\d\d\.\d{6}$/);
  });
});
