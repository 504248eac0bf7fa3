/** Runs that can be told of, by whatever somebody names them. */
import { fold } from "../chat/same-name.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import { isOpen, sessionOf, type Watch } from "../records/watch.ts";
import { allWatches } from "../store/in-hand.ts";
import type { Store } from "../store/store.ts";
import { isOfEm, planKeyOf } from "./summary.ts";

export interface KnownRun {
  readonly run: string;
  /** Key of its plan: see `planKey`. */
  readonly plan: string;
  readonly name: string;
  readonly tenant?: string | undefined;
  readonly session?: string | undefined;
  /** When it ended; absent as long as it goes on. */
  readonly endedAt?: number;
}

/**
 * Those that go on, then those that have ended, the newest first. `em`: of this one alone; default:
 * of all.
 */
export async function knownRuns(store: Store, em?: string): Promise<KnownRun[]> {
  const watches = [
    ...(await allWatches(store)),
    ...(await store.all("past-watches")).map(({ value }) => value),
  ].filter((watch) => isFailoverOf(watch, em));
  const ended = (await store.all("runs")).map(({ value }) => value);
  const kept = em === undefined ? ended : ended.filter((run) => isOfEm(run, em));
  const runs = [...kept, ...watches.map(knownBy)];
  return [...new Map(runs.map((one) => [one.run, one])).values()].toSorted(newestFirst);
}

const isFailoverOf = (watch: AnyWatch, em: string | undefined): watch is Watch =>
  watch.of === "failover" && (em === undefined || watch.em === em);

function knownBy(watch: Watch): KnownRun {
  const { id: run, subject, phase } = watch;
  return {
    ...{ run, plan: planKeyOf(watch), session: sessionOf(watch) },
    ...{ name: subject.name, tenant: subject.tenant },
    ...(isOpen(watch) ? {} : { endedAt: phase.is === "ended" ? phase.at : watch.seenAt }),
  };
}

const newestFirst = (one: KnownRun, other: KnownRun) =>
  (other.endedAt ?? Number.POSITIVE_INFINITY) - (one.endedAt ?? Number.POSITIVE_INFINITY) || 0;

/** Whether they are surely runs of one plan. */
export const areOfOnePlan = (runs: readonly KnownRun[]): boolean =>
  new Set(runs.map(({ name, tenant }) => `${name} @ ${tenant}`)).size === 1;

/** By the id of the run or of its session; or by the plan's name, with its tenant or without. */
export function runsNamed(typed: string, runs: readonly KnownRun[]): KnownRun[] {
  const wanted = fold(typed);
  const byId = runs.filter(({ run, session }) => run === wanted || session === wanted);
  if (byId.length > 0) return byId;
  return runs.filter(({ name, tenant }) =>
    [name, ...(tenant === undefined ? [] : [`${name} @ ${tenant}`])].some(
      (one) => fold(one) === wanted,
    ),
  );
}
