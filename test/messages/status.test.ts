import { describe, expect, it } from "vitest";
import type { FailoverPlan } from "../../src/em/types.ts";
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
import { plan } from "./orders.ts";
import { now, read } from "./read.ts";

const hour = 60 * minute;
const quiet: StatusFacts = {
  origin: "https://em.example:9398",
  sandbox: false,
  estate: {
    versions: ["v1_6", "v1_7"],
    cloud: true,
    backupServers: [{ id: "1", name: "srv13.tech.local", description: "", version: "12.1" }],
    answeredInMs: 40,
  },
  plans: [plan],
  open: [],
  points: [
    pointOf("a", { state: "Ready", createdAt: now - 2 * hour }),
    pointOf("b", { state: "Ready", createdAt: now - 3 * hour }),
  ],
  replications: [],
};
const status = (own: Partial<StatusFacts> = {}) => read(statusCard({ ...quiet, ...own }, now));
const running = sessionOf({ name: "Plan A", vms: [vmTaskOf("a")] });

describe("status", () => {
  it("when all is quiet", () => {
    expect(status()).toMatchInlineSnapshot(`
      "EM answers; no failover runs
      Newest restore points, per plan that of its worst VM:
      Plan A: 3 h old
      \`plans\` lists what can be started.
      EM https://em.example:9398 answered in 40 ms · API v1_7 · backup servers: srv13.tech.local 12.1"
    `);
  });

  it("when something runs, and something failed before", () => {
    const lastFailed = sessionDone({
      name: "Plan B",
      result: "Failed",
      failureMessage: "Host is gone",
      vms: [],
    });
    expect(status({ open: [running], lastFailed })).toMatchInlineSnapshot(`
      "[running] EM answers; 1 failover session open
      Plan A: 0 of 1 VM ended, 0 %, begun 2026-11-21 06:00 UTC
      Newest restore points, per plan that of its worst VM:
      Plan A: 3 h old
      \`watch s1\` follows "Plan A" here.
      EM https://em.example:9398 answered in 40 ms · API v1_7 · backup servers: srv13.tech.local 12.1"
    `);
  });

  it("begins with what runs, the worst first, and leads to the card that follows it", () => {
    const worse = sessionOf({
      id: "s2",
      name: "Plan B",
      vms: [vmDone("x", { result: "Failed" }), vmTaskOf("y")],
    });
    const facts = { ...quiet, open: [running, worse] };
    const link = "https://chat.example/m1";
    const card = statusCard(
      { ...facts, followed: [{ session: "s2", watch: "run-abc234", link }] },
      now,
    );
    expect(read(card)).toMatch(
      /open\nPlan B: 1 of 2 VMs ended, failed: x, .*; followed: open its card \(https:\/\/chat\.example\/m1\)\nPlan A: /,
    );
    expect(read(card)).toContain('\n`watch s1` follows "Plan A" here.\n');
    const known = { ...facts, open: [worse], followed: [{ session: "s2", watch: "run-abc234" }] };
    expect(read(statusCard(known, now))).toMatch(
      /; followed as run-abc234\n.*\n`watch run-abc234` follows it here\.\n/s,
    );
    const many = Array.from({ length: 12 }, (_, i) => ({ ...running, id: `s${i}` }));
    expect(status({ open: many })).toContain("\n… and 2 more: `sessions` lists the newest.\n");
  });

  it("of an EM account without rights leads to what is missing", () => {
    const { plans: _, ...facts } = quiet;
    expect(read(statusCard(facts, now))).toContain(
      "\n`doctor` says which rights the EM account lacks.\n",
    );
  });

  it("of the sandbox, without Cloud Connect, and of an EM that shows next to nothing", () => {
    const estate = { versions: [], cloud: false, backupServers: [], answeredInMs: 1200 };
    expect(status({ sandbox: true, estate, plans: [], points: [] })).toMatchInlineSnapshot(`
      "EM answers; no failover runs
      This is the sandbox: nothing is real.
      \`plans\` lists what can be started.
      EM of the sandbox answered in 1 s · backup servers: none shown · no Cloud Connect"
    `);
  });

  it("where the account may not read", () => {
    const { open: _, points: __, ...facts } = quiet;
    expect(read(statusCard(facts, now))).toMatchInlineSnapshot(`
      "EM answers; what runs cannot be read
      The EM account may not read failover sessions; that takes a Portal Administrator.
      Restore points cannot be read with this EM account.
      \`plans\` lists what can be started.
      EM https://em.example:9398 answered in 40 ms · API v1_7 · backup servers: srv13.tech.local 12.1"
    `);
  });

  it("of many plans shows the worst, and VMs without any restore point first", () => {
    const plans = Array.from({ length: 12 }, (_, i) => planOf(`Plan ${i}`, undefined, [`vm${i}`]));
    const points = plans
      .slice(1)
      .map((_, i) => pointOf(`vm${i + 1}`, { state: "Ready", createdAt: now - (i + 1) * hour }));
    const text = status({ plans, points });
    expect(text.split("\n").slice(2)).toMatchInlineSnapshot(`
      [
        "Plan 0: a VM without a restore point",
        "Plan 11: 11 h old",
        "Plan 10: 10 h old",
        "Plan 9: 9 h old",
        "Plan 8: 8 h old",
        "… and 7 plans with newer ones.",
        "\`plans\` lists what can be started.",
        "EM https://em.example:9398 answered in 40 ms · API v1_7 · backup servers: srv13.tech.local 12.1",
      ]
    `);
  });
});

describe("a plan", () => {
  const card = (
    one: FailoverPlan,
    sessions: Parameters<typeof planCard>[1],
    points: Parameters<typeof planCard>[2],
  ) => read(planCard(one, sessions, points, now));

  it("that is ready", () => {
    expect(
      card({ ...plan, description: "Web shop" }, [sessionDone({ name: "Plan A" })], quiet.points),
    ).toMatchInlineSnapshot(`
      "Failover plan "Plan A"
      Tenant ABC Company, cloud plan, 2 VMs.
      Web shop
      Last session: EM reports Success, begun 2026-11-21 06:00 UTC, took 1 min, 2 VMs
      1. a – 2 h old, point of 2026-11-21 04:04 UTC
      2. b – 3 h old, point of 2026-11-21 03:04 UTC
      \`start "Plan A"\` asks before anything happens.
      Plan id 6d2d7e0c-8f5b-4c5c-9d38-5d9b6b6f0a01"
    `);
  });

  it("that runs, is partly failed over, and of which not all is known", () => {
    expect(
      card(plan, [running], [pointOf("a", { createdAt: now - 2 * hour })]),
    ).toMatchInlineSnapshot(`
      "[running] Failover plan "Plan A": a session runs
      Tenant ABC Company, cloud plan, 2 VMs.
      Runs now: Working, begun 2026-11-21 06:00 UTC, 1 VM
      1. a – failed over; newest point 2 h old
      [warning] 2. b – no restore point shown
      \`watch "Plan A"\` follows it.
      Plan id 6d2d7e0c-8f5b-4c5c-9d38-5d9b6b6f0a01"
    `);
  });

  it("that has never run, and one of which nothing can be read", () => {
    expect(card(plan, [], quiet.points)).toContain("No failover session in the last 30 days.");
    expect(card(plan, undefined, undefined)).toContain(
      "Its sessions cannot be read with this EM account.",
    );
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
  const title = (...points: Parameters<typeof planCard>[2] & object) =>
    read(planCard(plan, [], points, now)).split("\n")[0];

  it("says so in its title, and offers to take it back", () => {
    const both = [over, pointOf("b", { state: "Failover", createdAt: now - 3 * hour })];
    expect(title(...both)).toBe('Failover plan "Plan A": failed over');
    expect(title(over)).toBe('Failover plan "Plan A": 1 of 2 VMs failed over');
    const words = '"Plan A @ ABC Company"';
    expect(read(planCard(plan, [], both, now, words))).toContain(
      '\n`undo "Plan A @ ABC Company"` asks whether to take it back.\n',
    );
  });

  it("for good, or in failback, is a warning", () => {
    expect(
      planCard(
        plan,
        [],
        [{ ...over, state: "Failback" }, pointOf("b", { state: "PermanentFailover" })],
        now,
      ).rows,
    ).toMatchObject([
      { mark: "warning", detail: "in failback; newest point 2 h old" },
      { mark: "warning", detail: expect.stringMatching(/^failed over for good; newest point /) },
    ]);
  });
});

describe("a list", () => {
  it("of plans", () => {
    const { tenant: _, ...ordinary } = { ...planOf("SQL plan"), kind: "ordinary" } as const;
    const big = planOf("Big plan", undefined, ["a", "b", "c", "d", "e", "f", "g", "h"]);
    expect(read(plansCard([plan, big, ordinary], ""))).toMatchInlineSnapshot(`
      "3 failover plans
      1. Plan A – tenant ABC Company, 2 VMs: a and b
      2. Big plan – cloud plan, 8 VMs: a, b, c, d, e and 3 more
      3. SQL plan – ordinary plan, 1 VM: srv01
      A number can be typed for the name: \`start 1\` asks before anything happens."
    `);
    expect(read(plansCard([plan], "plan a"))).toMatch(/^1 failover plan with "plan a"\n/);
    expect(read(plansCard([], "xyz"))).toBe('No failover plan with "xyz"');
    const many = Array.from({ length: 40 }, (__, i) => planOf(`Plan ${i}`));
    expect(read(plansCard(many, ""))).toMatch(
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
      Plan: 0 of 2 VMs started, checked 4 min ago · run-abc234
      Plan: 0 of 2 VMs started, checked 3 min ago · watch-abc234
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
