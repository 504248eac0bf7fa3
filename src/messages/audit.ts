/** The audit log, as people read it. */
import { duration } from "../chat/duration.ts";
import type { Card, Line, Span } from "../chat/port.ts";
import type { SteadyClock } from "../clock.ts";
import type { AuditEntry } from "../records/audit-entry.ts";
import type { CountedRefusals, MoreRefusals } from "../records/refusals.ts";
import type { ChainLink } from "../store/store.ts";
import { at, count, placeWords, sentence, type, who } from "./words.ts";

/** An entry of the log; without a value where somebody has changed it into something else. */
interface ShownEntry {
  readonly key: string;
  readonly hash: string;
  readonly value: AuditEntry | undefined;
}

/**
 * `counted`: refusals that no entry tells of yet. Entries bear the wall clock's times, and a card
 * the bot's.
 */
export function auditCard(
  entries: readonly ShownEntry[],
  counted: readonly CountedRefusals[],
  { meant }: Pick<SteadyClock, "meant">,
): Card {
  const head = entries.at(-1)?.hash;
  return {
    tone: "plain",
    title:
      entries.length === 0
        ? "The audit log has no entry yet"
        : `The last ${count(entries.length, "entry", "entries")} of the audit log`,
    lines: [...entries.map((entry) => entryLine(entry, meant)), ...counted.flatMap(countedLine)],
    next: [type("audit verify"), " checks the whole chain."],
    ...(head === undefined ? {} : { footer: `Head ${head}` }),
  };
}

/** "Confirmed" is said of evidence alone; a deed of that name is the last approval. */
const deedWord = (deed: AuditEntry["deed"]) => (deed === "confirmed" ? "approved" : deed);

/** The reason first: what was done can be long. */
function entryLine({ key, value }: ShownEntry, meant: SteadyClock["meant"]): Line {
  if (typeof value?.at !== "number") return `${key}. This entry cannot be read: it was changed`;
  const place = value.where ? ` in ${placeWords(value.where)}` : "";
  const person: Span[] = value.who ? [", ", who(value.who), place] : [];
  const run = value.run ? ` ${value.run}` : "";
  const why = value.why ? [` because: ${value.why}`] : [];
  return [
    `${key}. `,
    at(meant(value.at)),
    `: ${deedWord(value.deed)}${run}`,
    ...person,
    ...why,
    ` – ${sentence(value.what)}`,
  ];
}

function countedLine({ who: person, more }: CountedRefusals): Line[] {
  if (!more) return [];
  const still = `${count(more.count, "more refusal")} of `;
  return [["Counted, not written yet: ", still, who(person), " since ", at(more.since), "."]];
}

/** What the audit log says of many refusals at once. */
export const moreRefusalsWords = ({ count: n, since, what }: MoreRefusals, until: number) =>
  `${count(n, "more refusal")} within ${duration(until - since)}, the last: ${what}`;

/** `noted`: the entry whose hash somebody had noted. */
export function verifiedCard(entries: number, head: string | undefined, noted?: string): Card {
  return {
    tone: "good",
    title: `The audit log is whole: ${count(entries, "entry", "entries")}`,
    lines: [
      "Each entry fits the one before it.",
      ...(noted === undefined
        ? []
        : [`The hash is that of entry ${noted}: up to there nothing was changed.`]),
    ],
    ...(head === undefined ? {} : { footer: `Head ${head}` }),
  };
}

/**
 * A chain that was cut short, or made anew as a whole, fits in itself; a hash from outside shows
 * it.
 */
export const strangeHeadCard = (noted: string): Card => ({
  tone: "bad",
  title: "No entry of the audit log has this hash",
  lines: [
    "If a run's thread or an export has it, the log was cut short or written anew since.",
    `Asked for: ${noted}`,
  ],
});

export function brokenCard(bad: Pick<ChainLink, "key">): Card {
  return {
    tone: "bad",
    title: `The audit log was changed: entry ${bad.key} does not fit the one before it`,
    lines: [
      "What stands before it is whole. Compare with the hashes in the threads of runs, and with exports.",
    ],
  };
}
