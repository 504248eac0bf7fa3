/** How far a run is proven, VM by VM. */
import type { Span } from "../chat/port.ts";
import { verdictOf } from "../records/verdict-of.ts";
import type { VmVerdict, Watch } from "../records/watch.ts";
import { at, count } from "./words.ts";

/** Whether its replica point shows the VM's end; in a confirmed run that of each. */
export function isSeen(watch: Watch, vm: string): boolean {
  const { phase, verdicts } = watch;
  if (verdicts !== undefined) return verdictOf(watch, vm)?.is === "seen";
  return phase.is === "ended" && phase.how.is === "confirmed";
}

/** `4 of 6 VMs confirmed`; nothing where none is. */
export function seenOf({
  verdicts = [],
}: {
  readonly verdicts?: readonly Pick<VmVerdict, "is">[];
}): string | undefined {
  const seen = verdicts.filter(({ is }) => is === "seen").length;
  return seen === 0 ? undefined : `${seen} of ${count(verdicts.length, "VM")} confirmed`;
}

/** Data of less than this before the card is as new as the card. */
const OLD_MS = 60_000;

/** How old the data is in which a VM is not confirmed; nothing where it is new, or nobody knows. */
export function dataWords({ dataOf, seenAt, phase }: Watch): Span[] {
  const shownAt = phase.is === "ended" ? phase.at : seenAt;
  if (dataOf === undefined || shownAt - dataOf < OLD_MS) return [];
  return ["EM's data is from ", at(dataOf), " or later."];
}

/** Of the VMs that are not confirmed: what their replicas say. */
export const unseen = ({ verdicts = [] }: Watch): readonly VmVerdict[] =>
  verdicts.filter(({ is }) => is !== "seen");
