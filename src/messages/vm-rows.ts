/** The VMs of a run, a row each, the worst first. */

import { duration } from "../chat/duration.ts";
import type { Line, Row, Span } from "../chat/port.ts";
import { wordOf, worstFirst } from "../chat/signs.ts";
import { spansOf } from "../chat/spans.ts";
import { verdictOf } from "../records/verdict-of.ts";
import type { End, VmView, Watch } from "../records/watch.ts";
import { expectedState, hasEnded } from "../records/watch.ts";
import { namesNoVm, wordsOf } from "./end.ts";
import { remarkWords } from "./remarks.ts";
import { slowWords } from "./slow.ts";
import { isSeen } from "./verdicts.ts";
import { at, plainWord } from "./words.ts";

/** `isLive`: EM was read just now. Else what went on then reads as what was seen last. */
export function vmRows(watch: Watch, isLive: boolean): Row[] {
  if (watch.subject.kind === "ordinary" || namesNoVm(watch)) return [];
  const contradicted = new Set(contradictedStates(watch).keys());
  const rank = ({ mark, name }: Row) => (contradicted.has(name) ? -1 : worstFirst.indexOf(mark));
  return watch.vms.map((vm) => rowOf(watch, vm, isLive)).sort((a, b) => rank(a) - rank(b));
}

function contradictedStates({ phase }: Watch): Map<string, string> {
  const states = phase.is === "ended" && phase.how.is === "contradicted" ? phase.how.vms : [];
  return new Map(states.map(({ vm, state }) => [vm, plainWord(state)]));
}

function rowOf(watch: Watch, vm: VmView, isLive: boolean): Row {
  const { phase } = watch;
  switch (phase.is) {
    case "ordered":
    case "looking":
      return { mark: "plain", word: "not known yet", name: vm.name, detail: "" };
    case "following":
      return isLive ? presentRow(watch, vm) : lastSeenRow(watch, vm);
    case "checking":
      return overRow(watch, vm);
    case "ended":
      return endedRow(watch, vm, phase.how);
    default:
      return phase satisfies never;
  }
}

/** A tick stands for what was seen alone; the rest that went well is EM's word. */
function presentRow(watch: Watch, vm: VmView): Row {
  const { name, message } = vm;
  const mark = vm.mark === "done" && !isSeen(watch, name) ? "reported" : vm.mark;
  const done = mark === "reported" ? `${wordsOf(watch).vm}, by EM's word,` : wordsOf(watch).vm;
  const words = withSlowness(vmWords(vm, done), slowWords(watch, vm));
  const detail: Line = [
    ...spansOf(words),
    ...(message ? [`${words.length === 0 ? "" : ": "}${message}`] : []),
    ...pointWords(watch, name),
  ];
  return { mark, ...ownWord(watch, mark), name, detail };
}

const withSlowness = (words: Line, slow: string): Line => {
  if (slow === "") return words;
  return words.length === 0 ? slow : [...spansOf(words), `, ${slow}`];
};

/** `running` would be read as: the VM runs. */
function ownWord(watch: Watch, mark: Row["mark"]): Pick<Row, "word"> {
  const { doing, vm } = wordsOf(watch);
  if (mark === "running") return { word: doing };
  if (mark === "done") return { word: vm };
  return mark === "reported" ? { word: `${vm} by EM's word` } : {};
}

/** What the replica point says where it does not bear EM out. */
function pointWords(watch: Watch, name: string): Span[] {
  const verdict = verdictOf(watch, name);
  return verdict?.is === "word" || verdict?.is === "not-so"
    ? [`; its replica point says ${plainWord(verdict.state)}`]
    : [];
}

/** Beside the mark. */
function vmWords({ mark, progress, changedAt, startedAt, endedAt }: VmView, done: string): Line {
  const took =
    startedAt !== undefined && endedAt !== undefined
      ? `after ${duration(Math.max(0, endedAt - startedAt))}`
      : "";
  switch (mark) {
    case "waiting":
      return "";
    case "running":
      return progress > 0 ? `${progress} %` : "";
    case "stalled":
      return ["no change since ", at(changedAt), `, at ${progress} %`];
    case "done":
    case "warning":
      return `${done} ${took}`.trim().replace(/,$/, "");
    case "failed":
      return took;
    case "unknown":
      return "no clear result";
    default:
      return mark satisfies never;
  }
}

const lastSeenWords: Partial<Record<Row["mark"], string>> = {
  stalled: "had not moved for long",
  waiting: "had not begun",
};

function lastSeenRow(watch: Watch, vm: VmView): Row {
  const at = vm.progress > 0 ? `at ${vm.progress} %` : "";
  return asLastSeen({
    ...presentRow(watch, vm),
    ...(hasEnded(vm.mark) ? {} : { detail: at }),
  });
}

/** What went on when it was last seen may have gone on or ended since. */
export function asLastSeen(row: Row): Row {
  const was = row.mark === "running" ? `was ${wordOf(row)}` : lastSeenWords[row.mark];
  if (was === undefined) return row;
  const detail: Line = row.detail.length > 0 ? [`${was}, `, ...spansOf(row.detail)] : was;
  return { mark: "unknown", name: row.name, detail };
}

/** EM's session is over, or nobody sees it any more: nothing in it waits or runs. */
function overRow(watch: Watch, vm: VmView): Row {
  const { name, mark } = vm;
  if (mark !== "waiting" && mark !== "running" && mark !== "stalled") return presentRow(watch, vm);
  if (watch.session?.endedAt === undefined && watch.session?.state !== "Stopped")
    return lastSeenRow(watch, vm);
  const detail =
    mark === "waiting"
      ? "EM has said nothing of it"
      : "EM's session ended before this VM's part of it did";
  return { mark: "unknown", name, detail };
}

function endedRow(watch: Watch, vm: VmView, how: End): Row {
  const state = contradictedStates(watch).get(vm.name);
  if (state !== undefined) return contradictedRow(watch, vm, state);
  return how.is === "confirmed" ? confirmedRow(watch, vm, how) : overRow(watch, vm);
}

function contradictedRow(watch: Watch, { name, mark }: VmView, state: string): Row {
  const said = mark === "waiting" ? "nothing of it" : wordsOf(watch).vm;
  return { mark: "unknown", name, detail: `EM says ${said}, its replica point says ${state}` };
}

type Confirmed = Extract<End, { is: "confirmed" }>;

/**
 * A VM that EM's session names speaks with EM's words, any other with those of its replica point.
 */
function confirmedRow(watch: Watch, vm: VmView, how: Confirmed): Row {
  const other = how.other.find(({ vm: name }) => name === vm.name);
  if (vm.mark === "waiting") return unnamedRow(watch, vm, how, other && plainWord(other.state));
  const said = overRow(watch, vm);
  return other
    ? { ...said, detail: [...spansOf(said.detail), `; now in state ${plainWord(other.state)}`] }
    : said;
}

function unnamedRow(watch: Watch, { name }: VmView, { warnings }: Confirmed, other?: string): Row {
  const { order, session, vms } = watch;
  if (other !== undefined) return { mark: "plain", name, detail: `in state ${other}` };
  if (order?.action === "undo" && !order.over.includes(name))
    return { mark: "plain", name, detail: "was not shown as failed over" };
  if (!session) return { mark: "done", name, detail: wordsOf(watch).vm };
  const isProven = order !== undefined || vms.every(({ mark }) => mark === "waiting");
  if (!isProven) return { mark: "unknown", name, detail: "EM has said nothing of it" };
  const isWarned = warnings.some((warning) => remarkWords(warning).startsWith(`${name}: `));
  const detail = `its replica is in state ${expectedState(watch)}; EM's session does not name it`;
  const mark = isWarned ? "warning" : "done";
  return { mark, ...ownWord(watch, mark), name, detail };
}
