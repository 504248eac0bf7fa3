/** What a run's card says of what goes on, and of what is wrong with it. */
import { duration } from "../chat/duration.ts";
import type { Line, Span } from "../chat/port.ts";
import { spansOf } from "../chat/spans.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import type { Doubt, Phase, Watch } from "../records/watch.ts";
import { expectedState, hasEnded } from "../records/watch.ts";
import { endLines, NO_VM_NAMED, namesNoVm } from "./end.ts";
import { EM_MISSES_IT, isMissing, isStuck, isUndo, type Looking } from "./headline.ts";
import { dataWords, unseen } from "./verdicts.ts";
import { at, list, sentence, who } from "./words.ts";

/**
 * How far EM is with it, and full only when that is confirmed. EM's own percentage often stays 0,
 * so ended VMs count too.
 */
export function percentOf({ phase, session, vms }: Watch, isLive: boolean): number | undefined {
  if (!session) return undefined;
  if (phase.is === "ended") return phase.how.is === "confirmed" ? 100 : undefined;
  if (phase.is !== "following" || !isLive) return undefined;
  const byVms =
    vms.length === 0
      ? 0
      : vms.reduce((sum, vm) => sum + (hasEnded(vm.mark) ? 100 : vm.progress), 0) / vms.length;
  return Math.min(99, Math.floor(Math.max(session.progress, byVms)));
}

export function silenceLines({ silence, phase, session }: Watch): Line[] {
  if (phase.is === "ended") return [];
  if (!silence) return missingLines({ phase, session });
  return [
    ["EM has not answered since ", at(silence.since), "; what stands below is from then."],
    sentence(silence.why),
  ];
}

/** It is looked for, and given up after the time of a stall. */
export function missingLines(watch: Pick<AnyWatch, "phase" | "session">): Line[] {
  if (!isMissing(watch)) return [];
  return [
    watch.session
      ? `${EM_MISSES_IT} any more; what stands below was seen before.`
      : `${EM_MISSES_IT}.`,
  ];
}

export function presently(watch: Watch, isLive: boolean): Line[] {
  const { phase, session } = watch;
  const ran = session ? timeRun(session.createdAt, session.endedAt, watch, isLive) : undefined;
  switch (phase.is) {
    case "ordered":
      return [orderedWords(watch, phase.at)];
    case "looking":
      return lookingLines(watch, phase);
    case "following":
      return [...receiptLines(phase), ...runningLines(watch, ran, isLive)];
    case "checking":
      return [
        checkingWords(watch, phase.until),
        ...(ran ? [ran] : []),
        ...(namesNoVm(watch) ? [NO_VM_NAMED] : []),
      ];
    case "ended":
      return [...endLines(watch, phase.how, true), ...(ran ? [ran] : [])];
    default:
      return phase satisfies never;
  }
}

function runningLines(watch: Watch, ran: Line | undefined, isLive: boolean): Line[] {
  if (!ran && isMissing(watch)) return [];
  return [[...(ran ? spansOf(ran) : ["The session is running."]), ...remaining(watch, isLive)]];
}

function orderedWords({ subject }: Watch, since: number): Line {
  const none =
    subject.kind === "ordinary"
      ? ". Its API shows no progress of ordinary plans."
      : "; its session has not been seen yet.";
  return ["EM has been working on the order since ", at(since), none];
}

/** Where nobody knows whether the order was carried out. */
export const NOT_AGAIN =
  "Do not order it again before you have looked in the Veeam console whether it runs.";

function checkingWords(watch: Watch, until: number): Line {
  return [
    "EM says that the session has ended. I read the replica points until ",
    at(until),
    `.${openWords(watch)}`,
    ...(unseen(watch).length > 0 ? spaced(dataWords(watch)) : []),
  ];
}

const spaced = (spans: readonly Span[]): readonly Span[] =>
  spans.length > 0 ? [" ", ...spans] : [];

/** A point that says what it should proves nothing where it may have said so before this run. */
function openWords(watch: Watch): string {
  const expected = expectedState(watch);
  const [asBefore, otherwise] = [true, false].map((is) =>
    unseen(watch)
      .filter(({ state }) => (state === expected) === is)
      .map(({ vm }) => vm),
  );
  return [
    ...(otherwise?.length ? [` They do not show it yet of ${list(otherwise)}.`] : []),
    ...(asBefore?.length
      ? [` They show it of ${list(asBefore)}, which may have been so before.`]
      : []),
  ].join("");
}

/** While EM's task has not named the session. */
function receiptLines({ receipt, doubt }: Following): Line[] {
  if (doubt === undefined) return [];
  const settling = receipt
    ? "EM's task of the order still runs and tells in the end."
    : "No task of EM tells.";
  return [`This session may be somebody else's: ${doubtWords(doubt)} ${settling}`];
}

export const doubtWords = (doubt: Doubt): string => doubts[doubt];

const doubts: Readonly<Record<Doubt, string>> = {
  several: "several sessions of this plan's name began at the time of the order.",
  "shared-name": "another plan has this name.",
  late: "it began more than a minute after the order, whose answer was lost.",
};

function timeRun(
  createdAt: number,
  endedAt: number | undefined,
  { phase }: Watch,
  isLive: boolean,
): Line {
  if (endedAt !== undefined)
    return ["Ran ", duration(Math.max(0, endedAt - createdAt)), ", from ", at(createdAt), "."];
  if (phase.is === "ended" || !isLive) return ["Begun ", at(createdAt), "."];
  return ["Running since ", at(createdAt), "."];
}

function lookingLines(watch: Watch, { why, since }: Looking): Line[] {
  const search: Line = [
    "I have been looking for its session since ",
    at(since),
    "; the order is not sent again.",
  ];
  switch (why) {
    case "answer-lost":
      return [
        "EM's answer to the order was lost: it may or may not have been carried out.",
        search,
      ];
    case "task-lost":
      return ["EM no longer knows the task of this order (its logon has ended).", search];
    case "stopped":
      return [search];
    case "no-session-named":
      return isUndo(watch)
        ? [["EM names no session for this undo. I read the replica points, since ", at(since), "."]]
        : ["EM has finished the task and named no session.", search];
    default:
      return why satisfies never;
  }
}

type Following = Extract<Phase, { is: "following" }>;

/**
 * By the pace so far; nothing is said before there is something to go by, nor while VMs wait for
 * others, as nobody knows how long those that come last will take.
 */
function remaining(watch: Watch, isLive: boolean): Line {
  const percent = percentOf(watch, isLive) ?? 0;
  const { session, stoppedBy, vms, seenAt } = watch;
  if (!session || percent < LEAST_PERCENT || isStuck(watch) || stoppedBy) return [];
  if (vms.some(({ mark }) => mark === "waiting")) return [];
  const leftMs = (Math.max(0, seenAt - session.createdAt) * (100 - percent)) / percent;
  return [" At this pace it ends about ", at(Math.ceil((seenAt + leftMs) / 60_000) * 60_000), "."];
}

/** Before this much progress the pace says nothing. */
const LEAST_PERCENT = 10;

/** Each VM's own standstill is on its row. */
export function stallLines({ session, phase }: Watch): Line[] {
  if (phase.is === "ended" || !session?.stalled) return [];
  return [["Nothing in this session has changed since ", at(session.changedAt), "."]];
}

export const stopLines = ({ stoppedBy }: Watch): Line[] =>
  stoppedBy
    ? [
        [
          who(stoppedBy),
          " ordered to stop EM's task, and EM no longer knows it. What that does to VMs already started is not documented.",
        ],
      ]
    : [];
