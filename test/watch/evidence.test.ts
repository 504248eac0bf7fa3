import { describe, expect, it } from "vitest";
import type { FailoverSession, ReplicaPoint } from "../../src/em/types.ts";
import type { SessionView, VmView, Watch } from "../../src/records/watch.ts";
import { judge as judgement, subjectVms, undoneAlready } from "../../src/watch/evidence.ts";
import {
  begun,
  foundElsewhere,
  minute,
  order,
  phases,
  pointOf,
  server,
  sessionOf,
  vmTaskOf,
  vmView,
  watchIn,
} from "./things.ts";

/** On the whole. */
const judge = (...seen: Parameters<typeof judgement>) => judgement(...seen).verdict;

const ended = begun + minute;

const sessionView = (own: Partial<SessionView> = {}): SessionView => ({
  id: "s1",
  createdAt: begun,
  endedAt: ended,
  state: "Stopped",
  result: "Success",
  progress: 100,
  backupServer: server,
  changedAt: begun,
  stalled: false,
  ...own,
});

const done = (name: string, own: Partial<VmView> = {}) => vmView(name, { mark: "done", ...own });
const checking = (own: Partial<Watch> = {}) =>
  watchIn(phases.checking, { session: sessionView(), vms: [done("a"), done("b")], ...own });
const withAction = (action: "start" | "test" | "undo", over: readonly string[] = []) => ({
  order: { ...order, action, over },
});
const seen = (points: readonly ReplicaPoint[], newestAt?: number) =>
  newestAt === undefined
    ? ({ is: "evidence", points } as const)
    : ({ is: "evidence", points, newestAt } as const);
const inState = (state: ReplicaPoint["state"], ...vms: string[]) =>
  vms.map((vm) => pointOf(vm, { state }));

describe("a start is confirmed", () => {
  it("where a point of every VM is in state Failover", () => {
    expect(judge(checking(), seen(inState("Failover", "a", "b")))).toEqual({
      is: "decided",
      how: { is: "confirmed", warnings: [], other: [] },
    });
  });

  it("also where only the used point of each shows it", () => {
    const points = [
      ...inState("Ready", "a"),
      pointOf("a", { id: "used" }),
      ...inState("Failover", "b"),
    ];
    expect(judge(checking(), seen(points))).toMatchObject({ how: { is: "confirmed" } });
  });

  it.each(["PermanentFailover", "Failback"] as const)(
    "where VMs have gone further meanwhile, and they are named: %s",
    (state) => {
      const points = [...inState(state, "a"), ...inState("Failover", "b")];
      expect(judge(checking(), seen(points))).toMatchObject({
        how: { is: "confirmed", other: [{ vm: "a", state }] },
      });
    },
  );

  it("where one point of a VM is in state Failover, whatever the others are in", () => {
    const points = [...inState("Failback", "a"), ...inState("Failover", "a", "b")];
    expect(judge(checking(), seen(points))).toMatchObject({
      how: { is: "confirmed", other: [] },
    });
  });

  it("by the VMs of the plan, where the session names none", () => {
    const watch = checking({ vms: [vmView("a"), vmView("b")] });
    expect(judge(watch, seen(inState("Failover", "a")))).toMatchObject({ is: "open" });
    expect(judge(watch, seen(inState("Failover", "a", "b")))).toMatchObject({
      how: { is: "confirmed", warnings: [] },
    });
  });

  it("with a warning for every VM of the plan that the session leaves out", () => {
    const watch = checking({ vms: [done("a"), vmView("b")] });
    expect(judge(watch, seen(inState("Failover", "a", "b")))).toMatchObject({
      how: { is: "confirmed", warnings: [{ is: "vm-left-out", vm: "b" }] },
    });
  });

  it("not before the points of such a VM say so too", () => {
    const watch = checking({ vms: [done("a"), vmView("b")] });
    expect(judge(watch, seen(inState("Failover", "a")))).toMatchObject({ is: "open" });
    const half = [...inState("Failover", "a"), ...inState("Ready", "b")];
    expect(judge(watch, seen(half, ended + 1))).toMatchObject({
      how: { is: "contradicted", vms: [{ vm: "b", state: "Ready" }] },
    });
  });

  it.each(["running", "stalled"] as const)(
    "with a warning for a VM whose own part never ended: %s",
    (mark) => {
      const watch = checking({ vms: [done("a"), done("b", { mark })] });
      expect(judge(watch, seen(inState("Failover", "a", "b")))).toMatchObject({
        how: { is: "confirmed", warnings: [{ is: "vm-cut-off", vm: "b" }] },
      });
    },
  );

  it("with EM's warnings", () => {
    const vms = [
      done("a", { mark: "warning", message: "No network." }),
      done("b", { mark: "warning" }),
      done("c", { mark: "unknown" }),
    ];
    const session = sessionView({ result: "Warning", failureMessage: "Two warnings." });
    expect(
      judge(checking({ vms, session }), seen(inState("Failover", "a", "b", "c"))),
    ).toMatchObject({
      how: {
        warnings: [
          { is: "em-says", vm: "a", text: "No network." },
          { is: "vm-warning", vm: "b" },
          { is: "vm-unclear", vm: "c" },
          { is: "em-says", text: "Two warnings." },
        ],
      },
    });
  });

  it("with a warning that nobody explains, where EM gives no more", () => {
    const session = sessionView({ result: "Warning" });
    expect(judge(checking({ session }), seen(inState("Failover", "a", "b")))).toMatchObject({
      how: { warnings: [{ is: "unnamed-warning" }] },
    });
  });

  it("with a warning where the session itself does not say how it ended", () => {
    const session = sessionView({ result: "None" });
    expect(judge(checking({ session }), seen(inState("Failover", "a", "b")))).toMatchObject({
      how: { is: "confirmed", warnings: [{ is: "session-unclear" }] },
    });
  });
});

describe("a test and an undo are confirmed", () => {
  it.each(["test", "undo"] as const)("where every VM is ready again: %s", (action) => {
    const watch = checking(withAction(action));
    expect(judge(watch, seen(inState("Ready", "a", "b"), ended + 1))).toMatchObject({
      how: { is: "confirmed" },
    });
    expect(
      judge(watch, seen([...inState("Ready", "a"), ...inState("Failover", "b")])),
    ).toMatchObject({
      is: "open",
    });
    expect(
      judge(watch, seen([...inState("Ready", "a"), ...inState("Unknown", "b")])),
    ).toMatchObject({
      is: "open",
    });
    const partly = [...inState("Ready", "a", "b"), ...inState("Unknown", "b")];
    expect(judge(watch, seen(partly, ended + 1))).toMatchObject({
      how: { is: "contradicted", vms: [{ vm: "b", state: "Unknown" }] },
    });
  });

  it("an undo at once, where all that was failed over is ready", () => {
    const watch = checking(withAction("undo", ["a", "b"]));
    expect(judge(watch, seen(inState("Ready", "a", "b")))).toMatchObject({
      how: { is: "confirmed" },
    });
  });

  it("an undo without a warning for VMs that were not failed over", () => {
    const vms = [done("a"), vmView("b")];
    expect(
      judge(checking({ ...withAction("undo", ["a"]), vms }), seen(inState("Ready", "a"))),
    ).toMatchObject({
      how: { warnings: [] },
    });
    expect(
      judge(checking({ ...withAction("undo", ["a", "b"]), vms }), seen(inState("Ready", "a", "b"))),
    ).toMatchObject({
      how: { warnings: [{ is: "vm-left-out", vm: "b" }] },
    });
  });
});

describe("points that are as they were before prove nothing", () => {
  it.each([
    ["of a test, whose VMs were ready", withAction("test"), "Ready"],
    ["of a start, where VMs were failed over already", withAction("start", ["b"]), "Failover"],
    ["of an undo, where nothing was failed over as far as EM knew", withAction("undo"), "Ready"],
  ] as const)("%s", (_, own, state) => {
    const points = inState(state, "a", "b");
    const open = { is: "open", otherwise: { is: "reported", why: "as-before", warnings: [] } };
    expect(judge(checking(own), seen(points))).toEqual(open);
    expect(judge(checking(own), seen(points, ended))).toEqual(open);
    expect(judge(checking(own), seen(points, ended + 1))).toMatchObject({
      how: { is: "confirmed" },
    });
  });

  it("and neither does a point that disagrees, which may be old", () => {
    const points = [...inState("Failover", "a"), ...inState("Ready", "b")];
    expect(judge(checking(withAction("start", ["a"])), seen(points))).toMatchObject({
      is: "open",
      otherwise: { why: "not-in-time" },
    });
  });

  it("of a run that somebody else ordered, which may be an undo: its VMs may be failed over still", () => {
    const { session, vms } = checking();
    const watch = foundElsewhere(phases.checking, { vms, ...(session ? { session } : {}) });
    const points = inState("Failover", "a", "b");
    expect(judge(watch, seen(points))).toMatchObject({
      is: "open",
      otherwise: { why: "kind-unknown" },
    });
    expect(judge(watch, seen(points, ended + 1))).toMatchObject({ how: { is: "confirmed" } });
  });
});

describe("points that disagree", () => {
  const stale = [...inState("Ready", "a"), ...inState("Failover", "b")];
  const { endedAt: _, ...endless } = sessionView();

  it("may only be old, and are read again; in the end it is EM's word alone", () => {
    const open = { is: "open", otherwise: { is: "reported", why: "not-in-time", warnings: [] } };
    expect(judge(checking(), seen(stale))).toEqual(open);
    expect(judge(checking(), seen(stale, ended - 1))).toEqual(open);
    expect(judge(checking({ session: endless }), seen(stale, ended + 1))).toEqual(open);
  });

  it("contradict it once EM's data is newer than the end, and the VMs are named", () => {
    expect(judge(checking(), seen(stale, ended + 1))).toEqual({
      is: "decided",
      how: { is: "contradicted", vms: [{ vm: "a", state: "Ready" }] },
    });
  });

  it("do not contradict what EM never said", () => {
    const session = sessionView({ result: "None" });
    expect(judge(checking({ session }), seen(stale, ended + 1))).toMatchObject({
      is: "decided",
      how: { is: "reported", why: "no-result" },
    });
  });

  it("decide nothing of a run that somebody else ordered: it may be a test", () => {
    const { session, vms } = checking();
    const watch = foundElsewhere(phases.checking, { vms, ...(session ? { session } : {}) });
    expect(judge(watch, seen(stale, ended + 1))).toMatchObject({
      is: "open",
      otherwise: { why: "kind-unknown" },
    });
  });
});

describe("what EM has collected since the end", () => {
  const collected = { server: server.id, at: ended + minute };
  const fresh = (points: readonly ReplicaPoint[]) => ({ ...seen(points), collected });
  const other = { id: "server-2", name: "srv14" };
  const half = [...inState("Ready", "a"), ...inState("Failover", "b")];

  it.each([
    ["start", ["a", "b"], "Failover"],
    ["test", [], "Ready"],
    ["undo", [], "Ready"],
  ] as const)("confirms what may have been so before: %s", (action, over, state) => {
    const watch = checking(withAction(action, over));
    expect(judge(watch, fresh(inState(state, "a", "b")))).toMatchObject({
      how: { is: "confirmed" },
    });
  });

  it("contradicts EM's word, though no point is newer and EM may not say when the session ended", () => {
    const { endedAt: _, ...endless } = sessionView();
    for (const watch of [checking(), checking({ session: endless })])
      expect(judge(watch, fresh(half))).toEqual({
        is: "decided",
        how: { is: "contradicted", vms: [{ vm: "a", state: "Ready" }] },
      });
  });

  it("says nothing of VMs of another backup server, or of none that is known", () => {
    const { backupServer: _, ...nowhere } = pointOf("a", { state: "Ready" });
    for (const point of [{ ...nowhere, backupServer: other }, nowhere])
      expect(judge(checking(), fresh([point, pointOf("b")]))).toMatchObject({
        is: "open",
        otherwise: { why: "not-in-time" },
      });
    const both = [pointOf("a", { state: "Ready" }), { ...nowhere, id: "another" }, pointOf("b")];
    expect(judge(checking(), fresh(both))).toMatchObject({ is: "open" });
    const theirs = pointOf("a", { id: "theirs", backupServer: other, replica: other });
    const using = done("a", { point: { id: "ours", name: "ours" } });
    const ours = [pointOf("a", { id: "ours", state: "Ready" }), theirs, pointOf("b")];
    expect(judge(checking({ vms: [using, done("b")] }), fresh(ours))).toMatchObject({
      how: { is: "contradicted" },
    });
  });

  it("of a run that somebody else ordered: either confirms it, or shows that it was something else", () => {
    const { session, vms } = checking();
    const watch = foundElsewhere(phases.checking, { vms, ...(session ? { session } : {}) });
    expect(judge(watch, fresh(inState("Failover", "a", "b")))).toMatchObject({
      how: { is: "confirmed" },
    });
    expect(judge(watch, fresh(half))).toMatchObject({
      is: "decided",
      how: { is: "reported", why: "kind-unknown" },
    });
    expect(judge(watch, fresh(inState("Failover", "a")))).toMatchObject({ is: "open" });
  });
});

describe("another run of a VM that has begun since", () => {
  const since = (own: Partial<FailoverSession>, points = inState("Failover", "a", "b")) =>
    judge(checking(), {
      ...seen(points, ended + 1),
      since: [sessionOf({ id: "s2", createdAt: ended + 1, name: "Another plan", ...own })],
    });
  const overtaken = {
    is: "decided",
    how: { is: "reported", why: "run-since", warnings: [] },
  };

  it("leaves EM's word alone, whether its points agree or not", () => {
    expect(since({ vms: [vmTaskOf("b")] })).toEqual(overtaken);
    const undone = [...inState("Failover", "a"), ...inState("Ready", "b")];
    expect(since({ vms: [vmTaskOf("b")] }, undone)).toEqual(overtaken);
  });

  it("is told by the plan's name, where the session names no VM yet", () => {
    expect(since({ name: "Plan" })).toEqual(overtaken);
    expect(since({})).toMatchObject({ how: { is: "confirmed" } });
  });

  const half = [...inState("Failover", "a"), ...inState("Ready", "b")];

  it("keeps nothing back that is known of the other VMs", () => {
    expect(since({ vms: [vmTaskOf("a")] }, half)).toMatchObject({
      how: { is: "contradicted", vms: [{ vm: "b", state: "Ready" }] },
    });
  });

  it("is why nothing is known in the end, where the points of the other VMs stay old", () => {
    const sessions = [sessionOf({ id: "s2", vms: [vmTaskOf("a"), vmTaskOf("z")] })];
    expect(judge(checking(), { ...seen(half), since: sessions })).toMatchObject({
      is: "open",
      otherwise: { why: "run-since" },
    });
  });

  it("decides nothing of a VM of which EM shows no point yet", () => {
    expect(since({ vms: [vmTaskOf("a")] }, inState("Failover", "b"))).toMatchObject({
      is: "open",
      otherwise: { why: "not-in-time" },
    });
  });

  it("is none where it is a VM of another tenant with the same name", () => {
    const theirs = pointOf("a", { id: "theirs", replica: { id: "replica-2", name: "Another's" } });
    const using = done("a", { point: { id: "ours", name: "ours" } });
    const points = [pointOf("a", { id: "ours" }), theirs, pointOf("b")];
    const judged = (point: string) =>
      judge(checking({ vms: [using, done("b")] }), {
        ...seen(points),
        since: [sessionOf({ id: "s2", vms: [vmTaskOf("a", { point: { id: point, name: "" } })] })],
      });
    expect(judged("theirs")).toMatchObject({ how: { is: "confirmed" } });
    expect(judged("ours")).toEqual(overtaken);
    expect(judged("one that is not shown")).toEqual(overtaken);
  });
});

describe("without points", () => {
  it("that may be read, EM's word is all, at once", () => {
    expect(judge(checking(), { is: "no-evidence" })).toEqual({
      is: "decided",
      how: { is: "reported", why: "not-allowed", warnings: [] },
    });
  });

  it("that EM shows, it is waited for them", () => {
    expect(judge(checking(), seen([]))).toMatchObject({
      is: "open",
      otherwise: { why: "no-points" },
    });
  });

  it("for one of the VMs, it is waited for that one", () => {
    expect(judge(checking(), seen(inState("Failover", "a")))).toMatchObject({
      is: "open",
      otherwise: { why: "not-in-time" },
    });
  });

  it("and without a clear result, nothing is claimed", () => {
    const session = sessionView({ result: "unknown:Odd" });
    expect(judge(checking({ session }), { is: "no-evidence" })).toMatchObject({
      how: { why: "no-result" },
    });
  });
});

describe("of two replicas of one name", () => {
  const other = { id: "replica-2", name: "Another tenant's" };
  const points = [
    pointOf("a", { id: "ours" }),
    pointOf("a", { id: "theirs", state: "Ready", replica: other }),
    pointOf("b"),
  ];

  it("the one that the session used counts", () => {
    const using = (id: string) =>
      checking({ vms: [done("a", { point: { id, name: id } }), done("b")] });
    expect(judge(using("ours"), seen(points))).toMatchObject({ how: { is: "confirmed" } });
    expect(judge(using("theirs"), seen(points, ended + 1))).toMatchObject({
      how: { is: "contradicted", vms: [{ vm: "a", state: "Ready" }] },
    });
  });

  it("the one counts that the order's question showed, where the session does not say which", () => {
    const asked = (replica: string) => checking({ order: { ...order, replicas: { a: replica } } });
    expect(judge(asked("replica-1"), seen(points))).toMatchObject({ how: { is: "confirmed" } });
    expect(judge(asked("replica-2"), seen(points, ended + 1))).toMatchObject({
      how: { is: "contradicted", vms: [{ vm: "a", state: "Ready" }] },
    });
  });

  it("none counts where the session does not say which", () => {
    expect(judge(checking(), seen(points, ended + 1))).toMatchObject({ is: "open" });
  });
});

describe("the VMs whose points count", () => {
  const names = (watch: Watch) => subjectVms(watch).map(({ name }) => name);
  const one = { vms: [done("a"), vmView("b")] };
  const none = { vms: [vmView("a"), vmView("b")] };

  it("are those of the plan, of which the session may name some", () => {
    expect(names(checking(one))).toEqual(["a", "b"]);
    expect(names(checking(none))).toEqual(["a", "b"]);
  });

  it("are those that the session of somebody else's run names; the plan's where it names none", () => {
    expect(names(foundElsewhere(phases.checking, one))).toEqual(["a"]);
    expect(names(foundElsewhere(phases.checking, none))).toEqual(["a", "b"]);
  });

  it("are, of an undo, also those that were failed over; the plan's where the session names none", () => {
    const undo = (over: string[], own: typeof one) =>
      names(checking({ ...withAction("undo", over), ...own }));
    expect(undo(["b"], one)).toEqual(["a", "b"]);
    expect(undo(["a"], one)).toEqual(["a"]);
    expect(undo(["a"], none)).toEqual(["a", "b"]);
  });
});

describe("an undo without a session", () => {
  const undo = (over: readonly string[]) => watchIn(phases.looking, withAction("undo", over));

  it("has ended where all that was failed over is ready, and VMs gone for good are named", () => {
    expect(undoneAlready(undo(["a", "b"]), inState("Ready", "a", "b"))).toEqual({
      is: "confirmed",
      warnings: [],
      other: [],
    });
    const gone = [...inState("Ready", "a"), ...inState("PermanentFailover", "b")];
    expect(undoneAlready(undo(["a", "b"]), gone)).toMatchObject({
      other: [{ vm: "b", state: "PermanentFailover" }],
    });
  });

  it("has not where one is not, is not shown, or nothing was failed over as far as EM knew", () => {
    expect(
      undoneAlready(undo(["a", "b"]), [...inState("Ready", "a"), ...inState("Failover", "b")]),
    ).toBeUndefined();
    expect(undoneAlready(undo(["a", "b"]), inState("Ready", "a"))).toBeUndefined();
    expect(undoneAlready(undo([]), inState("Ready", "a", "b"))).toBeUndefined();
  });

  it("has where EM's data is newer than the order and all is ready", () => {
    expect(undoneAlready(undo([]), inState("Ready", "a", "b"), begun)).toBeUndefined();
    expect(undoneAlready(undo([]), inState("Ready", "a", "b"), begun + 1)).toMatchObject({
      is: "confirmed",
    });
  });

  it("has where EM has collected its data since the order and all is ready, of every VM", () => {
    const collected = { server: server.id, at: begun };
    const seen = (points: ReplicaPoint[]) => undoneAlready(undo([]), points, undefined, collected);
    expect(seen(inState("Ready", "a", "b"))).toMatchObject({ is: "confirmed" });
    expect(seen([...inState("Ready", "a"), ...inState("Failover", "b")])).toBeUndefined();
    expect(seen(inState("Ready", "a"))).toBeUndefined();
    const elsewhere = pointOf("b", {
      state: "Ready",
      backupServer: { id: "other", name: "other" },
    });
    expect(seen([...inState("Ready", "a"), elsewhere])).toBeUndefined();
  });

  it("is no matter of starts", () => {
    expect(
      undoneAlready(watchIn(phases.looking), inState("Ready", "a", "b"), begun + 1),
    ).toBeUndefined();
  });
});

describe("each VM", () => {
  const each = (...seen: Parameters<typeof judgement>) =>
    judgement(...seen).vms.map(({ vm, is, state }) => `${vm} ${is} ${state}`);

  it("is seen where its replica point shows it, and EM's word where that may be old", () => {
    const half = [...inState("Failover", "a"), ...inState("Ready", "b")];
    expect(each(checking(), seen(half))).toEqual(["a seen Failover", "b word Ready"]);
    expect(each(checking(), seen(half, ended + 1))).toEqual(["a seen Failover", "b not-so Ready"]);
  });

  it("is not known where EM shows no point of it, or none may be read", () => {
    expect(each(checking(), seen(inState("Failover", "a")))).toEqual([
      "a seen Failover",
      "b not-known not shown",
    ]);
    expect(each(checking(), { is: "no-evidence" })).toEqual([]);
  });

  it("that has gone further than it should is named so, be EM's data new or not", () => {
    const further = [...inState("PermanentFailover", "a"), ...inState("Failover", "b")];
    for (const newestAt of [undefined, ended + 1])
      expect(each(checking(), seen(further, newestAt))).toEqual([
        "a not-so PermanentFailover",
        "b seen Failover",
      ]);
  });

  it("is EM's word where another run of it has begun since, however new EM's data is", () => {
    const since = [sessionOf({ id: "s2", vms: [vmTaskOf("a")] })];
    const both = seen(inState("Failover", "a", "b"), ended + 1);
    expect(each(checking(), { ...both, since })).toEqual(["a word Failover", "b seen Failover"]);
  });

  it("that stood so before is EM's word until EM has newer data", () => {
    const watch = checking({ order: { ...order, over: ["a"] } });
    const both = inState("Failover", "a", "b");
    expect(each(watch, seen(both))).toEqual(["a word Failover", "b seen Failover"]);
    expect(each(watch, seen(both, ended + 1))).toEqual(["a seen Failover", "b seen Failover"]);
  });
});
