/** What goes into one step of a watch, and what comes out. */

import type { Person } from "../chat/port.ts";
import type {
  FailoverSession,
  ReplicaPoint,
  ReplicationSession,
  ReplicationTask,
  Task,
} from "../em/types.ts";
import type { Event } from "../records/event.ts";
import type { End, Remark, Watch } from "../records/watch.ts";

/** What a backup server had by then, EM shows: it has collected it since the run ended. */
export interface Collected {
  /** Its id. */
  readonly server: string;
  /** When the collection began. */
  readonly at: number;
}

/** What one look at EM showed about one watch. */
export type Sighting =
  /** `sessions`: open ones that may be of this order, and the one that is followed. */
  | {
      readonly is: "task";
      readonly task: Task;
      readonly sessions?: readonly FailoverSession[];
    }
  /** `stoppedBy`: who ordered a stop, which deletes the task. */
  | { readonly is: "task-unknown"; readonly stoppedBy?: Person }
  /** Sessions that bear the plan's name, while the session is looked for. */
  | {
      readonly is: "candidates";
      readonly sessions: readonly FailoverSession[];
      /** For an undo, which may have no session: how the replicas stand. */
      readonly points?: readonly ReplicaPoint[];
      readonly newestAt?: number;
      readonly collected?: Collected;
    }
  | { readonly is: "session"; readonly session: FailoverSession }
  | { readonly is: "session-unknown" }
  /**
   * `newestAt`: creation of the newest point that EM knows of on that backup server: EM's data is
   * that new at least.
   */
  | {
      readonly is: "evidence";
      readonly points: readonly ReplicaPoint[];
      readonly newestAt?: number;
      readonly collected?: Collected;
      /** Sessions that began after this one and so may have changed what the points show. */
      readonly since?: readonly FailoverSession[];
    }
  | { readonly is: "no-evidence" }
  /** `tasks` where they were read in this look. */
  | {
      readonly is: "replication";
      readonly session: ReplicationSession;
      readonly tasks?: readonly ReplicationTask[];
    }
  /** `askedFrom`: only from then on it was asked, as we were away before. */
  | { readonly is: "silence"; readonly why: string; readonly askedFrom?: number };

export interface Limits {
  /** No change for so long is a stall. Milliseconds, like all here. */
  readonly stallMs: number;
  /** How long the end waits for evidence, and how long a session is looked for. */
  readonly evidenceWaitMs: number;
  /** A silence of EM is said in the thread after so long; on the card it stands at once. */
  readonly silenceMs: number;
  /** A watch ends after so long, whatever EM says. Default: never. */
  readonly watchMs?: number;
}

export interface Step {
  readonly watch: Watch;
  readonly say: readonly Event[];
}

export function end(watch: Watch, how: End, now: number): Step {
  return { watch: { ...watch, phase: { is: "ended", at: now, how } }, say: [{ is: "ended", how }] };
}

/** How a VM ended, by EM's reason where it gave one. */
export const explained = (vm: string, mark: "failed" | "warning", reason?: string): Remark =>
  reason === undefined ? { is: "vm-unexplained", vm, mark } : { is: "em-says", vm, text: reason };
