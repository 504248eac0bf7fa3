/** What holds of every watch, whatever EM shows, in whatever order. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FailoverSession, ReplicaPoint, Task, VmTask } from "../../src/em/types.ts";
import { remarkWords } from "../../src/messages/remarks.ts";
import type { Event } from "../../src/records/event.ts";
import type { Watch } from "../../src/records/watch.ts";
import { advance } from "../../src/watch/failover.ts";
import type { Sighting, Step } from "../../src/watch/sighting.ts";
import {
  badlyDone,
  begun,
  foundElsewhere,
  limits,
  minute,
  order,
  phases,
  pointOf,
  watchIn,
  wellDone,
} from "../watch/things.ts";

const vmName = fc.constantFrom("a", "b", "c", "of no plan");
const state = fc.constantFrom("Starting", "Working", "Stopping", "Stopped", "unknown:Odd");
const result = fc.constantFrom("None", "Success", "Warning", "Failed", "unknown:Odd");
const percent = fc.integer({ min: 0, max: 100 });
const aboutNow = fc.integer({ min: -60, max: 120 }).map((minutes) => begun + minutes * minute);
const message = fc.constantFrom("No power.", "");

const vmTask: fc.Arbitrary<VmTask> = fc.record(
  {
    vm: vmName,
    state,
    result,
    progress: percent,
    point: vmName.map((vm) => ({ id: `point of ${vm}`, name: vm })),
    createdAt: aboutNow,
    endedAt: aboutNow,
    failureMessage: message,
  },
  { requiredKeys: ["vm", "state", "result", "progress"] },
);

const session: fc.Arbitrary<FailoverSession> = fc.record(
  {
    id: fc.constantFrom("s1", "s1", "s1", "s0", "s2"),
    name: fc.constantFrom("Plan", "Plan", "Plan", "Other"),
    createdAt: aboutNow,
    endedAt: aboutNow,
    state,
    result,
    progress: percent,
    failureMessage: message,
    vms: fc.array(vmTask, { maxLength: 5 }),
  },
  { requiredKeys: ["id", "name", "createdAt", "state", "result", "progress", "vms"] },
);

const task: fc.Arbitrary<Task> = fc.record(
  {
    id: fc.constant("task-1"),
    operation: fc.constant("StartCloudFailoverPlan"),
    state: fc.constantFrom("Running", "OperationFinished", "Finished", "unknown:Odd"),
    result: fc.constantFrom(wellDone, wellDone, badlyDone, { ...badlyDone, message: "No." }),
    sessions: fc.constantFrom([], [{ id: "s1", name: "Plan" }]),
  },
  { requiredKeys: ["id", "operation", "state", "sessions"] },
);

const point: fc.Arbitrary<ReplicaPoint> = fc
  .record({
    vm: vmName,
    state: fc.constantFrom(
      "Ready",
      "Failover",
      "Failback",
      "PermanentFailover",
      "Unknown",
      "unknown:Odd",
    ),
    replica: fc.constantFrom("replica-1", "replica-1", "replica-2"),
    createdAt: aboutNow,
  })
  .map(({ vm, replica, ...own }) =>
    pointOf(vm, { ...own, replica: { id: replica, name: replica } }),
  );
/** Mostly all in one state, as they are when a run has ended. */
const points = fc.oneof(
  fc.array(point, { maxLength: 6 }),
  fc
    .constantFrom("Ready" as const, "Failover" as const)
    .map((one) => ["a", "b", "c", "of no plan"].map((vm) => pointOf(vm, { state: one }))),
);

const collected = fc.record({ server: fc.constantFrom("server-1", "server-2"), at: aboutNow });

const sightings = {
  task: task.map((one) => ({ is: "task" as const, task: one })),
  candidates: fc.record(
    {
      is: fc.constant("candidates" as const),
      sessions: fc.array(session, { maxLength: 3 }),
      points,
      newestAt: aboutNow,
      collected,
    },
    { requiredKeys: ["is", "sessions"] },
  ),
  session: session.map((one) => ({ is: "session" as const, session: one })),
  evidence: fc.record(
    {
      is: fc.constant("evidence" as const),
      points,
      newestAt: aboutNow,
      collected,
      since: fc.array(session, { maxLength: 1 }),
    },
    { requiredKeys: ["is", "points"] },
  ),
};

const isDated = ({ newestAt, collected }: Extract<Sighting, { is: "candidates" }>) =>
  newestAt !== undefined || collected !== undefined;

const others = fc.constantFrom<Sighting>(
  { is: "task-unknown" },
  { is: "session-unknown" },
  { is: "no-evidence" },
  { is: "silence", why: "EM does not answer." },
);

/** One look: mostly at what the watcher asks for in that phase, now and then at something else. */
interface Glance {
  readonly fitting: { readonly [Is in Watch["phase"]["is"]]: Sighting };
  readonly other?: Sighting;
  readonly passedMs: number;
}

const glance: fc.Arbitrary<Glance> = fc.record(
  {
    fitting: fc.record({
      ordered: sightings.task,
      looking: sightings.candidates,
      following: sightings.session,
      checking: sightings.evidence,
      ended: sightings.session,
    }),
    other: fc.oneof(others, ...Object.values(sightings)),
    passedMs: fc.integer({ min: 0, max: 12 * minute }),
  },
  { requiredKeys: ["fitting", "passedMs"] },
);

const subject = { ...watchIn(phases.ordered).subject, vms: ["a", "b", "c"] };
const birth: fc.Arbitrary<Watch> = fc
  .record({
    phase: fc.constantFrom(phases.ordered, phases.looking, phases.following),
    action: fc.constantFrom("start", "start", "test", "undo"),
    over: fc.subarray(["a", "b", "c"]),
    kind: fc.constantFrom("cloud", "cloud", "cloud", "ordinary"),
    shared: fc.boolean(),
    elsewhere: fc.boolean(),
  })
  .map(({ phase, action, over, kind, shared, elsewhere }) => {
    const own = { subject: { ...subject, kind, shared }, order: { ...order, action, over } };
    return elsewhere && phase.is === "following" ? foundElsewhere(phase, own) : watchIn(phase, own);
  });

interface Taken extends Step {
  readonly before: Watch;
  readonly sighting: Sighting;
  readonly now: number;
}

const looks = fc.array(glance, { maxLength: 30 });

function live(watch: Watch, seen: readonly Glance[]): Taken[] {
  let before = watch;
  let now = begun;
  return seen.map(({ fitting, other, passedMs }) => {
    now += passedMs;
    const sighting = other ?? fitting[before.phase.is];
    const step = { before, sighting, now, ...advance(before, sighting, now, limits) };
    before = step.watch;
    return step;
  });
}

const saidIn = (steps: readonly Taken[]): readonly Event[] => steps.flatMap(({ say }) => say);

const always = (
  holds: (steps: readonly Taken[]) => void,
  parameters: fc.Parameters<[Watch, Glance[]]> = {},
) =>
  fc.assert(
    fc.property(birth, looks, (watch, seen) => holds(live(watch, seen))),
    { numRuns: 1000, ...parameters },
  );

describe("whatever EM shows", () => {
  it("a watch that has ended says no more and changes no more, and its end is said exactly once", () => {
    always((steps) => {
      for (const { before, watch, say } of steps)
        if (before.phase.is === "ended") {
          expect(watch).toBe(before);
          expect(say).toEqual([]);
        }
      const ends = saidIn(steps).filter(({ is }) => is === "ended");
      const last = steps.at(-1)?.watch.phase;
      expect(ends).toEqual(last?.is === "ended" ? [{ is: "ended", how: last.how }] : []);
    });
  });

  it("a watch is the same after it was saved and read", () => {
    fc.assert(
      fc.property(birth, looks, (watch, seen) => {
        let kept = watch;
        for (const { sighting, now, watch: next, say } of live(watch, seen)) {
          const reread = advance(JSON.parse(JSON.stringify(kept)), sighting, now, limits);
          expect([reread.watch, reread.say]).toEqual([next, say]);
          kept = reread.watch;
        }
      }),
      { numRuns: 500 },
    );
  });

  it("confirmed is said only of VMs whose points say so, of every VM that counts", () => {
    always((steps) => {
      for (const { before, watch, sighting } of steps) {
        if (
          before.phase.is === "ended" ||
          watch.phase.is !== "ended" ||
          watch.phase.how.is !== "confirmed"
        )
          continue;
        const seen =
          "points" in sighting ? (sighting.points ?? []) : expect.fail("confirmed without points");
        const undoing = watch.order?.action === "undo" || watch.order?.action === "test";
        const says = [undoing ? "Ready" : "Failover", "Failback", "PermanentFailover"];
        const ofSession = before.vms
          .filter(({ mark }) => mark !== "waiting")
          .map(({ name }) => name);
        const counting =
          sighting.is === "candidates" && !isDated(sighting)
            ? (watch.order?.over ?? [])
            : ofSession.length > 0
              ? ofSession
              : subject.vms;
        expect(counting.length).toBeGreaterThan(0);
        if (sighting.is === "candidates" && isDated(sighting)) continue;
        for (const vm of counting)
          expect(seen.filter((one) => one.vm === vm && says.includes(one.state))).not.toEqual([]);
        const unnamed = before.vms.filter(({ mark }) => mark === "waiting");
        if (sighting.is === "evidence" && !undoing && ofSession.length > 0)
          for (const { name } of unnamed)
            expect(watch.phase.how.warnings.map(remarkWords).join()).toContain(name);
      }
    });
  });

  it("success is never told of a session that does not say so", () => {
    always((steps) => {
      const how = steps.at(-1)?.watch.phase;
      const told = steps.at(-1)?.watch.session?.result;
      if (how?.is !== "ended" || told === "Success" || told === "Warning" || told === undefined)
        return;
      expect(["failed", "lost", "reported", "confirmed"]).toContain(how.how.is);
      if (how.how.is === "reported") expect(how.how.why).toBe("no-result");
      if (how.how.is === "confirmed")
        expect(how.how.warnings.map(remarkWords).join()).toContain("clear result");
    });
  });

  it("that a VM began is said once, and how it ended once, unless it turns out worse", () => {
    const further = ["running", "done", "warning", "failed"];
    always((steps) => {
      const told = new Map<string, number>();
      for (const event of saidIn(steps)) {
        if (event.is !== "vms") continue;
        for (const { name } of event.vms) {
          expect(further.indexOf(event.mark)).toBeGreaterThan(told.get(name) ?? -1);
          told.set(name, further.indexOf(event.mark));
        }
      }
    });
  });

  it("a stall is said when it begins, and not again while it lasts", () => {
    always((steps) => {
      for (const { before, watch, say } of steps) {
        const was = new Set(
          before.vms.filter(({ mark }) => mark === "stalled").map(({ name }) => name),
        );
        const fresh = watch.vms
          .filter(({ name, mark }) => mark === "stalled" && !was.has(name))
          .map(({ name }) => name);
        const said = say.flatMap((event) => (event.is === "stalled" ? event.vms : []));
        expect(said).toEqual(fresh);
      }
      const ofTask = saidIn(steps.filter(({ before }) => before.phase.is === "ordered"));
      expect(ofTask.filter(({ is }) => is === "stalled").length).toBeLessThanOrEqual(1);
    });
  });

  it("silence ends nothing; it is said once, and taken back once", () => {
    always((steps) => {
      for (const { before, watch, sighting } of steps)
        if (sighting.is === "silence") expect(watch.phase).toEqual(before.phase);
      const turns = saidIn(steps).filter(({ is }) => is === "silent" || is === "answering");
      turns.forEach(({ is }, i) => {
        expect(is).toBe(i % 2 === 0 ? "silent" : "answering");
      });
    });
  });

  it("every kind of end comes about, so that the above is said of each", () => {
    const ends = new Set<string>();
    always(
      (steps) => {
        const last = steps.at(-1)?.watch.phase;
        if (last?.is === "ended") ends.add(last.how.is);
      },
      { seed: 1 },
    );
    expect([...ends].sort()).toEqual([
      "confirmed",
      "contradicted",
      "failed",
      "lost",
      "reported",
      "taken",
    ]);
  });
});
