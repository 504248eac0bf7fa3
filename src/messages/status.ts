/** What a war-room asks first. */

import { duration } from "../chat/duration.ts";
import type { Card, Line, Span } from "../chat/port.ts";
import { isShared } from "../em/plan-names.ts";
import type {
  Estate,
  FailoverPlan,
  FailoverSession,
  ReplicaPoint,
  ReplicationSession,
} from "../em/types.ts";
import { sessionMark, sessionWords } from "./lists.ts";
import { age, at, count, list, plainWord, quoted, type } from "./words.ts";

export interface StatusFacts {
  readonly origin: string;
  readonly sandbox: boolean;
  readonly estate: Estate;
  /** These are absent where the account may not read them. */
  readonly plans?: readonly FailoverPlan[];
  readonly open?: readonly FailoverSession[];
  /** Of the open ones. */
  readonly followed?: readonly Followed[];
  /** Plans that were ordered through this bot, and of which EM shows no session yet. */
  readonly ordered?: readonly string[];
  readonly lastFailed?: FailoverSession;
  readonly points?: readonly ReplicaPoint[];
  /** Those of the last days, newest first. */
  readonly replications?: readonly ReplicationSession[];
}

/** An open session that this bot watches. */
export interface Followed {
  readonly session: string;
  readonly watch: string;
  /** Where its card can be opened, if its platform has such addresses. */
  readonly link?: string;
}

/**
 * Plans beyond this are counted; the worst are shown. Fewer while something runs, as that comes
 * first.
 */
const MOST_PLANS = 5;
const MOST_PLANS_IN_A_RUN = 2;
const MOST_RUNS = 10;

export function statusCard(facts: StatusFacts, now: number): Card {
  const { open = [], ordered = [] } = facts;
  const runs = open.length + ordered.length > 0;
  return {
    tone: runs ? "running" : "plain",
    title: titleOf(facts),
    lines: [
      ...(facts.sandbox ? ["This is the sandbox: nothing is real."] : []),
      ...orderedLines(facts),
      ...runsLines(facts),
      ...(runs ? [] : failedLines(facts)),
      ...replicationLines(facts),
      ...protectionLines(facts, now, runs ? MOST_PLANS_IN_A_RUN : MOST_PLANS),
    ],
    next: nextOf(facts),
    footer: emWords(facts),
  };
}

function nextOf({ open = [], followed = [], ordered = [], plans }: StatusFacts): Line {
  const strange = open.find(({ id }) => !followed.some(({ session }) => session === id));
  const known = followed.find(({ session }) => open.some(({ id }) => id === session));
  if (strange) return [type(`watch ${strange.id}`), " follows ", quoted(strange.name), " here."];
  if (known) return [type(`watch ${known.watch}`), " follows it here."];
  if (ordered.length > 0) return [type("watches"), " shows what is followed."];
  return plans
    ? [type("plans"), " lists what can be started."]
    : [type("doctor"), " says which rights the EM account lacks."];
}

function orderedLines({ ordered = [] }: StatusFacts): Line[] {
  if (ordered.length === 0) return [];
  const names = list(ordered.map(quoted));
  return [[`Ordered through this bot, no session in EM yet: ${names}.`]];
}

function titleOf({ open, ordered = [] }: StatusFacts): string {
  if (open?.length === 0 && ordered.length > 0)
    return `EM answers; ${count(ordered.length, "order")} under way`;
  if (!open) return "EM answers; what runs cannot be read";
  return open.length === 0
    ? "EM answers; no failover runs"
    : `EM answers; ${count(open.length, "failover session")} open`;
}

function emWords({ origin, sandbox, estate }: StatusFacts): string {
  const servers = estate.backupServers.map(({ name, version }) =>
    version ? `${name} ${version}` : name,
  );
  const newest = estate.versions.at(-1);
  return [
    `EM ${sandbox ? "of the sandbox" : origin} answered in ${duration(estate.answeredInMs)}`,
    ...(newest ? [`API ${newest}`] : []),
    `backup servers: ${list(servers) || "none shown"}`,
    ...(estate.cloud ? [] : ["no Cloud Connect"]),
  ].join(" · ");
}

/** Those with something wrong first. */
function runsLines({ open, followed = [] }: StatusFacts): Line[] {
  if (!open)
    return ["The EM account may not read failover sessions; that takes a Portal Administrator."];
  const shown = [...open].sort((a, b) => wrongIn(b).length - wrongIn(a).length).slice(0, MOST_RUNS);
  const left = open.length - shown.length;
  return [
    ...shown.map((session) =>
      runLine(
        session,
        followed.find((one) => one.session === session.id),
      ),
    ),
    ...(left > 0 ? [[`… and ${left} more: `, type("sessions"), " lists the newest."]] : []),
  ];
}

const wrongIn = ({ vms }: FailoverSession) => vms.filter(({ result }) => result === "Failed");

function runLine(session: FailoverSession, followed: Followed | undefined): Line {
  const { name, vms, progress, createdAt, state } = session;
  const ended = vms.filter((vm) => vm.state === "Stopped").length;
  const wrong = list(wrongIn(session).map(({ vm }) => vm));
  return [
    { strong: name },
    vms.length > 0 ? `: ${ended} of ${count(vms.length, "VM")} ended` : `: ${plainWord(state)}`,
    wrong === "" ? "" : `, failed: ${wrong}`,
    `, ${progress} %, begun `,
    at(createdAt),
    ...followedWords(followed),
  ];
}

function followedWords(followed: Followed | undefined): Span[] {
  if (!followed) return [];
  return followed.link
    ? ["; followed: ", { link: followed.link, text: "open its card" }]
    : ["; followed as ", followed.watch];
}

function failedLines({ lastFailed }: StatusFacts): Line[] {
  return lastFailed
    ? [
        [
          "Last failed: ",
          { strong: lastFailed.name },
          " ",
          at(lastFailed.createdAt),
          lastFailed.failureMessage ? `: ${lastFailed.failureMessage}` : "",
        ],
      ]
    : [];
}

/**
 * Whether replication is healthy: the last result of each job and policy, and since when it fails.
 */
export function replicationLines({ replications }: StatusFacts): Line[] {
  if (!replications)
    return ["The EM account may not read replication sessions; that takes a Portal Administrator."];
  const jobs = byJob(replications);
  if (jobs.size === 0) return [];
  const failing = failingReplications(replications);
  const well = jobs.size - failing.length;
  const summary =
    failing.length === 0
      ? `Replication: ${count(jobs.size, "job or policy", "jobs and policies")}, none failed last.`
      : `Replication: ${failing.length} of ${count(jobs.size, "job or policy", "jobs and policies")} failed last, ${well} did not.`;
  return [summary, ...failing];
}

/** A line for each job or policy whose last session failed. */
export const failingReplications = (replications: readonly ReplicationSession[]): Line[] =>
  [...byJob(replications)].flatMap(([name, sessions]) => failingLine(name, sessions));

function byJob(replications: readonly ReplicationSession[]): Map<string, ReplicationSession[]> {
  const jobs = new Map<string, ReplicationSession[]>();
  for (const session of replications) {
    const name = session.job?.name ?? session.name;
    jobs.set(name, [...(jobs.get(name) ?? []), session]);
  }
  return jobs;
}

/** `sessions` newest first; those that run have no result yet. */
function failingLine(name: string, sessions: readonly ReplicationSession[]): Line[] {
  const ended = sessions.filter(({ result }) => result !== "None");
  const [last] = ended;
  if (last?.result !== "Failed") return [];
  const good = ended.findIndex(({ result }) => result !== "Failed");
  const first = ended[(good < 0 ? ended.length : good) - 1] ?? last;
  return [
    [
      "Replication ",
      { strong: name },
      " fails since ",
      at(first.createdAt),
      last.failureMessage ? `: ${last.failureMessage}` : "",
    ],
  ];
}

/**
 * Per plan the oldest among the newest points of its VMs: what a failover now would lose at most.
 */
export function protectionLines(
  { plans, points }: StatusFacts,
  now: number,
  most = MOST_PLANS,
): Line[] {
  if (!plans)
    return [
      "The EM account may not read failover plans; that takes a Portal Administrator or a Restore Operator.",
    ];
  if (!points) return ["Restore points cannot be read with this EM account."];
  const newest = newestByVm(points);
  const cloud = plans.filter(({ kind }) => kind === "cloud");
  const worst = cloud
    .map((plan) => ({ plan, from: oldestNewest(plan, newest) }))
    .sort((a, b) => (a.from ?? 0) - (b.from ?? 0));
  const shown = worst.slice(0, most);
  const left = worst.length - shown.length;
  return [
    ...(shown.length > 0 ? ["Newest restore points, per plan that of its worst VM:"] : []),
    ...shown.map(
      ({ plan, from }): Line => [
        { strong: plan.name },
        isShared(plan, plans) && plan.tenant ? ` of ${plan.tenant.name}` : "",
        `: ${from === undefined ? "a VM without a restore point" : `${age(from, now)} old`}`,
      ],
    ),
    ...(left > 0 ? [`… and ${count(left, "plan")} with newer ones.`] : []),
  ];
}

/** Cloud plans with a VM of which no restore point is shown. */
export function unprotectedPlans({ plans = [], points }: StatusFacts): readonly FailoverPlan[] {
  if (!points) return [];
  const newest = newestByVm(points);
  return plans.filter((plan) => plan.kind === "cloud" && oldestNewest(plan, newest) === undefined);
}

function newestByVm(points: readonly ReplicaPoint[]): Map<string, number> {
  const newest = new Map<string, number>();
  for (const { vm, createdAt } of points) newest.set(vm, Math.max(createdAt, newest.get(vm) ?? 0));
  return newest;
}

function oldestNewest(
  { vms }: FailoverPlan,
  newest: ReadonlyMap<string, number>,
): number | undefined {
  const all = vms.map(({ name }) => newest.get(name));
  return all.some((at) => at === undefined) || all.length === 0
    ? undefined
    : Math.min(...all.map((at) => at ?? 0));
}

export function sessionCard(session: FailoverSession): Card {
  const words = sessionWords(session);
  return {
    tone: session.state === "Stopped" ? "plain" : "running",
    title: `Failover session of ${quoted(session.name)}`,
    lines: [words],
    rows: session.vms.map((vm) => ({
      mark: sessionMark(vm),
      name: vm.vm,
      detail: `${plainWord(vm.state === "Stopped" ? vm.result : vm.state)}${vm.failureMessage ? `: ${vm.failureMessage}` : ""}`,
    })),
    next:
      session.state === "Stopped"
        ? "It has ended; EM's word alone, its replica points were not read."
        : [type(`watch ${session.id}`), " follows it."],
  };
}
