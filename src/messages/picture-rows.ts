/** What stands in a picture's chart and below it. */
import { duration } from "../chat/duration.ts";
import type { Mark } from "../chat/port.ts";
import { hasEnded, wentWell } from "../records/watch.ts";
import { bearsOut, isShownAlone, isSlow, tookOf } from "../report/extent.ts";
import type { Gap, Happening, RunFacts, VmFacts } from "../report/facts.ts";
import { clockTime } from "./picture-times.ts";
import { type PictureLine, personName, textOf, vmName } from "./picture-words.ts";
import { runWords } from "./report-title.ts";
import { count } from "./words.ts";

type Evidence = NonNullable<VmFacts["evidence"]>;

/** How a VM came out, after its name: `up in 3 min 20 s, confirmed`. */
export function vmStatus(vm: VmFacts, facts: RunFacts, timeZone: string): string {
  if (isShownAlone(vm)) return `${runWords(facts).vm}, by its replica point`;
  const parts = [standWords(vm.mark, facts) + tookWords(vm, facts, timeZone), ...usualWords(vm)];
  return [...parts, ...evidenceWords(vm, facts)].join(", ");
}

function evidenceWords(vm: VmFacts, facts: RunFacts): string[] {
  const shown = bearsOut(vm);
  if (shown === undefined) return [];
  return wentWell(vm.mark)
    ? [evidenceShort[shown]]
    : [`yet its replica point says ${runWords(facts).vm}`];
}

function standWords(mark: Mark, facts: RunFacts): string {
  const isOver = facts.ended !== undefined;
  switch (mark) {
    case "done":
      return runWords(facts).vm;
    case "warning":
      return `${runWords(facts).vm} with a warning`;
    case "failed":
      return "failed";
    case "stalled":
      return isOver ? "stalled; its end is not known" : "stalled";
    case "running":
      return isOver ? "its end is not known" : runWords(facts).doing;
    case "waiting":
      return isOver ? "EM has said nothing of it" : "waiting";
    case "unknown":
      return "no clear result";
    default:
      return mark satisfies never;
  }
}

function tookWords(vm: VmFacts, facts: RunFacts, timeZone: string): string {
  const took = tookOf(vm);
  const near = facts.asked?.at ?? facts.began?.at;
  const about = isOurTime(vm) ? "about " : "";
  if (took !== undefined)
    return ` ${vm.mark === "failed" ? "after" : "in"} ${about}${duration(took)}`;
  if (!hasEnded(vm.mark)) return "";
  if (vm.ended)
    return ` ${about}at ${clockTime(vm.ended.at, near ?? vm.ended.at, timeZone)}, begin not known`;
  return vm.began ? ", end not known" : ", times not known";
}

const usualWords = (vm: VmFacts): string[] =>
  isSlow(vm) && vm.usualMs !== undefined ? [`usually ${duration(vm.usualMs)}`] : [];

const evidenceShort: Readonly<Record<Evidence, string>> = {
  seen: "confirmed",
  word: "EM's word",
  "not-so": "contradicted",
  "not-known": "not confirmed",
};

/** Of many VMs with one mark: `25 up, 24 confirmed`. */
export function groupStatus(vms: readonly VmFacts[], facts: RunFacts): string {
  const [first] = vms;
  if (!first) return "";
  const shown = vms.map(bearsOut).filter((one) => one !== undefined);
  if (first.mark === "waiting" && facts.ended) return untoldStatus(vms.length, shown.length, facts);
  const tally = `${vms.length} ${standWords(first.mark, facts)}`;
  if (shown.length === 0) return tally;
  if (!wentWell(first.mark))
    return `${tally}, ${shown.length} ${runWords(facts).vm} by their replica points`;
  const seen = shown.filter((one) => one === "seen").length;
  return `${tally}, ${seen === vms.length ? "all" : seen} confirmed`;
}

function untoldStatus(all: number, shown: number, facts: RunFacts): string {
  const { vm } = runWords(facts);
  if (shown === 0) return `EM has said nothing of these ${all}`;
  const untold = all - shown;
  const rest = untold === 0 ? "" : `, nothing known of ${untold}`;
  return `${shown} ${vm}, by their replica points${rest}`;
}

/** `app-001 … app-025`: of a group in start order, the first and the last. */
export function groupNames(vms: readonly VmFacts[]): PictureLine {
  const names = vms.map(({ name }) => vmName(name));
  const [first] = names;
  const last = names.at(-1);
  if (!first || !last) return [];
  return names.length === 1 ? [first] : [first, " … ", last];
}

export const groupHeading = {
  named: (named: number) => `The worst and the slowest: ${count(named, "VM")}, in start order`,
  others: (others: number) =>
    `The other ${count(others, "VM")}, by outcome and start order, each a thin line`,
} as const;

/** On the axis, where its times count from. */
export const originWords = { asked: "asked", sent: "sent", began: "began" } as const;

/** Where EM has named no VM. */
export const SESSION_ROW = "EM's session";

export function gapWords({ from, to, why, tookOverFrom }: Gap, near: number, timeZone: string) {
  const span = `${clockTime(from, near, timeZone)} to ${clockTime(to, from, timeZone)} (${duration(to - from)})`;
  const what = why === "em-silent" ? "EM did not answer" : "Nobody watched";
  const words: PictureLine = [`${what} ${span}`];
  return tookOverFrom === undefined
    ? words
    : [...words, "; taken over from ", textOf(tookOverFrom)];
}

export const moreGaps = (gaps: readonly Gap[]): PictureLine => [
  `and ${count(gaps.length, "more gap")}, shaded too`,
];

/** Notes and a later undo, which stand below the chart. */
export function noteWords({ what }: Happening): PictureLine | undefined {
  if (what.is === "note") return ["Note by ", personName(what.who), ": ", textOf(what.text)];
  if (what.is !== "undone") return undefined;
  return what.who ? ["Undone by a later run of ", personName(what.who)] : ["Undone by a later run"];
}

export const moreNotes = (left: number): PictureLine => [`and ${count(left, "more note")}`];

/** Of patterns and signs that occur. */
export function markLegend(mark: Mark, facts: RunFacts): string {
  if (mark !== "waiting") return standWords(mark, facts);
  return facts.ended ? "EM gives no times" : "not begun, as far as known";
}

export const evidenceLegend: Readonly<Record<Evidence, string>> = {
  seen: "replica point confirms it",
  word: "EM's word alone",
  "not-so": "replica point contradicts it",
  "not-known": "no point shown",
};

export const USUAL_END = "usual end, by earlier runs";
export const OPEN_END = "begin or end not known";

export const targetLabel = (clock: string) => `target ${clock}`;
export const BEFORE_AXIS = "earlier";

/** EM gave no time, so that it is when this bot saw it. */
const isOurTime = ({ began, ended }: VmFacts) => began?.by === "bot" || ended?.by === "bot";

/** Whose times they are. */
export function sourceWords({ vms }: RunFacts, timeZone: string): PictureLine {
  const ours = vms.some(isOurTime) ? '; "about": by when this bot saw it' : "";
  const areTimed = vms.some(({ began, ended }) => began ?? ended);
  return [`Times in ${timeZone}${areTimed ? "; those of VMs are EM's" : ""}${ours}`];
}

/** `replaced`: what stands in the place of names that no font has. */
export const replacedWords = (replaced: readonly string[]): string =>
  `${replaced.join(", ")}: the letters of ${replaced.length === 1 ? "this name" : "these names"} cannot be drawn here; the report has ${replaced.length === 1 ? "it" : "them"}`;

/** In the place of a name that no font has. */
export const standIns = {
  vm: (number: number) => `VM ${number}`,
  plan: () => "this plan",
  person: (number: number) => `person ${number}`,
  text: (number: number) => `text ${number}`,
} as const;
