/** Earlier runs, newest first, and what is usual by them. Pure. */
import type { RunSummary } from "../records/past-run.ts";
import type { Action } from "../records/watch.ts";
import { hasEndedWell, LEAST_RUNS, medianOf, usualOf } from "./summary.ts";

/** Medians over the runs of one kind, each of at least three that ended well; in milliseconds. */
export interface Medians {
  readonly action: Action;
  readonly runs: number;
  readonly recoveryMs?: number;
  readonly machineMs?: number;
  readonly dataMs?: number;
  /** The slowest first. */
  readonly vms: readonly { readonly vm: string; readonly tookMs: number }[];
}

export const newestFirst = (runs: readonly RunSummary[]): RunSummary[] =>
  runs.toSorted((one, other) => other.endedAt - one.endedAt);

const KINDS: readonly Action[] = ["start", "test", "undo"];

/** Of one plan; kinds of which there are too few are left out. */
export const mediansOf = (runs: readonly RunSummary[]): Medians[] =>
  KINDS.map((action) => mediansFor(runs, action)).filter(
    ({ machineMs, vms }) => machineMs !== undefined || vms.length > 0,
  );

function mediansFor(all: readonly RunSummary[], action: Action): Medians {
  const { runs, machineMs, vms } = usualOf(all, action);
  const well = all.filter((run) => run.action === action && hasEndedWell(run));
  return {
    action,
    runs,
    ...(machineMs === undefined ? {} : { machineMs }),
    ...known("recoveryMs", well),
    ...known("dataMs", well),
    vms: Object.entries(vms)
      .map(([vm, tookMs]) => ({ vm, tookMs }))
      .sort((one, other) => other.tookMs - one.tookMs),
  };
}

function known<Name extends "recoveryMs" | "dataMs">(name: Name, runs: readonly RunSummary[]) {
  const all = runs.flatMap((run) => run[name] ?? []);
  const median = all.length < LEAST_RUNS ? undefined : medianOf(all);
  return median === undefined ? {} : { [name]: median };
}
