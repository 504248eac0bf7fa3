/** What is written down of a run when it begins to be followed, and when it has ended. */
import { describe, expect, it } from "vitest";
import type { FailoverPlan } from "../../src/em/types.ts";
import { newId } from "../../src/ids.ts";
import type { AnyWatch } from "../../src/records/any-watch.ts";
import {
  archiveWatch,
  followedKey,
  isEndsOnly,
  newReplicationWatch,
  newWatch,
} from "../../src/watch/records.ts";
import { planOf } from "../fakes/quick-bot.ts";
import { begun, foundElsewhere, phases, server, sessionOf, vmTaskOf, watchIn } from "./things.ts";

const job = {
  id: "r1",
  name: "Job@2026-11-21",
  kind: "cdp",
  createdAt: begun,
  state: "Working",
  result: "None",
  progress: 0,
  retry: false,
} as const;
const replication = (only?: string) =>
  newReplicationWatch(newId("watch"), job, only, "sandbox", begun);

describe("a session that begins to be followed", () => {
  const ours = planOf({ name: "Plan", backupServer: server });
  const other = planOf({ id: "plan-2", name: "Another", vms: [{ id: "z", name: "z", order: 0 }] });
  const subject = (vms: string[], ...plans: FailoverPlan[]) =>
    newWatch(
      newId("watch"),
      sessionOf({ vms: vms.map((vm) => vmTaskOf(vm)) }),
      plans,
      "sandbox",
      begun,
    ).subject;

  it("is of the plan of its name, with its tenant, its server and its VMs", () => {
    expect(subject(["a"], other, ours)).toEqual({
      name: "Plan",
      kind: "cloud",
      planId: "plan-1",
      tenant: "ABC",
      server,
      shared: false,
      vms: ["a", "b"],
    });
  });

  it("is of no plan where none has its name, or several have and its VMs do not tell", () => {
    const none = { name: "Plan", kind: "cloud", vms: [] };
    const twin = { ...other, name: "Plan" };
    expect(subject(["a"], other)).toEqual({ ...none, shared: false });
    expect(subject(["a"])).toEqual({ ...none, shared: false });
    expect(subject([], ours, twin, other)).toEqual({ ...none, shared: true });
    expect(subject(["a"], ours, twin, other)).toMatchObject({ planId: "plan-1", shared: true });
  });

  it("is shown nowhere yet, and calls nobody", () => {
    const nowhere = { topics: [], notify: [], since: begun, seenAt: begun };
    expect(newWatch(newId("watch"), sessionOf(), [ours], "sandbox", begun)).toMatchObject(nowhere);
    expect(replication()).toMatchObject(nowhere);
  });
});

describe("a replication that begins to be followed", () => {
  it("is called by its job where EM names one, and is of one VM alone where that is wanted", () => {
    expect(replication().subject).toStrictEqual({ name: job.name, session: "r1" });
    const named = { ...job, job: { id: "j1", name: "Job" } };
    expect(newReplicationWatch(newId("watch"), named, "a", "sandbox", begun).subject).toStrictEqual(
      {
        name: "Job",
        session: "r1",
        only: "a",
      },
    );
  });
});

describe("who follows what", () => {
  it("is noted by the session; by the watch while there is none", () => {
    expect(followedKey(watchIn(phases.following))).toBe("sandbox s1");
    expect(followedKey(watchIn(phases.ordered))).toBe("sandbox run-abc234");
  });

  it("is noted of a replication for each VM that is followed alone, and for all together", () => {
    expect(followedKey(replication())).toBe("sandbox r1");
    expect(followedKey(replication("a"))).toBe("sandbox r1 a");
  });
});

describe("a run that has ended", () => {
  const changes = (watch: AnyWatch) =>
    archiveWatch(watch).map((change) =>
      "put" in change ? `put ${change.put} ${change.key}` : JSON.stringify(change),
    );

  it("is one of the past, its session no news, and its plan free for another order", () => {
    const session = { ...sessionOf(), changedAt: begun, stalled: false };
    const ended = watchIn(phases.ended, { session });
    expect(changes(ended)).toEqual([
      "put past-watches run-abc234",
      "put seen-sessions sandbox s1",
      '{"remove":"holds","key":"sandbox cloud plan-1"}',
    ]);
  });

  it("frees no plan where it was ordered elsewhere, and has no session that was never found", () => {
    expect(changes(foundElsewhere(phases.ended))).toEqual(["put past-watches watch-abc234"]);
    const ended = replication();
    expect(changes(ended)).toEqual([`put past-watches ${ended.id}`]);
  });
});

describe("a place where less of a run is wanted", () => {
  it("is one of those that are noted, and none is where nobody wanted that", () => {
    const quiet = watchIn(phases.following, { quiet: ["topic-2"] });
    expect(["topic-1", "topic-2"].map((topic) => isEndsOnly(quiet, topic))).toEqual([false, true]);
    expect(isEndsOnly(watchIn(phases.following), "topic-1")).toBe(false);
  });
});
