/**
 * `watch replica …` and `watch cdp …`: by job or policy, by session id, or by the id of one VM's
 * task session.
 */
import { distance } from "fastest-levenshtein";
import type { Card } from "../chat/port.ts";
import { fold } from "../chat/same-name.ts";
import type { ReplicationKind, ReplicationSession } from "../em/types.ts";
import {
  idleReplicationCard,
  type Replication,
  unknownReplicationCard,
  whichReplicationCard,
} from "../messages/replicas.ts";
import { endedReplicationCard } from "../messages/watch-answers.ts";
import { openWatches } from "../store/in-hand.ts";
import { newReplicationWatch } from "../watch/records.ts";
import { unusedId } from "../watch/unused-id.ts";
import type { Context, Outcome } from "./command.ts";
import { isGuid } from "./guid.ts";
import { type MeantReplication, replicationWithId } from "./replication-with-id.ts";

/** `typed`: nothing where only the kind was named. */
export async function watchReplication(
  kind: ReplicationKind,
  typed: string,
  context: Context,
): Promise<Outcome> {
  if (typed === "")
    return answer(whichReplicationCard(kind, (await known(kind, context)).slice(0, MOST)));
  const meant = isGuid(typed)
    ? await replicationWithId(kind, typed.toLowerCase(), context.em)
    : await byName(kind, typed, context);
  return meant ? follow(meant, context) : notFollowed(kind, typed, context);
}

async function follow({ session, only }: MeantReplication, context: Context): Promise<Outcome> {
  if (session.state === "Stopped") return answer(endedReplicationCard(session));
  const watched = await alreadyWatched(session, only, context);
  if (watched) return { is: "watch", target: { is: "watched", watch: watched } };
  const id = await unusedId("watch", context.store);
  const watch = newReplicationWatch(id, session, only, context.emKey, context.now);
  return { is: "watch", target: { is: "new", watch } };
}

/** So many names are offered. */
const MOST = 10;
const NEAREST = 3;
/** Sessions so far back show which jobs and policies there are. */
const KNOWN_MS = 7 * 86_400_000;
const MOST_SESSIONS = 300;

interface Known extends Replication {
  readonly last: ReplicationSession;
}

/** By their newest sessions, those that run first. */
async function known(kind: ReplicationKind, { em, now }: Context): Promise<Known[]> {
  const sessions = await em.replicationSessions(kind, {
    createdFrom: now - KNOWN_MS,
    limit: MOST_SESSIONS,
  });
  const byName = new Map<string, Known>();
  for (const last of sessions) {
    const name = last.job?.name ?? last.name;
    if (!byName.has(name)) byName.set(name, { name, runs: last.state !== "Stopped", last });
  }
  return [...byName.values()].sort((one, other) => Number(other.runs) - Number(one.runs));
}

async function notFollowed(
  kind: ReplicationKind,
  typed: string,
  context: Context,
): Promise<Outcome> {
  const all = await known(kind, context);
  const wanted = fold(typed);
  const fitting = all.filter(({ name }) => fold(name).includes(wanted));
  const [only] = fitting;
  if (only && !only.runs && fitting.length === 1)
    return answer(idleReplicationCard(kind, only.name, only.last));
  const nearest = fitting.length > 0 ? fitting.slice(0, MOST) : nearestTo(wanted, all);
  return answer(unknownReplicationCard(kind, typed, nearest));
}

const nearestTo = (wanted: string, all: readonly Known[]) =>
  all
    .toSorted((a, b) => distance(wanted, fold(a.name)) - distance(wanted, fold(b.name)))
    .slice(0, NEAREST);

const answer = (card: Card): Outcome => ({ is: "reply", card, refused: true });

async function byName(
  kind: ReplicationKind,
  typed: string,
  { em }: Context,
): Promise<MeantReplication | undefined> {
  const open = await em.replicationSessions(kind, { open: true });
  const wanted = fold(typed);
  const exact = open.find(
    ({ job, name }) => fold(job?.name ?? "") === wanted || fold(name) === wanted,
  );
  const parts = open.filter(({ job }) => fold(job?.name ?? "").includes(wanted));
  const session = exact ?? (parts.length === 1 ? parts[0] : undefined);
  return session && { session };
}

async function alreadyWatched(
  session: ReplicationSession,
  only: string | undefined,
  { store, emKey }: Context,
) {
  const open = await openWatches(store, emKey);
  return open.find(
    (watch) =>
      watch.of === "replication" &&
      watch.subject.session === session.id &&
      watch.subject.only === only,
  );
}
