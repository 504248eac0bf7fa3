/**
 * Sessions of replication jobs and CDP policies, and the VMs in them: which address answers what.
 */
import { pathBelowApi } from "./address.ts";
import type { EmReplication, ReplicationFilter } from "./client.ts";
import { replicationReading } from "./decode.ts";
import { EmError } from "./errors.ts";
import { reads, readsList, readsPage } from "./exchange.ts";
import { entityPath } from "./failovers.ts";
import { type InPages, largePages } from "./large-pages.ts";
import { allPages } from "./paging.ts";
import { pageAddress, replicationQuery, sinceByEm } from "./query.ts";
import type { EmQuestions } from "./retrying.ts";
import type { ReplicationKind, ReplicationSession, ReplicationTask } from "./types.ts";

const SESSIONS: Readonly<Record<ReplicationKind, string>> = {
  snapshot: "/replicaSessions",
  cdp: "/cdpReplicaSessions",
};

/**
 * EM's own reference spells the first of them in both ways; which of them an EM knows shows when it
 * is asked.
 */
const TASKS: Readonly<Record<ReplicationKind, readonly [string, ...string[]]>> = {
  snapshot: ["/replicaTaskSessions", "/repicaTaskSessions"],
  cdp: ["/cdpReplicaTaskSessions"],
};

export function replicationsOver(asking: EmQuestions, base: URL): EmReplication {
  const inPages = largePages();
  const addresses: Addresses = new Map();
  return {
    replicationSessions: (kind, filter, signal) => sessions(asking, inPages, kind, filter, signal),
    replicationSession: (kind, id, signal) =>
      asking.ask(
        reads(
          { route: "replicationSession", path: entityPath(SESSIONS[kind], id) },
          replicationReading[kind].session,
        ),
        signal,
      ),
    replicationTasks: (kind, id, signal) => tasksOf({ asking, base, addresses }, kind, id, signal),
    replicationTask: (kind, id, signal) => task(asking, kind, id, signal),
  };
}

async function sessions(
  asking: EmQuestions,
  inPages: InPages,
  kind: ReplicationKind,
  filter: ReplicationFilter,
  signal?: AbortSignal,
): Promise<ReplicationSession[]> {
  const query = replicationQuery(kind, await sinceByEm(asking, filter, signal));
  const { sessions: reading } = replicationReading[kind];
  const wanted = (session: ReplicationSession) =>
    (!filter.open || session.state !== "Stopped") &&
    (filter.jobName === undefined || session.job?.name === filter.jobName) &&
    (filter.result === undefined || session.result === filter.result) &&
    session.createdAt >= (filter.createdFrom ?? Number.NEGATIVE_INFINITY);
  return inPages(query, (sized) => {
    const ask = (page: number) =>
      asking.ask(
        readsPage({ route: "replicationSessions", path: pageAddress(sized, page) }, reading),
        signal,
      );
    return allPages(ask, { wanted, limit: filter.limit });
  });
}

/** Where EM keeps the VMs of a session, by the session's id. */
type Addresses = Map<string, string>;

const MOST_ADDRESSES = 1_000;

interface TaskLinks {
  readonly asking: EmQuestions;
  readonly base: URL;
  readonly addresses: Addresses;
}

/** The session's own link is followed as EM wrote it, which it does once. */
async function tasksOf(
  { asking, base, addresses }: TaskLinks,
  kind: ReplicationKind,
  id: string,
  signal?: AbortSignal,
): Promise<ReplicationTask[]> {
  const { tasksAddress, tasks } = replicationReading[kind];
  const session = reads(
    { route: "replicationSession", path: entityPath(SESSIONS[kind], id) },
    tasksAddress,
  );
  const address = addresses.get(id) ?? (await asking.ask(session, signal));
  if (addresses.size >= MOST_ADDRESSES) addresses.clear();
  addresses.set(id, address);
  const [path = ""] = pathBelowApi(address, base).split("?");
  return asking.ask(
    readsList({ route: "replicationTasks", path: `${path}?format=Entity` }, tasks),
    signal,
  );
}

async function task(
  asking: EmQuestions,
  kind: ReplicationKind,
  id: string,
  signal?: AbortSignal,
): Promise<ReplicationTask> {
  const [usual, other] = TASKS[kind];
  const ask = (collection: string) =>
    asking.ask(
      reads(
        { route: "replicationTask", path: entityPath(collection, id) },
        replicationReading[kind].task,
      ),
      signal,
    );
  try {
    return await ask(usual);
  } catch (error) {
    if (other === undefined || !(error instanceof EmError) || error.failure !== "not-found")
      throw error;
    return ask(other);
  }
}
