/** What is checked before an order, against the simulated EM over real HTTP. */
import { describe, expect, it, onTestFinished } from "vitest";
import type { EmClient, EmPoints, EmSessions } from "../../src/em/client.ts";
import { connectEm } from "../../src/em/connect.ts";
import { EmError } from "../../src/em/errors.ts";
import type { FailoverPlan, ReplicaPoint } from "../../src/em/types.ts";
import type { Owners } from "../../src/estate/owners.ts";
import { blockerWords, orderNoteWords } from "../../src/messages/blockers.ts";
import { type Intent, preflight } from "../../src/orders/preflight.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/sandbox.ts";
import { type FakeClock, fakeClock } from "../fakes/clock.ts";

const ABC = "ABC Company Failover Plan";

interface Site {
  readonly em: EmClient;
  readonly sandbox: Sandbox;
  readonly clock: FakeClock;
  readonly plans: readonly FailoverPlan[];
  plan(name: string, tenant?: string): FailoverPlan;
  check(plan: FailoverPlan, intent?: Partial<Intent>): ReturnType<typeof told>;
}

/** What is found, in the words that people read. */
async function told(
  em: EmSessions & EmPoints,
  intent: Intent,
  plans: readonly FailoverPlan[],
  owners: Owners = new Map(),
) {
  const { blockers, notes, ...found } = await preflight(em, intent, plans, owners);
  return { ...found, blockers: blockers.map(blockerWords), notes: notes.map(orderNoteWords) };
}

async function site(options: SandboxOptions = {}): Promise<Site> {
  const clock = fakeClock();
  const sandbox = await startSandbox({ now: clock.now, ...options });
  const { url, username, password } = sandbox;
  const impatient = { ...clock, sleep: async () => undefined };
  const em = connectEm({ url, username, password, format: "xml", clock: impatient });
  onTestFinished(async () => {
    await em.close();
    await sandbox.close();
  });
  const plans = [...(await em.plans("cloud")), ...(await em.plans("ordinary"))];
  const plan = (name: string, tenant?: string) =>
    plans.find((one) => one.name === name && (tenant ?? one.tenant?.name) === one.tenant?.name) ??
    expect.fail(`no plan "${name}"`);
  return {
    em,
    sandbox,
    clock,
    plans,
    plan,
    check: (one, intent = {}) =>
      told(em, { action: "start", from: { points: "latest" }, plan: one, ...intent }, plans),
  };
}

/** Somebody starts a plan in the console, and it runs. */
function startElsewhere({ sandbox, clock }: Site, { id }: FailoverPlan): void {
  sandbox.control.order(id, "start");
  clock.advance(20_000);
}

describe("before a start", () => {
  it("a plan whose replicas are ready may start; the newest restore point of each VM is shown", async () => {
    const here = await site();
    const plan = here.plan(ABC);
    const checked = await here.check(plan);
    expect(checked).toMatchObject({ blockers: [], notes: [] });
    const newest = await here.em.points({ vms: plan.vms.map(({ name }) => name) });
    expect(checked.points).toMatchObject(
      plan.vms.map(({ name: vm }) => {
        const point = newest.find((one) => one.vm === vm);
        return {
          vm,
          name: point?.name,
          createdAt: point?.createdAt,
          state: "Ready",
          ambiguous: false,
        };
      }),
    );
  });

  it("with a time, the newest restore points before it are shown", async () => {
    const here = await site();
    const at = here.clock.now() - 3 * 3_600_000;
    const { points } = await here.check(here.plan(ABC), { from: { points: "before", at } });
    for (const { createdAt = 0 } of points) {
      expect(createdAt).toBeLessThan(at);
      expect(createdAt).toBeGreaterThanOrEqual(at - 4 * 3_600_000);
    }
  });

  it("VMs without a restore point before that time are named", async () => {
    const here = await site();
    const { notes, points, blockers } = await here.check(here.plan(ABC), {
      from: { points: "before", at: 0 },
    });
    expect(blockers).toEqual([]);
    expect(points[0]).not.toHaveProperty("createdAt");
    expect(points[0]).toMatchObject({ vm: "filesrv03", state: "Ready", ambiguous: false });
    expect(notes).toEqual([
      "No restore point before that time is shown for: filesrv03, filesrv04, srv38, srv40, apache05 and sql07. EM decides what it does with them.",
    ]);
  });

  it("a plan that runs already may not, and its session is named to be watched", async () => {
    const here = await site();
    startElsewhere(here, here.plan(ABC));
    const checked = await here.check(here.plan(ABC));
    expect(checked.blockers).toEqual([
      `A failover session of plan "${ABC}" runs, and EM does one failover at a time for a tenant.`,
    ]);
    expect(checked.watch).toBe(`"${ABC}"`);
  });

  it("another plan of the same tenant may not either, another tenant's may", async () => {
    const here = await site();
    startElsewhere(here, here.plan(ABC));
    expect(
      (await here.check(here.plan("Standard Failover Plan", "ABC Company"))).blockers,
    ).toHaveLength(1);
    expect((await here.check(here.plan("Headquarters Failover"))).blockers).toEqual([]);
    expect(
      (await here.check(here.plan("Standard Failover Plan", "Tech Dynamics"))).blockers,
    ).toEqual([]);
  });

  it("once it has ended, it no longer stands in the way, and is known by its id", async () => {
    const here = await site();
    const plan = here.plan(ABC);
    startElsewhere(here, plan);
    here.clock.advance(600_000);
    const checked = await here.check(plan);
    expect(checked.blockers).toEqual([]);
    const [session] = await here.em.sessions({ planName: ABC });
    expect(checked.known).toContain(session?.id);
  });

  it.each(["Standard Failover Plan", ABC])(
    "a session in a state that nobody knows stands in the way like any that runs: of %s",
    async (name) => {
      const here = await site({ scenario: "unknown-words" });
      const plan = here.plan(name, "ABC Company");
      here.sandbox.control.order(plan.id, "start");
      for (let second = 0; second < 60; second++) {
        here.clock.advance(1000);
        const [session] = await here.em.sessions({ planName: name, limit: 1 });
        if (session?.state.startsWith("unknown:")) break;
      }
      expect(await here.em.sessions({ open: true })).toEqual([]);
      expect((await here.check(plan)).blockers).toHaveLength(1);
    },
  );

  it.each(["with-vm-tasks", "without-vm-tasks"] as const)(
    "a session of a name that two tenants' plans bear is told apart by its VMs, where EM lists them: %s",
    async (queriedSessions) => {
      const here = await site({ switches: { queriedSessions } });
      startElsewhere(here, here.plan("Standard Failover Plan", "Tech Dynamics"));
      const ours = await here.check(here.plan("Standard Failover Plan", "Tech Dynamics"));
      const others = await here.check(here.plan("Standard Failover Plan", "ABC Company"));
      expect(ours.blockers).toHaveLength(1);
      if (queriedSessions === "with-vm-tasks") expect(others.blockers).toEqual([]);
      else
        expect(others.blockers[0]).toContain(
          "runs (several plans have this name; it may be another tenant's), and EM",
        );
    },
  );

  it("VMs that are being failed back, or were failed over for good, stand in the way", async () => {
    const here = await site();
    expect((await here.check(here.plan("Branch Failover"))).blockers).toEqual([
      "In state Failback: branch02. Finish that in the Veeam console first.",
    ]);
    here.sandbox.control.setVmState("ABC Company", "srv38", "PermanentFailover");
    expect((await here.check(here.plan(ABC))).blockers).toEqual([
      "In state PermanentFailover: srv38. Finish that in the Veeam console first.",
    ]);
  });

  it("VMs that are failed over already are told, and asked about", async () => {
    const here = await site();
    here.sandbox.control.setVmState("ABC Company", "srv38", "Failover");
    here.sandbox.control.setVmState("ABC Company", "sql07", "Failover");
    const { blockers, notes, points } = await here.check(here.plan(ABC));
    expect(blockers).toEqual([]);
    expect(notes).toEqual(["Already failed over: srv38 and sql07. EM will process them again."]);
    expect(points.find(({ vm }) => vm === "srv38")?.state).toBe("Failover");
  });

  it("a plan without VMs may not start", async () => {
    const here = await site();
    const plan = { ...here.plan(ABC), vms: [] };
    expect((await here.check(plan)).blockers).toEqual([`Plan "${ABC}" has no VMs.`]);
  });

  it("of a session whose plan is no more, its VMs tell whether it concerns this one", async () => {
    const here = await site();
    startElsewhere(here, here.plan(ABC));
    const intent = { action: "start", from: { points: "latest" } } as const;
    const renamed = here.plans.map((plan) =>
      plan.name === ABC ? { ...plan, name: "Renamed" } : plan,
    );
    const own = renamed.find(({ name }) => name === "Renamed") ?? expect.fail();
    expect((await told(here.em, { ...intent, plan: own }, renamed)).blockers).toHaveLength(1);
    const other = here.plan("Headquarters Failover");
    expect((await told(here.em, { ...intent, plan: other }, renamed)).blockers).toEqual([]);
  });
});

describe("a name that several replicas bear", () => {
  const point = (id: string, replica: string, state: ReplicaPoint["state"]): ReplicaPoint => ({
    id,
    name: id,
    vm: "filesrv03",
    createdAt: 1,
    type: "Snapshot",
    state,
    replica: { id: replica, name: replica },
  });

  it("tells nothing of the tenant's VM: neither its point nor a state is taken from it", async () => {
    const here = await site();
    const em = {
      ...here.em,
      points: async () => [point("p1", "a", "Ready"), point("p2", "b", "Failback")],
    };
    const intent = { action: "start", from: { points: "latest" }, plan: here.plan(ABC) } as const;
    const { blockers, points } = await told(em, intent, here.plans);
    expect(blockers).toEqual([]);
    expect(points[0]).not.toHaveProperty("createdAt");
    expect(points[0]).toMatchObject({ vm: "filesrv03", state: "Failback", ambiguous: true });
  });
});

describe("before a test and an undo", () => {
  it("a test needs every replica ready", async () => {
    const here = await site();
    expect((await here.check(here.plan(ABC), { action: "test" })).blockers).toEqual([]);
    here.sandbox.control.setVmState("ABC Company", "srv38", "Failover");
    expect((await here.check(here.plan(ABC), { action: "test" })).blockers).toEqual([
      "In state Failover: srv38. Undo that failover first.",
    ]);
  });

  it("an undo is refused while a session runs, and says since when there is something to undo", async () => {
    const here = await site();
    const plan = here.plan(ABC);
    startElsewhere(here, plan);
    expect((await here.check(plan, { action: "undo" })).blockers).toHaveLength(1);
    here.clock.advance(600_000);
    const { blockers, notes, since } = await here.check(plan, { action: "undo" });
    expect(blockers).toEqual([]);
    expect(notes).toEqual(["6 of 6 VMs in state Failover."]);
    expect(since).toBe((await here.em.sessions({ planName: ABC }))[0]?.createdAt);
  });

  it("the failover that is undone may have failed for some of its VMs, but not for all", async () => {
    const some = await site({ scenario: "vm-fails" });
    const plan = some.plan(ABC);
    startElsewhere(some, plan);
    some.clock.advance(600_000);
    const [failed] = await some.em.sessions({ planName: ABC });
    expect(failed?.result).toBe("Failed");
    expect((await some.check(plan, { action: "undo" })).since).toBe(failed?.createdAt);
    const none = await site({ scenario: "session-fails" });
    startElsewhere(none, plan);
    none.clock.advance(600_000);
    expect((await none.check(plan, { action: "undo" })).since).toBeUndefined();
  });

  it.each(["with-vm-tasks", "without-vm-tasks"] as const)(
    "it is the plan's own, not that of another tenant's plan of the same name: %s",
    async (queriedSessions) => {
      const here = await site({ switches: { queriedSessions } });
      const ours = here.plan("Standard Failover Plan", "Tech Dynamics");
      startElsewhere(here, ours);
      here.clock.advance(600_000);
      startElsewhere(here, here.plan("Standard Failover Plan", "ABC Company"));
      here.clock.advance(600_000);
      const [theirs, own] = await here.em.sessions({ planName: ours.name });
      const { since } = await here.check(ours, { action: "undo" });
      expect(since).toBe(own?.createdAt);
      expect(since).not.toBe(theirs?.createdAt);
    },
  );

  it("a test needs to see that they are: VMs without points, or with those of several replicas, do not do", async () => {
    const here = await site();
    const all = await here.em.points({ vms: here.plan(ABC).vms.map(({ name }) => name) });
    const [first = expect.fail()] = all.filter(({ vm }) => vm === "srv40");
    const twin = { ...first, id: "twin", replica: { id: "another", name: "another" } };
    const em = {
      ...here.em,
      points: async () => [...all.filter(({ vm }) => vm !== "srv38"), twin],
    };
    const intent = { action: "test", from: { points: "latest" }, plan: here.plan(ABC) } as const;
    expect((await told(em, intent, here.plans)).blockers).toEqual([
      "A test needs every replica in state Ready, and EM does not show that of: srv38 and srv40.",
    ]);
  });

  it("an undo of what is not failed over says so", async () => {
    const here = await site();
    expect((await here.check(here.plan(ABC), { action: "undo" })).notes).toEqual([
      "EM shows no VM of this plan in state Failover; its data may be up to 15 minutes old.",
    ]);
  });

  it("of an ordinary plan nothing can be checked, and a test of it cannot be ordered", async () => {
    const here = await site();
    const plan = here.plan("SQL Failover Plan");
    expect(await here.check(plan)).toMatchObject({ blockers: [], points: [], known: [] });
    expect((await here.check(plan, { action: "test" })).blockers).toEqual([
      "EM's API cannot test ordinary failover plans, only cloud ones.",
    ]);
  });
});

describe("what the account may not read becomes a note, and nothing is claimed", () => {
  it("neither sessions nor points", async () => {
    const here = await site({ role: "VM Restore Operator" });
    const intent = { action: "start", from: { points: "latest" }, plan: here.plan(ABC) } as const;
    const sessions = () => Promise.reject(new EmError("forbidden", "No."));
    const em = { ...here.em, sessions };
    const { blockers, notes, points } = await told(em, intent, here.plans);
    expect(blockers).toEqual([]);
    expect(notes).toEqual([
      "Whether a failover runs already could not be checked: the EM account may not read sessions.",
      "The replica points could not be read: the EM account may not read them.",
    ]);
    expect(points[0]).not.toHaveProperty("createdAt");
    expect(points[0]).toMatchObject({ vm: "filesrv03", state: "not shown", ambiguous: false });
    const test = await told(here.em, { ...intent, action: "test" }, here.plans);
    expect(test.blockers).toEqual([
      "A test needs every replica in state Ready, and the states cannot be read.",
    ]);
  });

  it("sessions that may only be listed are listed", async () => {
    const here = await site({ role: "VM Restore Operator" });
    startElsewhere(here, here.plan(ABC));
    expect((await here.check(here.plan(ABC))).blockers).toHaveLength(1);
  });

  it("an EM that does not answer is an error, not a note", async () => {
    const here = await site();
    here.sandbox.control.unreachable(true);
    await expect(here.check(here.plan(ABC))).rejects.toMatchObject({
      name: "EmError",
      failure: "unreachable",
    });
  });
});
