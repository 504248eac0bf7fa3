/** What a run does when: the same run always takes the same course. */
import type { Outcome, Run, RunVm } from "./estate.ts";
import { chance } from "./ids.ts";

export interface VmCourse {
  readonly vm: RunVm;
  readonly beginsAt: number;
  readonly worksAt: number;
  /** Infinity for a VM that stalls. */
  readonly endsAt: number;
  readonly result: Outcome;
  readonly message?: string;
}

export interface Course {
  /** The order's task: done on the backup server, then known to EM. */
  readonly operationFinishedAt: number;
  readonly taskFinishedAt: number;
  readonly beginsAt: number;
  readonly worksAt: number;
  readonly stopsAt: number;
  readonly endsAt: number;
  readonly result: Outcome;
  readonly vms: readonly VmCourse[];
}

const MOST_AT_ONCE = 10;
const UNDO_GROUP = 5;
const UNDO_GROUP_APART_MS = 10_000;

const courses = new WeakMap<Run, Course>();

export function courseOf(run: Run): Course {
  const known = courses.get(run) ?? plot(run);
  courses.set(run, known);
  return known;
}

function plot(run: Run): Course {
  const worksAt = run.orderedAt + 3_000;
  const vms = run.refused ? [] : vmsOf(run, worksAt);
  const stopsAt = Math.max(worksAt + 2_000, ...vms.map((vm) => vm.endsAt));
  return {
    operationFinishedAt: run.orderedAt + 2_000,
    taskFinishedAt: run.orderedAt + 4_000,
    beginsAt: run.orderedAt + 1_000,
    worksAt,
    stopsAt,
    endsAt: stopsAt + 2_000,
    result: worst(run, vms),
    vms,
  };
}

function vmsOf(run: Run, worksAt: number): VmCourse[] {
  if (run.twist === "session-fails") return [];
  const all = run.action === "undo" ? inGroups(run, worksAt) : tenAtOnce(run, worksAt);
  const { stoppedAt } = run;
  return stoppedAt === undefined ? all : all.filter((vm) => vm.beginsAt <= stoppedAt);
}

function tenAtOnce(run: Run, worksAt: number): VmCourse[] {
  const done: VmCourse[] = [];
  let free = worksAt + 500;
  for (const [index, vm] of run.vms.entries()) {
    const running = done.filter((each) => each.endsAt > free).sort((a, b) => a.endsAt - b.endsAt);
    const freed =
      running.length < MOST_AT_ONCE ? free : (running.at(-MOST_AT_ONCE)?.endsAt ?? free);
    const course = vmCourse(run, vm, index, freed);
    done.push(course);
    free = freed + chance(10, 1_500, run.id, vm.name, "next");
  }
  return done;
}

function inGroups(run: Run, worksAt: number): VmCourse[] {
  return run.vms.map((vm, index) => {
    const beginsAt = worksAt + 500 + Math.floor(index / UNDO_GROUP) * UNDO_GROUP_APART_MS;
    const worksFrom = beginsAt + chance(500, 1_500, run.id, vm.name, "undo begins");
    const endsAt = worksFrom + chance(4_000, 9_000, run.id, vm.name, "undo takes");
    return { vm, beginsAt, worksAt: worksFrom, endsAt, result: "Success" };
  });
}

function vmCourse(run: Run, vm: RunVm, index: number, beginsAt: number): VmCourse {
  const worksAt = beginsAt + chance(2_000, 6_000, run.id, vm.name, "begins");
  const seconds =
    run.twist === "long" ? chance(1_200, 3_000, run.id, vm.name) : chance(30, 70, run.id, vm.name);
  const endsAt = worksAt + seconds * 1_000 + chance(0, 999, run.id, vm.name, "ms");
  const well: VmCourse = { vm, beginsAt, worksAt, endsAt, result: "Success" };
  if (!vm.point && run.kind === "cloud")
    return {
      ...well,
      endsAt: worksAt + 1_000,
      result: "Failed",
      message: "No restore points to fail over to",
    };
  return isTwisted(run, index) ? { ...well, ...departure(run, vm, worksAt) } : well;
}

/** The second VM is the one that a twist befalls; in a plan of one VM, the only one. */
export const isTwisted = (run: Run, index: number): boolean =>
  index === Math.min(1, run.vms.length - 1);

function departure(run: Run, vm: RunVm, worksAt: number): Partial<VmCourse> {
  if (run.twist === "vm-fails")
    return {
      endsAt: worksAt + 20_000,
      result: "Failed",
      message: `Failed to power on VM ${vm.name}: insufficient memory resources on host esx-dr-02`,
    };
  if (run.twist === "vm-warns")
    return {
      result: "Warning",
      message: `VM ${vm.name} started, but its network "Production" has no mapping`,
    };
  return run.twist === "vm-stalls" ? { endsAt: Number.POSITIVE_INFINITY } : {};
}

function worst(run: Run, vms: readonly VmCourse[]): Outcome {
  if (run.twist === "session-fails" || run.refused || run.stoppedAt !== undefined) return "Failed";
  if (vms.some((vm) => vm.result === "Failed")) return "Failed";
  return vms.some((vm) => vm.result === "Warning") ? "Warning" : "Success";
}

/** Whether a run is under way, with a session or without. */
export const isOpen = (run: Run, at: number): boolean => {
  const { beginsAt, endsAt } = courseOf(run);
  return beginsAt <= at && at < endsAt;
};
