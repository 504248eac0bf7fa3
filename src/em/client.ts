import type {
  Estate,
  FailoverPlan,
  FailoverSession,
  PlanKind,
  PointState,
  Receipt,
  ReplicaPoint,
  ReplicationKind,
  ReplicationSession,
  ReplicationTask,
  StartFrom,
  Task,
} from "./types.ts";

/**
 * Which failover sessions are asked for. All conditions given must hold; results are newest first.
 */
export interface SessionFilter {
  /** Only sessions in `Starting`, `Working` or `Stopping`. */
  readonly open?: boolean;
  /** Exactly this plan name. */
  readonly planName?: string;
  /** Created at this instant or later. */
  readonly createdFrom?: number;
  readonly result?: "Failed" | "Warning" | "Success";
  /** At most so many, the newest. Without it, all pages are read. */
  readonly limit?: number;
}

/** Which cloud replica points are asked for. Newest first. */
export interface PointFilter {
  /**
   * Points of VMs with one of these display names; long lists are asked for in several questions.
   */
  readonly vms?: readonly string[];
  /** Points in one of these states. */
  readonly states?: readonly PointState[];
  readonly createdFrom?: number;
  readonly limit?: number;
  /** Whether these points, the newest so far, will do; then no further page is asked for. */
  enough?(found: readonly ReplicaPoint[]): boolean;
}

/**
 * Which replication sessions are asked for. All conditions given must hold; results are newest
 * first.
 */
export interface ReplicationFilter {
  /** Only sessions that are not `Stopped`. */
  readonly open?: boolean;
  /** Exactly this name of a job or policy. */
  readonly jobName?: string;
  readonly createdFrom?: number;
  readonly result?: "Failed" | "Warning" | "Success";
  readonly limit?: number;
}

/** The failover plans, as this account may read them. */
export interface EmPlans {
  plans(kind: PlanKind, signal?: AbortSignal): Promise<FailoverPlan[]>;
  plan(kind: PlanKind, id: string, signal?: AbortSignal): Promise<FailoverPlan>;
}

/** What changes the estate. */
export interface EmOrders {
  startPlan(plan: FailoverPlan, from: StartFrom, signal?: AbortSignal): Promise<Receipt>;
  /** EM cannot test an ordinary plan: throws `rejected` without asking. */
  testPlan(plan: FailoverPlan, signal?: AbortSignal): Promise<Receipt>;
  /** Undoes the last failover of the plan; EM discards what was changed in the replicas since. */
  undoPlan(plan: FailoverPlan, signal?: AbortSignal): Promise<Receipt>;
}

/** What EM makes of each order. It shows tasks only to the logon session that gave the order. */
export interface EmTasks {
  /**
   * Throws `not-found` where the task is unknown in our present logon session, or `logon` is not
   * our present one.
   */
  task(id: string, logon: string, signal?: AbortSignal): Promise<Task>;
  /** The local id of our present logon session, which is made if there is none. */
  logonId(signal?: AbortSignal): Promise<string>;
  /** All tasks of the given logon session. Throws `not-found` where that is not our present one. */
  tasks(logon: string, signal?: AbortSignal): Promise<Task[]>;
  /**
   * Removes a task. Whether that also stops what the task does is documented in both ways: do not
   * rely on either.
   */
  removeTask(id: string, logon: string, signal?: AbortSignal): Promise<void>;
}

/** The failover sessions: what ran and what runs. */
export interface EmSessions {
  session(id: string, signal?: AbortSignal): Promise<FailoverSession>;
  sessions(filter: SessionFilter, signal?: AbortSignal): Promise<FailoverSession[]>;
}

/** The restore points of cloud replicas. */
export interface EmPoints {
  points(filter: PointFilter, signal?: AbortSignal): Promise<ReplicaPoint[]>;
  point(id: string, signal?: AbortSignal): Promise<ReplicaPoint>;
}

/** Sessions of replication jobs and CDP policies. */
export interface EmReplication {
  /** EM keeps replication sessions for 30 days. */
  replicationSessions(
    kind: ReplicationKind,
    filter: ReplicationFilter,
    signal?: AbortSignal,
  ): Promise<ReplicationSession[]>;
  replicationSession(
    kind: ReplicationKind,
    id: string,
    signal?: AbortSignal,
  ): Promise<ReplicationSession>;
  /** The VMs of one session. */
  replicationTasks(
    kind: ReplicationKind,
    sessionId: string,
    signal?: AbortSignal,
  ): Promise<ReplicationTask[]>;
  replicationTask(
    kind: ReplicationKind,
    id: string,
    signal?: AbortSignal,
  ): Promise<ReplicationTask>;
}

/** What EM is and has. */
export interface EmEstate {
  /** Where this EM is, as it may be shown to people: an origin, without credentials. */
  readonly origin: string;
  estate(signal?: AbortSignal): Promise<Estate>;
  /**
   * Ids of the logon sessions of our account that are not ours. EM keeps one that nobody uses for
   * about a quarter of an hour.
   */
  otherLogons(signal?: AbortSignal): Promise<readonly string[]>;
  /** Has EM collect data from a backup server now, instead of within its usual 15 minutes. */
  collect(backupServerId: string, signal?: AbortSignal): Promise<Receipt>;
}

/** Its clock beside ours. */
export interface EmClock {
  /**
   * EM's clock minus ours, in milliseconds; 0 before the first answer. For showing: all times that
   * EM tells are given in our time already.
   */
  readonly clockOffsetMs: number;
}

/**
 * Enterprise Manager as the rest of the bot sees it; who needs less of it takes less. Every method
 * throws `EmError` and nothing else; reads are retried once or twice within their time limit,
 * orders are sent exactly once. Every method takes an optional signal.
 */
export interface EmClient
  extends EmPlans,
    EmOrders,
    EmTasks,
    EmSessions,
    EmPoints,
    EmReplication,
    EmEstate,
    EmClock {
  /**
   * Ends our own logon session, unless `keepLogon` (a task of ours still runs in it). Never throws.
   */
  close(options?: { keepLogon?: boolean }): Promise<void>;
}
