/**
 * What the bot knows of Enterprise Manager (EM), whatever format or version EM spoke it in.
 *
 * plan: a failover plan, of a Cloud Connect tenant ("cloud") or of the site's own ("ordinary").
 * session: one execution of a cloud failover plan. VM task: the part of a session that concerns one
 * VM. task: EM's receipt for an order; it can be read only in the logon session that made it.
 * replica point: a restore point of a replicated VM; its state is the only sign that a VM is failed
 * over.
 *
 * Every `…At` is an instant in milliseconds since 1970 (UTC) by our clock, as in `Clock.now()`.
 */

/** A word of EM's that this bot does not know is kept as `unknown:<the word>`, never thrown on. */
export type Known<Words extends string> = Words | `unknown:${string}`;

export type SessionState = Known<"Starting" | "Working" | "Stopping" | "Stopped">;
/** `None` is what EM says while nothing has been decided; the documentation does not mention it. */
export type Result = Known<"None" | "Success" | "Warning" | "Failed">;
export type TaskState = Known<"Running" | "OperationFinished" | "Finished">;
export type PointState = Known<"Unknown" | "Ready" | "Failover" | "Failback" | "PermanentFailover">;
export type PointType = Known<"CDP" | "Full" | "ReverseIncrement" | "Increment" | "Snapshot">;

/**
 * Something of EM's by its id (a bare GUID, lower case, for everything but tasks) and, where EM
 * says it, its name.
 */
export interface Ref {
  readonly id: string;
  readonly name: string;
}

export interface BackupServer extends Ref {
  readonly description: string;
  readonly version?: string;
}

export interface PlanVm {
  readonly id: string;
  readonly name: string;
  /** Position in the plan, from 0; VMs of one order may start together. */
  readonly order: number;
}

export type PlanKind = "cloud" | "ordinary";

export interface FailoverPlan extends Ref {
  readonly kind: PlanKind;
  readonly description: string;
  /** Only cloud plans belong to a tenant. */
  readonly tenant?: Ref;
  readonly backupServer?: Ref;
  /** In the order in which EM starts them. */
  readonly vms: readonly PlanVm[];
  /** Commands run on the provider's server, where they are switched on. */
  readonly commandBefore?: string;
  readonly commandAfter?: string;
}

export interface TaskResult {
  readonly success: boolean;
  /** Absent where EM gives no reason, which it may do for failures too. */
  readonly message?: string;
  readonly confirmationNeeded: boolean;
  readonly credentialsNeeded: boolean;
}

export interface Task {
  /** Like `task-7`; means something only within one logon session. */
  readonly id: string;
  readonly state: TaskState;
  readonly operation: string;
  /** Absent while the task runs. */
  readonly result?: TaskResult;
  /** Failover sessions that the task says it made. Undo tasks name none. */
  readonly sessions: readonly Ref[];
}

/** One VM within a failover session. */
export interface VmTask {
  readonly vm: string;
  /** The restore point that the VM is failed over to. */
  readonly point?: Ref;
  readonly createdAt?: number;
  readonly endedAt?: number;
  readonly state: SessionState;
  readonly result: Result;
  /** Percent, 0 to 100. EM often says 0 until the end. */
  readonly progress: number;
  readonly failureMessage?: string;
}

export interface FailoverSession extends Ref {
  /** Bears the name of its plan; EM gives no id of the plan. */
  readonly backupServer?: Ref;
  readonly createdAt: number;
  readonly endedAt?: number;
  readonly state: SessionState;
  readonly result: Result;
  readonly progress: number;
  readonly failureMessage?: string;
  /** May be empty, even for a session that has ended. */
  readonly vms: readonly VmTask[];
}

export interface ReplicaPoint extends Ref {
  readonly vm: string;
  readonly createdAt: number;
  readonly type: PointType;
  readonly state: PointState;
  readonly replica?: Ref;
  readonly backupServer?: Ref;
}

/** What EM is, as one look at it shows. */
export interface Estate {
  /** API versions that EM offers, like `v1_7`. They do not tell EM 12 from 13. */
  readonly versions: readonly string[];
  /** Whether there is Cloud Connect, and with it cloud failover plans. */
  readonly cloud: boolean;
  readonly backupServers: readonly BackupServer[];
  /** How long EM took to answer, in milliseconds. */
  readonly answeredInMs: number;
}

/** What an order to start says of restore points: the newest, or the newest before an instant. */
export type StartFrom =
  | { readonly points: "latest" }
  | { readonly points: "before"; readonly at: number };

/** EM's receipt for an order, with the logon session in which alone it can be read. */
export interface Receipt {
  readonly task: Task;
  readonly logon: string;
}

/** Replication of snapshots works by jobs, CDP by policies; EM keeps their sessions apart. */
export type ReplicationKind = "snapshot" | "cdp";

export type ReplicationState = Known<
  "Starting" | "Stopping" | "Working" | "Pausing" | "Resuming" | "Stopped"
>;
export type ReplicationTaskState = Known<"InProgress" | "Pending" | "Completed">;

/** One run of a replication job, or one day of a CDP policy. */
export interface ReplicationSession extends Ref {
  readonly kind: ReplicationKind;
  /** The job or the policy. */
  readonly job?: Ref;
  readonly backupServer?: Ref;
  readonly createdAt: number;
  readonly endedAt?: number;
  readonly state: ReplicationState;
  readonly result: Result;
  /** Percent, 0 to 100. A CDP policy's is often 0 even at its end. */
  readonly progress: number;
  readonly failureMessage?: string;
  readonly retry: boolean;
}

/** One VM within a replication session. */
export interface ReplicationTask extends Ref {
  readonly kind: ReplicationKind;
  readonly vm: string;
  /** Of the session that it is part of. */
  readonly sessionId?: string;
  readonly createdAt: number;
  readonly endedAt?: number;
  readonly state: ReplicationTaskState;
  /** CDP says `Success` even while it is in progress. */
  readonly result: Result;
  readonly reason?: string;
  readonly totalBytes: number;
}
