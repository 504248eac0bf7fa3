import { describe, expect, it } from "vitest";
import { ABC, at, JSON_TYPE, listAt, logOn, parseXml, wire, wireTo, XML_TYPE } from "./wire.ts";

describe("the task of a start", () => {
  it("runs, is done on the backup server, then has finished with the session's address", async () => {
    const { order, plan, json, advance, sandbox } = await wireTo();
    const receipt = await order(plan(ABC), "start");
    expect(receipt.status).toBe(202);
    expect(JSON.parse(receipt.text)).toStrictEqual({
      TaskId: "task-1",
      State: "Running",
      Operation: "StartCloudFailoverPlan",
      Result: null,
      Links: [{ Rel: "Delete", Href: `${sandbox.url}/api/tasks/task-1`, Name: null, Type: "Task" }],
      Href: `${sandbox.url}/api/tasks/task-1`,
      Type: "Task",
    });
    advance(2);
    expect(await json("/tasks/task-1")).toMatchObject({
      State: "OperationFinished",
      Result: { Message: "OperationFinished", Success: true },
    });
    advance(2);
    const finished = await json("/tasks/task-1");
    expect(finished).toMatchObject({ State: "Finished", Result: { Message: "Ok", Success: true } });
    const [run] = sandbox.estate.startsOf(plan(ABC).id);
    expect(listAt(finished, "Links")[1]).toStrictEqual({
      Rel: "Related",
      Href: `${sandbox.url}/api/cloud/failoverSessions/${run?.id}?format=Entity`,
      Name: ABC,
      Type: "CloudFailoverSession",
    });
  });

  it("can be read only by the logon that made it", async () => {
    const own = await wireTo();
    await own.order(own.plan(ABC), "start");
    const token = (await logOn(own.sandbox)).headers.get("X-RestSvcSessionId") ?? "";
    const other = wire(own.sandbox, token, own.advance);
    const reply = await other.call("GET", "/tasks/task-1");
    expect(reply.status).toBe(500);
    expect(reply.text).toContain(
      "There is no backup task with id [task-1] in current rest session",
    );
    expect(await other.json("/tasks")).toStrictEqual({ Tasks: [] });
    expect(listAt(await own.json("/tasks"), "Tasks")).toHaveLength(1);
  });

  it("is forgotten when deleted", async () => {
    const { order, plan, call, advance, sandbox } = await wireTo();
    await order(plan(ABC), "start");
    const gone = await call("DELETE", "/tasks/task-1");
    expect(gone.status).toBe(204);
    expect(gone.text).toBe("");
    expect((await call("GET", "/tasks/task-1")).status).toBe(500);
    expect((await call("DELETE", "/tasks/task-1")).status).toBe(500);
    advance(300);
    expect(sandbox.estate.points().filter((point) => point.state === "Failover")).toHaveLength(6);
  });
});

describe("the tasks of a test and of an undo", () => {
  it("are called a start that links to a session, and an undo that links to none", async () => {
    const { order, plan, json, advance } = await wireTo();
    await order(plan(ABC), "test", "");
    advance(300);
    expect(await json("/tasks/task-1")).toMatchObject({ Operation: "StartCloudFailoverPlan" });
    expect(listAt(await json("/tasks/task-1"), "Links")).toHaveLength(2);
    await order(plan(ABC), "start");
    advance(300);
    await order(plan(ABC), "undo");
    advance(300);
    expect(await json("/tasks/task-3")).toMatchObject({
      Operation: "UndoCloudFailoverPlan",
      State: "Finished",
    });
    expect(listAt(await json("/tasks/task-3"), "Links")).toHaveLength(1);
  });

  it("fail where there is nothing to undo", async () => {
    const { order, plan, json, advance } = await wireTo();
    await order(plan(ABC), "undo");
    advance(4);
    expect(await json("/tasks/task-1")).toMatchObject({
      State: "Finished",
      Result: { Success: false },
    });
    expect(listAt(await json("/tasks/task-1"), "Links")).toHaveLength(1);
  });
});

describe("tasks in XML", () => {
  it("say Success in an attribute and the message in an element", async () => {
    const { order, plan, xml, advance } = await wireTo();
    await order(plan("SQL Failover Plan"), "start");
    advance(5);
    const task = at(await xml("/tasks"), "Tasks", "Task");
    expect(task).toMatchObject({
      "@Type": "Task",
      TaskId: "task-1",
      State: "Finished",
      Operation: "StartFailoverPlan",
      Result: { "@Success": "true", Message: "Ok" },
    });
  });
});

describe("a question for tasks", () => {
  it("finds those of the logon by their state, as resources", async () => {
    const { order, plan, call, advance } = await wireTo();
    await order(plan(ABC), "start");
    advance(60);
    await order(plan("Cloud failover plan 1"), "start");
    const path = "/query?type=Task&format=Entities&filter=State==Running";
    const asJson: unknown = JSON.parse((await call("GET", path, { accept: JSON_TYPE })).text);
    expect(listAt(asJson, "Resources", "Tasks").map((task) => at(task, "TaskId"))).toStrictEqual([
      "task-2",
    ]);
    const asXml = parseXml((await call("GET", path, { accept: XML_TYPE })).text);
    expect(at(asXml, "QueryResult", "Resources", "Tasks", "Task", "TaskId")).toBe("task-2");
  });
});

describe("a data collection", () => {
  it("is a task of its own", async () => {
    const { call, json, advance, sandbox } = await wireTo();
    const [server] = listAt(await json("/backupServers?format=Entity"), "BackupServers");
    expect(server).toMatchObject({ Name: "srv13.tech.local", Port: 9392 });
    const path = String(at(server, "Href"))
      .replace(`${sandbox.url}/api`, "")
      .replace("?format=Entity", "");
    const receipt = await call("POST", `${path}?action=collect`, { body: "" });
    expect(receipt.status).toBe(202);
    advance(5);
    expect(await json("/tasks/task-1")).toMatchObject({
      Operation: "CollectingBackupServer",
      State: "Finished",
      Result: { Success: true },
    });
    expect((await call("POST", `${path}?action=reboot`, { body: "" })).status).toBe(400);
  });
});
