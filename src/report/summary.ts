/** A run in short, once it has ended, and what many of them say together. Pure. */
import { isShared } from "../em/plan-names.ts";
import type { FailoverPlan } from "../em/types.ts";
import type { RunRecord, RunSummary } from "../records/past-run.ts";
import type { Usual } from "../records/targets.ts";
import type { Action, Watch } from "../records/watch.ts";
import { lasted } from "./lasted.ts";
import { concerned, decidedOf, isUp, scorecardOf, tookMs } from "./scorecard.ts";

/** By what the runs of a plan are found: plans of one name have each their own. */
export const planKey = (em: string, plan: { readonly id: string }): string => `${em} ${plan.id}`;

/** Of runs of which nobody knows whose plan of that name it was. */
export const planNameKey = (em: string, name: string): string => `${em} named ${name}`;

/** Runs of which nobody knows whose plan it was are those of a plan that has its name alone. */
export const keysOf = (
  plan: FailoverPlan,
  plans: readonly FailoverPlan[],
  em: string,
): string[] => [planKey(em, plan), ...(isShared(plan, plans) ? [] : [planNameKey(em, plan.name)])];

/** Those of another EM, or of the sandbox, are none of it. */
export const isOfEm = ({ plan }: Pick<RunSummary, "plan">, em: string): boolean =>
  plan.startsWith(`${em} `);

/** Of the plan of a run. */
export const planKeyOf = ({ em, subject: { planId, name } }: Pick<Watch, "em" | "subject">) =>
  planId === undefined ? planNameKey(em, name) : planKey(em, { id: planId });

/** `record`: of a run that has ended. */
export function summaryOf({ watch }: Pick<RunRecord, "watch">): RunSummary {
  const { id, subject, order, phase } = watch;
  const { lastUpMs, machineMs, data, up, of, notKnown } = scorecardOf(watch);
  const isWhole = up === of;
  return {
    version: 1,
    run: id,
    plan: planKeyOf(watch),
    name: subject.name,
    ...(subject.tenant === undefined ? {} : { tenant: subject.tenant }),
    ...(order ? { action: order.action, by: order.by.name } : {}),
    how: phase.is === "ended" ? phase.how.is : "lost",
    endedAt: endedAtOf(watch),
    decidedAt: decidedAtOf(watch),
    ...(isWhole && lastUpMs !== undefined ? { recoveryMs: lastUpMs } : {}),
    ...(isWhole && machineMs !== undefined ? { machineMs } : {}),
    ...(data ? { dataMs: data.mostMs } : {}),
    up,
    of,
    ...(notKnown > 0 ? { notKnown } : {}),
    tookMs: tookByVm(watch),
  };
}

const decidedAtOf = (watch: Watch) => decidedOf(watch)?.at ?? watch.order?.sentAt ?? watch.since;

/** By EM, unless that was before the run or after it was seen; else as it was seen. */
function endedAtOf(watch: Watch): number {
  const { phase, since, session } = watch;
  const seenAt = phase.is === "ended" ? phase.at : since;
  const byEm = session?.endedAt;
  const isSo = lasted(decidedAtOf(watch), byEm) !== undefined && lasted(byEm, seenAt) !== undefined;
  return byEm !== undefined && isSo ? byEm : seenAt;
}

const tookByVm = (watch: Watch): RunSummary["tookMs"] =>
  Object.fromEntries(
    concerned(watch)
      .filter((vm) => isUp(watch, vm))
      .flatMap((vm) => {
        const ms = tookMs(vm);
        return ms === undefined ? [] : [[vm.name, ms] as const];
      }),
  );

/** Fewer say nothing of what is usual. */
export const LEAST_RUNS = 3;

/** By EM's word at least. */
export const hasEndedWell = ({ how }: Pick<RunSummary, "how">): boolean =>
  how === "confirmed" || how === "reported";

/** What is usual for one action of a plan, by its runs that were ordered here. */
export function usualOf(runs: readonly RunSummary[], action: Action): Usual {
  const own = runs.filter((run) => run.action === action);
  const well = own.filter(hasEndedWell);
  const machine = well.flatMap(({ machineMs }) => machineMs ?? []);
  const machineMs = machine.length < LEAST_RUNS ? undefined : medianOf(machine);
  return {
    runs: machine.length,
    ...(machineMs === undefined ? {} : { machineMs }),
    vms: medianByVm(own),
  };
}

function medianByVm(runs: readonly RunSummary[]): Usual["vms"] {
  const took = Map.groupBy(
    runs.flatMap((run) => Object.entries(run.tookMs)),
    ([vm]) => vm,
  );
  return Object.fromEntries(
    [...took].flatMap(([vm, all]) => {
      const median = medianOf(all.map(([, ms]) => ms));
      return all.length < LEAST_RUNS || median === undefined ? [] : [[vm, median] as const];
    }),
  );
}

/** Of an even number the mean of the two in the middle; nothing of none. */
export function medianOf(numbers: readonly number[]): number | undefined {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
