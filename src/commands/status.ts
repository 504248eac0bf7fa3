import type { Card } from "../chat/port.ts";
import type { EmReplication } from "../em/client.ts";
import { EmError } from "../em/errors.ts";
import { answered, readOf, unlessNotFound, unlessRefused } from "../em/optional.ts";
import { estateFacts, type FactsFrom } from "../estate/facts.ts";
import { planFacts } from "../estate/plan-facts.ts";
import { decidedCard } from "../messages/order-card.ts";
import { planCard } from "../messages/plan.ts";
import { replicationSessionCard } from "../messages/replicas.ts";
import { withUndo } from "../messages/report-answers.ts";
import { silentStatusCard } from "../messages/silent-status.ts";
import { type Followed, type StatusFacts, sessionCard, statusCard } from "../messages/status.ts";
import { lastSeenCardOf } from "../messages/watch-card.ts";
import { sessionOf, type Watch } from "../records/watch.ts";
import { factsOfRun } from "../report/facts-of-run.ts";
import { openFailovers, openWatches, watchInHand } from "../store/in-hand.ts";
import type { Store } from "../store/store.ts";
import { planWords } from "../typed/plan-name.ts";
import { botName } from "../version.ts";
import { type Context, command, type Outcome } from "./command.ts";
import { isGuid } from "./guid.ts";
import { oneOf, thePlan } from "./named-plan.ts";
import { ordersOnTheirWay } from "./pending.ts";
import { replicationWithId } from "./replication-with-id.ts";

export const status = command({
  name: "status",
  usage: "[plan, run or session id]",
  summary: "what is failed over, what runs, what failed last, how old the restore points are",
  options: [{ name: "plan", summary: "a failover plan", required: false, takes: "plan" }],
  details: [
    "With a plan: where its VMs run, their restore points and its last session. With the id of a run or of a session, also an ended one: that.",
  ],
  section: "look",
  permission: "read",
  parse: (rest) => ({ ok: true, args: rest }),
  run: async (typed, context) => {
    if (typed === "") return overall(context);
    const byId = await withId(typed.toLowerCase(), context);
    if (byId) return { is: "reply", card: byId };
    return oneOf(await thePlan(typed, context), async (plan, plans) => {
      const facts = plan.kind === "cloud" ? await planFacts(context, plan, plans) : undefined;
      const card = planCard(plan, facts, context.now, planWords(plan, plans));
      return { is: "reply", card };
    });
  },
});

/** A run or an order of ours, or a session of EM's: of a failover, or of a replication. */
async function withId(id: string, { em, store }: Context): Promise<Card | undefined> {
  const watch = (await watchInHand(store, id)) ?? (await store.get("past-watches", id));
  if (watch) return sinceUndone(lastSeenCardOf(watch), id, store);
  const order = (await store.get("orders", id)) ?? (await store.get("past-orders", id));
  if (order) return decidedCard(order);
  if (!isGuid(id)) return undefined;
  const session = await unlessNotFound(em.session(id));
  return session ? sessionCard(session) : replicationCard(id, em);
}

/** Nobody is to think that a failover stands which was undone since. */
async function sinceUndone(card: Card, run: string, store: Store): Promise<Card> {
  const facts = await factsOfRun(store, run);
  return facts ? withUndo(card, facts) : card;
}

async function replicationCard(id: string, em: EmReplication): Promise<Card | undefined> {
  for (const kind of ["snapshot", "cdp"] as const) {
    const meant = await unlessRefused(replicationWithId(kind, id, em));
    if (!meant) continue;
    const tasks = await answered(em.replicationTasks(kind, meant.session.id));
    const wanted = readOf(tasks)?.filter(({ vm }) => meant.only === undefined || vm === meant.only);
    return replicationSessionCard(meant.session, wanted);
  }
  return undefined;
}

/** A team asks when EM is down, too: what was seen last is more than nothing. */
async function overall(context: Context): Promise<Outcome> {
  try {
    return { is: "reply", card: await asEmShows(context) };
  } catch (error) {
    if (!(error instanceof EmError)) throw error;
    const watches = await openWatches(context.store, context.emKey);
    const sent = await ordersOnTheirWay(context);
    const card = silentStatusCard(error, watches, sent);
    return { is: "reply", card, refused: { kind: "failed", what: `status: ${card.title}` } };
  }
}

async function asEmShows(context: Context): Promise<Card> {
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
  const action = watch.order?.action;
  return [
    {
      ...{ session, watch: watch.id },
      ...(action === undefined ? {} : { action }),
      ...(link === undefined ? {} : { link }),
    },
  ];
}

/** How EM stands now. Throws `EmError` where EM answers nothing. */
export async function statusFacts(
  from: FactsFrom & Pick<Context, "sandbox">,
): Promise<StatusFacts> {
  return {
    ...(await estateFacts(from)),
    origin: from.em.origin,
    sandbox: from.sandbox,
    bot: botName,
  };
}
