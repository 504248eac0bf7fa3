/** One line in the thread for each event that matters. */

import { duration } from "../chat/duration.ts";
import type { Card, Line, Mark, Person } from "../chat/port.ts";
import { spansOf } from "../chat/spans.ts";
import { callsAgain, callsOf } from "../records/calls.ts";
import type { Event, Tally } from "../records/event.ts";
import type { Lost, Watch } from "../records/watch.ts";
import type { ActionWords } from "./actions.ts";
import { aboutVm, endLines, endNext, endTone, wordsOf } from "./end.ts";
import { runName, runTitle } from "./headline.ts";
import { doubtWords, NOT_AGAIN } from "./progress.ts";
import { scorecardLines } from "./scorecard.ts";
import { slowLines, slowTitle } from "./slow.ts";
import { capital } from "./usage.ts";
import { at, list, plainWord, sentence } from "./words.ts";

/** Urgent lines go out before others and are never dropped. */
export interface ThreadLine {
  readonly card: Card;
  readonly urgent: boolean;
}

export function threadLine(watch: Watch, event: Event): ThreadLine {
  const { phase, notify: all } = watch;
  const notify = callsAgain(watch, event) ? all : [];
  if (event.is !== "ended" || phase.is !== "ended")
    return toldLine(event, notify, { name: runName(watch), ...wordsOf(watch) });
  const { how } = phase;
  return endLine(
    {
      tone: endTone(watch, how),
      title: runTitle(watch),
      lines: [...endLines(watch, how), ...scorecardLines(watch)],
      next: endNext(watch, how),
    },
    notify,
  );
}

/** The end: never dropped, shown in the channel too, and to be noticed. */
export const endLine = (card: Card, notify: readonly Person[]): ThreadLine => ({
  urgent: true,
  card: { ...card, notify, alsoInChannel: true },
});

/**
 * After a run's end, in its thread alone: the head of the audit log, so that the log up to there can
 * be checked against it. Nothing that people must read stands after so many digits. It is the title,
 * which is told even where a line comes late.
 */
export const auditLine = (head: string): ThreadLine => ({
  urgent: false,
  card: { tone: "plain", title: `Audit log up to here: ${head}`, lines: [] },
});

/** What is said of VMs that have begun, and of those that ended well: `starting`, `up`. */
type VmVerbs = Pick<ActionWords, "doing" | "vm">;

/** `name`: of the run. */
type About = VmVerbs & { readonly name: string };

/** Every event but the end. Whom it calls reads which run it is, and what to do next. */
export function toldLine(event: Event, notify: readonly Person[], about: About): ThreadLine {
  const tone = toneOf(event);
  const urgent = callsOf(event).length > 0;
  const next = nextOf(event);
  const card: Card = {
    tone,
    title: urgent ? calling(event, about) : titleOf(event, about),
    lines: linesOf(event, about),
    ...(next === undefined ? {} : { next }),
  };
  return { urgent, card: urgent && notify.length > 0 ? { ...card, notify } : card };
}

/** Told afterwards, where it is clear of which run. Nothing of an end. */
export const pastWords = (event: Event, verbs: VmVerbs) => ({
  title: pastTitle(event, verbs),
  lines: pastLines(event, verbs),
});

/**
 * Without what was about to be done then; and not that nothing changed in an absence, as what EM's own
 * times tell of it stands on the timeline by itself.
 */
function pastLines(event: Event, verbs: VmVerbs): Line[] {
  if (event.is === "away" && event.meanwhile.length === 0) return [awaySpan(event)];
  if (event.is === "silent")
    return [["No answer since ", at(event.since), `: ${sentence(event.why)}`]];
  const isOfThen = ["looking", "reported", "clock-moved", "elsewhere"].includes(event.is);
  return isOfThen ? [] : linesOf(event, verbs);
}

/** How it stands with one VM: `up with a warning`. */
export const markWords = (mark: Mark, verbs: VmVerbs): string => verbOf[mark](verbs);

/** With the run, after what has happened: `filesrv01 failed: ABC Company Failover Plan (0 of 12 up)`. */
function calling(event: Event, about: About): string {
  const { is } = event;
  if (is === "elsewhere") return titleOf(event, about);
  const named = `${is === "vms" ? vmsWords(event, about) : titleOf(event, about)}: ${about.name}`;
  return is === "vms" ? `${named}${tallyWords(event, about)}` : named;
}

function toneOf(event: Event): Card["tone"] {
  if (event.is === "vms")
    return event.mark === "failed" ? "bad" : event.mark === "warning" ? "warning" : "plain";
  if (event.is !== "away" && callsOf(event).length > 0) return "warning";
  if (event.is !== "away") return "plain";
  const tones = event.meanwhile.map(toneOf);
  return (["bad", "warning"] as const).find((tone) => tones.includes(tone)) ?? "plain";
}

const awayTitle = (tookOverFrom?: string) =>
  tookOverFrom === undefined ? "I was away" : `I took over from ${tookOverFrom}`;

/** What changed, as one sentence without its full stop. */
function titleOf(event: Event, verbs: VmVerbs): string {
  switch (event.is) {
    case "elsewhere":
      return `Started outside this bot${event.over ? ", and ended" : ""}: ${event.name}`;
    case "settled":
      return event.ours
        ? "EM's task names this session: it is of this order"
        : "EM's task names another session, which is followed from now on";
    case "found":
      if (event.carriedOut) return "Found: it was carried out, once";
      if (event.doubt) return "A session of this plan runs; it may be somebody else's";
      return "EM has started the failover session";
    case "looking":
      return lookingTitles[event.why];
    case "vms":
      return vmsTitle(event, verbs);
    case "session-state":
      return event.state === "Stopping"
        ? "EM is finishing the session"
        : `The session is in state ${plainWord(event.state)}`;
    case "stalled":
      return event.vms.length > 0 ? `${list(event.vms)} stalled` : "Nothing moves";
    case "moving":
      return `${list(event.vms)} ${event.vms.length === 1 ? "moves" : "move"} again`;
    case "silent":
      return "EM does not answer";
    case "answering":
      return "EM answers again";
    case "reported":
      return "EM reports the end; not yet confirmed by the replica points";
    case "clock-moved":
      return clockMoved(event.byMs);
    case "target-missed":
      return missedTitle(event, verbs);
    case "slower":
      return slowTitle(event.vms);
    case "away":
      return awayTitle(event.tookOverFrom);
    case "ended":
      return "It has ended";
    default:
      return event satisfies never;
  }
}

const clockMoved = (byMs: number) =>
  `The clock of the bot's machine was moved by ${duration(Math.abs(byMs))}, ${byMs > 0 ? "forward" : "back"}`;

type Missed = Extract<Event, { is: "target-missed" }>;

const missedTitle = ({ recoveryMs, tally }: Missed, { vm }: VmVerbs) =>
  `Target of ${duration(recoveryMs)} missed${tally ? ` (${tally.well} of ${tally.of} ${vm})` : ""}`;

const lookingTitles: Readonly<Record<Lost, string>> = {
  "answer-lost": "EM's answer to the order was lost",
  "task-lost": "EM has lost the order's task",
  stopped: "EM has deleted the order's task",
  "no-session-named": "EM has named no session of the order",
};

const verbOf: Record<Mark, (verbs: VmVerbs) => string> = {
  running: ({ doing }) => doing,
  done: ({ vm }) => vm,
  warning: ({ vm }) => `${vm} with a warning`,
  failed: () => "failed",
  stalled: () => "stalled",
  waiting: () => "waiting",
  unknown: () => "in an unknown state",
};

type VmsEvent = Extract<Event, { is: "vms" }>;

const vmsTitle = (event: VmsEvent, verbs: VmVerbs) =>
  `${vmsWords(event, verbs)}${tallyWords(event, verbs)}`;

const vmsWords = ({ mark, vms }: VmsEvent, verbs: VmVerbs) =>
  `${list(vms.map(({ name }) => name))} ${verbOf[mark](verbs)}`;

/** How many are there; where some have only begun, that has not changed. */
const tallyWords = ({ mark, tally }: VmsEvent, { vm }: VmVerbs) =>
  mark === "running" ? "" : ` (${tally.well} of ${tally.of} ${vm})`;

function linesOf(event: Event, verbs: VmVerbs): Line[] {
  switch (event.is) {
    case "vms":
      return event.vms.flatMap(({ name, message }) =>
        message ? [sentence(event.vms.length === 1 ? message : aboutVm(name, message))] : [],
      );
    case "elsewhere":
      return [
        "EM's API shows neither who started it nor whether it is a failover, a test or an undo.",
      ];
    case "found":
      if (event.carriedOut) return [["Its session began ", at(event.createdAt), "."]];
      return event.doubt ? [capital(doubtWords(event.doubt))] : [];
    case "settled":
      return event.ours ? [] : ["What was told of VMs before was of somebody else's run."];
    case "looking":
      return [
        event.why === "answer-lost"
          ? "It may or may not have been carried out. It is not sent again; I look for its session."
          : "EM had taken the order. It is not sent again; I look for its session.",
      ];
    case "stalled":
      return [["Nothing has changed since ", at(event.since), "."]];
    case "silent":
      return [["No answer since ", at(event.since), `: ${sentence(event.why)} I keep asking.`]];
    case "answering":
      return [["It had not answered since ", at(event.since), "."]];
    case "reported":
      return [
        [
          "EM's data may be older than the end. I read the replica points until ",
          at(event.until),
          ".",
        ],
      ];
    case "clock-moved":
      return [
        "From here on times are shown by it as it is set now. I measure how long things take without it.",
      ];
    case "target-missed":
      return [missedWords(event)];
    case "slower":
      return slowLines(event.vms);
    case "away":
      return away(event, verbs);
    default:
      return [];
  }
}

const missedWords = ({ since, tally, perhaps }: Missed): Line => [
  perhaps ? "If it is a failover, all VMs were to be up by " : "All VMs were to be up by ",
  at(since),
  tally ? lateWords(tally) : "; EM shows no session of it yet.",
];

const lateWords = ({ well, of }: Tally) =>
  well < of ? "; by EM's word they are not." : "; by EM's word the last was later.";

/** What to do now, of whatever calls people. */
function nextOf(event: Event): Line | undefined {
  switch (event.is) {
    case "away":
      return event.meanwhile.map(nextOf).find((next) => next !== undefined) ?? WATCHED_ON;
    case "vms":
      return event.mark === "failed"
        ? "Look in the Veeam console why; what else runs goes on."
        : undefined;
    case "looking":
      return callsOf(event).length > 0 ? NOT_AGAIN : undefined;
    case "elsewhere":
      return "Ask who did.";
    case "stalled":
      return "Look in the Veeam console what holds it up.";
    case "silent":
      return "Look in the Veeam console how far it is.";
    default:
      return undefined;
  }
}

const WATCHED_ON = "It is watched on; the end is posted here.";

/** What went on while nobody watched is over by the time that it is told. */
const pastTitles: Partial<Record<Event["is"], string>> = {
  found: "EM had started the failover session",
  reported: "EM had reported the end; not yet confirmed by the replica points",
  silent: "EM did not answer",
  answering: "EM answered again",
};

function pastTitle(event: Event, verbs: VmVerbs): string {
  const isFinding = event.is === "found" && (event.carriedOut || event.doubt);
  return (isFinding ? undefined : pastTitles[event.is]) ?? titleOf(event, verbs);
}

type Away = Extract<Event, { is: "away" }>;

const awaySpan = ({ from, to, tookOverFrom }: Away): Line => [
  tookOverFrom === undefined ? "I was not running from " : "Nobody watched from ",
  at(from),
  " to ",
  at(to),
  ` (${duration(to - from)}).`,
];

function away(event: Away, verbs: VmVerbs): Line[] {
  const { meanwhile } = event;
  const span = awaySpan(event);
  if (meanwhile.length === 0) return [span, "Nothing that matters changed meanwhile."];
  const told = meanwhile.map(
    (event): Line => [
      sentence(pastTitle(event, verbs)),
      ...linesOf(event, verbs).flatMap((line) => [" ", ...spansOf(line)]),
    ],
  );
  return [span, "Meanwhile:", ...told];
}
