/** The sessions of some plans among those that were read. */
import type { EmSessions } from "../em/client.ts";
import { withVms } from "../em/session-owner.ts";
import type { FailoverPlan, FailoverSession } from "../em/types.ts";

/** Of so many sessions that EM's list shows without VMs these are read by id. */
const MOST_READ_ALONE = 10;

/** `newest`: newest first. Sessions may be another plan's of that name. Throws `EmError`. */
export async function sessionsNamed(
  em: EmSessions,
  plans: readonly FailoverPlan[],
  newest: readonly FailoverSession[],
): Promise<FailoverSession[]> {
  const names = new Set(plans.map(({ name }) => name));
  const theirs = newest.filter(({ name }) => names.has(name));
  const bare = showsVms(newest) ? [] : theirs.slice(0, MOST_READ_ALONE);
  const read = new Map((await withVms(em, bare)).map((session) => [session.id, session]));
  return theirs.map((session) => read.get(session.id) ?? session);
}

/** EM's list leaves the VMs out of all sessions, or of those alone that have none. */
const showsVms = (sessions: readonly FailoverSession[]) =>
  sessions.some(({ vms }) => vms.length > 0);
