/** A replication session being followed, as it is stored. */
import type { Mark, Person } from "../chat/port.ts";
import type { ReplicationKind, ReplicationState, Result } from "../em/types.ts";
import type { Stored } from "./stored.ts";
import type { Call, Remark, SightLost, Silence } from "./watch.ts";

export interface ReplicationWatch extends Stored {
  readonly version: 2;
  readonly of: "replication";
  readonly id: string;
  readonly em: string;
  readonly kind: ReplicationKind;
  readonly subject: {
    /** Of the job or policy. */
    readonly name: string;
    readonly session: string;
    /** Where one VM of the session is watched alone. */
    readonly only?: string;
  };
  readonly notify: readonly Person[];
  readonly called?: readonly Call[];
  readonly topics: readonly string[];
  readonly quiet?: readonly string[];
  /** By topic id: who asked to watch it there. */
  readonly askedBy?: Readonly<Record<string, Person>>;
  readonly since: number;
  readonly seenAt: number;
  readonly phase:
    | { readonly is: "following"; readonly missingSince?: number }
    | { readonly is: "ended"; readonly at: number; readonly how: ReplicationEnd };
  readonly session?: ReplicationView;
  readonly vms: readonly ReplicatedVm[];
  /** When the VMs were last read. */
  readonly vmsAt?: number;
  readonly silence?: Silence;
}

export type ReplicationEnd =
  | { readonly is: "stopped"; readonly result: Result; readonly reasons: readonly Remark[] }
  | { readonly is: "lost"; readonly why: SightLost };

export interface ReplicationView {
  readonly createdAt: number;
  readonly endedAt?: number;
  readonly state: ReplicationState;
  readonly result: Result;
  readonly progress: number;
}

export interface ReplicatedVm {
  readonly name: string;
  readonly mark: Mark;
  readonly reason?: string;
  readonly totalBytes: number;
}
