/**
 * Sessions of the site's own replication jobs: a function of time alone, as nobody here starts or
 * stops them.
 */
import type { ReplicationJob } from "./estate.ts";
import { chance, guid } from "./ids.ts";

export interface JobSession {
  readonly id: string;
  readonly job: ReplicationJob;
  readonly createdAt: number;
  readonly endedAt?: number;
  readonly state: "Working" | "Stopped";
  readonly result: "None" | "Success" | "Warning" | "Failed";
  readonly progress: number;
  readonly isRetry: boolean;
}

export interface VmSession {
  readonly id: string;
  readonly session: JobSession;
  readonly vm: string;
  readonly createdAt: number;
  readonly endedAt?: number;
  readonly state: "InProgress" | "Pending" | "Completed";
  readonly result: "None" | "Success" | "Warning" | "Failed";
  readonly reason: string;
  readonly totalSize: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SHOWN_DAYS = 30;
/** CDP sessions are rotated once a day, at this hour. */
const ROTATED_AT_MS = 15 * HOUR_MS;

export function jobSessions(
  jobs: readonly ReplicationJob[],
  kind: ReplicationJob["kind"],
  now: number,
): JobSession[] {
  return jobs
    .filter((job) => job.kind === kind)
    .flatMap((job) => beginnings(job, now).map((createdAt) => jobSession(job, createdAt, now)))
    .sort((a, b) => b.createdAt - a.createdAt);
}

function beginnings(job: ReplicationJob, now: number): number[] {
  const everyMs = job.kind === "cdp" ? DAY_MS : 4 * HOUR_MS;
  const first = job.kind === "cdp" ? ROTATED_AT_MS : chance(0, 14_399, "job", job.id) * 1_000;
  const latest = Math.floor((now - first) / everyMs) * everyMs + first;
  return Array.from(
    { length: Math.floor((SHOWN_DAYS * DAY_MS) / everyMs) },
    (_, back) => latest - back * everyMs,
  )
    .map((at) => at + chance(0, 59_999, "begins", job.id, at))
    .filter((at) => at <= now);
}

function jobSession(job: ReplicationJob, createdAt: number, now: number): JobSession {
  const id = guid("job session", job.id, createdAt);
  const endsAt =
    job.kind === "cdp" ? rotationAfter(createdAt) : createdAt + chance(180_000, 900_000, id);
  const common = { id, job, createdAt, isRetry: chance(0, 9, id, "retry") === 0 };
  if (now < endsAt)
    return {
      ...common,
      state: "Working",
      result: "None",
      progress: progressOf(job, createdAt, endsAt, now),
    };
  const result = (["Success", "Success", "Success", "Warning", "Failed"] as const)[
    chance(0, 4, id, "result")
  ];
  return {
    ...common,
    endedAt: endsAt,
    state: "Stopped",
    result: result ?? "Success",
    progress: job.kind === "cdp" ? 0 : 100,
  };
}

const rotationAfter = (at: number): number =>
  Math.floor((at - ROTATED_AT_MS) / DAY_MS) * DAY_MS + ROTATED_AT_MS + DAY_MS;

const progressOf = (job: ReplicationJob, from: number, to: number, now: number): number =>
  job.kind === "cdp" ? 0 : Math.floor((100 * (now - from)) / (to - from));

export const vmSessions = (sessions: readonly JobSession[]): VmSession[] =>
  sessions.flatMap((session) => session.job.vms.map((vm, index) => vmSession(session, vm, index)));

function vmSession(session: JobSession, vm: string, index: number): VmSession {
  const id = guid("vm session", session.id, vm);
  const createdAt = session.createdAt + 10_000 + index * 1_300;
  const common = {
    id,
    session,
    vm,
    createdAt,
    reason: "",
    totalSize: 2 ** 33 + chance(0, 9, id) * 2 ** 33,
  };
  if (session.endedAt === undefined)
    return { ...common, state: "InProgress", result: resultSoFar(session) };
  const isTheBad = index === 0 && session.result !== "Success";
  return {
    ...common,
    endedAt: Math.max(createdAt, session.endedAt - 2_000),
    state: "Completed",
    result: isTheBad ? session.result : "Success",
    reason: isTheBad ? `Replication of ${vm} fell behind its schedule` : "",
  };
}

/** A CDP task says Success while it is still in progress. */
const resultSoFar = ({ job }: JobSession): VmSession["result"] =>
  job.kind === "cdp" ? "Success" : "None";
