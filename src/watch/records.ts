/** How watches and what they say are saved. */
import type { Place } from "../chat/port.ts";
import { isShared } from "../em/plan-names.ts";
import { isOf } from "../em/session-owner.ts";
import type { FailoverPlan, FailoverSession, ReplicationSession } from "../em/types.ts";
import { cardOf } from "../messages/watch-card.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import type { ReplicationWatch } from "../records/replication-watch.ts";
import type { Topic } from "../records/topic.ts";
import { sessionOf, type Watch } from "../records/watch.ts";
import type { Services } from "../services.ts";
import type { Conditional } from "../store/store.ts";

/** EM shows sessions for 30 days; one that was seen once is not announced again. */
export const SESSION_KEPT_MS = 31 * 86_400_000;
export const seenKey = (emKey: string, session: string) => `${emKey} ${session}`;

/** Under which key it is noted who follows this; one watch of a replication may be of one VM alone. */
export function followedKey(watch: AnyWatch): string {
  if (watch.of === "failover") return seenKey(watch.em, sessionOf(watch) ?? watch.id);
  const { session, only } = watch.subject;
  return seenKey(watch.em, only === undefined ? session : `${session} ${only}`);
}

/** `id`: one that is unused. */
export function newWatch(
  id: string,
  session: FailoverSession,
  plans: readonly FailoverPlan[],
  emKey: string,
  now: number,
): Watch {
  const own = plans.find((plan) => isOf(plan, session, plans) === "yes");
  return {
    version: 2,
    of: "failover",
    id,
    em: emKey,
    subject: {
      name: session.name,
      kind: "cloud",
      ...(own ? { planId: own.id } : {}),
      ...(own?.tenant ? { tenant: own.tenant.name } : {}),
      ...(own?.backupServer ? { server: own.backupServer } : {}),
      shared: own ? isShared(own, plans) : plans.some(({ name }) => name === session.name),
      vms: own?.vms.map(({ name }) => name) ?? [],
    },
    notify: [],
    topics: [],
    since: now,
    seenAt: now,
    phase: { is: "following", session: session.id },
    vms: [],
  };
}

/** The run, with what the policy promises for its plan. */
export function withTargets(
  watch: Watch,
  { targetsFor }: Pick<Services["permissions"], "targetsFor">,
): Watch {
  const { name, tenant } = watch.subject;
  const targets = targetsFor({
    name,
    ...(tenant === undefined ? {} : { tenant: { name: tenant } }),
  });
  return targets ? { ...watch, targets } : watch;
}

/** A watch that is new; nothing of the commit is saved where another has its id. */
export const insertWatch = (watch: AnyWatch): Conditional => ({
  insert: "watches",
  key: watch.id,
  value: watch,
  require: true,
});

export const putWatch = (watch: AnyWatch): Conditional => ({
  put: "watches",
  key: watch.id,
  value: watch,
});

/** Changes nothing; nothing of a commit is saved where the watch is no longer what was read. */
export const sameWatch = (watch: AnyWatch): Conditional => ({
  put: "watches",
  key: watch.id,
  value: watch,
  was: watch,
  require: true,
});

/** Whether no more than alarms and the end are said there. */
export const isEndsOnly = (watch: AnyWatch, topic: string): boolean =>
  watch.quiet?.includes(topic) ?? false;

export function watchTopic(
  watch: AnyWatch,
  id: string,
  place: Place,
  now: number,
  closed = false,
): Topic {
  return {
    version: 1,
    id,
    place,
    title: watch.subject.name,
    card: cardOf(watch, now),
    updatedAt: now,
    closed,
    ...(watch.of === "failover" && { run: watch.id }),
  };
}

/** Watches that ended stay readable for so long. */
const PAST_WATCH_MS = 90 * 86_400_000;

/**
 * Into the watches of the past; its plan is free for another order, and its session is no news any
 * more. What removes it from those in hand belongs into the same commit.
 */
export function archiveWatch(watch: AnyWatch): Conditional[] {
  const session = watch.of === "failover" ? sessionOf(watch) : undefined;
  const hold = watch.of === "failover" ? watch.order?.hold : undefined;
  return [
    { put: "past-watches", key: watch.id, value: watch, ttlMs: PAST_WATCH_MS },
    ...(session === undefined ? [] : [noNews(watch.em, session)]),
    ...(hold === undefined ? [] : [{ remove: "holds", key: hold } as const]),
  ];
}

/** Nor is it taken for somebody else's in the look in which it ended, which may show it as open. */
const noNews = (emKey: string, session: string): Conditional => ({
  put: "seen-sessions",
  key: seenKey(emKey, session),
  value: { version: 1 },
  ttlMs: SESSION_KEPT_MS,
});

/** `id`: one that is unused. */
export function newReplicationWatch(
  id: string,
  session: ReplicationSession,
  only: string | undefined,
  emKey: string,
  now: number,
): ReplicationWatch {
  return {
    version: 2,
    of: "replication",
    id,
    em: emKey,
    kind: session.kind,
    subject: {
      name: session.job?.name ?? session.name,
      session: session.id,
      ...(only === undefined ? {} : { only }),
    },
    notify: [],
    topics: [],
    since: now,
    seenAt: now,
    phase: { is: "following" },
    vms: [],
  };
}
