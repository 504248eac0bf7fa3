/**
 * Runs that nobody here ordered or watches: each is told once, and followed like any other. What
 * began and ended between two looks is found among the newest sessions.
 */
import { EmError } from "../em/errors.ts";
import { unlessForbidden } from "../em/optional.ts";
import type { FailoverPlan, FailoverSession } from "../em/types.ts";
import type { RoutineDone } from "../records/routine.ts";
import { receiptOf, type SeenSession, sessionOf, type Watch } from "../records/watch.ts";
import type { Services } from "../services.ts";
import { openFailovers } from "../store/in-hand.ts";
import { firstShownElsewhere } from "./first-shown.ts";
import { mayTurnOutOurs } from "./maybe-ours.ts";
import type { Look } from "./poll.ts";
import { newWatch, SESSION_KEPT_MS, seenKey, withTargets } from "./records.ts";
import { unusedId } from "./unused-id.ts";

export interface Announcing
  extends Pick<
    Services,
    "em" | "emKey" | "plans" | "store" | "permissions" | "announceIn" | "onCall" | "clock" | "log"
  > {
  /** Looks in a row to which EM did not answer. */
  readonly silentLooks: number;
  /** When the newest sessions were read last: by `elapsed()`, and by the clock. */
  lookedBack: { readonly elapsed: number; readonly at: number } | undefined;
}

interface Told {
  /** Whether EM answered. */
  readonly heard: boolean;
  /** Of these the end is there already; `watch`: its id. */
  readonly ended: readonly { readonly watch: string; readonly session: FailoverSession }[];
}

/** `everyMs`: the newest sessions are not asked for more often. */
export async function tellElsewhere(parts: Announcing, look: Look, everyMs: number): Promise<Told> {
  try {
    const open = (await look.open()) ?? [];
    const ended = await endedUnseen(parts, everyMs);
    const unseen = await unseenOf(await notExpected([...open, ...ended], parts), parts);
    const plans =
      unseen.length > 0 ? ((await unlessForbidden(parts.plans.read()))?.plans ?? []) : [];
    const told = await Promise.all(unseen.map((session) => announce(parts, session, plans)));
    return { heard: true, ended: told.filter(({ session }) => session.state === "Stopped") };
  } catch (error) {
    if (!(error instanceof EmError)) throw error;
    if (parts.silentLooks === 0) parts.log.warn({ err: error }, "EM could not be asked what runs");
    return { heard: false, ended: [] };
  }
}

/** So many of the newest are read at most. */
const NEWEST = 50;
/** EM may show a session so much later than it began. */
const SHOWN_LATE_MS = 3_600_000;

/** Sessions that ended after this bot began to tell of such, as far as they are the newest. */
async function endedUnseen(parts: Announcing, everyMs: number): Promise<FailoverSession[]> {
  const { em, clock, lookedBack } = parts;
  const now = { elapsed: clock.elapsed(), at: clock.now() };
  if (lookedBack && now.elapsed - lookedBack.elapsed < everyMs) return [];
  const tellsSince = await since(parts, now.at);
  const createdFrom = (lookedBack?.at ?? tellsSince) - SHOWN_LATE_MS;
  const newest = await unlessForbidden(em.sessions({ createdFrom, limit: NEWEST }));
  parts.lookedBack = now;
  return (newest ?? []).filter(
    ({ state, createdAt, endedAt = createdAt }) => state === "Stopped" && endedAt > tellsSince,
  );
}

/** What ended before the first start is not told. */
async function since({ store, emKey }: Announcing, now: number): Promise<number> {
  const key = `elsewhere ${emKey}`;
  const known = await store.get("routine", key);
  if (known) return known.at;
  const value: RoutineDone = { version: 1, at: now };
  await store.commit([{ put: "routine", key, value }]);
  return now;
}

/** Neither ours nor perhaps of an order whose session is not known yet. */
async function notExpected(
  sessions: readonly FailoverSession[],
  { store, emKey }: Announcing,
): Promise<FailoverSession[]> {
  const watches = await openFailovers(store, emKey);
  return sessions.filter((session) => !watches.some((watch) => isExpected(watch, session)));
}

const isExpected = (watch: Watch, session: FailoverSession) =>
  sessionOf(watch) === session.id ||
  ((watch.phase.is === "looking" || receiptOf(watch) !== undefined) &&
    mayTurnOutOurs(watch, session));

async function unseenOf(
  sessions: readonly FailoverSession[],
  { store, emKey }: Announcing,
): Promise<FailoverSession[]> {
  const seen = await Promise.all(
    sessions.map(({ id }) => store.get("seen-sessions", seenKey(emKey, id))),
  );
  return sessions.filter((_, i) => seen[i] === undefined);
}

async function announce(
  { store, emKey, clock, permissions, announceIn, onCall }: Announcing,
  session: FailoverSession,
  plans: readonly FailoverPlan[],
): Promise<Told["ended"][number]> {
  const id = await unusedId("watch", store);
  const watch = withTargets(newWatch(id, session, plans, emKey, clock.now()), permissions);
  const key = seenKey(emKey, session.id);
  const value: SeenSession = { version: 1, watch: watch.id };
  await store.commit([
    { insert: "seen-sessions", key, value, ttlMs: SESSION_KEPT_MS, require: true },
    ...firstShownElsewhere(watch, announceIn, onCall, clock.now(), session.state === "Stopped"),
  ]);
  return { watch: watch.id, session };
}
