/** All kinds of watches as one. */
import type { ReplicationWatch } from "./replication-watch.ts";
import type { Watch } from "./watch.ts";

export type AnyWatch = Watch | ReplicationWatch;

/**
 * Confirmed, carried out as far as an ordinary plan shows, or reported by EM where there is no
 * evidence to be read; a replication, with success or a warning.
 */
export function endedWell(watch: AnyWatch): boolean {
  if (watch.phase.is !== "ended") return false;
  const { how } = watch.phase;
  switch (how.is) {
    case "confirmed":
    case "taken":
      return true;
    case "reported":
      return how.why === "not-allowed" || how.why === "no-points";
    case "stopped":
      return how.result === "Success" || how.result === "Warning";
    default:
      return false;
  }
}
