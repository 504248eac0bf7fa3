/** What the end of a run means, in words. */
import type { Line, Span, Tone } from "../chat/port.ts";
import {
  type End,
  type Remark,
  type Unconfirmed,
  type VmState,
  type Watch,
  wentWell,
} from "../records/watch.ts";
import { actionWords, ofAnyRun } from "./actions.ts";
import type { EndedRun } from "./ended-run.ts";
import { remarkWords, sightLostWords } from "./remarks.ts";
import { capital } from "./usage.ts";
import { dataWords, seenOf, unseen } from "./verdicts.ts";
import { count, list, plainWord, quoted, sentence, type } from "./words.ts";

type Failed = Extract<End, { is: "failed" }>;

export const wordsOf = ({ order }: Pick<EndedRun, "order">) =>
  order ? actionWords[order.action] : ofAnyRun;

/** The plan as it is typed, with its tenant where another plan has the same name. */
const typedPlan = ({ subject: { name, shared, tenant } }: Watch) =>
  quoted(shared && tenant ? `${name} @ ${tenant}` : name);

/** In a title, up to so many VMs are named; of more their number is said. */
const NAMED_IN_TITLE = 2;

export const someVms = (names: readonly string[]) =>
  names.length > NAMED_IN_TITLE ? count(names.length, "VM") : list(names);

/** `5 of 6 up`, by EM's word. */
export const tallyOfWell = (watch: Pick<EndedRun, "order" | "vms">) =>
  `${wellDone(watch).length} of ${watch.vms.length} ${wordsOf(watch).vm}`;

const wellDone = ({ vms }: Pick<EndedRun, "vms">) => vms.filter(({ mark }) => wentWell(mark));

/** What EM says of the result, in a word; undefined where that is not clear. */
export function reported({ session }: Pick<EndedRun, "session">): string | undefined {
  if (session?.result === "Success") return "success";
  return session?.result === "Warning" ? "a warning" : undefined;
}

/** All is over, and EM has told of no VM: a sentence says so, in place of as many rows. */
export function namesNoVm({ phase, vms }: Watch): boolean {
  const isUnproven =
    phase.is === "checking" ||
    (phase.is === "ended" && phase.how.is !== "confirmed" && phase.how.is !== "contradicted");
  return isUnproven && vms.every(({ mark }) => mark === "waiting");
}

export const NO_VM_NAMED = "EM has named no VM.";

export function endWords(watch: EndedRun, how: End): string {
  switch (how.is) {
    case "confirmed":
      return [
        capital(wordsOf(watch).confirmed),
        ...(watch.stoppedBy ? ["in spite of the stop order"] : []),
        ...(how.warnings.length > 0 ? ["with warnings"] : []),
      ].join(", ");
    case "reported":
      return how.why === "no-result"
        ? "Ended, without a clear result"
        : `EM reports ${reported(watch) ?? "success"}, ${seenOf(watch) ?? "not confirmed"}`;
    case "contradicted":
      return `EM reports ${reported(watch) ?? "success"}, but ${contradiction(how.vms)}`;
    case "failed":
      return failedWords(watch, how);
    case "lost":
      return lostTitle(watch);
    case "taken":
      return "EM has carried out the order; no more is known";
    default:
      return how satisfies never;
  }
}

function lostTitle(watch: EndedRun): string {
  if (watch.stoppedBy && !watch.session)
    return "No session seen since the stop order; outcome not known";
  return isBeginKnown(watch)
    ? "Lost sight of; outcome not known"
    : "Not known whether it began; outcome not known";
}

/** Whether a session was seen, be it by name alone: an order may never have begun. */
function isBeginKnown({ session, phase }: EndedRun): boolean {
  const lost = phase.how?.is === "lost" ? phase.how.why.is : undefined;
  return session !== undefined || lost === "session-gone" || lost === "told";
}

function contradiction(vms: readonly VmState[]): string {
  const [one, ...others] = vms;
  return one && others.length === 0
    ? `the replica of ${one.vm} is in state ${plainWord(one.state)}`
    : `the replicas of ${someVms(vms.map(({ vm }) => vm))} contradict it`;
}

function failedWords(watch: EndedRun, { vms, of }: Failed): string {
  if (of > 1 && vms.length === of) return `All ${of} VMs failed`;
  if (vms.length > 0) return `${someVms(vms)} failed`;
  return watch.stoppedBy ? "Failed after the stop order" : "Failed";
}

/** Where some of several failed, how many did not. */
export function endTally(watch: EndedRun, how: End): string | undefined {
  if (how.is !== "failed" || how.of < 2 || how.vms.length === how.of) return undefined;
  const isWorthCounting = how.vms.length > 0 || wellDone(watch).length > 0;
  return isWorthCounting ? tallyOfWell(watch) : undefined;
}

export function endTone({ stoppedBy }: Pick<EndedRun, "stoppedBy">, how: End): Tone {
  if (how.is === "confirmed") return how.warnings.length > 0 || stoppedBy ? "warning" : "good";
  if (how.is === "taken") return "plain";
  return how.is === "reported" ? "warning" : "bad";
}

/**
 * What the end means, in sentences. `besideRows`: what the rows of the run's card say is left out.
 */
export function endLines(watch: Watch, how: End, besideRows = false): Line[] {
  switch (how.is) {
    case "confirmed":
      return [
        evidenceWords(wordsOf(watch).evidence, how.other),
        ...saidLines("Warning", how.warnings, watch, besideRows),
      ];
    case "reported":
      return [
        reportedWords[how.why],
        ...dataLines(watch, how.why),
        ...unseenLines(watch, besideRows),
        ...noVmLines(watch),
        ...saidLines("Warning", how.warnings, watch, besideRows),
      ];
    case "contradicted":
      return [
        besideRows
          ? "EM has newer data than the end of this session, so this is no delay."
          : `EM has newer data, and in it the replicas of these VMs are in another state: ${vmStates(how.vms)}.`,
      ];
    case "failed":
      return failedLines(watch, how, besideRows);
    case "lost":
      return [
        `${sentence(capital(sightLostWords(how.why, "failover session")))} I do not know ${isBeginKnown(watch) ? "how it ended" : "whether it began"}.`,
      ];
    case "taken":
      return [
        "EM says that its task has ended well. Its API shows no progress for ordinary plans.",
      ];
    default:
      return how satisfies never;
  }
}

/** Where it matters how old the data was in which it did not show. */
function dataLines(watch: Watch, why: Unconfirmed): Line[] {
  const words = why === "not-in-time" ? dataWords(watch) : [];
  return words.length > 0 ? [words] : [];
}

/** Who is not confirmed, beside some that are; the rows of the card say it of each. */
function unseenLines(watch: Watch, besideRows: boolean): Line[] {
  if (besideRows || seenOf(watch) === undefined) return [];
  const states = Map.groupBy(unseen(watch), ({ is, state }) =>
    is === "not-known" ? "EM shows no point" : `the replica point says ${plainWord(state)}`,
  );
  return [...states].map(
    ([says, vms]) =>
      `Not confirmed: ${list(
        vms.map(({ vm }) => vm),
        MOST_NAMED,
      )}; ${says}.`,
  );
}

/** No VM at all is worth a word, but not of an undo, for which EM usually has no session. */
const noVmLines = (watch: Watch): Line[] =>
  watch.subject.kind === "cloud" && watch.order?.action !== "undo" && namesNoVm(watch)
    ? [NO_VM_NAMED]
    : [];

function failedLines(watch: Watch, { reasons, vms }: Failed, besideRows: boolean): Line[] {
  const none = vms.length > 0 ? [] : noVmLines(watch);
  if (reasons.length === 0) return ["EM gave no reason.", ...none];
  const said = saidLines("EM says", reasons, watch, besideRows);
  return besideRows
    ? [...said, ...none]
    : [
        ...(vms.length > MOST_SAID ? [`Failed: ${list(vms, MOST_NAMED)}.`] : []),
        ...said,
        ...none,
        ...unnamedLines(watch, vms),
      ];
}

/** VMs of which EM has said nothing, where it has named others. */
function unnamedLines({ vms }: Watch, failed: readonly string[]): Line[] {
  const unnamed = vms.filter(({ name, mark }) => mark === "waiting" && !failed.includes(name));
  const names = unnamed.map(({ name }) => name);
  return names.length > 0 && names.length < vms.length
    ? [`EM has said nothing of ${list(names, MOST_NAMED)}.`]
    : [];
}

/**
 * So many reasons or warnings are said in the thread and in the channel; the run's card has them
 * all.
 */
const MOST_SAID = 3;
const MOST_NAMED = 20;

function saidLines(
  heading: string,
  remarks: readonly Remark[],
  watch: Watch,
  besideRows: boolean,
): Line[] {
  const said = remarks.map(remarkWords);
  const fresh = besideRows ? said.filter((one) => !isOnRow(watch, one)) : said;
  const shown = besideRows ? fresh : fresh.slice(0, MOST_SAID);
  const lines = shown.map((one) => `${heading}: ${sentence(inOwnWords(watch, one))}`);
  const more = fresh.length - shown.length;
  return more > 0 ? [...lines, `And ${more} more, on the run's card.`] : lines;
}

/** What is kept of a VM begins with its name. */
const vmOf = ({ vms }: Watch, said: string) => vms.find(({ name }) => said.startsWith(`${name}: `));

const isOnRow = (watch: Watch, said: string) =>
  (vmOf(watch, said)?.mark ?? "done") !== "done" ||
  watch.vms.some(({ message }) => message === said);

/** Without the VM's name before them, where the words hold it. */
function inOwnWords(watch: Watch, said: string): string {
  const name = vmOf(watch, said)?.name;
  return name === undefined ? said : aboutVm(name, said.slice(name.length + 2));
}

/** `name: words`, or the words alone where they name the VM. */
export const aboutVm = (name: string, words: string) =>
  words.includes(name) ? words : `${name}: ${words}`;

const reportedWords: Readonly<Record<Unconfirmed, string>> = {
  "not-allowed":
    "The EM account may not read replica points (that takes a Portal Administrator), so this is EM's word alone.",
  "no-points": "EM shows no replica points of these VMs, so this is EM's word alone.",
  "not-in-time": "The replica points did not show it in time; EM's data may be old.",
  "as-before":
    "The replica points are as they were before, and EM has shown no newer data since, so this is EM's word alone.",
  "run-since":
    "Another run of these VMs began before the replica points could be held against this one, so this is EM's word alone.",
  "kind-unknown":
    "The API does not show whether this was a failover, a test or an undo, so the replica points decide nothing.",
  "no-result": "EM gave no clear result.",
};

const evidenceWords = (evidence: string, other: readonly VmState[]) =>
  other.length > 0 ? `${evidence.replace(/\.$/, "")}, except for ${vmStates(other)}.` : evidence;

const vmStates = (vms: readonly VmState[]) =>
  list(vms.map(({ vm, state }) => `${vm} (${plainWord(state)})`));

/** What to do once it has ended. */
export function endNext(watch: Watch, how: End): Line {
  const { order, stoppedBy } = watch;
  switch (how.is) {
    case "confirmed":
      if (stoppedBy && order?.action === "start")
        return ["The stop has not kept it from being carried out. ", ...takesBack(watch)];
      return order
        ? actionWords[order.action].afterwards
        : "Look in the Veeam console for what was done.";
    case "reported":
      return [
        "Check the VMs in the Veeam console. ",
        type(`status ${typedPlan(watch)}`),
        " reads EM again.",
      ];
    case "taken":
      return "Follow it in the Veeam console.";
    case "contradicted":
      return `Look at ${list(how.vms.map(({ vm }) => vm))} in the Veeam console before anybody relies on ${how.vms.length === 1 ? "it" : "them"}.`;
    case "failed":
      return failedNext(watch, how);
    case "lost":
      return [
        "Look in the Veeam console before anything is started again. ",
        type("sessions"),
        " shows what EM lists.",
      ];
    default:
      return how satisfies never;
  }
}

/** What an undo costs, wherever it is a next step. */
export const UNDO_COSTS = "what was changed in the replicas since is discarded";

const takesBack = (watch: Watch): readonly Span[] => [
  type(`undo ${typedPlan(watch)}`),
  ` takes the whole failover back; ${UNDO_COSTS}.`,
];

/** In EM's words, that the target has no room for a VM: then a start by hand fails as well. */
const NO_ROOM = /\b(insufficient|not enough|out of memory|no (free )?space)\b/i;

function startByHand(vms: readonly string[], reasons: readonly Remark[]): string {
  const lacksRoom = reasons.some((reason) => reason.is === "em-says" && NO_ROOM.test(reason.text));
  return lacksRoom
    ? `Make room for ${list(vms)} at the replica site first, then start ${vms.length === 1 ? "it" : "them"} by hand in the Veeam console`
    : `Start ${list(vms)} by hand in the Veeam console`;
}

function failedNext(watch: Watch, { vms, reasons }: Failed): Line {
  if (watch.order?.action !== "start")
    return "Look in the Veeam console: its log says more than the API.";
  if (wellDone(watch).length > 0)
    return vms.length > 0
      ? [`${startByHand(vms, reasons)}; `, ...takesBack(watch)]
      : ["Look in the Veeam console which VMs have not started; ", ...takesBack(watch)];
  return vms.length > 0
    ? "Look in the Veeam console: its log says more than the API."
    : "Look in the Veeam console whether any VM was started, before you start the plan again.";
}
