import type { Mark } from "../chat/port.ts";
import type { ReplicationState, SessionState } from "../em/types.ts";
import type { ReplicationEnd } from "./replication-watch.ts";
import type { Doubt, End, Lost } from "./watch.ts";

/** Something that matters enough for a line in the thread. `messages/` puts it into words. */
export type Event =
  /** Somebody started a run outside this bot. `over`: it was seen only when it had ended. */
  | { readonly is: "elsewhere"; readonly name: string; readonly over?: boolean }
  /**
   * `doubt`: it may be somebody else's. `carriedOut`: so the order whose answer was lost was carried
   * out.
   */
  | {
      readonly is: "found";
      readonly session: string;
      readonly createdAt: number;
      readonly doubt?: Doubt;
      readonly carriedOut?: true;
    }
  /** The task has named the session of a run that was in doubt. */
  | { readonly is: "settled"; readonly ours: boolean }
  | { readonly is: "looking"; readonly why: Lost }
  | {
      readonly is: "vms";
      readonly mark: Mark;
      readonly vms: readonly VmNews[];
      readonly tally: Tally;
    }
  | { readonly is: "session-state"; readonly state: SessionState | ReplicationState }
  | { readonly is: "stalled"; readonly vms: readonly string[]; readonly since: number }
  | { readonly is: "moving"; readonly vms: readonly string[] }
  | { readonly is: "silent"; readonly since: number; readonly why: string }
  | { readonly is: "answering"; readonly since: number }
  | { readonly is: "reported"; readonly until: number }
  /** The wall clock of the bot's machine was moved; back where `byMs` is negative. */
  | { readonly is: "clock-moved"; readonly byMs: number }
  /**
   * The target of a failover ended at `since`, and not all VMs were up by then. `tally`: absent where
   * no session of it was seen yet. `perhaps`: nobody knows whether it is a failover.
   */
  | {
      readonly is: "target-missed";
      readonly since: number;
      readonly recoveryMs: number;
      readonly tally?: Tally;
      readonly perhaps?: true;
    }
  | { readonly is: "slower"; readonly vms: readonly SlowVm[] }
  | { readonly is: "ended"; readonly how: End | ReplicationEnd }
  | {
      readonly is: "away";
      readonly from: number;
      readonly to: number;
      /** The host whose bot led before, where this one has taken over. */
      readonly tookOverFrom?: string;
      readonly meanwhile: readonly Event[];
    };

export interface VmNews {
  readonly name: string;
  readonly message?: string;
}

/** It takes more than twice as long as it usually does; in milliseconds. */
export interface SlowVm {
  readonly name: string;
  /** So far, where it has not ended. */
  readonly tookMs: number;
  readonly usualMs: number;
  readonly ended: boolean;
}

export interface Tally {
  /** So many ended well. */
  readonly well: number;
  readonly of: number;
}
