/** What is checked before an order, one detail at a time, on an EM in memory. */
import { describe, expect, it } from "vitest";
import type { FailoverPlan, FailoverSession } from "../../src/em/types.ts";
import { type Intent, preflight } from "../../src/orders/preflight.ts";
import { type PaperEm, paperEm } from "../fakes/paper-em.ts";
import { BEGUN, planOf, pointOf, sessionOf } from "../fakes/quick-bot.ts";

const MINUTE_MS = 60_000;

function site(prepare: (em: PaperEm) => unknown = () => undefined): PaperEm {
  const em = paperEm();
  em.plans = [planOf()];
  em.points = [pointOf("a"), pointOf("b")];
  prepare(em);
  return em;
}

const check = (em: PaperEm, intent: Partial<Intent> = {}) =>
  preflight(
    em.client,
    { action: "start", from: { points: "latest" }, plan: planOf(), ...intent },
    em.plans,
    new Map(),
  );

const ended = (own: Partial<FailoverSession> = {}) =>
  sessionOf({
    ...{ state: "Stopped", result: "Success", createdAt: BEGUN - 9 * MINUTE_MS },
    endedAt: BEGUN - 7 * MINUTE_MS,
    vms: ["a", "b"].map((vm) => ({ vm, state: "Stopped", result: "Success", progress: 100 })),
    ...own,
  });

const vmsThat = (result: "Success" | "Warning" | "Failed", ...vms: string[]) =>
  vms.map((vm) => ({ vm, state: "Stopped", result, progress: 100 }) as const);

describe("how long it took before", () => {
  const { endedAt: _, ...neverEnded } = ended();
  it.each<[string, FailoverSession, number[]]>([
    ["ended well", ended(), [2 * MINUTE_MS]],
    ["failed", ended({ result: "Failed" }), []],
    ["ended at a time that EM does not say", neverEnded, []],
  ])("is told of a session that %s", async (__, session, took) => {
    expect((await check(site((em) => em.sessions.push(session)))).tookMs).toEqual(took);
  });

  it("is not told of a session that still stops", async () => {
    const em = site(({ sessions }) => sessions.push(ended({ state: "Stopping" })));
    expect((await check(em)).tookMs).toEqual([]);
  });

  it("is not told of another plan's session, though it has the same name", async () => {
    const twin = planOf({
      ...{ id: "plan-2", tenant: { id: "t2", name: "Other" } },
      vms: [{ id: "vm-z", name: "z", order: 0 }],
    });
    const em = site(({ plans, sessions }) => {
      plans.push(twin);
      sessions.push(ended({ vms: vmsThat("Success", "z") }));
    });
    expect((await check(em)).tookMs).toEqual([]);
  });
});

describe("a session that is in the way", () => {
  it("is told once, though EM shows it in two lists", async () => {
    const { blockers } = await check(site(({ sessions }) => sessions.push(sessionOf())));
    expect(blockers).toEqual([{ is: "session-runs", plan: "Plan A", shared: false }]);
  });

  it("is in the way beside another that EM's list of open ones has", async () => {
    const em = site(({ sessions }) =>
      sessions.push(sessionOf(), sessionOf({ id: "odd", state: "unknown:Paused" })),
    );
    expect((await check(em)).blockers).toHaveLength(2);
  });

  it("is named by its plan, or by its id where several plans may own it", async () => {
    const em = site(({ sessions }) => sessions.push(sessionOf({ vms: [] })));
    expect((await check(em)).watch).toBe('"Plan A"');
    em.plans.push(planOf({ id: "plan-2", tenant: { id: "t2", name: "Other" } }));
    expect(await check(em)).toMatchObject({ watch: "session-1", blockers: [{ shared: true }] });
  });

  const plain = planOf({ id: "plan-7", name: "Plan P" });
  const { tenant: _, ...ofNoTenant } = plain;
  it.each<[string, FailoverPlan, FailoverSession, number]>([
    ["of the plan itself, without a tenant", ofNoTenant, sessionOf({ name: "Plan P" }), 1],
    [
      "of the plan, whatever its VMs",
      planOf(),
      sessionOf({ vms: vmsThat("Success", "a", "x") }),
      1,
    ],
    ["of no plan, with its name", planOf(), sessionOf({ vms: vmsThat("Success", "x") }), 1],
    [
      "of no plan, with one of its VMs among others",
      planOf(),
      sessionOf({ name: "Old", vms: vmsThat("Success", "x", "a") }),
      1,
    ],
    [
      "of no plan, with other VMs",
      planOf(),
      sessionOf({ name: "Old", vms: vmsThat("Success", "x") }),
      0,
    ],
  ])("%s", async (__, plan, session, count) => {
    const em = site(({ plans, sessions }) => {
      plans.push(plain.id === plan.id ? plan : plain);
      sessions.push(session);
    });
    expect((await check(em, { plan })).blockers).toHaveLength(count);
  });
});

describe("since when a plan is failed over, for its undo", () => {
  const since = async (...sessions: FailoverSession[]) =>
    (
      await check(
        site((em) => {
          em.sessions.push(...sessions);
          em.points = [pointOf("a", { state: "Failover" }), pointOf("b", { state: "Failover" })];
        }),
        { action: "undo" },
      )
    ).since;

  it.each<[string, FailoverSession, boolean]>([
    ["went well", ended(), true],
    ["went with warnings", ended({ result: "Warning" }), true],
    ["failed for some", ended({ result: "Failed", vms: vmsThat("Warning", "a") }), true],
    ["failed for all", ended({ result: "Failed", vms: vmsThat("Failed", "a", "b") }), false],
    ["says nothing of its VMs and failed", ended({ result: "Failed", vms: [] }), false],
    ["says nothing of its VMs and went well", ended({ vms: [] }), true],
    ["has not ended", ended({ state: "Stopping" }), false],
  ])("is told by a session that %s", async (_, session, isTold) => {
    expect(await since(session)).toBe(isTold ? session.createdAt : undefined);
  });

  it("is told by the newest of the last five that have ended, and no older one", async () => {
    const failed = Array.from({ length: 5 }, (_, i) =>
      ended({
        ...{ id: `failed-${i}`, result: "Failed", createdAt: BEGUN - i * MINUTE_MS },
        vms: vmsThat("Failed", "a"),
      }),
    );
    const old = ended({ id: "old", createdAt: BEGUN - 90 * MINUTE_MS });
    expect(await since(...failed, old)).toBeUndefined();
    expect(await since(...failed.slice(1), old)).toBe(old.createdAt);
  });

  it.each([
    ["each VM", ended()],
    ["none", ended({ vms: [] })],
  ])(
    "is not told where no VM is failed over any more: by a session that shows %s",
    async (_, one) => {
      const em = site(({ sessions }) => sessions.push(one));
      expect(await check(em, { action: "undo" })).not.toHaveProperty("since");
    },
  );

  it("is told also where EM shows no points, so that VMs may be failed over", async () => {
    const em = site((one) => {
      one.sessions.push(ended());
      one.points = [];
    });
    expect((await check(em, { action: "undo" })).since).toBe(ended().createdAt);
  });

  it("is told by VMs alone that are known to be failed over, beside others that may be", async () => {
    const newer = ended({ id: "newer", createdAt: BEGUN, vms: vmsThat("Success", "a") });
    const older = ended({ id: "older", createdAt: BEGUN - 90 * MINUTE_MS });
    const em = site((one) => {
      one.sessions.push(newer, older);
      one.points = [pointOf("a", { state: "Failover" })];
    });
    expect((await check(em, { action: "undo" })).since).toBe(newer.createdAt);
  });

  it("is that of the newest run, where no VM is known to be failed over", async () => {
    const newer = ended({ id: "newer", createdAt: BEGUN, vms: vmsThat("Success", "b") });
    const older = ended({ id: "older", createdAt: BEGUN - 90 * MINUTE_MS });
    const em = site((one) => {
      one.sessions.push(newer, older);
      one.points = [];
    });
    expect((await check(em, { action: "undo" })).since).toBe(newer.createdAt);
  });

  it("is not told by a session that may be of another plan of the same name", async () => {
    const em = site((one) => {
      one.plans.push(planOf({ id: "plan-2", tenant: { id: "t2", name: "Other" } }));
      one.sessions.push(ended());
      one.points = [];
    });
    expect(await check(em, { action: "undo" })).not.toHaveProperty("since");
  });

  const odd = (...vms: string[]) =>
    vms.map((vm) => ({ vm, state: "Stopped", result: "unknown:Skipped", progress: 100 }) as const);

  it.each<[string, FailoverSession["vms"], boolean]>([
    ["of one that is failed over, beside others", odd("a", "b"), true],
    ["of others alone", odd("b"), false],
  ])("is told where nobody knows EM's word for its VMs: %s", async (_, vms, isTold) => {
    const one = ended({ vms });
    const em = site((paper) => {
      paper.sessions.push(one);
      paper.points = [pointOf("a", { state: "Failover" }), pointOf("b")];
    });
    expect((await check(em, { action: "undo" })).since).toBe(isTold ? one.createdAt : undefined);
  });

  it("asks for other plans' sessions only where one shares its VMs", async () => {
    const asked = async (...others: FailoverPlan[]) => {
      const em = site(({ plans, sessions }) => {
        plans.push(...others);
        sessions.push(ended());
      });
      await check(em, { action: "undo" });
      return em.asked.filter((one) => one === "sessions").length;
    };
    const alone = await asked();
    expect(await asked(planOf({ id: "plan-2", name: "Plan B" }))).toBe(alone + 1);
  });

  it("is told by the session of the VMs that are failed over still", async () => {
    const newer = ended({ id: "newer", createdAt: BEGUN, vms: vmsThat("Success", "b") });
    const older = ended({ id: "older", createdAt: BEGUN - 90 * MINUTE_MS });
    const em = site((one) => {
      one.sessions.push(newer, older);
      one.points = [pointOf("a", { state: "Failover" }), pointOf("b")];
    });
    expect((await check(em, { action: "undo" })).since).toBe(older.createdAt);
  });

  it("is told by the run of another plan that shares a VM, not by its own that was undone before", async () => {
    const other = planOf({
      ...{ id: "plan-2", name: "Other" },
      vms: [{ id: "vm-a", name: "a", order: 0 }],
    });
    const theirs = ended({ id: "theirs", name: "Other", vms: vmsThat("Success", "a") });
    const own = ended({ id: "own", createdAt: BEGUN - 90 * MINUTE_MS });
    const em = site((one) => {
      one.plans.push(other);
      one.sessions.push(theirs, own);
      one.points = [pointOf("a", { state: "Failover" }), pointOf("b")];
    });
    expect((await check(em, { action: "undo" })).since).toBe(theirs.createdAt);
  });

  it("is that of the first run, where several brought the VMs there", async () => {
    const newer = ended({ id: "newer", createdAt: BEGUN, vms: vmsThat("Success", "b") });
    const older = ended({ id: "older", createdAt: BEGUN - 90 * MINUTE_MS });
    expect(await since(newer, older)).toBe(older.createdAt);
  });

  it("is not told for a start", async () => {
    const em = site((one) => {
      one.sessions.push(ended());
      one.points = [pointOf("a", { state: "Failover" }), pointOf("b", { state: "Failover" })];
    });
    expect(await check(em)).not.toHaveProperty("since");
  });
});

describe("an undo", () => {
  it("is not kept back by the states that keep a start back", async () => {
    const em = site((one) => {
      one.points = [pointOf("a", { state: "Failback" }), pointOf("b")];
    });
    expect((await check(em, { action: "undo" })).blockers).toEqual([]);
    expect((await check(em)).blockers).toHaveLength(1);
  });
});

describe("a test", () => {
  it.each([
    ["Failback", "vms-in-state"],
    ["Failover", "vms-in-state"],
    ["PermanentFailover", "vms-in-state"],
    ["Unknown", "states-not-shown"],
  ] as const)("of a VM in state %s is kept back for one reason: %s", async (state, is) => {
    const em = site((one) => {
      one.points = [pointOf("a", { state }), pointOf("b")];
    });
    const { blockers } = await check(em, { action: "test" });
    expect(blockers).toMatchObject([{ is, vms: ["a"] }]);
  });
});

describe("an ordinary plan", () => {
  it("has one note, and nothing is known of its sessions", async () => {
    const plan = planOf({ kind: "ordinary" });
    expect(await check(site(), { plan })).toEqual({
      ...{ blockers: [], points: [], known: [] },
      notes: [{ is: "ordinary-plan" }],
    });
  });
});

describe("what EM is asked", () => {
  it("is about the plan's own sessions and VMs alone", async () => {
    const em = site(({ sessions }) =>
      sessions.push(ended(), ended({ id: "other", name: "Plan B", vms: vmsThat("Success", "z") })),
    );
    const filters: unknown[] = [];
    const points: typeof em.client.points = (filter) => {
      filters.push(filter);
      return em.client.points(filter);
    };
    const intent = { action: "start", from: { points: "latest" }, plan: planOf() } as const;
    const found = await preflight({ ...em.client, points }, intent, em.plans, new Map());
    expect(found.known).toEqual(["session-1"]);
    expect(filters).toEqual([{ vms: ["a", "b"] }]);
  });
});

describe("a VM without a restore point", () => {
  it("is named, and whether one before a time was asked for", async () => {
    const em = site((one) => one.points.pop());
    expect((await check(em)).notes).toEqual([{ is: "no-point", vms: ["b"], before: false }]);
    const early = { points: "before", at: 0 } as const;
    expect((await check(em, { from: early })).notes).toEqual([
      { is: "no-point", vms: ["a", "b"], before: true },
    ]);
  });
});

describe("a VM of which there are several replicas", () => {
  const another = pointOf("a", {
    ...{ id: "x", replica: { id: "replica-x", name: "Another" }, name: "theirs" },
    createdAt: BEGUN - 1000,
  });
  const twin = planOf({ id: "plan-2", tenant: { id: "t2", name: "Other" } });
  const pointsBy = async (owners: ReadonlyMap<string, string>) => {
    const em = site(({ plans, points }) => {
      plans.push(twin);
      points.push(another);
    });
    const intent = { action: "start", from: { points: "latest" }, plan: planOf() } as const;
    return (await preflight(em.client, intent, em.plans, owners)).points[0];
  };

  it("starts from the tenant's own, as it is remembered whose they are", async () => {
    expect(await pointsBy(new Map([["replica-a", "tenant-1"]]))).toMatchObject({
      ...{ name: "a at five", replica: "replica-a", ambiguous: false },
    });
  });

  it("of the tenant's own starts from one of which nobody knows", async () => {
    const both = new Map([
      ["replica-a", "tenant-1"],
      ["replica-x", "tenant-1"],
    ]);
    const point = await pointsBy(both);
    expect(point).toMatchObject({ vm: "a", ambiguous: true });
    expect(point).not.toHaveProperty("name");
  });
});

describe("the restore point of a VM", () => {
  const points = [1, 3, 2].map((hours) =>
    pointOf("a", { id: `p${hours}`, name: `${hours} h old`, createdAt: BEGUN - hours * 3_600_000 }),
  );
  const chosen = async (from: Intent["from"]) => {
    const em = site();
    // EM gives them newest first; another might not.
    const client = { ...em.client, points: async () => [...points] };
    const found = await preflight(
      client,
      { action: "start", from, plan: planOf() },
      em.plans,
      new Map(),
    );
    return found.points[0]?.name;
  };

  it("is the newest", async () => {
    expect(await chosen({ points: "latest" })).toBe("1 h old");
  });

  it.each([
    [2, "3 h old"],
    [1, "2 h old"],
    [0, "1 h old"],
  ])("is the newest before a time, that time left out: %i h ago", async (hours, name) => {
    expect(await chosen({ points: "before", at: BEGUN - hours * 3_600_000 })).toBe(name);
  });
});
