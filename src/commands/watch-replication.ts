/** `watch replica …` and `watch cdp …`: by job or policy, by session id, or by the id of one VM's task session. */
import type { Context, Outcome } from "../core/commands.ts";
import { fold } from "../core/parse.ts";
import { ifThere } from "../em/allowed.ts";
import type { ReplicationKind, ReplicationSession } from "../em/types.ts";
import { note } from "../messages/answers.ts";
import { plainWord, quoted } from "../messages/words.ts";
import type { AnyWatch } from "../watch/any.ts";
import { newReplicationWatch } from "../watch/records.ts";
import { isGuid } from "./guid.ts";

interface Meant {
  readonly session: ReplicationSession;
  readonly only?: string;
}

const nouns: Readonly<Record<ReplicationKind, string>> = { snapshot: "replication job", cdp: "CDP policy" };

export async function watchReplication(
  kind: ReplicationKind,
  typed: string,
  context: Context,
): Promise<Outcome> {
  const meant = isGuid(typed)
    ? await byId(kind, typed.toLowerCase(), context)
    : await byName(kind, typed, context);
  if (!meant) return refused(`No session of ${nouns[kind]} ${quoted(typed)} runs now`);
  const { session, only } = meant;
  if (session.state === "Stopped")
    return refused(
      `The session of ${quoted(session.job?.name ?? session.name)} has ended: EM reports ${plainWord(session.result)}`,
      session.failureMessage,
    );
  const watched = await alreadyWatched(session, only, context);
  return watched
    ? { is: "watch", target: { is: "watched", watch: watched } }
    : {
        is: "watch",
        target: { is: "new", watch: newReplicationWatch(session, only, context.emKey, context.now) },
      };
}

const refused = (title: string, why?: string): Outcome => ({
  is: "reply",
  card: note(title, ...(why ? [why] : [])),
  refused: true,
});

async function byId(kind: ReplicationKind, id: string, { em }: Context): Promise<Meant | undefined> {
  const session = await ifThere(em.replicationSession(kind, id));
  if (session) return { session };
  const task = await ifThere(em.replicationTask(kind, id));
  const parent = task?.sessionId && (await ifThere(em.replicationSession(kind, task.sessionId)));
  return task && parent ? { session: parent, only: task.vm } : undefined;
}

async function byName(kind: ReplicationKind, typed: string, { em }: Context): Promise<Meant | undefined> {
  const open = await em.replicationSessions(kind, { open: true });
  const wanted = fold(typed);
  const exact = open.find(({ job, name }) => fold(job?.name ?? "") === wanted || fold(name) === wanted);
  const parts = open.filter(({ job }) => fold(job?.name ?? "").includes(wanted));
  const session = exact ?? (parts.length === 1 ? parts[0] : undefined);
  return session && { session };
}

async function alreadyWatched(
  session: ReplicationSession,
  only: string | undefined,
  { store, emKey }: Context,
) {
  const all = (await store.all<AnyWatch>("watches")).map(({ value }) => value);
  return all.find(
    (watch) =>
      watch.em === emKey &&
      watch.of === "replication" &&
      watch.subject.session === session.id &&
      watch.subject.only === only,
  );
}
