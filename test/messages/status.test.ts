import { describe, expect, it } from "vitest";
import { read as told } from "../../src/em/optional.ts";
import type { FailoverPlan, FailoverSession, ReplicaPoint } from "../../src/em/types.ts";
import { bringersBy } from "../../src/estate/bringers.ts";
import { pointsByPlan } from "../../src/estate/plan-points.ts";
import { standingOf } from "../../src/estate/standing.ts";
import { plansCard, sessionsCard, tasksCard, watchesCard } from "../../src/messages/lists.ts";
import { planCard } from "../../src/messages/plan.ts";
import { type StatusFacts, sessionCard, statusCard } from "../../src/messages/status.ts";
import { planOf } from "../typed/plans.ts";
import {
  badlyDone,
  begun,
  foundElsewhere,
  minute,
  phases,
  pointOf,
  sessionDone,
  sessionOf,
  taskOf,
  vmDone,
  vmTaskOf,
  watchIn,
  wellDone,
} from "../watch/things.ts";
import { factsOf, quietFacts, standingPlan, unread } from "./facts.ts";
import { plan } from "./orders.ts";
import { now, read } from "./read.ts";

const hour = 60 * minute;
const points = [
  pointOf("a", { state: "Ready", createdAt: now - 2 * hour }),
  pointOf("b", { state: "Ready", createdAt: now - 3 * hour }),
];
const quiet = quietFacts([plan], points);
const status = (own: Partial<StatusFacts> = {}) => read(statusCard({ ...quiet, ...own }, now));
const running = sessionOf({ name: "Plan A", vms: [vmTaskOf("a")] });

describe("status", () => {
  it("when all is quiet", () => {
    expect(status()).toMatchInlineSnapshot(`
      "Nothing is failed over; no failover runs
      Newest restore points, the oldest first:
      Plan A: 3 h old (b)
      \`plans\` lists what can be started.
      Enterprise Manager (EM) https://em.example:9398 answered in 40 ms · API v1_7 · backup servers: srv13.tech.local 12.1 · failover-bot 1.2.3"
    `);
  });

  it("when something runs, and something failed before", () => {
    const lastFailed = sessionDone({
      name: "Plan B",
      result: "Failed",
      failureMessage: "Host is gone",
      vms: [],
    });
    expect(status({ open: told([running]), lastFailed })).toMatchInlineSnapshot(`
      "[running] 1 failover running
      Plan A: 0 of 2 ended well, begun 2026-11-21 06:00 UTC
      Last failed: Plan B 2026-11-21 06:00 UTC: Host is gone
      Newest restore points, the oldest first:
      Plan A: 3 h old (b)
      \`watch s1\` follows "Plan A" here.
      Enterprise Manager (EM) https://em.example:9398 answered in 40 ms · API v1_7 · backup servers: srv13.tech.local 12.1 · failover-bot 1.2.3"
    `);
  });

  it("says of the VMs of a run of ours what its own card says", () => {
    const followed = [{ session: running.id, watch: "run-abc234", action: "start" as const }];
    const card = statusCard({ ...quiet, open: told([running]), followed }, now);
    expect(read(card)).toContain("Plan A: 0 of 2 up, begun ");
  });

  it("begins with what runs, the worst first, and leads to the card that follows it", () => {
    const worse = sessionOf({
      id: "s2",
      name: "Plan B",
      vms: [vmDone("x", { result: "Failed" }), vmTaskOf("y")],
    });
    const facts = { ...quiet, open: told([running, worse]) };
    const link = "https://chat.example/m1";
    const card = statusCard(
      { ...facts, followed: [{ session: "s2", watch: "run-abc234", link }] },
      now,
    );
    expect(read(card)).toMatch(
      /x failed\nPlan B: 0 of 2 ended well, failed: x, .*; followed: open its card \(https:\/\/chat\.example\/m1\)\nPlan A: /,
    );
    expect(read(card)).toContain('\n`watch s1` follows "Plan A" here.\n');
    const known = {
      ...facts,
      open: told([worse]),
      followed: [{ session: "s2", watch: "run-abc234" }],
    };
    expect(read(statusCard(known, now))).toMatch(
      /; followed as run-abc234\n.*\n`watch run-abc234` follows it here\.\n/s,
    );
    const many = Array.from({ length: 12 }, (_, i) => ({ ...running, id: `s${i}` }));
    expect(status({ open: told(many) })).toContain(
      "\n… and 2 more: `sessions` lists the newest.\n",
    );
  });

  it("of an EM account without rights leads to what is missing", () => {
    expect(status({ plans: unread() })).toContain("\n`doctor` looks for the cause.\n");
  });

  it("of the sandbox, without Cloud Connect, and of an EM that shows next to nothing", () => {
    const estate = { versions: [], cloud: false, backupServers: [], answeredInMs: 1200 };
    const bare = quietFacts([], []);
    expect(status({ ...bare, sandbox: true, estate: told(estate) })).toMatchInlineSnapshot(`
      "Nothing is failed over; no failover runs
      This is the sandbox: nothing is real.
      \`plans\` lists what can be started.
      Enterprise Manager (EM) of the sandbox answered in 1 s · backup servers: none shown · no Cloud Connect · failover-bot 1.2.3"
    `);
  });

  it("where the account may not read", () => {
    const closed = { open: unread(), standing: unread(), ages: unread() };
    expect(status(closed)).toMatchInlineSnapshot(`
      "What is failed over cannot be read; what runs cannot be read
      The EM account may not read failover sessions; that takes a Portal Administrator.
      The EM account may not read replica points; that takes a Portal Administrator.
      \`plans\` lists what can be started.
      Enterprise Manager (EM) https://em.example:9398 answered in 40 ms · API v1_7 · backup servers: srv13.tech.local 12.1 · failover-bot 1.2.3"
    `);
  });

  it("of many plans shows the worst, and VMs without any restore point first", () => {
    const plans = Array.from({ length: 12 }, (_, i) => planOf(`Plan ${i}`, undefined, [`vm${i}`]));
    const own = plans
      .slice(1)
      .map((_, i) => pointOf(`vm${i + 1}`, { state: "Ready", createdAt: now - (i + 1) * hour }));
    const text = status(quietFacts(plans, own));
    expect(text.split("\n").slice(2)).toMatchInlineSnapshot(`
      [
        "Plan 0: vm0 without a restore point",
        "Plan 11: 11 h old (vm11)",
        "Plan 10: 10 h old (vm10)",
        "Plan 9: 9 h old (vm9)",
        "Plan 8: 8 h old (vm8)",
        "… and 7 plans with newer ones.",
        "\`plans\` lists what can be started.",
        "Enterprise Manager (EM) https://em.example:9398 answered in 40 ms · API v1_7 · backup servers: srv13.tech.local 12.1 · failover-bot 1.2.3",
      ]
    `);
  });
});

describe("status begins with what stands", () => {
  const over = (vm: string) => pointOf(vm, { state: "Failover", createdAt: now - hour });
  const session = sessionDone({
    name: "Plan A",
    vms: [vmDone("a"), vmDone("b", { result: "Failed" })],
  });
  const partly = standingPlan(plan, [session], [over("a"), pointOf("b", { state: "Ready" })]);
  const other = planOf("Plan B", "Berlin", ["x"]);
  const all = standingPlan(other, [], [over("x")]);

  it("one plan by its name, with what is not up", () => {
    expect(status({ standing: told([partly]) })).toMatchInlineSnapshot(`
      "[warning] Failed over now: Plan A (1 of 2 VMs)
      Plan A: 1 of 2 VMs failed over, since 2026-11-21 06:00 UTC; b is not up
      \`status "Plan A"\` shows its VMs and what can be done.
      Enterprise Manager (EM) https://em.example:9398 answered in 40 ms · API v1_7 · backup servers: srv13.tech.local 12.1 · failover-bot 1.2.3"
    `);
  });

  it("several by their number, each with its own line", () => {
    const plans = told({ plans: [plan, other], unread: [], cloud: true });
    expect(status({ plans, standing: told([partly, all]) })).toMatchInlineSnapshot(`
      "[warning] Failed over now: 2 plans (2 VMs)
      Plan A: 1 of 2 VMs failed over, since 2026-11-21 06:00 UTC; b is not up
      Plan B: 1 VM failed over
      \`status "Plan A"\` shows its VMs and what can be done.
      Enterprise Manager (EM) https://em.example:9398 answered in 40 ms · API v1_7 · backup servers: srv13.tech.local 12.1 · failover-bot 1.2.3"
    `);
  });

  it("beside what runs, and a plan that runs only once", () => {
    const failing = sessionOf({ name: "Plan A", vms: [vmDone("a", { result: "Failed" })] });
    const plans = told({ plans: [plan, other], unread: [], cloud: true });
    expect(
      status({ plans, open: told([failing]), standing: told([partly, all]) }),
    ).toMatchInlineSnapshot(`
      "[running] Failed over now: Plan B (1 VM); 1 failover running, a failed
      Plan B: 1 VM failed over
      Plan A: 0 of 2 ended well, failed: a, begun 2026-11-21 06:00 UTC
      \`watch s1\` follows "Plan A" here.
      Enterprise Manager (EM) https://em.example:9398 answered in 40 ms · API v1_7 · backup servers: srv13.tech.local 12.1 · failover-bot 1.2.3"
    `);
  });

  it("and says where EM does not show whose points they are", () => {
    const twin = { ...plan, id: "twin", tenant: { id: "other", name: "Other" } };
    const [first] = pointsByPlan({ plans: [plan, twin], points: [over("a")], owners: new Map() })(
      plan,
    );
    const standing = standingOf(plan, first ? [first] : [], bringersBy([], [plan]));
    expect(status({ standing: told([{ plan, standing }]) })).toMatchInlineSnapshot(`
      "[warning] Not known whether something is failed over
      Plan A: not known whether it is failed over; EM does not show whose points of a are
      \`status "Plan A"\` shows its VMs and what can be done.
      Enterprise Manager (EM) https://em.example:9398 answered in 40 ms · API v1_7 · backup servers: srv13.tech.local 12.1 · failover-bot 1.2.3"
    `);
  });

  it("what could not be read is named, with the reason, and never counted as none", () => {
    const busy = unread("busy", "EM has no time (503)");
    expect(
      status({
        estate: busy,
        plans: told({ plans: [plan], unread: [{ kind: "cloud", why: unread().why }], cloud: true }),
        open: busy,
        standing: busy,
        ages: busy,
        replications: { snapshot: told([]), cdp: unread() },
      }),
    ).toMatchInlineSnapshot(`
      "What is failed over cannot be read; what runs cannot be read
      Not read: what EM is. EM has no time (503).
      The EM account may not read cloud failover plans; that takes a Portal Administrator or a Restore Operator.
      Not read: failover sessions. EM has no time (503).
      The EM account may not read CDP sessions; that takes a Portal Administrator.
      \`plans\` lists what can be started.
      Enterprise Manager (EM) https://em.example:9398 · failover-bot 1.2.3"
    `);
  });
});

describe("a plan", () => {
  const card = (
    one: FailoverPlan,
    sessions: readonly FailoverSession[],
    own: readonly ReplicaPoint[],
  ) => read(planCard(one, factsOf(one, sessions, own), now));

  it("that is ready", () => {
    expect(
      card({ ...plan, description: "Web shop" }, [sessionDone({ name: "Plan A" })], points),
    ).toMatchInlineSnapshot(`
      "Failover plan "Plan A"
      Tenant ABC Company, cloud plan, 2 VMs.
      Web shop
      Last session: EM reports Success, begun 2026-11-21 06:00 UTC, took 1 min, 2 VMs
      1. a – 2 h old, point of 2026-11-21 04:04 UTC
      2. b – 3 h old, point of 2026-11-21 03:04 UTC
      \`start "Plan A"\` asks before anything happens.
      Plan id 6d2d7e0c-8f5b-4c5c-9d38-5d9b6b6f0a01 · EM: Enterprise Manager"
    `);
  });

  it("that runs, is partly failed over, and of which not all is known", () => {
    expect(
      card(plan, [running], [pointOf("a", { createdAt: now - 2 * hour })]),
    ).toMatchInlineSnapshot(`
      "[running] Failover plan "Plan A": a session runs
      1 of 2 VMs run from their replicas.
      Tenant ABC Company, cloud plan, 2 VMs.
      Runs now: Working, begun 2026-11-21 06:00 UTC, 1 VM
      1. a – failed over; newest point 2 h old
      [warning] 2. b – no restore point shown
      \`watch "Plan A"\` follows it.
      Plan id 6d2d7e0c-8f5b-4c5c-9d38-5d9b6b6f0a01"
    `);
  });

  it("that runs, and in whose run a VM has failed", () => {
    const failing = { ...running, vms: [vmTaskOf("a", { state: "Stopped", result: "Failed" })] };
    const shown = card(plan, [failing], points).split("\n");
    expect(shown[0]).toBe('[warning] Failover plan "Plan A": a session runs');
    expect(shown).toContain("Failed in it: a.");
  });

  it("that has never run, and one of which nothing can be read", () => {
    expect(card(plan, [], points)).toContain("No failover session in the last 30 days.");
    const closed = { sessions: unread(), standing: unread("busy", "EM is busy") };
    expect(read(planCard(plan, closed, now))).toMatchInlineSnapshot(`
      "Failover plan "Plan A"
      The EM account may not read failover sessions; that takes a Portal Administrator.
      Not read: replica points. EM is busy.
      Tenant ABC Company, cloud plan, 2 VMs.
      1. a
      2. b
      \`start "Plan A"\` asks before anything happens.
      Plan id 6d2d7e0c-8f5b-4c5c-9d38-5d9b6b6f0a01 · EM: Enterprise Manager"
    `);
  });
});

describe("a session", () => {
  it("that runs", () => {
    expect(
      read(sessionCard(sessionOf({ vms: [vmTaskOf("a"), vmDone("b")] }))),
    ).toMatchInlineSnapshot(`
      "[running] Failover session of "Plan"
      Working, begun 2026-11-21 06:00 UTC, 2 VMs
      [running] a – Working
      [done] b – Success
      \`watch s1\` follows it."
    `);
  });

  it("that has ended, in words that nobody knows", () => {
    const vms = [
      vmDone("a"),
      vmDone("b", { result: "Failed", failureMessage: "No power." }),
      vmDone("c", { result: "unknown:Odd" }),
    ];
    const session = sessionDone({ result: "unknown:Odd", failureMessage: "Strange", vms });
    expect(read(sessionCard(session))).toMatchInlineSnapshot(`
      "Failover session of "Plan"
      EM reports Odd, begun 2026-11-21 06:00 UTC, took 1 min, 3 VMs: Strange
      [done] a – Success
      [failed] b – Failed: No power.
      [unknown] c – Odd
      It has ended; EM's word alone, its replica points were not read."
    `);
  });
});

describe("what is failed over", () => {
  const over = pointOf("a", { state: "Failover", createdAt: now - 2 * hour });
  const session = sessionDone({ name: "Plan A", vms: [vmDone("a"), vmDone("b")] });
  const shown = (...own: ReplicaPoint[]) => planCard(plan, factsOf(plan, [session], own), now);
  const title = (...own: ReplicaPoint[]) => read(shown(...own)).split("\n")[0];

  it("says so in its title, and offers to take it back", () => {
    const both = [over, pointOf("b", { state: "Failover", createdAt: now - 3 * hour })];
    expect(title(...both)).toBe('[warning] Failover plan "Plan A": failed over');
    expect(title(over)).toBe('[warning] Failover plan "Plan A": 1 of 2 VMs failed over');
    const words = '"Plan A @ ABC Company"';
    expect(read(planCard(plan, factsOf(plan, [session], both), now, words))).toMatchInlineSnapshot(`
      "[warning] Failover plan "Plan A": failed over
      2 VMs run from their replicas since 2026-11-21 06:00 UTC.
      Tenant ABC Company, cloud plan, 2 VMs.
      Last session: EM reports Success, begun 2026-11-21 06:00 UTC, took 1 min, 2 VMs
      1. a – failed over; newest point 2 h old
      2. b – failed over; newest point 3 h old
      \`undo "Plan A @ ABC Company"\` asks whether to take it back; that discards what has changed in the replicas since.
      Plan id 6d2d7e0c-8f5b-4c5c-9d38-5d9b6b6f0a01 · EM: Enterprise Manager"
    `);
  });

  it("for good, or in failback, is a warning", () => {
    expect(
      shown({ ...over, state: "Failback" }, pointOf("b", { state: "PermanentFailover" })).rows,
    ).toMatchObject([
      { mark: "warning", detail: "in failback; newest point 2 h old" },
      { mark: "warning", detail: expect.stringMatching(/^failed over for good; newest point /) },
    ]);
  });
});

describe("a list", () => {
  const beside = { unread: [], standing: told([]) };

  it("of plans says which are failed over, and what could not be read", () => {
    const over = [pointOf("a", { state: "Failover" }), pointOf("b", { state: "Ready" })];
    const session = sessionDone({
      name: "Plan A",
      vms: [vmDone("a"), vmDone("b", { result: "Failed" })],
    });
    const standing = told([standingPlan(plan, [session], over)]);
    expect(read(plansCard([plan], "", { unread: [], standing }))).toMatchInlineSnapshot(`
      "1 failover plan
      [warning] 1. Plan A – 1 of 2 VMs failed over; b is not up · tenant ABC Company, 2 VMs: a and b
      A number can be typed for the name: \`start 1\` asks before anything happens."
    `);
    const forbidden = [{ kind: "cloud", why: unread().why } as const];
    expect(
      read(plansCard([], "", { unread: forbidden, standing: unread() })),
    ).toMatchInlineSnapshot(`
      "No failover plan
      The EM account may not read cloud failover plans; that takes a Portal Administrator or a Restore Operator."
    `);
  });

  it("of plans", () => {
    const { tenant: _, ...ordinary } = { ...planOf("SQL plan"), kind: "ordinary" } as const;
    const big = planOf("Big plan", undefined, ["a", "b", "c", "d", "e", "f", "g", "h"]);
    expect(read(plansCard([plan, big, ordinary], "", beside))).toMatchInlineSnapshot(`
      "3 failover plans
      1. Plan A – tenant ABC Company, 2 VMs: a and b
      2. Big plan – cloud plan, 8 VMs: a, b, c, d, e and 3 more
      3. SQL plan – ordinary plan, 1 VM: srv01
      A number can be typed for the name: \`start 1\` asks before anything happens."
    `);
    expect(read(plansCard([plan], "plan a", beside))).toMatch(/^1 failover plan with "plan a"\n/);
    expect(read(plansCard([], "xyz", beside))).toBe('No failover plan with "xyz"');
    const many = Array.from({ length: 40 }, (__, i) => planOf(`Plan ${i}`));
    expect(read(plansCard(many, "", beside))).toMatch(
      /^40 failover plans\nThe first 20 of them; `plans` and a part of the name shows fewer\.\n(\d+\. .*\n){20}A number/,
    );
  });

  it("of sessions", () => {
    expect(read(sessionsCard([running, sessionDone()], undefined))).toMatchInlineSnapshot(`
      "The newest failover sessions
      [running] Plan A – Working, begun 2026-11-21 06:00 UTC, 1 VM · s1
      [done] Plan – EM reports Success, begun 2026-11-21 06:00 UTC, took 1 min, 2 VMs · s1
      \`watch s1\` follows what runs."
    `);
    expect(read(sessionsCard([], "Plan A"))).toMatchInlineSnapshot(`
      "The newest failover sessions of "Plan A"
      EM shows none; it keeps them for 30 days."
    `);
  });

  it("of watches", () => {
    const watches = [
      watchIn(phases.following),
      foundElsewhere(phases.following, { seenAt: begun + minute }),
    ];
    expect(read(watchesCard(watches))).toMatchInlineSnapshot(`
      "2 runs being watched
      Plan: Starting (0 of 2 up), looked at 4 min ago · run-abc234
      Plan: In progress (0 of 2 ended well), looked at 3 min ago · watch-abc234
      \`unwatch run-abc234\` ends the messages of the first; it stops nothing in EM."
    `);
    expect(read(watchesCard([]))).toMatchInlineSnapshot(`
      "Nothing is being watched
      Type \`watch\` and the name of a plan that runs."
    `);
  });

  it("of tasks", () => {
    const tasks = [
      taskOf(),
      taskOf({ id: "task-2", state: "Finished", result: wellDone }),
      taskOf({ id: "task-4", state: "Finished", result: wellDone }),
      taskOf({ id: "task-5", state: "OperationFinished", result: wellDone }),
      taskOf({ id: "task-3", state: "Finished", result: { ...badlyDone, message: "No." } }),
    ];
    expect(read(tasksCard(tasks, ["task-4"]))).toMatchInlineSnapshot(`
      "5 tasks of EM in this bot's logon
      [running] task-1 – StartCloudFailoverPlan, Running
      [done] task-2 – StartCloudFailoverPlan, Finished
      [waiting] task-4 – StartCloudFailoverPlan, Finished; not to be cleared yet
      [waiting] task-5 – StartCloudFailoverPlan, OperationFinished; not to be cleared yet
      [failed] task-3 – StartCloudFailoverPlan, Finished: No.
      \`tasks clear\` removes the finished ones."
    `);
    expect(read(tasksCard([], []))).toBe("No task of EM in this bot's logon");
  });
});
