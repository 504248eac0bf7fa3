import { describe, expect, it } from "vitest";
import { ABC, at, listAt, OPEN, pointsFor, sessionsFor, wireTo } from "./wire.ts";

describe("a test can make the sandbox", () => {
  it("drop all logons, and with them their tasks", async () => {
    const wire = await wireTo();
    await wire.order(wire.plan(ABC), "start");
    wire.sandbox.control.dropLogons();
    expect((await wire.call("GET", "/tasks")).status).toBe(401);
    await wire.logOnAgain();
    expect((await wire.call("GET", "/tasks/task-1")).status).toBe(500);
  });

  it("restart, with the estate as it was and tasks counted anew", async () => {
    const wire = await wireTo();
    await wire.order(wire.plan(ABC), "start");
    wire.advance(5);
    wire.sandbox.control.restart();
    expect((await wire.call("GET", "/tasks")).status).toBe(401);
    await wire.logOnAgain();
    expect(await sessionsFor(wire, OPEN)).toHaveLength(1);
    const receipt = await wire.order(wire.plan("Cloud failover plan 1"), "start");
    expect(at(JSON.parse(receipt.text), "TaskId")).toBe("task-1");
  });

  it("unreachable, and reachable again", async () => {
    const wire = await wireTo();
    wire.sandbox.control.unreachable(true);
    await expect(wire.call("GET", "/tasks")).rejects.toThrow("fetch failed");
    wire.sandbox.control.unreachable(false);
    expect((await wire.call("GET", "/tasks")).status).toBe(200);
  });

  it("lose the answer to the next order alone", async () => {
    const wire = await wireTo();
    wire.sandbox.control.loseNextAnswer();
    expect((await wire.call("GET", "/tasks")).status).toBe(200);
    await expect(wire.order(wire.plan(ABC), "start")).rejects.toThrow("fetch failed");
    expect((await wire.order(wire.plan(ABC), "start")).status).toBe(202);
    const starts = wire.sandbox.estate.startsOf(wire.plan(ABC).id);
    expect(starts).toHaveLength(2);
    expect(starts.map((run) => run.refused?.message)).toStrictEqual([
      undefined,
      `Failover plan "${ABC}" is already running`,
    ]);
  });

  it("lose the answer to something else", async () => {
    const wire = await wireTo();
    wire.sandbox.control.loseNextAnswer(({ path }) => path.includes("/query"));
    expect((await wire.call("GET", "/tasks")).status).toBe(200);
    await expect(wire.call("GET", "/query?type=CloudFailoverPlan")).rejects.toThrow("fetch failed");
    expect((await wire.call("GET", "/query?type=CloudFailoverPlan")).status).toBe(200);
  });

  it("answer with anything, once, in the order of asking", async () => {
    const wire = await wireTo();
    const raw = (status: number) => ({ status, headers: { "Retry-After": "7" }, body: "teapot" });
    wire.sandbox.control.answerNext(raw(503));
    wire.sandbox.control.answerNext(raw(418));
    const replies = [await wire.call("GET", "/tasks"), await wire.call("GET", "/tasks")];
    expect(
      replies.map((reply) => [reply.status, reply.headers.get("Retry-After"), reply.text]),
    ).toStrictEqual([
      [503, "7", "teapot"],
      [418, "7", "teapot"],
    ]);
    expect((await wire.call("GET", "/tasks")).status).toBe(200);
  });

  it("hold an answer back until it is let go", async () => {
    const wire = await wireTo();
    const held = wire.sandbox.control.holdNextAnswer();
    const answer = wire.order(wire.plan(ABC), "start");
    await held.arrived;
    expect(wire.sandbox.estate.startsOf(wire.plan(ABC).id)).toHaveLength(1);
    expect(
      wire.sandbox.requests.some(
        (request) => request.method === "POST" && request.path.includes("action"),
      ),
    ).toBe(false);
    held.release();
    expect((await answer).status).toBe(202);
  });

  it("unreachable while an answer is on its way", async () => {
    const wire = await wireTo();
    const held = wire.sandbox.control.holdNextAnswer();
    const answer = wire.order(wire.plan(ABC), "start");
    await held.arrived;
    wire.sandbox.control.unreachable(true);
    held.release();
    await expect(answer).rejects.toThrow("fetch failed");
  });

  it("slow", async () => {
    const wire = await wireTo();
    wire.sandbox.control.slow(1);
    expect((await wire.call("GET", "/tasks")).status).toBe(200);
  });

  it("order something as somebody in the console would", async () => {
    const wire = await wireTo();
    const run = wire.sandbox.control.order(wire.plan(ABC).id, "start");
    wire.advance(5);
    const [session] = await sessionsFor(wire, OPEN);
    expect(at(session, "UID")).toBe(`urn:veeam:CloudFailoverSession:${run?.id}`);
    expect(await wire.json("/tasks")).toStrictEqual({ Tasks: [] });
  });

  it("edit plans and move VMs as somebody in the console would", async () => {
    const wire = await wireTo();
    wire.sandbox.control.editPlan(wire.plan(ABC).id, ["srv41", "srv38"]);
    expect(wire.plan(ABC).vms.map((vm) => vm.name)).toStrictEqual(["srv41", "srv38"]);
    wire.sandbox.control.setVmState("ABC Company", "srv38", "PermanentFailover");
    expect(at((await pointsFor(wire, "srv38"))[0], "State")).toBe("PermanentFailover");
    expect(() => wire.sandbox.control.setVmState("ABC Company", "srv99", "Ready")).toThrow(
      'Cannot find VM "srv99"',
    );
    expect(() => wire.sandbox.control.editPlan("x", [])).toThrow('Cannot find plan "x"');
  });
});

describe("the record of requests", () => {
  it("says what came when, in which format, by which logon, and what became of it", async () => {
    const wire = await wireTo();
    wire.advance(3);
    await wire.call("GET", "/tasks?x=1");
    await wire.call("GET", "/tasks", { headers: { "X-RestSvcSessionId": "wrong" } });
    const [logon, read, refused] = wire.sandbox.requests;
    expect(logon).toMatchObject({
      method: "POST",
      path: "/api/sessionMngr/?v=latest",
      status: 201,
    });
    expect(read).toStrictEqual({
      method: "GET",
      path: "/api/tasks?x=1",
      at: wire.sandbox.estate.now(),
      accept: "application/json",
      logon: Buffer.from(wire.token, "base64").toString(),
      status: 200,
    });
    expect(refused).toMatchObject({ status: 401 });
    expect(refused).not.toHaveProperty("logon");
    expect(JSON.stringify(wire.sandbox.requests)).not.toContain(wire.sandbox.password);
  });
});

describe("names that mean harm", () => {
  it("come back from JSON as they are", async () => {
    const wire = await wireTo({ scenario: "hostile-names" });
    const refs = listAt(await wire.json("/query?type=CloudFailoverPlan"), "Refs", "Refs").map(
      (ref) => at(ref, "Name"),
    );
    expect(refs).toContain("<@U0000001> <!channel> @everyone @here");
    expect(refs.some((name) => String(name).includes("\u202e"))).toBe(true);
  });

  it("are found by a filter that doubles their quotes", async () => {
    const wire = await wireTo({ scenario: "hostile-names" });
    for (const plan of wire.sandbox.estate.plans()) {
      if (plan.kind === "ordinary") continue;
      const filter = encodeURIComponent(`Name=="${plan.name.replaceAll('"', '""')}"`);
      const found = await wire.json(`/query?type=CloudFailoverPlan&filter=${filter}`);
      expect(listAt(found, "Refs", "Refs").map((ref) => at(ref, "Name"))).toStrictEqual([
        plan.name,
      ]);
    }
  });
});
