/** Which run a card shows, and how that stands: as data, for programs. */

/** How a run ended. README.md of the terminal says what each means. */
export const runOutcomes = [
  "confirmed",
  "reported",
  "contradicted",
  "failed",
  "lost",
  "taken",
  "success",
  "warning",
  "unclear",
  "cancelled",
  "expired",
  "not-sent",
  "stopped",
  "not-known",
] as const;
export type RunOutcome = (typeof runOutcomes)[number];

/** What the run is of. The id is the same from the question to the end. */
interface OfRun {
  readonly run: string;
  /** Name of the failover plan, as EM has it; absent where the run is of a replication job. */
  readonly plan?: string;
  readonly tenant?: string;
  /** Name of the replication job or CDP policy. */
  readonly job?: string;
  /** Absent where nobody ordered it here. */
  readonly action?: "start" | "test" | "undo" | "stop";
}

/**
 * asked: a question waits for its confirmation, until `closesAt` (milliseconds since 1970).
 * approved: the order is on its way to EM. running: EM has it. ended: nothing follows.
 */
export type About = OfRun &
  (
    | { readonly stands: "asked"; readonly closesAt: number }
    | { readonly stands: "approved" | "running" }
    | { readonly stands: "ended"; readonly outcome: RunOutcome }
  );
