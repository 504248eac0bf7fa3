/** How runs, their VMs and their tasks look at an instant, in EM's words. */

import type { Switches } from "../switches.ts";
import { type Course, courseOf, type VmCourse } from "./course.ts";
import type { Run, RunVm } from "./estate.ts";

export interface Progressing {
  readonly createdAt: number;
  readonly endedAt?: number;
  readonly state: string;
  /** Absent where EM leaves it out while the thing runs. */
  readonly result?: string;
  readonly progress: number;
  readonly failureMessage?: string;
}

export interface VmView extends Progressing {
  readonly vm: RunVm;
}

export interface SessionView extends Progressing {
  readonly run: Run;
  readonly vms: readonly VmView[];
}

export interface Words {
  readonly switches: Switches;
  readonly words: "known" | "unknown";
}

export function sessionView(run: Run, now: number, words: Words): SessionView {
  const course = courseOf(run);
  const vms = course.vms.filter((vm) => vm.beginsAt <= now).map((vm) => vmView(vm, now, words));
  const isOver = course.endsAt <= now;
  return {
    run,
    vms,
    createdAt: course.beginsAt,
    state: sessionState(course, now, words),
    progress: shownProgress(sessionProgress(course, now), isOver, words),
    ...(isOver ? { endedAt: course.endsAt, result: course.result } : stillRunning(words)),
  };
}

function sessionState(course: Course, now: number, { words }: Words): string {
  if (now < course.worksAt) return "Starting";
  if (now < course.stopsAt)
    return words === "unknown" && isMiddle(course, now) ? "Rebalancing" : "Working";
  return now < course.endsAt ? "Stopping" : "Stopped";
}

/** For 15 seconds a session is in a state that no filter for open sessions knows. */
const isMiddle = (course: Course, now: number): boolean =>
  now >= course.worksAt + 15_000 && now < course.worksAt + 30_000;

function vmView(course: VmCourse, now: number, words: Words): VmView {
  const isOver = course.endsAt <= now;
  const result =
    words.words === "unknown" && course.vm.name.endsWith("3") ? "SkippedByPolicy" : course.result;
  return {
    vm: course.vm,
    createdAt: course.beginsAt,
    state: vmState(course, now, words),
    progress: shownProgress(vmProgress(course, now), isOver, words),
    ...(isOver ? { endedAt: course.endsAt, result } : stillRunning(words)),
    ...(isOver && course.message !== undefined ? { failureMessage: course.message } : {}),
  };
}

function vmState(course: VmCourse, now: number, { words }: Words): string {
  if (now < course.worksAt) return words === "unknown" ? "Preparing" : "Starting";
  return now < course.endsAt ? "Working" : "Stopped";
}

const stillRunning = ({ switches }: Words): { result?: string } =>
  switches.resultWhileRunning === "None" ? { result: "None" } : {};

const shownProgress = (percent: number, isOver: boolean, { switches }: Words): number =>
  !isOver && switches.progressWhileRunning === "zero" ? 0 : percent;

const STALLS_AT_PERCENT = 34;

function vmProgress({ worksAt, endsAt }: VmCourse, now: number): number {
  if (now >= endsAt) return 100;
  if (now < worksAt) return 0;
  if (endsAt === Number.POSITIVE_INFINITY)
    return Math.min(STALLS_AT_PERCENT, Math.floor((now - worksAt) / 1_000));
  return Math.floor((100 * (now - worksAt)) / (endsAt - worksAt));
}

function sessionProgress(course: Course, now: number): number {
  if (course.endsAt <= now) return 100;
  const total = course.vms.reduce((sum, vm) => sum + vmProgress(vm, now), 0);
  return Math.min(99, Math.floor(total / Math.max(1, course.vms.length)));
}
