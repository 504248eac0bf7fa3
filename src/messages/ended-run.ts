import type { Person } from "../chat/port.ts";
import type { Result } from "../em/types.ts";
import type { Action, End, VmVerdict, VmView } from "../records/watch.ts";

/** What is known of a run's end, be it by its watch or by its report. */
export interface EndedRun {
  readonly order?: { readonly action: Action };
  readonly session?: { readonly result: Result };
  readonly stoppedBy?: Person;
  readonly phase: { readonly is: string; readonly how?: End };
  readonly vms: readonly Pick<VmView, "mark">[];
  readonly verdicts?: readonly Pick<VmVerdict, "is">[];
}
