/** The root card of a run: always the present. */
import type { Button, Card, Line, Span } from "../chat/port.ts";
import { wordOf, worstFirst } from "../chat/signs.ts";
import { spansOf } from "../chat/spans.ts";
import type { Phase, Watch } from "../records/watch.ts";
import { aboutRun } from "./about.ts";
import { endNext } from "./end.ts";
import { headline, isHeard, isMissing, isStuck, namesOf, runTitle, toneOf } from "./headline.ts";
import { lookedLine } from "./looked.ts";
import {
  NOT_AGAIN,
  percentOf,
  presently,
  silenceLines,
  stallLines,
  stopLines,
} from "./progress.ts";
import { scorecardLines, targetLines } from "./scorecard.ts";
import { EM_IS } from "./spelled-out.ts";
import { vmRows } from "./vm-rows.ts";
import { at, clipped, count, list, people, quoted, sentence, type, who } from "./words.ts";

export function runCard(watch: Watch, now: number): Card {
  const buttons = buttonsOf(watch);
  return {
    ...drawn(watch, isHeard(watch) && !isMissing(watch), now),
    ...(watch.phase.is === "ended" ? {} : { lead: [lookedLine(watch, now)] }),
    ...(buttons.length > 0 ? { buttons } : {}),
  };
}

/**
 * For when nobody looks any more, though the run goes on: what is said of it is from then, and
 * nothing can be pressed.
 */
export const lastSeenRunCard = (watch: Watch): Card => drawn(watch, false);

/** `isLive`: what goes on is told as the present, which `now` is; else as what was seen last. */
function drawn(watch: Watch, isLive: boolean, now?: number): Card {
  const percent = percentOf(watch, isLive);
  return {
    about: aboutRun(watch),
    tone: toneOf(watch),
    title: runTitle(watch),
    ...(percent === undefined ? {} : { percent }),
    lines: [
      ...silenceLines(watch),
      ...stopLines(watch),
      ...presently(watch, isLive),
      ...stallLines(watch),
      ...timeLines(watch, isLive ? now : undefined),
      origin(watch),
    ],
    rows: vmRows(watch, isLive),
    next: nextStep(watch),
    footer: [...lastWords(watch, isLive), watch.id],
  };
}

const timeLines = (watch: Watch, now?: number): Line[] =>
  watch.phase.is === "ended" ? scorecardLines(watch) : targetLines(watch, now);

/** So many rows stay readable on a card; of a larger plan all VMs can be asked for. */
const MANY_VMS = 20;

function buttonsOf({ phase, id, vms }: Watch): Button[] {
  if (phase.is === "ended") return [];
  const all: Button[] =
    vms.length > MANY_VMS ? [{ label: "Show all VMs", token: `vms:${id}`, style: "plain" }] : [];
  return [{ label: "Stop watching", token: `unwatch:${id}`, style: "plain" }, ...all];
}

/** Every VM by name, the worst first: for whoever presses for it on the card of a large plan. */
export function allVmsCard(watch: Watch): Card {
  const rows = vmRows(watch, isHeard(watch) && !isMissing(watch));
  const groups = worstFirst.flatMap((mark) => {
    const marked = rows.filter((row) => row.mark === mark);
    const [first] = marked;
    if (first === undefined) return [];
    return [`${wordOf(first)} (${marked.length}): ${marked.map(({ name }) => name).join(", ")}`];
  });
  return {
    tone: "plain",
    title: `All ${count(watch.vms.length, "VM")} of ${quoted(watch.subject.name)}: ${headline(watch)}`,
    lines: groups,
    footer: ["As of ", at(watch.seenAt)],
  };
}

/** Of a run whose end is not known, only the watching has ended. */
function lastWords({ phase, seenAt, session }: Watch, isLive: boolean): Span[] {
  if (phase.is !== "ended")
    return isLive || isMissing({ phase }) ? [] : ["Last seen ", at(seenAt), " · "];
  const isKnown = phase.how.is !== "lost" && phase.how.is !== "taken";
  return [
    isKnown ? "Ended " : "Watched until ",
    at(isKnown ? (session?.endedAt ?? phase.at) : phase.at),
    ` · ${EM_IS} · `,
  ];
}

function origin({ order, subject, since }: Watch): Line {
  const tenant = subject.tenant ? `Tenant ${subject.tenant}. ` : "";
  if (!order) return [`${tenant}First seen here `, at(since), "."];
  const points: Line =
    order.from.points === "latest"
      ? "; latest restore points"
      : ["; restore points before ", at(order.from.at)];
  return [
    `${tenant}Asked by `,
    who(order.by),
    ", approved by ",
    ...people(order.approvedBy),
    ", sent ",
    at(order.sentAt),
    ...(order.action === "start" ? spansOf(points) : []),
    ...(order.reason === undefined ? ["."] : [`; because: ${sentence(clipped(order.reason))}`]),
  ];
}

const POSTED_HERE = "The end is posted here.";

function nextStep(watch: Watch): Line {
  const { phase, stoppedBy } = watch;
  if (phase.is === "ended") return endNext(watch, phase.how);
  if (!isHeard(watch))
    return [
      "Look in the Veeam console how far it is; I keep asking EM. ",
      type("doctor"),
      " looks for the cause.",
    ];
  if (isMissing(watch))
    return "Look in the Veeam console how far it is; I keep looking for its session.";
  if (isStuck(watch))
    return "Look in the Veeam console what holds it up. It is watched on; the end is posted here.";
  if (stoppedBy) return `Look in the Veeam console which VMs have started. ${POSTED_HERE}`;
  return nextOf(watch, phase);
}

function nextOf(watch: Watch, phase: Exclude<Phase, { is: "ended" }>): Line {
  switch (phase.is) {
    case "ordered":
      return leaveIt(watch);
    case "looking":
      return phase.why === "no-session-named" ? POSTED_HERE : NOT_AGAIN;
    case "following": {
      const failed = namesOf(watch.vms, "failed");
      return failed.length > 0
        ? `Look in the Veeam console why ${list(failed, 3)} failed; the others go on. ${POSTED_HERE}`
        : leaveIt(watch);
    }
    case "checking":
      return "Nothing to be done yet: whether the replica points confirm it is posted here.";
    default:
      return phase satisfies never;
  }
}

/** Whether somebody else's run shall go on, who started it must say. */
const leaveIt = ({ order }: Watch): Line => [
  order
    ? `Leave it to run; the end is posted here. `
    : `Started outside this bot; ask who did. ${POSTED_HERE} `,
  type("status"),
  " shows everything else.",
];
