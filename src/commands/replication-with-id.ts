import type { EmReplication } from "../em/client.ts";
import { unlessNotFound } from "../em/optional.ts";
import type { ReplicationKind, ReplicationSession } from "../em/types.ts";

/** A session, and where one VM of it was meant that VM. */
export interface MeantReplication {
  readonly session: ReplicationSession;
  readonly only?: string;
}

/** By the id of a session, or of a task in it. Throws `EmError`. */
export async function replicationWithId(
  kind: ReplicationKind,
  id: string,
  em: EmReplication,
): Promise<MeantReplication | undefined> {
  const session = await unlessNotFound(em.replicationSession(kind, id));
  if (session) return { session };
  const task = await unlessNotFound(em.replicationTask(kind, id));
  const parent =
    task?.sessionId && (await unlessNotFound(em.replicationSession(kind, task.sessionId)));
  return task && parent ? { session: parent, only: task.vm } : undefined;
}
