/**
 * One question for all open sessions of a kind; the VMs of a session are read at its end, and now
 * and then before.
 */

import type { EmReplication } from "../em/client.ts";
import { unlessForbidden, unlessNotFound } from "../em/optional.ts";
import type { ReplicationKind, ReplicationSession, ReplicationTask } from "../em/types.ts";
import type { ReplicationWatch } from "../records/replication-watch.ts";
import type { Sighting } from "./sighting.ts";

/** VMs of a session that runs are read no more often than this. */
const VMS_EVERY_MS = 30_000;
/**
 * And of no more sessions in one look, be it for the first time or again; the others have their turn
 * in the next. At their end they are read in any case.
 */
const [FIRST_READ, READ_AGAIN] = [10, 1];

export function replicationLook(
  em: EmReplication,
  now: number,
): (watch: ReplicationWatch) => Promise<Sighting> {
  const asked = new Map<ReplicationKind, Promise<readonly ReplicationSession[] | undefined>>();
  const open = (kind: ReplicationKind) => {
    const answer = asked.get(kind) ?? unlessForbidden(em.replicationSessions(kind, { open: true }));
    asked.set(kind, answer);
    return answer;
  };
  const read = new Map<string, Promise<readonly ReplicationTask[]>>();
  const left = { first: FIRST_READ, again: READ_AGAIN };
  const tasksOf = ({ kind, id, state }: ReplicationSession, turn: "first" | "again") => {
    const known = read.get(id);
    if (known || (state !== "Stopped" && left[turn] === 0)) return known;
    if (state !== "Stopped") left[turn] -= 1;
    const tasks = em.replicationTasks(kind, id);
    read.set(id, tasks);
    return tasks;
  };
  return async (watch) => {
    const { kind, subject } = watch;
    const listed = (await open(kind))?.find(({ id }) => id === subject.session);
    const session = listed ?? (await unlessNotFound(em.replicationSession(kind, subject.session)));
    if (!session) return { is: "session-unknown" };
    const turn = watch.vmsAt === undefined ? "first" : "again";
    const tasks = isDue(watch, session, now) ? await tasksOf(session, turn) : undefined;
    return { is: "replication", session, ...(tasks ? { tasks } : {}) };
  };
}

const isDue = ({ vmsAt }: ReplicationWatch, { state }: ReplicationSession, now: number) =>
  state === "Stopped" || vmsAt === undefined || now - vmsAt >= VMS_EVERY_MS;
