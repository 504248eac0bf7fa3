import { describe, expect, it } from "vitest";
import type { FailoverSession, Task } from "../../src/em/types.ts";
import type { Event } from "../../src/records/event.ts";
import type { End, Phase, Watch } from "../../src/records/watch.ts";
import { advanceAll } from "../../src/watch/advance.ts";
import { advance } from "../../src/watch/failover.ts";
import type { Sighting, Step } from "../../src/watch/sighting.ts";
import {
  anna,
  badlyDone,
  begun,
  foundElsewhere,
  limits,
  minute,
  order,
  phases,
  pointOf,
  second,
  sessionDone,
  sessionOf,
  taskOf,
  vmDone,
  vmTaskOf,
  vmView,
  watchIn,
  wellDone,
} from "./things.ts";

const seeing = (watch: Watch, sighting: Sighting, now = begun + second) =>
  advance(watch, sighting, now, limits);
const session = (own: FailoverSession): Sighting => ({ is: "session", session: own });
const candidates = (...sessions: FailoverSession[]): Sighting => ({ is: "candidates", sessions });

/** Where a watch is, in a word; of an end, which. */
const where = ({ phase }: Watch) => (phase.is === "ended" ? `ended: ${phase.how.is}` : phase.is);
const words = (say: readonly Event[]) =>
  say.map((event) => {
    if (event.is === "vms") return `${event.mark}: ${event.vms.map(({ name }) => name).join(" ")}`;
    if (event.is === "stalled" || event.is === "moving")
      return `${event.is}: ${event.vms.join(" ")}`;
    return event.is === "ended" ? `ended: ${event.how.is}` : event.is;
  });
const endOf = ({ phase }: Watch): End =>
  phase.is === "ended" ? phase.how : expect.fail("it goes on");

const seen: Record<string, Sighting> = {
  "a task that runs": { is: "task", task: taskOf() },
  "a task whose data EM collects": {
    is: "task",
    task: taskOf({ state: "OperationFinished", result: wellDone }),
  },
  "a task in an unknown state": {
    is: "task",
    task: taskOf({ state: "unknown:Odd", result: badlyDone }),
  },
  "a task that runs, and a session that may be ours": {
    is: "task",
    task: taskOf(),
    sessions: [sessionOf()],
  },
  "a task that ended and names its session": {
    is: "task",
    task: taskOf({ state: "Finished", result: wellDone, sessions: [{ id: "s1", name: "Plan" }] }),
  },
  "a task that ended and names none": {
    is: "task",
    task: taskOf({ state: "Finished", result: wellDone }),
  },
  "a task that failed": { is: "task", task: taskOf({ state: "Finished", result: badlyDone }) },
  "a task that EM does not know": { is: "task-unknown" },
  "a task that our own stop deleted": { is: "task-unknown", stoppedBy: anna },
  "no session of that name": candidates(),
  "a session that may be ours": candidates(sessionOf()),
  "a session from before the order": candidates(sessionOf({ id: "s0" })),
  "a running session": session(sessionOf({ vms: [vmTaskOf("a")] })),
  "a session that ended well": session(sessionDone()),
  "a session that failed": session(sessionDone({ result: "Failed" })),
  "a session in an unknown state": session(sessionOf({ state: "unknown:Odd" })),
  "no session by that id": { is: "session-unknown" },
  "points that bear it out": { is: "evidence", points: [pointOf("a"), pointOf("b")] },
  "points that do not": {
    is: "evidence",
    points: [pointOf("a", { state: "Ready" }), pointOf("b")],
  },
  "no points": { is: "evidence", points: [] },
  "that points may not be read": { is: "no-evidence" },
  silence: { is: "silence", why: "EM does not answer." },
};

/** What moves a watch on, and what is said of it; all else leaves it as it is, in silence. */
const moves: Partial<Record<Phase["is"], Record<string, [to: string, say: string[]]>>> = {
  ordered: {
    "a task that runs, and a session that may be ours": ["following", ["found"]],
    "a task that ended and names its session": ["following", []],
    "a task that ended and names none": ["looking", []],
    "a task that failed": ["ended: failed", ["ended: failed"]],
    "a task that EM does not know": ["looking", ["looking"]],
    "a task that our own stop deleted": ["looking", []],
  },
  looking: {
    "a session that may be ours": ["following", ["found"]],
  },
  following: {
    "a running session": ["following", ["found", "running: a"]],
    "a session that ended well": ["checking", ["found", "done: a b", "reported"]],
    "a session that failed": ["ended: failed", ["found", "done: a b", "ended: failed"]],
    "a session in an unknown state": ["following", ["found"]],
  },
  checking: {
    "points that bear it out": ["ended: confirmed", ["ended: confirmed"]],
    "that points may not be read": ["ended: reported", ["ended: reported"]],
  },
};

describe.each(Object.entries(phases))("a watch that is %s", (is, phase) => {
  it.each(Object.entries(seen))("sees %s", (what, sighting) => {
    const [to, say] = moves[phase.is]?.[what] ?? [where(watchIn(phase)), []];
    const step = seeing(watchIn(phase), sighting);
    expect([where(step.watch), words(step.say)]).toEqual([to, say]);
    expect(step.watch.silence !== undefined).toBe(is !== "ended" && what === "silence");
  });
});

describe("the task of an order", () => {
  it("ends the run where it failed, with all that EM says", () => {
    const result = {
      ...badlyDone,
      message: "No.",
      confirmationNeeded: true,
      credentialsNeeded: true,
    };
    const { watch } = seeing(watchIn(phases.ordered), {
      is: "task",
      task: taskOf({ state: "Finished", result }),
    });
    expect(endOf(watch)).toEqual({
      is: "failed",
      reasons: [
        { is: "em-says", text: "No." },
        { is: "wants", what: "confirmation" },
        { is: "wants", what: "credentials" },
      ],
      vms: [],
      of: 0,
    });
  });

  describe("that has not ended", () => {
    const running = (...sessions: FailoverSession[]): Sighting => ({
      is: "task",
      task: taskOf(),
      sessions,
    });
    const finished = (task: Partial<Task>, ...sessions: FailoverSession[]): Sighting => ({
      is: "task",
      task: taskOf({ state: "Finished", result: wellDone, ...task }),
      sessions,
    });
    const failing = sessionOf({ vms: [vmDone("a", { result: "Failed" }), vmTaskOf("b")] });
    const other = sessionOf({ id: "s2", createdAt: begun + second, vms: [vmTaskOf("a")] });
    /** One sighting after the other. */
    const through = (watch: Watch, ...sightings: Sighting[]) =>
      sightings.reduce<Step>(
        (step, sighting) => {
          const next = seeing(step.watch, sighting);
          return { watch: next.watch, say: [...step.say, ...next.say] };
        },
        { watch, say: [] },
      );
    const seen = (...sightings: Sighting[]) => through(watchIn(phases.ordered), ...sightings);
    const names = (id: string) => ({ sessions: [{ id, name: "Plan" }] });

    it("holds nothing back: a VM that fails meanwhile is told", () => {
      const { watch, say } = seen(running(failing));
      expect(where(watch)).toBe("following");
      expect(words(say)).toEqual(["found", "running: b", "failed: a"]);
    });

    it("takes no session for its own that was there before, or whose VMs are others", () => {
      for (const own of [{ id: "s0" }, { name: "Other" }, { vms: [vmTaskOf("x")] }])
        expect(where(seen(running(sessionOf(own))).watch)).toBe("ordered");
    });

    it("says so where several began, and is settled when the task names the session", () => {
      const { watch, say } = seen(running(failing, other));
      expect(say[0]).toMatchObject({ is: "found", session: "s1", doubt: "several" });
      const same = through(watch, finished(names("s1"), failing, other));
      expect(same.say).toEqual([{ is: "settled", ours: true }]);
      expect(same.watch.phase).toEqual({ is: "following", session: "s1" });
    });

    it("follows the session that the task names in the end, and forgets the other's VMs", () => {
      const { watch } = seen(running(failing, other));
      const step = through(watch, finished(names("s2"), failing, other));
      expect(words(step.say)).toEqual(["settled", "found", "running: a"]);
      expect(step.watch).toMatchObject({
        phase: { is: "following", session: "s2" },
        vms: [
          { name: "a", mark: "running" },
          { name: "b", mark: "waiting" },
        ],
      });
    });

    it("is in doubt where another plan has the name, and where a second session comes later", () => {
      const subject = { ...watchIn(phases.ordered).subject, shared: true };
      const shared = seeing(watchIn(phases.ordered, { subject }), running(failing)).watch;
      expect(shared.phase).toMatchObject({ is: "following", doubt: "shared-name" });
      const later = seen(running(failing), running(failing, other)).watch;
      expect(later.phase).toMatchObject({ is: "following", session: "s1", doubt: "several" });
    });

    it("lets no session in doubt end the run, before the task has named it", () => {
      const done = sessionDone();
      const { watch } = seen(running(done, other));
      expect(where(watch)).toBe("following");
      const named = through(watch, finished(names("s1"), done));
      expect(where(named.watch)).toBe("checking");
    });

    it("ends the run where the task fails while the session that was followed goes on", () => {
      const { watch } = seen(running(other), finished({ result: badlyDone }, other));
      expect(where(watch)).toBe("ended: failed");
      expect(watch).not.toHaveProperty("session");
    });

    it("ends the run where the task fails though another's session has ended", () => {
      const others = sessionDone({ id: "s2", createdAt: begun + minute });
      const ours = sessionOf({ vms: [vmTaskOf("a")] });
      const { watch } = seen(running(ours), finished({ result: badlyDone }, others, ours));
      expect(where(watch)).toBe("ended: failed");
    });

    it("leaves the end to the session where the task fails and names it, as it goes on", () => {
      const ours = sessionOf({ vms: [vmTaskOf("a")] });
      const failed = finished({ result: badlyDone, ...names("s1") }, ours);
      expect(seen(running(ours), failed).watch.phase).toEqual({ is: "following", session: "s1" });
    });

    it("settles nothing where nothing was in doubt, but tells of another session", () => {
      const ours = sessionOf({ vms: [vmTaskOf("a")] });
      const step = seen(running(ours), running(ours));
      expect(step.watch.phase).not.toHaveProperty("doubt");
      expect(words(through(step.watch, finished(names("s1"), ours)).say)).toEqual([]);
      const another = through(step.watch, finished(names("s2"), ours, other));
      expect(another.say[0]).toEqual({ is: "settled", ours: false });
    });

    it("says less of a failure than the session that has failed with it", () => {
      const failed = sessionDone({ result: "Failed", failureMessage: "No room." });
      const both = finished({ result: badlyDone }, failed);
      const { watch } = seen(running(sessionOf({ vms: [vmTaskOf("a")] })), both);
      expect(endOf(watch)).toMatchObject({ reasons: [{ text: "No room." }] });
    });

    it("leaves what is followed where EM loses the task", () => {
      const { watch, say } = seen(running(failing), { is: "task-unknown" });
      expect(watch.phase).toEqual({ is: "following", session: "s1" });
      expect(words(say)).not.toContain("looking");
    });
  });

  it("whose answer was lost was carried out where one session is found, which ends the doubt", () => {
    const found = (...sessions: FailoverSession[]) =>
      seeing(watchIn(phases.looking), candidates(...sessions)).say[0];
    expect(found(sessionOf())).toMatchObject({ is: "found", carriedOut: true });
    const several = found(sessionOf(), sessionOf({ id: "s2" }));
    expect(several).toMatchObject({ is: "found", session: "s1", doubt: "several" });
    expect(several).not.toHaveProperty("carriedOut");
  });

  it("whose answer was lost may not have been carried out where a session begins long after it", () => {
    const found = (afterMs: number) =>
      seeing(watchIn(phases.looking), candidates(sessionOf({ createdAt: begun + afterMs }))).say[0];
    expect(found(60_000)).toMatchObject({ is: "found", carriedOut: true });
    const late = found(60_001);
    expect(late).toMatchObject({ is: "found", doubt: "late" });
    expect(late).not.toHaveProperty("carriedOut");
  });

  it("whose answer was lost was carried out, which is said once, of the session that is found", () => {
    const found = sessionOf({ vms: [vmTaskOf("a")] });
    const { say } = seeing(watchIn(phases.looking), candidates(found));
    expect(words(say)).toEqual(["found", "running: a"]);
    expect(say.filter((event) => "carriedOut" in event)).toHaveLength(1);
  });

  it("that EM lost was in no doubt: that its session is found is all there is to say", () => {
    const lost = watchIn({ ...phases.looking, why: "task-lost" });
    const { say } = seeing(lost, candidates(sessionOf()));
    expect(words(say)).toEqual(["found"]);
    expect(say[0]).not.toHaveProperty("carriedOut");
  });

  it("that takes long is said to stall, once", () => {
    let watch = watchIn(phases.ordered);
    const said: string[] = [];
    for (let at = begun; at <= begun + 60 * minute; at += minute) {
      const step = seeing(watch, { is: "task", task: taskOf() }, at);
      watch = step.watch;
      said.push(...words(step.say));
    }
    expect(said).toEqual(["stalled: "]);
    expect(where(watch)).toBe("ordered");
  });

  it.each([
    [10 * minute - 1, []],
    [10 * minute, [{ is: "stalled", vms: [], since: begun }]],
  ])("stalls after ten minutes, and not a moment before: %d ms", (ms, say) => {
    const task: Sighting = { is: "task", task: taskOf() };
    expect(seeing(watchIn(phases.ordered), task, begun + ms).say).toEqual(say);
  });

  it("that our own stop deleted is not lost: whose stop it was stays known to the end", () => {
    const stopped = seeing(watchIn(phases.ordered), { is: "task-unknown", stoppedBy: anna }).watch;
    expect(stopped).toMatchObject({ phase: { is: "looking", why: "stopped" }, stoppedBy: anna });
    const found = seeing(stopped, candidates(sessionDone({ result: "Failed" }))).watch;
    expect([where(found), found.stoppedBy]).toEqual(["ended: failed", anna]);
  });

  it("of an ordinary plan is all there is", () => {
    const subject = { ...watchIn(phases.ordered).subject, kind: "ordinary" } as const;
    const task = taskOf({ state: "Finished", result: wellDone });
    expect(where(seeing(watchIn(phases.ordered, { subject }), { is: "task", task }).watch)).toBe(
      "ended: taken",
    );
    expect(where(seeing(watchIn(phases.looking, { subject }), candidates()).watch)).toBe(
      "ended: lost",
    );
  });
});

describe("a session is taken for the order's only if it can be", () => {
  it.each([
    ["it has another name", sessionOf({ name: "Other" })],
    ["it was there before", sessionOf({ id: "s0" })],
    ["it is older than the order", sessionOf({ createdAt: begun - 2 * minute - 1 })],
    ["it is of other VMs", sessionOf({ vms: [vmTaskOf("x")] })],
  ])("not where %s", (_, other) => {
    expect(where(seeing(watchIn(phases.looking), candidates(other)).watch)).toBe("looking");
  });

  it("also where EM's clock is a little behind", () => {
    const found = seeing(
      watchIn(phases.looking),
      candidates(sessionOf({ createdAt: begun - 2 * minute })),
    );
    expect(found.watch.phase).toEqual({ is: "following", session: "s1" });
  });

  it("also where it has a VM that was added to the plan by now", () => {
    const more = sessionOf({ vms: [vmTaskOf("new"), vmTaskOf("a")] });
    expect(where(seeing(watchIn(phases.looking), candidates(more)).watch)).toBe("following");
  });

  it("the oldest of those that can be", () => {
    const late = sessionOf({ id: "s2", createdAt: begun + minute });
    const { watch } = seeing(watchIn(phases.looking), candidates(late, sessionOf()));
    expect(watch.phase).toEqual({ is: "following", session: "s1", doubt: "several" });
  });

  it("where plans share the name, not before its VMs tell whose it is", () => {
    const subject = { ...watchIn(phases.looking).subject, shared: true };
    const watch = watchIn(phases.looking, { subject });
    expect(where(seeing(watch, candidates(sessionOf())).watch)).toBe("looking");
    expect(where(seeing(watch, candidates(sessionOf({ vms: [vmTaskOf("a")] }))).watch)).toBe(
      "following",
    );
  });

  it("where none comes in time, it is lost", () => {
    const watch = watchIn(phases.looking);
    expect(where(seeing(watch, candidates(), begun + 20 * minute - 1).watch)).toBe("looking");
    expect(endOf(seeing(watch, candidates(), begun + 20 * minute).watch)).toEqual({
      is: "lost",
      why: { is: "no-session-appeared" },
    });
  });
});

describe("an undo may have no session", () => {
  const undo = { ...order, action: "undo", over: ["a", "b"] } as const;
  const looking = { ...phases.looking, why: "no-session-named" } as const;
  const ready = [pointOf("a", { state: "Ready" }), pointOf("b", { state: "Ready" })];

  it("and is confirmed once every VM that was failed over is ready again", () => {
    const watch = watchIn(looking, { order: undo });
    const half = [pointOf("a", { state: "Ready" }), pointOf("b")];
    expect(where(seeing(watch, { is: "candidates", sessions: [], points: half }).watch)).toBe(
      "looking",
    );
    expect(where(seeing(watch, { is: "candidates", sessions: [], points: ready }).watch)).toBe(
      "ended: confirmed",
    );
  });

  it("but ready VMs prove nothing where they may have been so before", () => {
    const watch = watchIn(looking, { order: { ...undo, over: [] } });
    const seen = { is: "candidates", sessions: [], points: ready } as const;
    expect(where(seeing(watch, seen).watch)).toBe("looking");
    expect(where(seeing(watch, { ...seen, newestAt: begun + 1 }).watch)).toBe("ended: confirmed");
  });

  it("and is EM's word alone where they do not show it in time", () => {
    const seen = { is: "candidates", sessions: [], points: [pointOf("a"), pointOf("b")] } as const;
    const { watch } = seeing(watchIn(looking, { order: undo }), seen, begun + 20 * minute);
    expect(endOf(watch)).toMatchObject({ is: "reported", why: "not-in-time" });
    const blind = seeing(watchIn(looking, { order: undo }), candidates(), begun + 20 * minute);
    expect(endOf(blind.watch)).toMatchObject({ is: "reported", why: "not-allowed" });
  });

  it.each([
    ["another order", order, "no-session-named"],
    ["an undo of which EM's word is not known", undo, "answer-lost"],
  ] as const)("which is no end of %s", (_, own, why) => {
    const watch = watchIn({ ...phases.looking, why }, { order: own });
    expect(endOf(seeing(watch, candidates(), begun + 20 * minute).watch)).toEqual({
      is: "lost",
      why: { is: "no-session-appeared" },
    });
  });
});

describe("what a session tells of its VMs", () => {
  const following = watchIn(phases.following);
  const step = (vms: FailoverSession["vms"], watch = following, now = begun + second) =>
    seeing(watch, session(sessionOf({ vms })), now);
  const marks = ({ vms }: Watch) => vms.map(({ name, mark }) => `${name} ${mark}`);

  it.each([
    ["Starting", "None", "running"],
    ["Working", "None", "running"],
    ["Stopping", "None", "running"],
    ["Working", "Failed", "failed"],
    ["Stopped", "Success", "done"],
    ["Stopped", "Warning", "warning"],
    ["Stopped", "Failed", "failed"],
    ["Stopped", "None", "unknown"],
    ["Stopped", "unknown:Odd", "unknown"],
    ["unknown:Odd", "Success", "unknown"],
  ] as const)("%s with result %s is %s", (state, result, mark) => {
    expect(marks(step([vmTaskOf("a", { state, result })]).watch)).toEqual([
      `a ${mark}`,
      "b waiting",
    ]);
  });

  it("VMs that the plan does not have come after its own, and none is forgotten when EM leaves it out", () => {
    const first = step([vmTaskOf("x"), vmTaskOf("b")]).watch;
    expect(marks(first)).toEqual(["a waiting", "b running", "x running"]);
    expect(marks(step([], first).watch)).toEqual(["a waiting", "b running", "x running"]);
  });

  it("of two VMs of one name the worse is told", () => {
    for (const vms of [
      [vmDone("a"), vmDone("a", { result: "Failed" })],
      [vmDone("a", { result: "Failed" }), vmDone("a")],
    ])
      expect(marks(step(vms).watch)).toEqual(["a failed", "b waiting"]);
  });

  it("those of one kind are told in one line, and nothing twice", () => {
    const first = step([vmTaskOf("a"), vmTaskOf("b")]);
    expect(words(first.say)).toEqual(["found", "running: a b"]);
    const next = step([vmTaskOf("a", { progress: 50 }), vmDone("b")], first.watch);
    expect(words(next.say)).toEqual(["done: b"]);
    expect(next.say[0]).toMatchObject({ tally: { well: 1, of: 2 } });
    expect(step([vmTaskOf("a", { progress: 60 }), vmDone("b")], next.watch).say).toEqual([]);
  });

  it("those whose result nobody knows do not count as up", () => {
    const odd = vmDone("a", { result: "unknown:Skipped" });
    const next = step([odd, vmDone("b")], step([vmTaskOf("a"), vmTaskOf("b")]).watch);
    expect(next.say[0]).toMatchObject({ mark: "done", tally: { well: 1, of: 2 } });
  });

  it("an end that EM takes back is not told again, a worse one is", () => {
    const done = step([vmDone("a")]).watch;
    const again = step([vmTaskOf("a", { progress: 10 })], done);
    expect(again.say).toEqual([]);
    expect(marks(again.watch)).toEqual(["a running", "b waiting"]);
    expect(step([vmDone("a")], again.watch).say).toEqual([]);
    expect(words(step([vmDone("a", { result: "Failed" })], again.watch).say)).toEqual([
      "failed: a",
    ]);
  });

  it("the word of EM is told with it", () => {
    const { say } = step([vmDone("a", { result: "Failed", failureMessage: "No power." })]);
    expect(say.at(-1)).toMatchObject({ is: "vms", vms: [{ name: "a", message: "No power." }] });
  });

  it("another session than the one that is followed changes nothing", () => {
    expect(seeing(following, session(sessionDone({ id: "s2" }))).watch.phase).toEqual(
      phases.following,
    );
  });
});

describe("what does not move is said to stall, once for each stall", () => {
  const running = (progress: number) => session(sessionOf({ vms: [vmTaskOf("a", { progress })] }));

  it("a VM, and that it moves again", () => {
    let { watch } = seeing(watchIn(phases.following), running(10), begun);
    const said: string[] = [];
    const see = (progress: number, at: number) => {
      const step = seeing(watch, running(progress), at);
      watch = step.watch;
      said.push(...words(step.say));
    };
    see(10, begun + 10 * minute - 1);
    expect(said).toEqual([]);
    see(10, begun + 10 * minute);
    see(10, begun + 15 * minute);
    see(11, begun + 16 * minute);
    see(11, begun + 26 * minute);
    expect(said).toEqual(["stalled: a", "moving: a", "stalled: a"]);
  });

  it("a VM that ends after a stall is told as ended, not as moving", () => {
    const stalled = watchIn(phases.following, {
      vms: [vmView("a", { mark: "stalled", told: "running" }), vmView("b")],
    });
    const { say } = seeing(
      stalled,
      session(sessionOf({ vms: [vmDone("a")] })),
      begun + 11 * minute,
    );
    expect(words(say)).toContain("done: a");
    expect(words(say)).not.toContain("moving: a");
  });

  it("the session, where no VM runs and none has changed for long", () => {
    const { watch } = seeing(watchIn(phases.following), session(sessionOf()), begun);
    const step = seeing(watch, session(sessionOf()), begun + 10 * minute);
    expect(words(step.say)).toEqual(["stalled: "]);
    expect(seeing(step.watch, session(sessionOf()), begun + 11 * minute).say).toEqual([]);
  });

  it("but not between two VMs, where one has just ended", () => {
    let { watch } = seeing(watchIn(phases.following), running(10), begun);
    watch = seeing(watch, session(sessionOf({ vms: [vmDone("a")] })), begun + 9 * minute).watch;
    expect(
      seeing(watch, session(sessionOf({ vms: [vmDone("a")] })), begun + 11 * minute).say,
    ).toEqual([]);
  });
});

describe("silence", () => {
  const silence: Sighting = { is: "silence", why: "EM does not answer." };

  it("stands on the card at once, is said after half a minute, once, and taken back", () => {
    let watch = watchIn(phases.following);
    const said: string[] = [];
    for (const at of [5, 29, 30, 60, 600]) {
      const step = seeing(watch, silence, begun + at * second);
      watch = step.watch;
      said.push(...words(step.say));
      expect(watch.silence).toMatchObject({ since: begun, why: "EM does not answer." });
    }
    expect(said).toEqual(["silent"]);
    const heard = seeing(watch, session(sessionOf()), begun + 700 * second);
    expect(words(heard.say)).toEqual(["answering", "found"]);
    expect(heard.watch.silence).toBeUndefined();
    expect(heard.watch.seenAt).toBe(begun + 700 * second);
  });

  it("is said after half a minute, and not a moment before", () => {
    const said = (ms: number) => seeing(watchIn(phases.following), silence, begun + ms).say;
    expect(said(30 * second - 1)).toEqual([]);
    expect(words(said(30 * second))).toEqual(["silent"]);
  });

  it("that was short is not said at all", () => {
    const { watch } = seeing(watchIn(phases.following), silence, begun + 5 * second);
    expect(words(seeing(watch, { is: "session-unknown" }, begun + 10 * second).say)).toEqual([]);
  });

  it("never ends a watch, however long", () => {
    for (const phase of [phases.ordered, phases.looking, phases.following, phases.checking]) {
      const { watch } = seeing(watchIn(phase), silence, begun + 100_000 * minute);
      expect(watch.phase).toEqual(phase);
    }
  });

  it("is no time in which a session was looked for in vain", () => {
    const at = begun + 60 * minute;
    const silent = seeing(watchIn(phases.looking), silence, at).watch;
    expect(where(seeing(silent, candidates(), at + second).watch)).toBe("looking");
    const missed = seeing(watchIn(phases.following), { is: "session-unknown" }, begun).watch;
    const still = seeing(seeing(missed, silence, at).watch, { is: "session-unknown" }, at + second);
    expect(where(still.watch)).toBe("following");
  });

  it("only puts off what was looked for, by as long as it lasted", () => {
    const at = begun + 60 * minute;
    const heard = (watch: Watch, sighting: Sighting) => {
      const silent = seeing(watch, silence, begun + second).watch;
      return seeing(silent, sighting, at).watch;
    };
    const looking = heard(watchIn(phases.looking), candidates());
    expect(where(seeing(looking, candidates(), at + 20 * minute - 1).watch)).toBe("looking");
    expect(where(seeing(looking, candidates(), at + 20 * minute).watch)).toBe("ended: lost");
    const gone: Sighting = { is: "session-unknown" };
    const missed = heard(seeing(watchIn(phases.following), gone, begun).watch, gone);
    expect(where(seeing(missed, gone, at + 10 * minute - 1).watch)).toBe("following");
    expect(where(seeing(missed, gone, at + 10 * minute).watch)).toBe("ended: lost");
  });
});

describe("a session that EM no longer shows", () => {
  it("is waited for, and lost after the time of a stall", () => {
    const missed = seeing(watchIn(phases.following), { is: "session-unknown" }, begun).watch;
    expect(where(seeing(missed, { is: "session-unknown" }, begun + 10 * minute - 1).watch)).toBe(
      "following",
    );
    expect(where(seeing(missed, { is: "session-unknown" }, begun + 10 * minute).watch)).toBe(
      "ended: lost",
    );
  });

  it("and is found again where it comes back", () => {
    const missed = seeing(watchIn(phases.following), { is: "session-unknown" }, begun).watch;
    const back = seeing(missed, session(sessionOf()), begun + 5 * minute).watch;
    expect(back.phase).toEqual({ is: "following", session: "s1" });
    expect(where(seeing(back, { is: "session-unknown" }, begun + 11 * minute).watch)).toBe(
      "following",
    );
  });
});

describe("the end", () => {
  it("of a session with a failed VM is a failure, whatever its own result says", () => {
    const vms = [vmDone("a"), vmDone("b", { result: "Failed", failureMessage: "No power." })];
    const { watch } = seeing(
      watchIn(phases.following),
      session(sessionDone({ result: "Success", vms })),
    );
    expect(endOf(watch)).toEqual({
      is: "failed",
      reasons: [{ is: "em-says", vm: "b", text: "No power." }],
      vms: ["b"],
      of: 2,
    });
  });

  it("of a failed session names EM's reasons, and none where EM gives none", () => {
    const bare = seeing(
      watchIn(phases.following),
      session(sessionDone({ result: "Failed", vms: [] })),
    );
    expect(endOf(bare.watch)).toEqual({ is: "failed", reasons: [], vms: [], of: 2 });
    const told = sessionDone({
      result: "Failed",
      failureMessage: "Host is gone.",
      vms: [vmDone("a", { result: "Failed" })],
    });
    expect(endOf(seeing(watchIn(phases.following), session(told)).watch)).toMatchObject({
      reasons: [
        { is: "em-says", text: "Host is gone." },
        { is: "vm-unexplained", vm: "a", mark: "failed" },
      ],
    });
  });

  it("is decided when the time for evidence is over, and not before", () => {
    const vms = ["a", "b"].map((name) => vmView(name, { mark: "done" }));
    const { watch } = seeing(watchIn(phases.following), session(sessionDone()));
    const stale: Sighting = {
      is: "evidence",
      points: ["a", "b"].map((vm) => pointOf(vm, { state: "Ready" })),
    };
    expect(watch.vms.map(({ mark }) => mark)).toEqual(vms.map(({ mark }) => mark));
    expect(where(seeing(watch, stale, begun + 20 * minute).watch)).toBe("checking");
    expect(endOf(seeing(watch, stale, begun + 21 * minute).watch)).toMatchObject({
      is: "reported",
      why: "not-in-time",
    });
  });

  it("remembers from when EM's data is, once EM was asked to collect it", () => {
    const { watch } = seeing(watchIn(phases.following), session(sessionDone()));
    const at = begun + 3 * minute;
    const stale = {
      is: "evidence",
      points: [pointOf("a"), pointOf("b", { backupServer: { id: "s9", name: "other" } })],
    } as const;
    expect(seeing(watch, stale).watch.dataOf).toBeUndefined();
    const told = seeing(watch, { ...stale, collected: { server: "s1", at } }).watch;
    expect(told.dataOf).toBe(at);
    expect(seeing(told, stale).watch.dataOf).toBe(at);
  });

  it("of somebody else's run is confirmed by points too, and else decides nothing", () => {
    const elsewhere = foundElsewhere(phases.following, { vms: [] });
    const { watch } = seeing(elsewhere, session(sessionDone()));
    const over = { is: "evidence", points: [pointOf("a"), pointOf("b")] } as const;
    expect(where(seeing(watch, over).watch)).toBe("checking");
    expect(where(seeing(watch, { ...over, newestAt: begun + 2 * minute }).watch)).toBe(
      "ended: confirmed",
    );
    const ready: Sighting = {
      is: "evidence",
      points: ["a", "b"].map((vm) => pointOf(vm, { state: "Ready" })),
      newestAt: begun + 60 * minute,
    };
    expect(endOf(seeing(watch, ready, begun + 60 * minute).watch)).toMatchObject({
      is: "reported",
      why: "kind-unknown",
    });
  });
});

describe("a plan of many VMs", () => {
  const names = Array.from({ length: 100 }, (_, i) => `vm${i}`);
  const sessionWith = (done: number) =>
    session(
      sessionOf({
        vms: names.map((name, i) =>
          i < done ? vmTaskOf(name, { state: "Stopped", result: "Success" }) : vmTaskOf(name),
        ),
      }),
    );
  const goodNews = (say: readonly Event[]) =>
    say.filter((event) => event.is === "vms" && event.mark === "done");

  it("tells in about ten lines what ended well, and leaves none out", () => {
    let watch = watchIn(phases.following, {
      subject: { ...watchIn(phases.following).subject, vms: names },
    });
    const lines: number[] = [];
    for (let done = 1; done <= 100; done++) {
      const step = seeing(watch, sessionWith(done), begun + done * second);
      watch = step.watch;
      lines.push(...goodNews(step.say).map((event) => (event.is === "vms" ? event.vms.length : 0)));
    }
    expect(lines.length).toBeLessThanOrEqual(11);
    expect(lines.reduce((sum, count) => sum + count, 0)).toBe(100);
  });

  it("tells what failed at once", () => {
    const failing = sessionOf({
      vms: names.map((name, i) =>
        i === 0 ? vmTaskOf(name, { state: "Stopped", result: "Failed" }) : vmTaskOf(name),
      ),
    });
    const { say } = seeing(watchIn(phases.following), session(failing));
    expect(words(say)).toContain("failed: vm0");
  });
});

describe("several sightings of one look", () => {
  const evidence: Sighting = { is: "evidence", points: [pointOf("a"), pointOf("b")] };

  it("an end that is confirmed in the same look is not first said to be unconfirmed", () => {
    const { say } = advanceAll(
      watchIn(phases.following),
      [session(sessionDone()), evidence],
      begun,
      limits,
    );
    expect(words(say)).toEqual(["found", "done: a b", "ended: confirmed"]);
  });

  it("VMs that begin are shown by the card, and are no line; those that ended are one", () => {
    const begins = advanceAll(
      watchIn(phases.following),
      [session(sessionOf({ vms: [vmTaskOf("a")] }))],
      begun,
      limits,
    );
    expect(words(begins.say).filter((word) => word.startsWith("running"))).toEqual([]);
    const { say } = advanceAll(watchIn(phases.following), [session(sessionDone())], begun, limits);
    expect(words(say)).toEqual(["found", "done: a b", "reported"]);
  });

  it("after an absence all but the end is one line", () => {
    const away = begun - 60 * minute;
    const { say } = advanceAll(
      watchIn(phases.following),
      [session(sessionDone()), evidence],
      begun,
      limits,
      { from: away },
    );
    expect(words(say)).toEqual(["away", "ended: confirmed"]);
    expect(say[0]).toMatchObject({ from: away, to: begun });
    expect(say[0]?.is === "away" && words(say[0].meanwhile)).toEqual(["found", "done: a b"]);
  });
});

describe("a limit of time for all that is followed", () => {
  const limited = { ...limits, watchMs: 60 * minute };
  const seenAt = (at: number, ...sightings: Sighting[]) =>
    advanceAll(watchIn(phases.following), sightings, at, limited);
  const running = session(sessionOf({ vms: [vmTaskOf("a")] }));

  it("ends a run when it is reached, after what was seen of it, and not a moment before", () => {
    const before = seenAt(begun + 60 * minute - 1, running);
    expect([before.watch.phase.is, words(before.say)]).toEqual(["following", ["found"]]);
    const { watch, say } = seenAt(begun + 60 * minute, running);
    const how = { is: "lost", why: { is: "time-limit", limitMs: 60 * minute } };
    expect(watch.phase).toEqual({ is: "ended", at: begun + 60 * minute, how });
    expect(words(say)).toEqual(["found", "ended: lost"]);
  });

  it("leaves an end that is seen in that look as it is", () => {
    const { watch, say } = seenAt(begun + 60 * minute, session(sessionDone({ result: "Failed" })));
    expect(watch.phase).toMatchObject({ is: "ended", how: { is: "failed" } });
    expect(words(say)).toEqual(["found", "done: a b", "ended: failed"]);
  });
});
