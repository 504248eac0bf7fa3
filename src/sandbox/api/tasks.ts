/** EM's receipts for orders. Each can be read only in the logon session that made it. */
import { courseOf } from "../estate/course.ts";
import type { Run } from "../estate/estate.ts";
import type { Words } from "../estate/session-view.ts";

export interface TaskRecord {
  readonly id: string;
  readonly logonId: string;
  readonly operation: string;
  readonly startedAt: number;
  /** The run that the order became; none for a data collection. */
  readonly run?: Run;
}

/** All tasks that EM has not forgotten. */
export interface Tasks {
  add(task: TaskRecord): void;
  /** Those of one logon that are still there at an instant. */
  of(logonId: string, now: number): readonly TaskRecord[];
  forget(task: TaskRecord): void;
}

export function keepTasks(words: Words): Tasks {
  let kept: readonly TaskRecord[] = [];
  return {
    add(task) {
      kept = [...kept, task];
    },
    of: (logonId, now) =>
      kept.filter((task) => task.logonId === logonId && !hasVanished(task, now, words)),
    forget(task) {
      kept = kept.filter((each) => each !== task);
    },
  };
}

export interface TaskView {
  readonly id: string;
  readonly operation: string;
  readonly state: string;
  readonly result?: {
    readonly success: boolean;
    readonly message?: string;
    readonly confirmationNeeded: boolean;
  };
  /** The run whose session the task links to. */
  readonly related?: Run;
}

const VANISHES_AFTER_MS = 30_000;

export const operations = {
  cloud: {
    start: "StartCloudFailoverPlan",
    test: "StartCloudFailoverPlan",
    undo: "UndoCloudFailoverPlan",
  },
  ordinary: { start: "StartFailoverPlan", test: "StartFailoverPlan", undo: "UndoFailoverPlan" },
} as const;

interface TaskTimes {
  readonly operationFinishedAt: number;
  readonly taskFinishedAt: number;
}

function timesOf({ run, startedAt }: TaskRecord, { switches }: Words): TaskTimes {
  if (!run) return { operationFinishedAt: startedAt + 2_000, taskFinishedAt: startedAt + 4_000 };
  const course = courseOf(run);
  const isLong = switches.taskEnds === "with-session" && run.hasSession && !run.refused;
  return isLong
    ? { operationFinishedAt: course.endsAt, taskFinishedAt: course.endsAt + 2_000 }
    : course;
}

export const isTaskOver = (task: TaskRecord, now: number, words: Words): boolean =>
  timesOf(task, words).taskFinishedAt <= now;

const hasVanished = (task: TaskRecord, now: number, words: Words): boolean =>
  words.switches.finishedTasks === "vanish" &&
  timesOf(task, words).taskFinishedAt + VANISHES_AFTER_MS <= now;

export function taskView(task: TaskRecord, now: number, words: Words): TaskView {
  const state = stateOf(task, now, words);
  const { id, operation, run } = task;
  if (state === "OperationFinished")
    return {
      id,
      operation,
      state,
      result: { success: true, message: state, confirmationNeeded: false },
    };
  if (state !== "Finished") return { id, operation, state };
  const related = run?.hasSession && run.action !== "undo" ? { related: run } : {};
  return { id, operation, state, result: resultOf(run, words), ...related };
}

function stateOf(task: TaskRecord, now: number, given: Words): string {
  const { words } = given;
  const { operationFinishedAt, taskFinishedAt } = timesOf(task, given);
  if (words === "unknown" && now < task.startedAt + 1_000) return "Queued";
  if (now < operationFinishedAt) return "Running";
  const isHeldUp = now < taskFinishedAt && task.run?.refused === undefined;
  return isHeldUp ? "OperationFinished" : "Finished";
}

function resultOf(run: Run | undefined, { switches }: Words): TaskView["result"] {
  if (!run?.refused) return { success: true, message: "Ok", confirmationNeeded: false };
  const { message, confirmationNeeded } = run.refused;
  return {
    success: false,
    confirmationNeeded,
    ...(switches.failedTaskBody === "message" ? { message } : {}),
  };
}
