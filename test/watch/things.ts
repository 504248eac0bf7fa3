/** Watches, and what EM shows of them, as tests need them. */
import type { FailoverSession, Ref, ReplicaPoint, Task, VmTask } from "../../src/em/types.ts";
import type { OrderRef, Phase, VmView, Watch } from "../../src/records/watch.ts";
import type { Limits } from "../../src/watch/sighting.ts";

/** 2026-11-21 06:00 UTC. */
export const begun = Date.UTC(2026, 10, 21, 6);
export const second = 1000;
export const minute = 60 * second;

export const limits: Limits = {
  stallMs: 10 * minute,
  evidenceWaitMs: 20 * minute,
  silenceMs: 30 * second,
};

export const anna = { platform: "terminal", id: "anna", name: "Anna" } as const;
export const ben = { platform: "terminal", id: "ben", name: "Ben" } as const;
export const server: Ref = { id: "server-1", name: "srv13.tech.local" };

export const phases = {
  ordered: { is: "ordered", task: "task-1", logon: "logon-1", at: begun },
  looking: { is: "looking", since: begun, silentMs: 0, why: "answer-lost" },
  following: { is: "following", session: "s1" },
  checking: { is: "checking", session: "s1", until: begun + 20 * minute },
  ended: { is: "ended", at: begun, how: { is: "lost", why: { is: "session-gone" } } },
} as const satisfies Record<Phase["is"], Phase>;

export const order: OrderRef = {
  id: "run-abc234",
  action: "start",
  from: { points: "latest" },
  hold: "sandbox cloud plan-1",
  by: anna,
  approvedBy: [ben],
  sentAt: begun,
  known: ["s0"],
  over: [],
};

export const vmView = (name: string, own: Partial<VmView> = {}): VmView => ({
  name,
  mark: "waiting",
  progress: 0,
  changedAt: begun,
  ...own,
});

/** A run of a plan with the VMs `a` and `b`, ordered by Anna and approved by Ben. */
export function watchIn(phase: Phase, own: Partial<Watch> = {}): Watch {
  const vms = own.subject?.vms ?? ["a", "b"];
  return {
    version: 2,
    of: "failover",
    id: "run-abc234",
    em: "sandbox",
    subject: {
      name: "Plan",
      kind: "cloud",
      planId: "plan-1",
      tenant: "ABC Company",
      shared: false,
      vms,
    },
    order,
    notify: [anna, ben],
    topics: ["topic-1"],
    since: begun,
    seenAt: begun,
    phase,
    vms: vms.map((name) => vmView(name)),
    ...own,
  };
}

/** Somebody else's run. */
export function foundElsewhere(phase: Phase, own: Partial<Watch> = {}): Watch {
  const { order: _, ...watch } = watchIn(phase, own);
  return { ...watch, id: "watch-abc234", notify: [] };
}

export const taskOf = (own: Partial<Task> = {}): Task => ({
  id: "task-1",
  state: "Running",
  operation: "StartCloudFailoverPlan",
  sessions: [],
  ...own,
});

export const wellDone = {
  success: true,
  confirmationNeeded: false,
  credentialsNeeded: false,
} as const;
export const badlyDone = { ...wellDone, success: false } as const;

export const vmTaskOf = (vm: string, own: Partial<VmTask> = {}): VmTask => ({
  vm,
  createdAt: begun,
  state: "Working",
  result: "None",
  progress: 0,
  ...own,
});

export const vmDone = (vm: string, own: Partial<VmTask> = {}): VmTask =>
  vmTaskOf(vm, {
    state: "Stopped",
    result: "Success",
    progress: 100,
    endedAt: begun + minute,
    ...own,
  });

export const sessionOf = (own: Partial<FailoverSession> = {}): FailoverSession => ({
  id: "s1",
  name: "Plan",
  backupServer: server,
  createdAt: begun,
  state: "Working",
  result: "None",
  progress: 0,
  vms: [],
  ...own,
});

export const sessionDone = (own: Partial<FailoverSession> = {}): FailoverSession =>
  sessionOf({
    state: "Stopped",
    result: "Success",
    progress: 100,
    endedAt: begun + minute,
    vms: [vmDone("a"), vmDone("b")],
    ...own,
  });

export const pointOf = (vm: string, own: Partial<ReplicaPoint> = {}): ReplicaPoint => ({
  id: `point of ${vm}`,
  name: `${vm}@2026-11-21`,
  vm,
  createdAt: begun - 60 * minute,
  type: "Snapshot",
  state: "Failover",
  replica: { id: "replica-1", name: "ABC Company Servers Replication" },
  backupServer: server,
  ...own,
});
