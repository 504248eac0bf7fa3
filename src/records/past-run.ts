/** A run that has ended, kept for REPORT_DAYS: all that its report is made of, and its summary. */
import type { Moment } from "./moment.ts";
import type { Order } from "./order.ts";
import type { Stored } from "./stored.ts";
import type { Action, End, Watch } from "./watch.ts";

/** Everything that is known of one run. Large: read one at a time. */
export interface RunRecord extends Stored {
  readonly version: 1;
  /** As it ended. */
  readonly watch: Watch;
  /** Absent where somebody began the run elsewhere, or of a run before this bot kept records. */
  readonly order?: Order;
  /** In the order in which they happened. */
  readonly moments: readonly Moment[];
}

/** What a list of runs and a median need, so that nobody reads records for it. */
export interface RunSummary extends Stored {
  readonly version: 1;
  readonly run: string;
  /** Key of its plan: see `planKey`. */
  readonly plan: string;
  readonly name: string;
  readonly tenant?: string;
  /** Absent where somebody began the run elsewhere. */
  readonly action?: Action;
  readonly by?: string;
  readonly how: End["is"];
  readonly endedAt: number;
  /** When it was asked for; of a run begun elsewhere when EM's session began. */
  readonly decidedAt: number;
  /** From then to the last VM's end, in milliseconds; absent where that is not known. */
  readonly recoveryMs?: number;
  /** From the sending to the last VM's end, in milliseconds. */
  readonly machineMs?: number;
  /** The age of the oldest restore point used, in milliseconds, at the moment of the failover. */
  readonly dataMs?: number;
  readonly up: number;
  readonly of: number;
  /** Of so many it is not known whether they are up; default: of none. */
  readonly notKnown?: number;
  /** How long each VM took that ended well, in milliseconds. */
  readonly tookMs: Readonly<Record<string, number>>;
}
