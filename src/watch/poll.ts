/**
 * Asks EM about everything that is watched: one question for all open sessions, one for each task
 * that is pending, and one by id for each session that the first answer does not tell enough about.
 */
import type { EmPoints, EmReplication, EmSessions, EmTasks } from "../em/client.ts";
import { EmError, type EmFailure } from "../em/errors.ts";
import { unlessForbidden, unlessNotFound, unlessRefused } from "../em/optional.ts";
import { withVms } from "../em/session-owner.ts";
import type { FailoverSession, Ref, ReplicaPoint } from "../em/types.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import { type Phase, type Receipted, sessionOf, type Watch } from "../records/watch.ts";
import { type Collections, noCollections } from "./collecting.ts";
import { type Details, sessionDetails } from "./details.ts";
import { subjectVms } from "./evidence.ts";
import { limitOf } from "./limit.ts";
import { replicationLook } from "./look-at-replications.ts";
import { mayTurnOutOurs } from "./maybe-ours.ts";
import type { Collected, Sighting } from "./sighting.ts";

export interface Look {
  sight(watch: AnyWatch): Promise<Sighting>;
  /**
   * What EM's one answer showed; absent where EM does not answer that question, to this account or
   * at all.
   */
  open(): Promise<readonly FailoverSession[] | undefined>;
}

/** So many questions to EM at once. */
const AT_ONCE = 6;
/** Among so many of the newest points one of the server in question is looked for. */
const NEWEST = 100;

/** What all watches of a look share; each is asked for at most once, when first needed. */
interface Shared {
  readonly now: number;
  readonly open: Look["open"];
  /** By their ids. */
  readonly openById: () => Promise<ReadonlyMap<string, FailoverSession>>;
  /** The newest points of all, undefined where the account may not read any. */
  readonly newest: () => Promise<readonly ReplicaPoint[] | undefined>;
  readonly collections: Collections;
  readonly details: Details;
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= read();
    return asked;
  };
}

/** What is asked about failovers. */
type EmFailovers = EmTasks & EmSessions & EmPoints;

export function pollEm(
  em: EmFailovers & EmReplication,
  now: number,
  collections: Collections = noCollections,
  details: Details = sessionDetails(),
): Look {
  const open = once(() => unlessRefused(em.sessions({ open: true })));
  const shared: Shared = {
    now,
    collections,
    details,
    open,
    openById: once(async () => new Map(((await open()) ?? []).map((one) => [one.id, one]))),
    newest: once(() => unlessForbidden(em.points({ limit: NEWEST }))),
  };
  const replications = replicationLook(em, now);
  const limit = limitOf(AT_ONCE);
  const unlessBroken = breakable();
  const sight = (watch: AnyWatch) =>
    unlessBroken(
      watch.of === "failover" ? () => ask(em, shared, watch) : () => replications(watch),
    );
  return { open, sight: (watch) => limit(() => sight(watch)) };
}

/**
 * Failures that the next question would meet too: once there is one, EM is asked nothing more in
 * this look.
 */
const HOPELESS: readonly EmFailure[] = ["unreachable", "timed-out", "certificate", "unauthorized"];

function breakable(): (look: () => Promise<Sighting>) => Promise<Sighting> {
  let broken: Sighting | undefined;
  return async (look) => {
    if (broken) return broken;
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof EmError)) throw error;
      const silence: Sighting = { is: "silence", why: error.brief };
      if (HOPELESS.includes(error.failure)) broken = silence;
      return silence;
    }
  };
}

async function ask(em: EmFailovers, shared: Shared, watch: Watch): Promise<Sighting> {
  const { phase } = watch;
  switch (phase.is) {
    case "ordered":
      return seeTask(em, shared, watch, phase);
    case "looking":
      return seeCandidates(em, shared, watch, phase);
    case "following":
      return phase.receipt
        ? seeTask(em, shared, watch, phase.receipt)
        : seeSession(em, shared, phase.session);
    case "checking":
      return seeEvidence(em, shared, watch, phase.session);
    case "ended":
      return { is: "session-unknown" };
    default:
      return phase satisfies never;
  }
}

/** While the task runs, what the open list shows of its session tells more than the task. */
async function seeTask(
  em: EmTasks & EmSessions,
  shared: Shared,
  watch: Watch,
  { task: id, logon }: Receipted,
): Promise<Sighting> {
  const task = await unlessNotFound(em.task(id, logon));
  if (task === undefined) return { is: "task-unknown" };
  if (watch.subject.kind === "ordinary") return { is: "task", task };
  return { is: "task", task, sessions: await seeMaybeOurs(em, shared, watch) };
}

async function seeMaybeOurs(
  em: EmSessions,
  { open }: Shared,
  watch: Watch,
): Promise<FailoverSession[]> {
  const followed = sessionOf(watch);
  const listed = ((await open()) ?? []).filter(
    (session) => session.id === followed || mayTurnOutOurs(watch, session),
  );
  const gone = followed !== undefined && !listed.some(({ id }) => id === followed);
  const last = gone ? await unlessNotFound(em.session(followed)) : undefined;
  return withVms(em, last ? [...listed, last] : listed);
}

/**
 * So long an undo may run without a session that turns up; data that is collected sooner is of
 * before its end.
 */
const UNDO_MS = 2 * 60_000;

async function seeCandidates(
  em: EmSessions & EmPoints,
  shared: Shared,
  watch: Watch,
  phase: Extract<Phase, { is: "looking" }>,
): Promise<Sighting> {
  const { subject, order } = watch;
  if (subject.kind === "ordinary") return { is: "candidates", sessions: [] };
  const named = (await unlessForbidden(em.sessions({ planName: subject.name }))) ?? [];
  const unknown = named.filter(({ id }) => !order?.known.includes(id));
  const sessions = subject.shared ? await withVms(em, unknown) : unknown;
  if (order?.action !== "undo") return { is: "candidates", sessions };
  const isOver = shared.now - phase.since - phase.silentMs >= UNDO_MS;
  const collected = isOver ? collectedOf(shared, watch.id, subject.server) : {};
  const known = await shared.newest();
  const points = await unlessForbidden(em.points({ vms: subject.vms }));
  const fresh = points && { points, ...collected, ...newestOf(points, known, shared.now) };
  return { is: "candidates", sessions, ...fresh };
}

/**
 * A state that EM's filter does not know, or VMs that the answer leaves out, must not end or empty
 * a watch.
 */
async function seeSession(
  em: EmSessions,
  { openById, details, now }: Shared,
  id: string,
): Promise<Sighting> {
  const listed = (await openById()).get(id);
  if (listed && listed.vms.length > 0) return { is: "session", session: listed };
  const session = listed ? await details.of(em, listed, now) : await unlessNotFound(em.session(id));
  return session ? { is: "session", session } : { is: "session-unknown" };
}

/**
 * How new EM's data is, is read before the data, which may be newer then, but not older. Who else
 * may have changed the VMs is read after it: a run of which nothing is listed yet has changed none.
 */
async function seeEvidence(
  em: EmPoints & EmSessions,
  shared: Shared,
  watch: Watch,
  ended: string,
): Promise<Sighting> {
  const server = watch.session?.backupServer ?? watch.subject.server;
  const collected = collectedOf(shared, ended, server);
  const known = await shared.newest();
  const points = await unlessForbidden(
    em.points({ vms: subjectVms(watch).map(({ name }) => name) }),
  );
  if (!points) return { is: "no-evidence" };
  const since = await sessionsSince(em, watch);
  return { is: "evidence", points, since, ...collected, ...newestOf(points, known, shared.now) };
}

/** `asker`: the session that has ended, or the order without one; EM's data is to be newer. */
function collectedOf(
  { collections }: Shared,
  asker: string,
  server: Ref | undefined,
): { collected?: Collected } {
  const at = server && collections.since(asker, server);
  return server && at !== undefined ? { collected: { server: server.id, at } } : {};
}

async function sessionsSince(em: EmSessions, { session }: Watch): Promise<FailoverSession[]> {
  if (!session) return [];
  const found = await unlessRefused(em.sessions({ createdFrom: session.createdAt }));
  const others = (found ?? []).filter(({ id }) => id !== session.id);
  return withVms(em, others);
}

/**
 * When the newest point was made of the backup server that these points are of: from then at the
 * latest is what EM knows of it. Nothing where they are of several servers, as EM collects from
 * each in its own time. A point from the future was made when EM's clock was ahead.
 */
function newestOf(
  points: readonly ReplicaPoint[],
  known: readonly ReplicaPoint[] | undefined,
  now: number,
): { newestAt?: number } {
  const [server, ...others] = new Set(points.map(({ backupServer }) => backupServer?.id));
  const newest = known?.find(
    ({ backupServer, createdAt }) => backupServer?.id === server && createdAt <= now,
  );
  if (others.length > 0 || !newest) return {};
  return { newestAt: newest.createdAt };
}
