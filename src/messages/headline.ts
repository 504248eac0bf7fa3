/** How a run stands: in a few words, the worst first, and at a glance. */
import type { Tone } from "../chat/port.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import type { Phase, VmView, Watch } from "../records/watch.ts";
import { endTally, endTone, endWords, reported, someVms, tallyOfWell, wordsOf } from "./end.ts";
import type { EndedRun } from "./ended-run.ts";
import { capital } from "./usage.ts";
import { seenOf } from "./verdicts.ts";

/** Whether EM answered when it was last asked. */
export const isHeard = ({ silence }: Watch) => silence === undefined;

/** EM answers, and its answer does not hold the session that is followed. */
export const isMissing = ({ phase }: Pick<AnyWatch, "phase">): boolean =>
  phase.is === "following" && phase.missingSince !== undefined;

export const EM_MISSES_IT = "EM does not show its session";

/** How it stands, and how many of the VMs are there. */
interface Standing {
  readonly state: string;
  readonly tally?: string | undefined;
}

/** `filesrv01 failed (0 of 12 up)`. */
export function headline(watch: Watch): string {
  const { state, tally } = standing(watch);
  return `${state}${inBrackets(tally)}`;
}

/** How it stands before what it is: `filesrv01 failed: ABC Company Failover Plan (0 of 12 up)`. */
export function runTitle(watch: Watch): string {
  const { state, tally } = standing(watch);
  return `${state}: ${runName(watch)}${inBrackets(tally)}`;
}

const inBrackets = (tally: string | undefined) => (tally === undefined ? "" : ` (${tally})`);

type NamedRun = Pick<EndedRun, "order"> & {
  readonly subject: Pick<Watch["subject"], "name" | "shared" | "tenant">;
};

/** With the tenant where another plan has the same name. */
export function runName(watch: NamedRun): string {
  const { name, shared, tenant } = watch.subject;
  const of = shared && tenant ? ` of ${tenant}` : "";
  return `${wordsOf(watch).of}${name}${of}${watch.order ? "" : ", not started by this bot"}`;
}

function standing(watch: Watch): Standing {
  const isNow = isHeard(watch) && !isMissing(watch);
  if (isNow || watch.phase.is === "ended") return lastSeen(watch);
  const { state, tally } = lastSeen(watch);
  return {
    state: isHeard(watch) ? EM_MISSES_IT : "EM is silent",
    tally: `last seen: ${[state, tally].filter(Boolean).join(", ")}`,
  };
}

function lastSeen(watch: Watch): Standing {
  const { phase } = watch;
  switch (phase.is) {
    case "ordered":
      return { state: phase.stalled ? "EM takes long over the order" : "EM has taken the order" };
    case "looking":
      return { state: lookingTitle(watch, phase) };
    case "following":
      return vmsStanding(watch);
    case "checking":
      return {
        state: `EM reports ${reported(watch) ?? "the end"}, ${seenOf(watch) ?? "not yet confirmed"}`,
      };
    case "ended":
      return { state: endWords(watch, phase.how), tally: endTally(watch, phase.how) };
    default:
      return phase satisfies never;
  }
}

export type Looking = Extract<Phase, { is: "looking" }>;

function lookingTitle(watch: Watch, { why }: Looking): string {
  switch (why) {
    case "answer-lost":
      return "EM's answer was lost; looking whether it runs";
    case "task-lost":
      return "EM has lost the task; looking for its session";
    case "stopped":
      return `Stop ordered${stopper(watch)}; looking whether a session runs`;
    case "no-session-named":
      return isUndo(watch)
        ? "EM's task has ended well, not yet confirmed"
        : "Looking for its session";
    default:
      return why satisfies never;
  }
}

const stopper = ({ stoppedBy }: Watch) => (stoppedBy ? ` by ${stoppedBy.name}` : "");
export const isUndo = ({ order }: Watch) => order?.action === "undo";

export const namesOf = (vms: readonly VmView[], mark: VmView["mark"]) =>
  vms.filter((vm) => vm.mark === mark).map(({ name }) => name);

function vmsStanding(watch: Watch): Standing {
  const { vms } = watch;
  if (vms.length === 0) return { state: progressWords(watch) };
  const warned = namesOf(vms, "warning").length;
  const warnings = warned > 0 ? `, ${warned} with a warning` : "";
  return { state: progressWords(watch), tally: `${tallyOfWell(watch)}${warnings}` };
}

/** What is wrong, or that it goes on. */
function progressWords(watch: Watch): string {
  const { vms, session, stoppedBy } = watch;
  const failed = namesOf(vms, "failed");
  const stalled = namesOf(vms, "stalled");
  const wrong = [
    ...(stoppedBy ? ["Stop ordered"] : []),
    ...(failed.length > 0 ? [`${someVms(failed)} failed`] : []),
    ...(stalled.length > 0 ? [`${someVms(stalled)} stalled`] : []),
  ];
  if (session?.stalled)
    return [...wrong, wrong.length > 0 ? "nothing moves" : "Nothing moves"].join(", ");
  return wrong.length > 0 ? wrong.join(", ") : capital(wordsOf(watch).doing);
}

export function toneOf(watch: Watch): Tone {
  const { phase, vms, stoppedBy } = watch;
  if (phase.is === "ended") return endTone(watch, phase.how);
  const isOdd = phase.is === "looking" && phase.why !== "no-session-named";
  const hasFailed = vms.some(({ mark }) => mark === "failed");
  return isOdd || hasFailed || stoppedBy || !isHeard(watch) || isMissing(watch) || isStuck(watch)
    ? "warning"
    : "running";
}

export function isStuck({ phase, vms, session }: Watch): boolean {
  const isTaskStuck = phase.is === "ordered" && phase.stalled === true;
  return isTaskStuck || session?.stalled === true || vms.some(({ mark }) => mark === "stalled");
}
