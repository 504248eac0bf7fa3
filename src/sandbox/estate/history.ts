/** What the recorded events say of runs, plans and VMs at an instant. */
import { courseOf, isTwisted } from "./course.ts";
import type { EstateEvent, Plan, PointRef, Run, VmState } from "./estate.ts";

/**
 * From `at` on, a VM is in `state`; `point` is the restore point that it runs from, where one is
 * known.
 */
export interface Transition {
  readonly at: number;
  readonly state: VmState;
  readonly point?: PointRef;
}

export interface History {
  readonly runs: readonly Run[];
  /** By VM, in order of time. */
  readonly transitions: ReadonlyMap<string, readonly Transition[]>;
  /**
   * VMs that go on being replicated although a session says they were failed over, and since when.
   */
  readonly contradicted: ReadonlyMap<string, number>;
}

export function historyOf(events: readonly EstateEvent[]): History {
  const runs = runsOf(events);
  return { runs, transitions: transitionsOf(runs, events), contradicted: contradictedBy(runs) };
}

function runsOf(events: readonly EstateEvent[]): Run[] {
  const stopped = new Map(
    events.flatMap((each) => (each.kind === "stopped" ? [[each.runId, each.at]] : [])),
  );
  return events.flatMap((each) => {
    if (each.kind !== "run") return [];
    const stoppedAt = stopped.get(each.run.id);
    return [stoppedAt === undefined ? each.run : { ...each.run, stoppedAt }];
  });
}

function transitionsOf(
  runs: readonly Run[],
  events: readonly EstateEvent[],
): Map<string, Transition[]> {
  const byVm = new Map<string, Transition[]>();
  const add = (vm: string, transition: Transition) =>
    byVm.set(vm, [...(byVm.get(vm) ?? []), transition]);
  for (const run of runs) for (const [vm, transition] of changesBy(run)) add(vm, transition);
  for (const each of events)
    if (each.kind === "vm-state") add(each.vm, { at: each.at, state: each.state });
  for (const transitions of byVm.values()) transitions.sort((a, b) => a.at - b.at);
  return byVm;
}

function changesBy(run: Run): [vm: string, transition: Transition][] {
  if (run.kind === "ordinary") return [];
  return courseOf(run).vms.flatMap(({ vm, worksAt, endsAt, result }, index) => {
    const failover: Transition = {
      at: endsAt,
      state: "Failover",
      ...(vm.point ? { point: vm.point } : {}),
    };
    const ready: Transition = { at: endsAt, state: "Ready" };
    const changes = run.action === "start" ? [failover] : [ready];
    if (run.action === "test") changes.unshift({ ...failover, at: worksAt });
    const isLost = run.action === "start" && (result === "Failed" || isContradicted(run, index));
    return isLost || endsAt === Number.POSITIVE_INFINITY
      ? []
      : changes.map((change): [string, Transition] => [vm.vm, change]);
  });
}

const isContradicted = (run: Run, index: number): boolean =>
  run.twist === "contradicted" && isTwisted(run, index);

function contradictedBy(runs: readonly Run[]): Map<string, number> {
  const starts = runs.filter((run) => run.twist === "contradicted" && run.action === "start");
  return new Map(
    starts.flatMap((run) =>
      courseOf(run).vms.flatMap(({ vm, endsAt }, index): [string, number][] =>
        isTwisted(run, index) ? [[vm.vm, endsAt]] : [],
      ),
    ),
  );
}

const READY: Transition = { at: Number.NEGATIVE_INFINITY, state: "Ready" };

/** The latest transition of a VM at an instant, and so its state. */
export function transitionAt(history: History, vm: string, at: number): Transition {
  return history.transitions.get(vm)?.findLast((each) => each.at <= at) ?? READY;
}

export function plansAt(
  plans: readonly Plan[],
  events: readonly EstateEvent[],
  at: number,
): Plan[] {
  return plans.map((plan) => {
    const edit = events.findLast(
      (each) => each.kind === "plan-edited" && each.planId === plan.id && each.at <= at,
    );
    return edit?.kind === "plan-edited" ? { ...plan, vms: edit.vms } : plan;
  });
}
