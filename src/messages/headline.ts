/** How a run stands: in a few words, the worst first, and at a glance. */
import type { Tone } from "../chat/port.ts";
import type { Phase, VmView, Watch } from "../records/watch.ts";
import { endTone, endWords, reported, someVms, tallyOfWell } from "./end.ts";
import { seenOf } from "./verdicts.ts";

/** Whether EM answered when it was last asked. */
export const isHeard = ({ silence }: Watch) => silence === undefined;

export function headline(watch: Watch): string {
  const isSilent = !isHeard(watch) && watch.phase.is !== "ended";
  return isSilent ? `EM is silent; last seen: ${standing(watch)}` : standing(watch);
}

function standing(watch: Watch): string {
  const { phase } = watch;
  switch (phase.is) {
    case "ordered":
      return phase.stalled ? "EM takes long over the order" : "EM has taken the order";
    case "looking":
      return lookingTitle(watch, phase);
    case "following":
      return vmsStanding(watch);
    case "checking":
      return `EM reports ${reported(watch) ?? "the end"}, ${seenOf(watch) ?? "not yet confirmed"}`;
    case "ended":
      return endWords(watch, phase.how);
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
      return `stop ordered${stopper(watch)}; looking whether a session runs`;
    case "no-session-named":
      return isUndo(watch)
        ? "EM's task has ended well, not yet confirmed"
        : "looking for its session";
    default:
      return why satisfies never;
  }
}

const stopper = ({ stoppedBy }: Watch) => (stoppedBy ? ` by ${stoppedBy.name}` : "");
export const isUndo = ({ order }: Watch) => order?.action === "undo";

export const namesOf = (vms: readonly VmView[], mark: VmView["mark"]) =>
  vms.filter((vm) => vm.mark === mark).map(({ name }) => name);

function vmsStanding(watch: Watch): string {
  const { vms, session, stoppedBy } = watch;
  const failed = namesOf(vms, "failed");
  const stalled = namesOf(vms, "stalled");
  const warned = namesOf(vms, "warning").length;
  return [
    ...(stoppedBy ? ["stop ordered"] : []),
    ...(failed.length > 0 ? [`${someVms(failed)} failed`] : []),
    ...(stalled.length > 0 ? [`${someVms(stalled)} stalled`] : []),
    ...(session?.stalled ? ["nothing moves"] : []),
    vms.length === 0 ? "running" : tallyOfWell(watch),
    ...(warned > 0 ? [`${warned} with a warning`] : []),
  ].join(", ");
}

export function toneOf(watch: Watch): Tone {
  const { phase, vms, stoppedBy } = watch;
  if (phase.is === "ended") return endTone(watch, phase.how);
  const isOdd = phase.is === "looking" && phase.why !== "no-session-named";
  const hasFailed = vms.some(({ mark }) => mark === "failed");
  return isOdd || hasFailed || stoppedBy || !isHeard(watch) || isStuck(watch)
    ? "warning"
    : "running";
}

export function isStuck({ phase, vms, session }: Watch): boolean {
  const isTaskStuck = phase.is === "ordered" && phase.stalled === true;
  return isTaskStuck || session?.stalled === true || vms.some(({ mark }) => mark === "stalled");
}
