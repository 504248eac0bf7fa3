/** What a war-room asks first. */

import { duration } from "../chat/duration.ts";
import type { Card, Line, Row } from "../chat/port.ts";
import { isShared } from "../em/plan-names.ts";
import type { Estate, FailoverPlan, FailoverSession, ReplicaPoint, ReplicationSession } from "../em/types.ts";
import { sessionMark, sessionRow, sessionWords } from "./lists.ts";
import { age, at, count, list, plainWord, quoted, type } from "./words.ts";

export interface StatusFacts {
  readonly origin: string;
  readonly sandbox: boolean;
  readonly estate: Estate;
  /** These are absent where the account may not read them. */
  readonly plans?: readonly FailoverPlan[];
  readonly open?: readonly FailoverSession[];
  readonly lastFailed?: FailoverSession;
  readonly points?: readonly ReplicaPoint[];
  /** Those of the last days, newest first. */
  readonly replications?: readonly ReplicationSession[];
}

/** Plans beyond this are counted; the worst are shown. */
const MOST_PLANS = 10;

export function statusCard(facts: StatusFacts, now: number): Card {
  const { open } = facts;
  return {
    tone: (open?.length ?? 0) > 0 ? "running" : "plain",
    title: titleOf(facts),
    lines: [
      emLine(facts),
      ...runsLines(facts),
      ...failedLines(facts),
      ...replicationLines(facts),
      ...protectionLines(facts, now),
    ],
    rows: (open ?? []).map(sessionRow),
    next:
      (open?.length ?? 0) > 0
        ? [type("watch <session id>"), " follows one."]
        : [type("plans"), " lists what can be started."],
  };
}

function titleOf({ open }: StatusFacts): string {
  if (!open) return "EM answers; what runs cannot be read";
  return open.length === 0
    ? "EM answers; no failover runs"
    : `EM answers; ${count(open.length, "failover session")} open`;
}

function emLine({ origin, sandbox, estate }: StatusFacts): string {
  const where = sandbox ? "The sandbox EM (nothing real)" : `EM ${origin}`;
  const servers = estate.backupServers.map(({ name, version }) => (version ? `${name} ${version}` : name));
  const newest = estate.versions.at(-1);
  return `${where} answered in ${duration(estate.answeredInMs)}${newest ? `, API ${newest}` : ""}; backup servers: ${list(servers) || "none shown"}${estate.cloud ? "" : "; no Cloud Connect"}.`;
}

function runsLines({ open }: StatusFacts): Line[] {
  return open ? [] : ["The EM account may not read failover sessions; that takes a Portal Administrator."];
}

function failedLines({ lastFailed }: StatusFacts): Line[] {
  if (!lastFailed) return [];
  const words = sessionWords(lastFailed);
  return [
    ["Last failed: ", { strong: lastFailed.name }, ", ", ...(typeof words === "string" ? [words] : words)],
  ];
}

/** Whether replication is healthy: the last result of each job and policy, and since when it fails. */
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

/** Per plan the oldest among the newest points of its VMs: what a failover now would lose at most. */
export function protectionLines({ plans, points }: StatusFacts, now: number): Line[] {
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
  const shown = worst.slice(0, MOST_PLANS);
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

function oldestNewest({ vms }: FailoverPlan, newest: ReadonlyMap<string, number>): number | undefined {
  const all = vms.map(({ name }) => newest.get(name));
  return all.some((at) => at === undefined) || all.length === 0
    ? undefined
    : Math.min(...all.map((at) => at ?? 0));
}

export function planCard(
  plan: FailoverPlan,
  sessions: readonly FailoverSession[] | undefined,
  points: readonly ReplicaPoint[] | undefined,
  now: number,
): Card {
  const newest = newestByVm(points ?? []);
  const open = sessions?.find(({ state }) => state !== "Stopped");
  return {
    tone: open ? "running" : "plain",
    title: `Failover plan ${quoted(plan.name)}`,
    lines: [
      `${plan.tenant ? `Tenant ${plan.tenant.name}, ` : ""}${plan.kind === "cloud" ? "cloud plan" : "ordinary plan"}, ${count(plan.vms.length, "VM")}.`,
      ...(plan.description ? [plan.description] : []),
      ...planSessions(sessions),
    ],
    rows: plan.vms.map(({ name }, i) => vmRow(name, i, points, newest, now)),
    next: open
      ? [type(`watch ${open.id}`), " follows it."]
      : [type(`start ${quoted(plan.name)}`), " asks before anything happens."],
    footer: `Plan id ${plan.id}`,
  };
}

function planSessions(sessions: readonly FailoverSession[] | undefined): Line[] {
  if (!sessions) return ["Its sessions cannot be read with this EM account."];
  const [last] = sessions;
  if (!last) return ["No failover session in the last 30 days."];
  const words = sessionWords(last);
  return [
    [
      last.state === "Stopped" ? "Last session: " : "Runs now: ",
      ...(typeof words === "string" ? [words] : words),
    ],
  ];
}

function vmRow(
  name: string,
  i: number,
  points: readonly ReplicaPoint[] | undefined,
  newest: ReadonlyMap<string, number>,
  now: number,
): Row {
  const own = (points ?? []).filter(({ vm }) => vm === name);
  const over = own.find(
    ({ state }) => state === "Failover" || state === "Failback" || state === "PermanentFailover",
  );
  const newestAt = newest.get(name);
  const point =
    newestAt === undefined ? "no restore point shown" : `newest restore point ${age(newestAt, now)} old`;
  const state = over ? `in state ${over.state}, ` : "";
  return {
    mark: over ? "warning" : newestAt === undefined ? "unknown" : "waiting",
    name: `${i + 1}. ${name}`,
    detail: `${state}${point}`,
  };
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
