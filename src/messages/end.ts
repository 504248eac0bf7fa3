/** What the end of a run means, in words. */
import type { Line, Tone } from "../chat/port.ts";
import type { End, VmState, Watch } from "../watch/watch.ts";
import { actionWords } from "./actions.ts";
import { count, list, sentence } from "./words.ts";

/** A run that was started elsewhere is told as a failover, though it may be a test or an undo. */
export const wordsOf = ({ order }: Watch) => actionWords[order?.action ?? "start"];

export function endWords(watch: Watch, how: End): string {
  switch (how.is) {
    case "confirmed":
      return `${wordsOf(watch).confirmed}${how.warnings.length > 0 ? ", with warnings" : ""}`;
    case "reported":
      return how.why === "no-result" ? "ended, without a clear result" : "EM reports success, not confirmed";
    case "contradicted":
      return "EM reports success, but its replica points contradict it";
    case "failed":
      return how.vms.length > 0 && how.vms.length < how.of
        ? `failed for ${how.vms.length} of ${count(how.of, "VM")}`
        : "failed";
    case "lost":
      return "lost sight of; outcome not known";
    case "taken":
      return "EM has carried out the order; no more is known";
    default:
      return how satisfies never;
  }
}

export function endTone(how: End): Tone {
  if (how.is === "confirmed") return how.warnings.length > 0 ? "warning" : "good";
  if (how.is === "taken") return "plain";
  return how.is === "reported" ? "warning" : "bad";
}

/** What the end means, in sentences. */
export function endLines(watch: Watch, how: End): Line[] {
  switch (how.is) {
    case "confirmed":
      return [
        evidenceWords(wordsOf(watch).evidence, how.other),
        ...how.warnings.map((warning) => `Warning: ${sentence(warning)}`),
      ];
    case "reported":
      return [reportedWords[how.why], ...how.warnings.map((warning) => `Warning: ${sentence(warning)}`)];
    case "contradicted":
      return [
        `EM has newer data, and in it the replicas of these VMs are in another state: ${vmStates(how.vms)}.`,
      ];
    case "failed":
      return how.reasons.length > 0
        ? how.reasons.map((reason) => `EM says: ${sentence(reason)}`)
        : ["EM gave no reason."];
    case "lost":
      return [`${sentence(how.why.charAt(0).toUpperCase() + how.why.slice(1))} I do not know how it ended.`];
    case "taken":
      return ["EM says that its task has ended well. Its API shows no progress for ordinary plans."];
    default:
      return how satisfies never;
  }
}

const reportedWords = {
  "not-allowed":
    "The EM account may not read replica points (that takes a Portal Administrator), so this is EM's word alone.",
  "no-points": "EM shows no replica points of these VMs, so this is EM's word alone.",
  "not-in-time": "The replica points did not show it in time; EM's data may be old.",
  "as-before":
    "The replica points are as they were before, and EM has shown no newer data since, so this is EM's word alone.",
  "kind-unknown":
    "The API does not show whether this was a failover, a test or an undo, so the replica points decide nothing.",
  "no-result": "EM gave no clear result.",
} as const;

const evidenceWords = (evidence: string, other: readonly VmState[]) =>
  other.length > 0 ? `${evidence.replace(/\.$/, "")}, except for ${vmStates(other)}.` : evidence;

const vmStates = (vms: readonly VmState[]) => list(vms.map(({ vm, state }) => `${vm} (${state})`));
