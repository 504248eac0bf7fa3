/** What happened in a run, as the lines of its timeline. */
import type { Line, Mark, Span } from "../chat/port.ts";
import { spansOf } from "../chat/spans.ts";
import type { AuditDeed } from "../records/audit-entry.ts";
import type { Event } from "../records/event.ts";
import type { Recorded } from "../records/moment.ts";
import type { Call } from "../records/watch.ts";
import type { Happening, RunFacts } from "../report/facts.ts";
import { endWords } from "./end.ts";
import { markWords, pastWords } from "./events.ts";
import { endedRun, runWords } from "./report-title.ts";
import { people, placeWords, sentence, who } from "./words.ts";

/** A sentence or two; when it was, and by whose word, stands beside it. */
export function happeningWords({ what }: Pick<Happening, "what">, run: RunFacts): Line {
  switch (what.is) {
    case "deed":
      return deedLine(what);
    case "event":
      return eventLine(what.event, run);
    case "called":
      return ["Called because of ", `${callWords[what.call]}: `, ...people(what.people), "."];
    case "told-directly":
      return ["A direct message has reached ", who(what.who), ", as no place could be written."];
    case "answered":
      return [who(what.who), ` answered in ${placeWords(what.where)}.`];
    case "note":
      return ["Note by ", who(what.who), `: ${sentence(what.text)}`];
    case "session-began":
      return "EM's session began.";
    case "session-ended":
      return "EM's session ended.";
    case "vm-began":
      return `${what.vm} began.`;
    case "vm-ended":
      return vmEnded(what, run);
    case "undone":
      return [
        `Undone by the later run ${what.run}`,
        ...(what.who ? [" of ", who(what.who)] : []),
        ".",
      ];
    default:
      return what satisfies never;
  }
}

type Deed = Extract<Recorded, { is: "deed" }>;

/** Whoever did it and where, then what exactly, as the audit log has it; the reason once. */
function deedLine({ stop, deed, who: person, where, what, why }: Deed): Line {
  const order = stop ? ["Order to stop it: "] : [];
  if (deed === "accepted") return [...order, sentence(what)];
  if (deed === "sending") return [...order, "On its way to EM."];
  if (ofNobody.has(deed)) return [...order, `${deedTitles[deed]}: ${sentence(what)}`];
  const place = where ? ` in ${placeWords(where)}` : "";
  const by = [...order, deedTitles[deed], ...byWhom(person), place];
  if (deed === "approved") return [...by, "."];
  if (deed === "confirmed") return [...by, ", the last approval that it took."];
  const because = deed === "asked" && why ? [` Because: ${sentence(why)}`] : [];
  return [...by, `: ${sentence(what)}`, ...because];
}

/** What the bot or EM did: the audit log has there for whom. */
const ofNobody: ReadonlySet<AuditDeed> = new Set(["void", "expired", "not-sent", "answer-lost"]);

const byWhom = (person: Deed["who"]): Span[] => (person ? [" by ", who(person)] : []);

/** Who confirms has approved: "confirmed" is said of evidence alone. */
const deedTitles: Readonly<Record<AuditDeed, string>> = {
  started: "The bot started",
  asked: "Asked for",
  approved: "Approved",
  confirmed: "Approved",
  cancelled: "Cancelled",
  expired: "Not approved in time",
  void: "No longer valid",
  refused: "Refused",
  sending: "On its way to EM",
  accepted: "Taken by EM",
  "not-sent": "Not carried out",
  "answer-lost": "Not known whether it was carried out",
  collecting: "EM's data to be collected",
  collected: "EM's data collected",
  "clearing-tasks": "EM's tasks to be cleared",
  "tasks-cleared": "EM's tasks cleared",
  quieted: "Fewer messages wanted",
  moved: "The state was moved",
  noted: "Noted",
  copied: "The state was copied",
  restored: "The bot began on a backup",
  ended: "Ended",
};

const callWords: Readonly<Record<Call, string>> = {
  failure: "a failure",
  stall: "a stall",
  doubt: "the doubt whether it was carried out",
  silence: "EM's silence",
  elsewhere: "a run that nobody here ordered",
  absence: "a time in which nobody watched",
  end: "the end",
};

function eventLine(event: Event, run: RunFacts): Line {
  if (event.is === "ended") return endLine(run);
  const { title, lines } = pastWords(event, runWords(run));
  return [sentence(title), ...lines.flatMap((line) => [" ", ...spansOf(line)])];
}

const endLine = (run: RunFacts) =>
  sentence(run.ended ? endWords(endedRun(run), run.ended.how) : "Ended");

interface EndedVm {
  readonly vm: string;
  readonly mark: Mark;
  readonly message?: string;
}

const vmEnded = ({ vm, mark, message }: EndedVm, run: RunFacts): Line =>
  [
    sentence(`${vm} ${markWords(mark, runWords(run))}`),
    ...(message ? [sentence(message)] : []),
  ].join(" ");
