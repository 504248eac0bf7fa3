import type { Card } from "../chat/port.ts";
import type { EmPoints, EmReplication, EmSessions } from "../em/client.ts";
import { unlessForbidden, unlessNotFound, unlessRefused } from "../em/optional.ts";
import { isShared } from "../em/plan-names.ts";
import { isOf, withVms } from "../em/session-owner.ts";
import type { FailoverPlan, ReplicationSession } from "../em/types.ts";
import { planCard } from "../messages/plan.ts";
import { type Followed, type StatusFacts, sessionCard, statusCard } from "../messages/status.ts";
import { sessionOf, type Watch } from "../records/watch.ts";
import { openFailovers } from "../store/in-hand.ts";
import type { Store } from "../store/store.ts";
import { planWords } from "../typed/plan-name.ts";
import { type Context, command } from "./command.ts";
import { isGuid } from "./guid.ts";
import { oneOf, thePlan } from "./named-plan.ts";
import { ordersOnTheirWay } from "./pending.ts";

export const status = command({
  name: "status",
  usage: "[plan or session id]",
  summary: "what runs, what failed last, how old the restore points are",
  options: [{ name: "plan", summary: "a failover plan", required: false, takes: "plan" }],
  details: [
    "With a plan: its VMs, their restore points and its last session. With a session id: that session.",
  ],
  section: "look",
  permission: "read",
  parse: (rest) => ({ ok: true, args: rest }),
  run: async (typed, context) => {
    if (typed === "") return { is: "reply", card: await overall(context) };
    const session = isGuid(typed)
      ? await unlessNotFound(context.em.session(typed.toLowerCase()))
      : undefined;
    if (session) return { is: "reply", card: sessionCard(session) };
    return oneOf(await thePlan(typed, context), async (plan, plans) => {
      const { sessions, points } = await ofPlan(context.em, plan, plans);
      const words = planWords(plan, plans);
      return { is: "reply", card: planCard(plan, sessions, points, context.now, words) };
    });
  },
});

async function overall(context: Context): Promise<Card> {
  const [facts, watched, sent] = await Promise.all([
    statusFacts(context),
    openFailovers(context.store, context.emKey),
    ordersOnTheirWay(context),
  ]);
  const followed = await Promise.all(watched.map((watch) => followedBy(watch, context.store)));
  const ordered = [...sent.map(({ plan }) => plan.name), ...watched.flatMap(withoutSession)];
  return statusCard(
    { ...facts, followed: followed.flat(), ordered: [...new Set(ordered)] },
    context.now,
  );
}

/** Ordered from EM, which shows no session of it yet. */
const withoutSession = (watch: Watch): string[] =>
  sessionOf(watch) === undefined ? [watch.subject.name] : [];

async function followedBy(watch: Watch, store: Store): Promise<Followed[]> {
  const session = sessionOf(watch);
  if (session === undefined) return [];
  const posted = await Promise.all(watch.topics.map((topic) => store.get("posted", topic)));
  const link = posted.flatMap((one) => one?.ref?.link ?? [])[0];
  return [{ session, watch: watch.id, ...(link === undefined ? {} : { link }) }];
}

/**
 * How EM stands now, as far as the account may read it. Throws `EmError` where EM does not answer.
 */
export async function statusFacts(
  context: Pick<Context, "em" | "sandbox" | "plans" | "now">,
): Promise<StatusFacts> {
  const { em, sandbox, plans } = context;
  const estate = await em.estate();
  const [all, open, failed] = await Promise.all([
    unlessForbidden(plans.read()),
    estate.cloud ? unlessForbidden(em.sessions({ open: true })) : [],
    estate.cloud ? unlessForbidden(em.sessions({ result: "Failed", limit: 1 })) : [],
  ]);
  const vms = [
    ...new Set(
      (all ?? [])
        .filter(({ kind }) => kind === "cloud")
        .flatMap((plan) => plan.vms.map(({ name }) => name)),
    ),
  ];
  const points = vms.length > 0 ? await unlessForbidden(em.points({ vms })) : [];
  const replications = await unlessForbidden(recentReplications(em, context.now));
  const lastFailed = failed?.[0];
  return {
    origin: em.origin,
    sandbox,
    estate,
    ...(all ? { plans: all } : {}),
    ...(open ? { open } : {}),
    ...(lastFailed ? { lastFailed } : {}),
    ...(points ? { points } : {}),
    ...(replications ? { replications } : {}),
  };
}

async function ofPlan(
  em: EmSessions & EmPoints,
  plan: FailoverPlan,
  plans: readonly FailoverPlan[],
) {
  if (plan.kind !== "cloud") return { sessions: [], points: [] };
  const [sessions, points] = await Promise.all([
    unlessForbidden(lastSessions(em, plan, plans)),
    unlessForbidden(em.points({ vms: plan.vms.map(({ name }) => name) })),
  ]);
  return { sessions, points };
}

/** Among so many sessions of a shared name those of the plan in question are looked for. */
const OF_A_NAME = 20;

async function lastSessions(em: EmSessions, plan: FailoverPlan, plans: readonly FailoverPlan[]) {
  if (!isShared(plan, plans)) return em.sessions({ planName: plan.name, limit: 1 });
  const named = await withVms(em, await em.sessions({ planName: plan.name, limit: OF_A_NAME }));
  return named.filter((session) => isOf(plan, session, plans) === "yes");
}

/** Newest first; so far back, and so many at most of each kind. An older EM has no CDP. */
const REPLICATIONS_MS = 7 * 86_400_000;
const MOST_REPLICATIONS = 300;

async function recentReplications(
  em: EmReplication,
  now: number,
): Promise<readonly ReplicationSession[]> {
  const filter = { createdFrom: now - REPLICATIONS_MS, limit: MOST_REPLICATIONS };
  const [snapshot, cdp] = await Promise.all([
    em.replicationSessions("snapshot", filter),
    unlessRefused(em.replicationSessions("cdp", filter)),
  ]);
  return [...snapshot, ...(cdp ?? [])];
}
