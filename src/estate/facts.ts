/**
 * How the whole estate stands: what is failed over, what runs, what failed, how old the restore
 * points are. What stands and runs is a few small questions; the rest of a large estate is many, and
 * is waited for only so long. What was not read says why.
 */
import type { Clock } from "../clock.ts";
import type { EmClient } from "../em/client.ts";
import { EmError, type EmFailure } from "../em/errors.ts";
import { type Answered, answered, read, readOf, unlessRefused } from "../em/optional.ts";
import type { PlanList, PlansRead } from "../em/plan-list.ts";
import type {
  Estate,
  FailoverPlan,
  FailoverSession,
  PointState,
  ReplicaPoint,
  ReplicationKind,
  ReplicationSession,
} from "../em/types.ts";
import type { Store } from "../store/store.ts";
import { agesOf, newestPoints, type PlanAge } from "./ages.ts";
import { type Owners, ownersBySessions, rememberedOwners } from "./owners.ts";
import { type StandingPlan, standingPlans } from "./standing-plans.ts";

export interface EstateFacts {
  readonly estate: Answered<Estate>;
  readonly plans: Answered<PlansRead>;
  readonly open: Answered<readonly FailoverSession[]>;
  /** Plans of which a VM runs from its replica. */
  readonly standing: Answered<readonly StandingPlan[]>;
  /** Of the newest sessions the last that failed. */
  readonly lastFailed?: FailoverSession;
  readonly ages: Answered<readonly PlanAge[]>;
  readonly replications: Replications;
}

/** Sessions of the last days, newest first. */
export type Replications = Readonly<
  Record<ReplicationKind, Answered<readonly ReplicationSession[]>>
>;

export interface FactsFrom {
  readonly em: EmClient;
  readonly emKey: string;
  readonly plans: PlanList;
  readonly store: Store;
  readonly clock: Pick<Clock, "now" | "deadline">;
}

/** How long the ages and the replications are waited for, once the rest was read. */
const PATIENCE_MS = 2_000;

/** The states that say that a VM does not simply wait for a failover; few points are in one. */
const UNREADY: readonly PointState[] = ["Failover", "Failback", "PermanentFailover"];

/** So many of the newest sessions tell of the last failovers, and of the points that they used. */
const NEWEST_SESSIONS = 100;

/** Throws `EmError` where EM answers nothing at all. */
export async function estateFacts(from: FactsFrom): Promise<EstateFacts> {
  const { em } = from;
  const estate = await answered(em.estate());
  if (estate.is === "unread" && HOPELESS.includes(estate.why.failure)) throw estate.why;
  const isCloud = readOf(estate)?.cloud ?? true;
  const [open, stands] = await Promise.all([
    isCloud ? answered(em.sessions({ open: true })) : read([]),
    whatStands(from),
  ]);
  const { plans, standing, sessions } = stands;
  const lastFailed = sessions.find(({ result }) => result === "Failed");
  const rest = await theRest(from, stands, estate);
  return { estate, plans, open, standing, ...(lastFailed ? { lastFailed } : {}), ...rest };
}

/** The plans, and those of them that are failed over. */
export interface Stands {
  readonly plans: Answered<PlansRead>;
  readonly standing: Answered<readonly StandingPlan[]>;
  /** Newest first; none where they could not be read. */
  readonly sessions: readonly FailoverSession[];
  readonly unready: Answered<readonly ReplicaPoint[]>;
  readonly remembered: Owners;
}

export async function whatStands({
  em,
  emKey,
  plans: list,
  store,
}: Omit<FactsFrom, "clock">): Promise<Stands> {
  const [plans, newest, unready] = await Promise.all([
    answered(list.read()),
    answered(em.sessions({ limit: NEWEST_SESSIONS })),
    answered(em.points({ states: UNREADY })),
  ]);
  const sessions = readOf(newest) ?? [];
  const remembered = await rememberedOwners(store, emKey, readOf(plans)?.plans ?? []);
  const standing = await onceRead(cloudPlansOf(plans), async (all) => {
    if (!all.some(({ kind }) => kind === "cloud")) return read([]);
    return onceRead(unready, (points) =>
      answered(standingPlans(em, all, points, sessions, remembered)),
    );
  });
  return { plans, standing, sessions, unready, remembered };
}

/** Failures that every further question would meet too. */
const HOPELESS: readonly EmFailure[] = ["unreachable", "timed-out", "certificate", "unauthorized"];

/** Without them nobody can tell what a replica in state Failover belongs to. */
function cloudPlansOf(plans: Answered<PlansRead>): Answered<readonly FailoverPlan[]> {
  if (plans.is === "unread") return plans;
  const cloud = plans.value.unread.find(({ kind }) => kind === "cloud");
  return cloud ? { is: "unread", why: cloud.why } : read(plans.value.plans);
}

const onceRead = async <Value, Other>(
  answer: Answered<Value>,
  then: (value: Value) => Promise<Answered<Other>>,
): Promise<Answered<Other>> => (answer.is === "read" ? then(answer.value) : answer);

/** What takes long in a large estate. */
async function theRest(
  { em, clock }: FactsFrom,
  { plans, standing, unready, sessions, remembered }: Stands,
  estate: Answered<Estate>,
): Promise<Pick<EstateFacts, "ages" | "replications">> {
  const all = readOf(plans)?.plans ?? [];
  const signal = clock.deadline(PATIENCE_MS);
  const since = { createdFrom: clock.now() - REPLICATIONS_MS, limit: MOST_REPLICATIONS };
  const knowsCdp = hasCdp(readOf(estate));
  const [ages, snapshot, cdp] = await Promise.all([
    onceRead(standing.is === "unread" ? standing : pointsFor(all, unready), (points) =>
      inTime(signal, async () => {
        const newest = await newestPoints(em, all, points, signal);
        const shown = ownersBySessions(sessions, newest.points, all);
        return agesOf(all, newest, new Map([...remembered, ...shown]));
      }),
    ),
    inTime(signal, () => em.replicationSessions("snapshot", since, signal)),
    inTime(signal, () => {
      const asked = em.replicationSessions("cdp", since, signal);
      return knowsCdp ? asked : unlessRefused(asked).then((found) => found ?? []);
    }),
  ]);
  return { ages, replications: { snapshot, cdp } };
}

/** Without cloud plans there is nothing to ask for. */
const pointsFor = (
  plans: readonly FailoverPlan[],
  unready: Answered<readonly ReplicaPoint[]>,
): Answered<readonly ReplicaPoint[]> =>
  plans.some(({ kind }) => kind === "cloud") ? unready : read([]);

/** Newest first; so far back, and so many at most of each kind. */
const REPLICATIONS_MS = 7 * 86_400_000;
const MOST_REPLICATIONS = 300;

/** EM 10 and older have no CDP, and refuse a question about it. */
const hasCdp = (estate: Estate | undefined) =>
  estate?.versions.some((version) => version === "v1_6" || version === "v1_7") ?? true;

/** The answer, or that it did not come before the signal. */
function inTime<Value>(
  signal: AbortSignal,
  reading: () => Promise<Value>,
): Promise<Answered<Value>> {
  const late = new Promise<Answered<Value>>((resolve) => {
    const giveUp = () => resolve({ is: "unread", why: TOO_MUCH });
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp, { once: true });
  });
  return Promise.race([answered(reading()), late]);
}

const TOO_MUCH = new EmError("timed-out", "Enterprise Manager takes long to tell it; ask again");
