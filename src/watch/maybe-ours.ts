/** Which sessions may be those that our order made. */
import type { FailoverSession } from "../em/types.ts";
import type { Doubt, Watch } from "../records/watch.ts";

/**
 * Sessions of the same name that are older than the order by more than this are not its session.
 */
const CLOCK_TOLERANCE_MS = 120_000;

/** EM begins what it is ordered within seconds. */
const LATE_MS = 60_000;

/**
 * Those that can be taken for the one that our order made, the oldest first. Where two plans share
 * the name, a session without VMs tells nothing yet.
 */
export const takenForOurs = (watch: Watch, sessions: readonly FailoverSession[]) =>
  sessions
    .filter((session) => mayTurnOutOurs(watch, session))
    .filter(({ vms }) => vms.length > 0 || !watch.subject.shared)
    .sort((a, b) => a.createdAt - b.createdAt);

/** `maybe`: all that can be taken for ours. */
export function doubtOf(
  { subject, order, phase }: Watch,
  maybe: readonly FailoverSession[],
): Doubt | undefined {
  if (maybe.length > 1) return "several";
  if (subject.shared) return "shared-name";
  const isTakenUnknown = phase.is === "looking" && phase.why === "answer-lost";
  const isLate = maybe.some(({ createdAt }) => order && createdAt > order.sentAt + LATE_MS);
  return isTakenUnknown && isLate ? "late" : undefined;
}

/**
 * Whether a session is new, of that name, not older than the order, and of the plan's VMs if of any
 * yet.
 */
export function mayTurnOutOurs({ subject, order }: Watch, session: FailoverSession): boolean {
  if (!order || session.name !== subject.name) return false;
  if (order.known.includes(session.id)) return false;
  if (session.createdAt < order.sentAt - CLOCK_TOLERANCE_MS) return false;
  return session.vms.length === 0 || session.vms.some(({ vm }) => subject.vms.includes(vm));
}
