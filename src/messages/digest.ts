/** What a team should know of its protection each morning, before anybody needs it. */
import type { Card, Line } from "../chat/port.ts";
import type { FailoverPlan } from "../em/types.ts";
import {
  failingReplications,
  protectionLines,
  replicationLines,
  type StatusFacts,
  unprotectedPlans,
} from "./status.ts";
import { at, count, quoted, sentence, type } from "./words.ts";

export interface DigestFacts {
  /** When it was due. */
  readonly due: number;
  /** It comes later than that, as the bot did not run then. */
  readonly late: boolean;
  /** Or why EM shows nothing: a sentence. */
  readonly status: StatusFacts | { readonly unknown: string };
  readonly untestedDays: number;
  /** Cloud plans without a test for so long, with the last one that this bot knows. */
  readonly untested: readonly Untested[];
}

export interface Untested {
  readonly plan: Pick<FailoverPlan, "name" | "tenant">;
  readonly lastAt?: number;
}

const MOST_UNTESTED = 10;

export function digestCard(facts: DigestFacts, now: number): Card {
  const { status } = facts;
  const late = lateLines(facts);
  if ("unknown" in status)
    return {
      tone: "bad",
      title: "Digest: EM could not be asked",
      lines: [...late, sentence(status.unknown)],
      next: [type("doctor"), " looks for the cause."],
    };
  return {
    tone: isWell(facts, status) ? "good" : "warning",
    title: `Digest: ${titleOf(facts, status)}`,
    lines: [
      ...late,
      ...runLines(status),
      ...protectionLines(status, now),
      ...replicationLines(status),
      ...untestedLines(facts),
    ],
    next: [type("status"), " shows how it stands now."],
  };
}

const lateLines = ({ late, due }: DigestFacts): Line[] =>
  late ? [["This was due ", at(due), "; the bot did not run then."]] : [];

const failingIn = ({ replications = [] }: StatusFacts) => failingReplications(replications).length;

const isWell = ({ untested }: DigestFacts, status: StatusFacts) =>
  untested.length === 0 &&
  failingIn(status) === 0 &&
  unprotectedPlans(status).length === 0 &&
  status.plans !== undefined &&
  status.replications !== undefined;

/** Good news is said as well: a part that is not named was not looked at. */
function titleOf({ untested, untestedDays }: DigestFacts, status: StatusFacts): string {
  const failing = failingIn(status);
  return [
    status.plans ? count(status.plans.length, "failover plan") : "plans cannot be read",
    ...unprotectedWords(unprotectedPlans(status).length),
    status.replications
      ? failing === 0
        ? "no replication fails"
        : `${count(failing, "replication")} ${failing === 1 ? "fails" : "fail"}`
      : "replication cannot be read",
    untested.length === 0
      ? `all tested within ${count(untestedDays, "day")}`
      : `${untested.length} not tested for ${count(untestedDays, "day")}`,
  ].join(", ");
}

const unprotectedWords = (plans: number) => (plans === 0 ? [] : [`${plans} with a VM without restore point`]);

function runLines({ open }: StatusFacts): Line[] {
  return open && open.length > 0 ? [`${count(open.length, "failover session")} open now.`] : [];
}

function untestedLines({ untested, untestedDays }: DigestFacts): Line[] {
  if (untested.length === 0) return [];
  const shown = untested.slice(0, MOST_UNTESTED);
  const left = untested.length - shown.length;
  return [
    `No test for ${count(untestedDays, "day")}, as far as this bot knows:`,
    ...shown.map(untestedLine),
    ...(left > 0 ? [`… and ${count(left, "other plan")}.`] : []),
    "Only tests that were ordered through this bot count, as EM's API does not tell tests from failovers.",
  ];
}

function untestedLine({ plan: { name, tenant }, lastAt }: Untested): Line {
  const whose = tenant ? ` of ${tenant.name}` : "";
  return [
    { strong: quoted(name) },
    whose,
    ...(lastAt === undefined ? [": no test known"] : [": last ", at(lastAt)]),
  ];
}
