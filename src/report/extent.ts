/** Where a run lies in time, and from where its times are counted. */
import type { RunFacts, VmFacts } from "./facts.ts";
import { lasted } from "./lasted.ts";

/**
 * What "so long after the decision" counts from: the question; of a run that began elsewhere the
 * begin of EM's session. Undefined where nothing is known.
 */
export function decisionAt(facts: RunFacts): number | undefined {
  const { scorecard, asked, began, sent, timeline } = facts;
  const decided = scorecard.decided ?? asked ?? began ?? sent;
  return decided?.at ?? timesOf(facts)[0] ?? timeline[0]?.at;
}

/** All that is known of when the run went on, without what came after it; sorted. */
export function timesOf(facts: RunFacts): number[] {
  const { asked, approved, sent, began, sessionEnded, asOf, ended, vms } = facts;
  const decided = [asked, ...approved, sent, began, sessionEnded, asOf, ended].flatMap(
    (one) => one?.at ?? [],
  );
  return [...decided, ...vms.flatMap(vmTimes)].toSorted((one, other) => one - other);
}

const vmTimes = ({ began, ended }: VmFacts): number[] =>
  [began, ended].flatMap((one) => one?.at ?? []);

/** How long a VM took, in milliseconds; undefined where that is not known. */
export const tookOf = ({ began, ended }: VmFacts): number | undefined =>
  lasted(began?.at, ended?.at);

/** Slower than this many times its median is slow. */
const SLOW = 2;

export function isSlow(vm: VmFacts): boolean {
  const took = tookOf(vm);
  return took !== undefined && vm.usualMs !== undefined && took > SLOW * vm.usualMs;
}

/** The first to begin comes first; those of which that is not known come last. */
export const inStartOrder = (vms: readonly VmFacts[]): VmFacts[] =>
  vms.toSorted((one, other) => beginOf(one) - beginOf(other));

const beginOf = ({ began, ended }: VmFacts) => began?.at ?? ended?.at ?? Number.MAX_SAFE_INTEGER;

/** EM has said nothing of it, and its replica point shows what the run was to bring about. */
export const isShownAlone = ({ mark, evidence }: VmFacts): boolean =>
  mark === "waiting" && evidence === "seen";

/**
 * How a VM's replica point bears out EM's word: of what failed or is unclear, only where the point
 * shows what the run was to bring about.
 */
export function bearsOut({ mark, evidence }: VmFacts): VmFacts["evidence"] {
  if (mark === "done" || mark === "warning") return evidence;
  if (evidence !== "seen") return undefined;
  return mark === "failed" ? "not-so" : "seen";
}
