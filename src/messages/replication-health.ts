/** Whether replication works: how the last session of each job and policy ended. */
import type { Line } from "../chat/port.ts";
import { readOf } from "../em/optional.ts";
import type { ReplicationSession } from "../em/types.ts";
import type { Replications } from "../estate/facts.ts";
import { unreadLine } from "./unread.ts";
import { at, count } from "./words.ts";

/** What was read is told, and what was not is named beside it. */
export function replicationHealthLines(replications: Replications): Line[] {
  const { snapshot, cdp } = replications;
  const known = allKnown(replications);
  const failing = failingReplications(replications);
  const jobs = byJob(known).size;
  return [
    ...(jobs > 0 ? [summaryOf(jobs, failing.length)] : []),
    ...failing,
    ...(snapshot.is === "unread" ? [unreadLine("replication sessions", snapshot.why)] : []),
    ...(cdp.is === "unread" && !isSameTrouble(replications)
      ? [unreadLine("CDP sessions", cdp.why)]
      : []),
  ];
}

/** An account that may read neither is told once. */
const isSameTrouble = ({ snapshot, cdp }: Replications) =>
  snapshot.is === "unread" && cdp.is === "unread" && snapshot.why.message === cdp.why.message;

const allKnown = ({ snapshot, cdp }: Replications) => [
  ...(readOf(snapshot) ?? []),
  ...(readOf(cdp) ?? []),
];

function summaryOf(jobs: number, failing: number): string {
  const all = count(jobs, "job or policy", "jobs and policies");
  return failing === 0
    ? `Replication: the last run of ${all} did not fail.`
    : `Replication: the last run of ${failing} of ${all} failed.`;
}

/** A line for each job or policy whose last session failed. */
export const failingReplications = (replications: Replications): Line[] =>
  [...byJob(allKnown(replications))].flatMap(([name, sessions]) => failingLine(name, sessions));

function byJob(replications: readonly ReplicationSession[]): Map<string, ReplicationSession[]> {
  return Map.groupBy(replications, (session) => session.job?.name ?? session.name);
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
