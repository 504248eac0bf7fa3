/**
 * What there is to fail over, and what has happened to it. An estate is data: what is shown at an
 * instant is computed from the inventory, the recorded events and that instant alone.
 *
 * run: one execution of a plan. twist: how a run departs from going well. course: what a run does
 * when (`course.ts`).
 */

export type PlanKind = "cloud" | "ordinary";
export type Action = "start" | "test" | "undo";
export type VmState = "Ready" | "Failover" | "Failback" | "PermanentFailover";
export type Outcome = "Success" | "Warning" | "Failed";

export interface Tenant {
  readonly id: string;
  readonly name: string;
}

/** A replicated VM of a tenant. */
export interface Vm {
  readonly id: string;
  readonly name: string;
  readonly tenant: Tenant;
  /** The replication job that makes its restore points. */
  readonly replica: { readonly id: string; readonly name: string };
  readonly replicatedEveryMs: number;
  /** When its points are made within the interval. */
  readonly offsetMs: number;
}

export interface PlanVm {
  /** The id of its place in the plan. */
  readonly id: string;
  readonly name: string;
  readonly order: number;
  /** The replicated VM; ordinary plans have none that the API shows. */
  readonly vm?: string;
}

export interface Plan {
  readonly id: string;
  readonly kind: PlanKind;
  readonly name: string;
  readonly description: string;
  readonly tenant?: Tenant;
  readonly vms: readonly PlanVm[];
  readonly commandBefore?: string;
  readonly commandAfter?: string;
}

/** A job of the site's own, whose sessions `/replicaSessions` or `/cdpReplicaSessions` show. */
export interface ReplicationJob {
  readonly id: string;
  readonly kind: "snapshot" | "cdp";
  readonly name: string;
  readonly vms: readonly string[];
}

export interface Inventory {
  readonly backupServer: {
    readonly id: string;
    readonly name: string;
    readonly description: string;
  };
  readonly plans: readonly Plan[];
  readonly vms: readonly Vm[];
  readonly jobs: readonly ReplicationJob[];
}

export interface PointRef {
  readonly id: string;
  readonly name: string;
}

export interface RunVm {
  /** The replicated VM; for ordinary plans its name. */
  readonly vm: string;
  readonly name: string;
  /** Absent where no restore point fits. */
  readonly point?: PointRef;
}

export type Twist =
  | "none"
  | "vm-fails"
  | "vm-warns"
  | "vm-stalls"
  | "session-fails"
  | "task-fails"
  | "contradicted"
  | "long";

/** Why EM takes an order and then does not carry it out. */
export interface Refusal {
  readonly message: string;
  readonly confirmationNeeded: boolean;
}

/** Holds all that its course needs, so that it outlives edits of its plan. */
export interface Run {
  /** Also the id of its session, if it has one. */
  readonly id: string;
  readonly kind: PlanKind;
  readonly planId: string;
  readonly planName: string;
  readonly tenantId?: string;
  readonly action: Action;
  readonly orderedAt: number;
  readonly vms: readonly RunVm[];
  readonly twist: Twist;
  readonly hasSession: boolean;
  readonly refused?: Refusal;
  /** Somebody deleted the task while that stops runs: VMs not yet begun never begin. */
  readonly stoppedAt?: number;
}

export type EstateEvent =
  | { readonly kind: "run"; readonly run: Run }
  | { readonly kind: "collected"; readonly at: number }
  | { readonly kind: "stopped"; readonly at: number; readonly runId: string }
  /** Somebody did something in the console. */
  | { readonly kind: "vm-state"; readonly at: number; readonly vm: string; readonly state: VmState }
  | {
      readonly kind: "plan-edited";
      readonly at: number;
      readonly planId: string;
      readonly vms: readonly PlanVm[];
    };

/** All that is remembered of an estate; plain JSON. */
export interface Recorded {
  readonly version: 1;
  readonly bornAt: number;
  /** Until when scheduled events (runs that start by themselves) have been recorded. */
  readonly settledTo: number;
  readonly events: readonly EstateEvent[];
}
