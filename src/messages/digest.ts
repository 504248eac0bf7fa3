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
import { at, count, list, sentence, type } from "./words.ts";

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

/** The bad first; good news is said as well, since a part that is not named was not looked at. */
function titleOf(facts: DigestFacts, status: StatusFacts): string {
  const parts = [...protectionParts(status), replicationPart(status), testPart(facts)];
  return parts
    .toSorted((one, other) => Number(one.isWell) - Number(other.isWell))
    .map(({ says }) => says)
    .join(", ");
}

interface Part {
  readonly isWell: boolean;
  readonly says: string;
}

function protectionParts(status: StatusFacts): Part[] {
  const bare = unprotectedPlans(status).length;
  return [
    ...(bare > 0
      ? [{ isWell: false, says: `${count(bare, "plan")} with a VM without restore point` }]
      : []),
    status.plans
      ? { isWell: true, says: count(status.plans.length, "failover plan") }
      : { isWell: false, says: "plans cannot be read" },
  ];
}

function replicationPart(status: StatusFacts): Part {
  if (!status.replications) return { isWell: false, says: "replication cannot be read" };
  const failing = failingIn(status);
  return failing === 0
    ? { isWell: true, says: "no replication fails" }
    : {
        isWell: false,
        says: `${count(failing, "replication")} ${failing === 1 ? "fails" : "fail"}`,
      };
}

const testPart = ({ untested, untestedDays }: DigestFacts): Part =>
  untested.length === 0
    ? { isWell: true, says: `all tested within ${count(untestedDays, "day")}` }
    : {
        isWell: false,
        says: `${count(untested.length, "plan")} not tested for ${count(untestedDays, "day")}`,
      };

function runLines({ open }: StatusFacts): Line[] {
  return open && open.length > 0 ? [`${count(open.length, "failover session")} open now.`] : [];
}

function untestedLines({ untested, untestedDays }: DigestFacts): Line[] {
  if (untested.length === 0) return [];
  const never = untested.filter(({ lastAt }) => lastAt === undefined);
  return [
    ...(never.length > 0 ? [`No test known of ${list(never.map(nameOf), MOST_UNTESTED)}.`] : []),
    ...overdueLines(untested.filter(isDated), untestedDays),
    "Only tests that were ordered through this bot count, as EM's API does not tell tests from failovers.",
  ];
}

type Dated = Untested & { readonly lastAt: number };

const isDated = (plan: Untested): plan is Dated => plan.lastAt !== undefined;

function overdueLines(overdue: readonly Dated[], untestedDays: number): Line[] {
  const shown = overdue.slice(0, MOST_UNTESTED);
  const left = overdue.length - shown.length;
  return [
    ...(shown.length > 0 ? [`No test for ${count(untestedDays, "day")}:`] : []),
    ...shown.map((one): Line => [{ strong: nameOf(one) }, ": last ", at(one.lastAt)]),
    ...(left > 0 ? [`… and ${count(left, "other plan")}.`] : []),
  ];
}

const nameOf = ({ plan: { name, tenant } }: Untested) =>
  tenant ? `${name} of ${tenant.name}` : name;
