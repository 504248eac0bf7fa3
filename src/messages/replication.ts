/** A watched replication session: its card and its thread lines. */
import { duration } from "../chat/duration.ts";
import type { Card, Line, Row, Tone } from "../chat/port.ts";
import type { Event } from "../records/event.ts";
import type {
  ReplicatedVm,
  ReplicationEnd,
  ReplicationWatch,
} from "../records/replication-watch.ts";
import { aboutReplication } from "./about.ts";
import { bytes } from "./bytes.ts";
import { endLine, type ThreadLine, toldLine } from "./events.ts";
import { EM_MISSES_IT, isMissing } from "./headline.ts";
import { lookedLine } from "./looked.ts";
import { missingLines } from "./progress.ts";
import { remarkWords, sightLostWords } from "./remarks.ts";
import { capital } from "./usage.ts";
import { asLastSeen } from "./vm-rows.ts";
import { at, plainWord, quoted, sentence, type } from "./words.ts";

const noun = ({ kind }: ReplicationWatch) => (kind === "cdp" ? "CDP policy" : "replication job");
const name = (watch: ReplicationWatch) => `${noun(watch)} ${quoted(watch.subject.name)}`;

export function replicationCard(watch: ReplicationWatch, now: number): Card {
  return {
    ...drawn(watch, watch.silence === undefined && !isMissing(watch)),
    ...(watch.phase.is === "ended"
      ? {}
      : {
          lead: [lookedLine(watch, now)],
          buttons: [
            { label: "Stop watching", token: `unwatch:${watch.id}`, style: "plain" as const },
          ],
        }),
  };
}

/** For when nobody looks any more, though the session goes on. */
export const lastSeenReplicationCard = (watch: ReplicationWatch): Card => drawn(watch, false);

/**
 * `isLive`: what goes on is told as the present; else as what was seen last. What was lost sight of
 * may have gone on since.
 */
function drawn(watch: ReplicationWatch, isLive: boolean): Card {
  const { phase, session } = watch;
  const isPresent = phase.is === "ended" ? phase.how.is !== "lost" : isLive;
  const percent = session && watch.kind === "snapshot" && isPresent ? session.progress : undefined;
  return {
    about: aboutReplication(watch),
    tone: toneOf(watch),
    title: `${capital(replicationHeadline(watch))}: ${name(watch)}`,
    ...(percent === undefined ? {} : { percent }),
    lines: [...trouble(watch), ...presently(watch, isPresent), ...only(watch)],
    rows: watch.vms.map((vm) => (isPresent ? rowOf(vm) : asLastSeen(rowOf(vm)))),
    next: nextStep(watch),
    footer: footerOf(watch, isLive),
  };
}

function footerOf({ id, phase, seenAt }: ReplicationWatch, isLive: boolean): Line {
  if (phase.is !== "ended")
    return isLive || isMissing({ phase }) ? id : ["Last seen ", at(seenAt), ` · ${id}`];
  return [phase.how.is === "lost" ? "Watched until " : "Ended ", at(phase.at), ` · ${id}`];
}

export function replicationHeadline({ phase, session, kind }: ReplicationWatch): string {
  if (phase.is === "ended") return endWords(phase.how);
  if (isMissing({ phase })) return EM_MISSES_IT;
  if (!session) return "Being watched";
  const percent = kind === "snapshot" && session.progress > 0 ? `, ${session.progress} %` : "";
  return `${plainWord(session.state)}${percent}`;
}

const endWords = (how: ReplicationEnd) =>
  how.is === "lost" ? "Lost sight of" : `Ended, EM reports ${plainWord(how.result)}`;

function endTone(how: ReplicationEnd): Tone {
  if (how.is === "lost" || how.result === "Failed") return "bad";
  return how.result === "Success" ? "good" : "warning";
}

function toneOf({ phase, vms, silence }: ReplicationWatch): Tone {
  if (phase.is === "ended") return endTone(phase.how);
  return silence || isMissing({ phase }) || vms.some(({ mark }) => mark === "failed")
    ? "warning"
    : "running";
}

const only = ({ subject }: ReplicationWatch): Line[] =>
  subject.only === undefined ? [] : [`Only ${subject.only} is shown.`];

function presently({ session, phase, kind }: ReplicationWatch, isPresent: boolean): Line[] {
  if (!session) return isMissing({ phase }) ? [] : ["EM has not been read yet."];
  const ended = session.endedAt;
  const ran: Line = !isPresent
    ? ["Begun ", at(session.createdAt), "."]
    : ended === undefined
      ? ["Running since ", at(session.createdAt), "."]
      : [
          "Ran ",
          duration(Math.max(0, ended - session.createdAt)),
          ", from ",
          at(session.createdAt),
          ".",
        ];
  const daily =
    kind === "cdp" && phase.is !== "ended"
      ? ["A CDP session lasts a day, then EM begins the next."]
      : [];
  return [ran, ...daily, ...(phase.is === "ended" ? endLines(phase.how) : [])];
}

const endLines = (how: ReplicationEnd): Line[] =>
  how.is === "lost"
    ? [sentence(sightLostWords(how.why, "session"))]
    : how.reasons.map((reason) => `EM says: ${sentence(remarkWords(reason))}`);

function trouble({ silence, phase, session }: ReplicationWatch): Line[] {
  if (phase.is === "ended") return [];
  if (!silence) return missingLines({ phase, session });
  return [
    ["EM has not answered since ", at(silence.since), "; what stands below is from then."],
    sentence(silence.why),
  ];
}

function rowOf({ name, mark, reason, totalBytes }: ReplicatedVm): Row {
  const size = totalBytes > 0 ? bytes(totalBytes) : "";
  return {
    mark,
    ...(mark === "running" && { word: "replicating" }),
    name,
    detail: [size, reason ?? ""].filter(Boolean).join(": "),
  };
}

function nextStep(watch: ReplicationWatch): Line {
  const again = `watch ${watch.kind === "cdp" ? "cdp" : "replica"} ${quoted(watch.subject.name)}`;
  if (watch.phase.is !== "ended") return "The end is posted here.";
  return [type(again), " follows the next session, once it runs."];
}

export function replicationLine(watch: ReplicationWatch, event: Event): ThreadLine {
  const { phase, notify } = watch;
  if (event.is !== "ended" || phase.is !== "ended")
    return toldLine(event, notify, {
      name: name(watch),
      doing: "replicating",
      vm: "replicated",
    });
  const { how } = phase;
  const title = `${endWords(how)}: ${name(watch)}`;
  return endLine({ tone: endTone(how), title, lines: endLines(how) }, notify);
}
