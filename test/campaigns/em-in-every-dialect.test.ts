/**
 * The client against the simulated EM, over real HTTP: every dialect, and every way in which EM
 * might answer.
 */
import { describe, expect, it, onTestFinished } from "vitest";
import type { EmClient } from "../../src/em/client.ts";
import type { FailoverPlan, FailoverSession, Task } from "../../src/em/types.ts";
import type { Format } from "../../src/em/wire.ts";
import type { Dialect } from "../../src/sandbox/dialects.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/sandbox.ts";
import { type Switches, switches } from "../../src/sandbox/switches.ts";
import { emAt, failureOf } from "../em/scripted-em.ts";

const ABC = "ABC Company Failover Plan";
const MINUTES = 60_000;

interface Site {
  readonly em: EmClient;
  readonly sandbox: Sandbox;
  pass(ms: number): void;
}

async function site(options: SandboxOptions = {}, format: Format = "xml"): Promise<Site> {
  let now = Date.parse("2026-03-02T10:00:00Z");
  const sandbox = await startSandbox({ now: () => now, ...options });
  onTestFinished(() => sandbox.close());
  const { url, username, password } = sandbox;
  const pass = (ms: number) => {
    now += ms;
  };
  return { em: emAt(url, { username, password, format }), sandbox, pass };
}

async function planNamed(em: EmClient, name = ABC): Promise<FailoverPlan> {
  const plan = (await em.plans("cloud")).find((each) => each.name === name);
  if (!plan) throw new Error(`No plan "${name}"`);
  return plan;
}

interface Seen {
  readonly task: Task;
  readonly open: readonly FailoverSession[];
  readonly running: FailoverSession;
  readonly ended: FailoverSession;
  readonly states: readonly string[];
}

/** Starts a plan and sees it through to its end. */
async function run({ em, pass }: Site): Promise<Seen> {
  const plan = await planNamed(em);
  const { task: first, logon } = await em.startPlan(plan, { points: "latest" });
  pass(20_000);
  const task = await em.task(first.id, logon);
  const open = await em.sessions({ open: true, planName: ABC });
  /** A task that lasts as long as its session does not name it before. */
  const id = task.sessions[0]?.id ?? open[0]?.id ?? "";
  const running = await em.session(id);
  pass(20 * MINUTES);
  const ended = await em.session(id);
  const vms = plan.vms.map((vm) => vm.name);
  const points = await em.points({ vms, createdFrom: 0 });
  return { task, open, running, ended, states: points.map((point) => point.state) };
}

const EVERY: readonly [Dialect, Format][] = [
  ["9.5", "xml"],
  ["9.5", "json"],
  ["9.5u4", "xml"],
  ["9.5u4", "json"],
  ["12", "xml"],
  ["12", "json"],
  ["13", "xml"],
  ["13", "json"],
];

describe.each(EVERY)("an EM %s spoken to in %s", (dialect, format) => {
  it("shows its estate", async () => {
    const { em } = await site({ dialect }, format);
    const estate = await em.estate();
    expect(estate.cloud).toBe(true);
    expect(estate.versions.length).toBeGreaterThan(0);
    expect(estate.backupServers).toMatchObject([
      { name: "srv13.tech.local", version: expect.stringMatching(/^\d/) },
    ]);
  });

  it("shows the plans of both kinds, alike one by one and together", async () => {
    const { em, sandbox } = await site({ dialect }, format);
    for (const kind of ["cloud", "ordinary"] as const) {
      const plans = await em.plans(kind);
      const real = sandbox.estate.plans().filter((plan) => plan.kind === kind);
      expect(plans.map(({ id, name }) => ({ id, name }))).toEqual(
        real.map(({ id, name }) => ({ id, name })),
      );
      for (const plan of plans) expect(await em.plan(kind, plan.id)).toEqual(plan);
    }
    const abc = await planNamed(em);
    expect(abc.tenant?.name).toBe("ABC Company");
    expect(abc.vms.map((vm) => vm.order)).toEqual(abc.vms.map((_, order) => order));
  });

  it("runs a plan that is started, and shows it from the order to its end", async () => {
    const seen = await run(await site({ dialect }, format));
    expect(seen.task).toMatchObject({
      state: "Finished",
      operation: "StartCloudFailoverPlan",
      result: { success: true },
    });
    expect(seen.open).toEqual([seen.running]);
    expect(seen.running).toMatchObject({ name: ABC, state: "Working", result: "None" });
    expect(seen.running.endedAt).toBeUndefined();
    expect(seen.ended).toMatchObject({
      state: "Stopped",
      result: "Success",
      progress: 100,
      endedAt: expect.any(Number),
    });
    expect(seen.ended.vms.every((vm) => vm.result === "Success" && vm.point)).toBe(true);
    expect(seen.states).toContain("Failover");
  });

  it("tests and undoes a plan", async () => {
    const { em, pass } = await site({ dialect }, format);
    const plan = await planNamed(em);
    expect((await em.testPlan(plan)).task.operation).toBe("StartCloudFailoverPlan");
    pass(10 * MINUTES);
    await em.startPlan(plan, { points: "before", at: Date.parse("2026-03-02T09:00:00Z") });
    pass(10 * MINUTES);
    const { task, logon } = await em.undoPlan(plan);
    pass(10 * MINUTES);
    expect(await em.task(task.id, logon)).toMatchObject({
      state: "Finished",
      result: { success: true },
      sessions: [],
    });
    expect(
      (await em.points({ vms: plan.vms.map((vm) => vm.name) })).every(
        (point) => point.state === "Ready",
      ),
    ).toBe(true);
  });

  it("starts and undoes an ordinary plan, but cannot test it", async () => {
    const { em, pass } = await site({ dialect }, format);
    const [plan] = await em.plans("ordinary");
    if (!plan) throw new Error("No ordinary plan");
    expect((await em.startPlan(plan, { points: "latest" })).task.operation).toBe(
      "StartFailoverPlan",
    );
    pass(20 * MINUTES);
    expect((await em.undoPlan(plan)).task.operation).toBe("UndoFailoverPlan");
    expect((await failureOf(em.testPlan(plan))).failure).toBe("rejected");
  });

  it("lists and removes tasks within their logon", async () => {
    const { em } = await site({ dialect }, format);
    const plan = await planNamed(em);
    const { task, logon } = await em.startPlan(plan, { points: "latest" });
    expect((await em.tasks(logon)).map(({ id }) => id)).toEqual([task.id]);
    await em.removeTask(task.id, logon);
    expect(await em.tasks(logon)).toEqual([]);
    expect((await failureOf(em.task(task.id, logon))).failure).toBe("not-found");
    expect((await failureOf(em.removeTask(task.id, "another logon"))).failure).toBe("not-found");
  });

  it("collects data from a backup server", async () => {
    const { em } = await site({ dialect }, format);
    const [server] = (await em.estate()).backupServers;
    expect((await em.collect(server?.id ?? "")).task.operation).toBe("CollectingBackupServer");
  });

  it("shows replication of both kinds: sessions, and the VMs in them through whichever address", async () => {
    const { em } = await site({ dialect }, format);
    const kinds = dialect.startsWith("9.5")
      ? (["snapshot"] as const)
      : (["snapshot", "cdp"] as const);
    for (const kind of kinds) {
      const [newest, ...older] = await em.replicationSessions(kind, { limit: 5 });
      if (!newest) throw new Error("No session");
      expect(older.length).toBeGreaterThan(0);
      expect(older[0]?.createdAt).toBeLessThanOrEqual(newest.createdAt);
      expect(await em.replicationSession(kind, newest.id)).toEqual(newest);
      const [of] = older;
      const tasks = await em.replicationTasks(kind, of?.id ?? "");
      expect(tasks.length).toBeGreaterThan(0);
      for (const task of tasks) {
        expect(task).toMatchObject({ kind, sessionId: of?.id, vm: expect.stringMatching(/./) });
        expect(await em.replicationTask(kind, task.id)).toEqual(task);
      }
      const named = await em.replicationSessions(kind, {
        jobName: newest.job?.name ?? "",
        createdFrom: newest.createdAt,
      });
      expect(named).toContainEqual(newest);
    }
  });

  it("ends its logon and no other", async () => {
    const { em, sandbox } = await site({ dialect }, format);
    const other = emAt(sandbox.url, {
      username: sandbox.username,
      password: sandbox.password,
      format,
    });
    await em.plans("cloud");
    await other.plans("cloud");
    await em.close();
    const before = sandbox.requests.filter(({ path }) => path.includes("sessionMngr")).length;
    await other.plans("cloud");
    expect(sandbox.requests.filter(({ path }) => path.includes("sessionMngr"))).toHaveLength(
      before,
    );
  });
});

/** Every position of every switch but the first, which is the default. */
const UNUSUAL = Object.entries(switches).flatMap(([name, { positions }]) =>
  positions.slice(1).map((position) => [name, position] as const),
);

describe("whatever EM does where nobody knows it, a run is seen from its order to its end", () => {
  /** What cannot be otherwise there: these say what EM does with a session, which then is so. */
  const otherwise = new Set(["queriedSessions", "finishedTasks", "logonLimit", "logonLifetime"]);

  it.each(UNUSUAL.filter(([name]) => !otherwise.has(name)))("%s: %s", async (name, position) => {
    for (const [dialect, format] of [
      ["12", "xml"],
      ["12", "json"],
      ["13", "json"],
    ] as const) {
      const chosen = { [name]: position } as Partial<Switches>;
      const { running, ended, open } = await run(await site({ dialect, switches: chosen }, format));
      expect(open.map(({ id }) => id)).toEqual([running.id]);
      expect(running).toMatchObject({ state: "Working", result: "None" });
      expect(ended).toMatchObject({ state: "Stopped", result: "Success" });
      expect(ended.vms.length).toBeGreaterThan(1);
    }
  });
});

describe("in trouble", () => {
  it("an order whose answer is lost is perhaps done, and is not sent again", async () => {
    const { em, sandbox } = await site();
    const plan = await planNamed(em);
    sandbox.control.loseNextAnswer();
    const error = await failureOf(em.startPlan(plan, { points: "latest" }));
    expect([error.failure, error.perhapsDone]).toEqual(["unreachable", true]);
    expect(sandbox.estate.startsOf(plan.id)).toHaveLength(1);
  });

  it("a logon that EM has dropped is renewed unseen, and its tasks are not found", async () => {
    const { em, sandbox, pass } = await site();
    const { task, logon } = await em.startPlan(await planNamed(em), { points: "latest" });
    pass(20_000);
    sandbox.control.dropLogons();
    expect((await em.sessions({ open: true })).map(({ name }) => name)).toEqual([ABC]);
    expect((await failureOf(em.task(task.id, logon))).failure).toBe("not-found");
  });

  it("an order in a dropped logon is given once, in a fresh one", async () => {
    const { em, sandbox } = await site();
    const plan = await planNamed(em);
    sandbox.control.dropLogons();
    const { task, logon } = await em.startPlan(plan, { points: "latest" });
    expect(sandbox.estate.startsOf(plan.id)).toHaveLength(1);
    expect(await em.task(task.id, logon)).toMatchObject({ id: task.id });
  });

  it("a wrong password is named as such", async () => {
    const { sandbox } = await site();
    const error = await failureOf(
      emAt(sandbox.url, { username: sandbox.username, password: "wrong" }).plans("cloud"),
    );
    expect(error.failure).toBe("unauthorized");
  });

  it("nonsense of every kind is an EmError, and sense in between is understood", async () => {
    const { em } = await site({ scenario: "garbage" });
    let understood = 0;
    for (let look = 0; look < 40; look += 1) {
      const outcome = await em.sessions({ open: true }).then(
        () => "understood",
        (error: { name: string }) => error.name,
      );
      expect(["understood", "EmError"]).toContain(outcome);
      if (outcome === "understood") understood += 1;
    }
    expect(understood).toBeGreaterThan(5);
  });

  it("an account without the right is told the role", async () => {
    const { em } = await site({ scenario: "forbidden" });
    const error = await failureOf(em.plans("cloud"));
    expect(error.failure).toBe("forbidden");
    expect(error.message).toContain("Portal Administrator");
    const other = await site({ role: "Exchange Restore Operator" });
    expect((await failureOf(other.em.sessions({ open: true }))).failure).toBe("forbidden");
  });

  it.each(["xml", "json"] as const)(
    "an account that may list sessions, but not ask about them, finds them all the same: %s",
    async (format) => {
      const { em, pass } = await site({ role: "VM Restore Operator" }, format);
      const plan = await planNamed(em);
      await em.startPlan(plan, { points: "latest" });
      pass(20_000);
      const open = await em.sessions({ open: true });
      expect(open.map(({ name, state }) => [name, state])).toEqual([[plan.name, "Working"]]);
      const newest = await em.sessions({ planName: plan.name, limit: 2 });
      expect(newest).toHaveLength(2);
      expect(newest[0]).toEqual(open[0]);
      expect(await em.sessions({ result: "Failed", limit: 1 })).toMatchObject([
        { result: "Failed" },
      ]);
    },
  );

  it("without Cloud Connect there are no cloud plans, and the estate says so", async () => {
    const { em } = await site({ scenario: "no-cloud" });
    expect((await em.estate()).cloud).toBe(false);
    expect(await em.plans("ordinary")).not.toEqual([]);
  });

  it("two hundred plans and a hundred runs are all seen", async () => {
    const { em, pass } = await site({ scenario: "many" });
    pass(5 * MINUTES);
    expect(await em.plans("cloud")).toHaveLength(200);
    expect(await em.sessions({ open: true })).toHaveLength(100);
  });

  it("names that would break out of a filter or a document are found as they are", async () => {
    for (const format of ["xml", "json"] as const) {
      const { em, sandbox, pass } = await site({ scenario: "hostile-names" }, format);
      const plans = await em.plans("cloud");
      expect(plans.map(({ name }) => name)).toEqual(
        sandbox.estate
          .plans()
          .filter(({ kind }) => kind === "cloud")
          .map(({ name }) => name),
      );
      for (const plan of plans) {
        await em.startPlan(plan, { points: "latest" });
        pass(20_000);
        const sessions = await em.sessions({ planName: plan.name, open: true });
        expect(sessions.map(({ name }) => name)).toEqual([plan.name]);
        pass(60 * MINUTES);
      }
    }
  });

  it("words that nobody knows are kept", async () => {
    const { em, pass } = await site({ scenario: "unknown-words" });
    const { task, logon } = await em.startPlan(await planNamed(em), { points: "latest" });
    pass(30_000);
    const id = (await em.task(task.id, logon)).sessions[0]?.id ?? "";
    const session = await em.session(id);
    expect(
      [session.state, session.result, ...session.vms.map(({ state }) => state)].join(),
    ).toContain("unknown:");
  });
});
