/** What a team should know of its protection each morning, before anybody needs it. */
import type { Card, Line } from "../chat/port.ts";
import { readOf } from "../em/optional.ts";
import type { FailoverPlan } from "../em/types.ts";
import { ageLines, unprotectedPlans } from "./ages.ts";
import { failingReplications, replicationHealthLines } from "./replication-health.ts";
import { standingLine, standingTitle } from "./standing.ts";
import type { StatusFacts } from "./status.ts";
import { unreadLines } from "./unread.ts";
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
const MOST_AGES = 5;

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
      ...unreadLines(status),
      ...standingLines(status),
      ...runLines(status),
      ...ageLines(status, now, MOST_AGES),
      ...replicationHealthLines(status.replications),
      ...untestedLines(facts),
    ],
    next: [type("status"), " shows how it stands now."],
  };
}

const lateLines = ({ late, due }: DigestFacts): Line[] =>
  late ? [["This was due ", at(due), "; the bot did not run then."]] : [];

const failingIn = ({ replications }: StatusFacts) => failingReplications(replications).length;

const isWell = (facts: DigestFacts, status: StatusFacts) =>
  partsOf(facts, status).every(({ isWell }) => isWell);

/** The bad first; good news is said as well, since a part that is not named was not looked at. */
function titleOf(facts: DigestFacts, status: StatusFacts): string {
  return partsOf(facts, status)
    .toSorted((one, other) => Number(one.isWell) - Number(other.isWell))
    .map(({ says }) => says)
    .join(", ");
}

interface Part {
  readonly isWell: boolean;
  readonly says: string;
}

const partsOf = (facts: DigestFacts, status: StatusFacts): Part[] => [
  standingPart(status),
  ...protectionParts(status),
  replicationPart(status),
  ...testParts(facts),
];

function standingPart({ standing }: StatusFacts): Part {
  if (standing.is === "unread")
    return { isWell: false, says: "what is failed over cannot be read" };
  const [first] = standingTitle(standing.value);
  return first === undefined
    ? { isWell: true, says: "nothing is failed over" }
    : { isWell: false, says: first.replace(/^F/, "f").replace(/^N/, "n") };
}

function protectionParts(status: StatusFacts): Part[] {
  const bare = unprotectedPlans(status).length;
  const plans = readOf(status.plans);
  return [
    ...(bare > 0
      ? [{ isWell: false, says: `${count(bare, "plan")} with a VM without restore point` }]
      : []),
    plans
      ? { isWell: plans.unread.length === 0, says: count(plans.plans.length, "failover plan") }
      : { isWell: false, says: "plans cannot be read" },
  ];
}

function replicationPart(status: StatusFacts): Part {
  const { snapshot, cdp } = status.replications;
  const failing = failingIn(status);
  if (failing > 0)
    return {
      isWell: false,
      says: `${count(failing, "replication")} ${failing === 1 ? "fails" : "fail"}`,
    };
  return snapshot.is === "unread" || cdp.is === "unread"
    ? { isWell: false, says: "replication cannot be read" }
    : { isWell: true, says: "no replication fails" };
}

/** Of what was never tested by this bot nobody knows for how long it was not. */
function testParts({ untested, untestedDays }: DigestFacts): Part[] {
  const days = count(untestedDays, "day");
  const overdue = untested.filter(isDated).length;
  const never = untested.length - overdue;
  if (untested.length === 0) return [{ isWell: true, says: `all tested within ${days}` }];
  return [
    ...(overdue > 0
      ? [{ isWell: false, says: `${count(overdue, "plan")} not tested for ${days}` }]
      : []),
    ...(never > 0 ? [{ isWell: false, says: `no test known of ${count(never, "plan")}` }] : []),
  ];
}

function runLines({ open }: StatusFacts): Line[] {
  const running = (readOf(open) ?? []).length;
  return running > 0 ? [`${count(running, "failover session")} open now.`] : [];
}

function standingLines({ standing, plans }: StatusFacts): Line[] {
  const all = readOf(plans)?.plans ?? [];
  return (readOf(standing) ?? []).map((one) => standingLine(one, all));
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
