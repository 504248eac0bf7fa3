import { fold } from "../chat/same-name.ts";
import { EmError } from "../em/errors.ts";
import { isShared } from "../em/plan-names.ts";
import type { FailoverPlan } from "../em/types.ts";
import { historyCard, planHistoryCard } from "../messages/history.ts";
import type { RunSummary } from "../records/past-run.ts";
import { mediansOf, newestFirst } from "../report/history.ts";
import { isOfEm, keysOf } from "../report/summary.ts";
import { unquoted } from "../typed/line.ts";
import { refusal } from "./ask.ts";
import { type Context, command, type Outcome } from "./command.ts";
import { readingOf } from "./may-read.ts";
import { type NamedPlan, thePlan } from "./named-plan.ts";

export const history = command({
  name: "history",
  usage: "[plan]",
  summary: "the last runs and tests, of all plans or of one, and what is usual for it",
  options: [{ name: "plan", summary: "the failover plan", required: false, takes: "plan" }],
  details: [
    "How each ended, how long it took from the question to the last VM up, how old the points were from which the VMs run, and who asked for it.",
    "What is usual are medians over at least three runs of a kind that were ordered here.",
  ],
  section: "look",
  permission: "read",
  parse: (rest) => ({ ok: true, args: rest }),
  run: async (typed, context) => {
    if (typed === "") return reply(historyCard(await runsHere(context)));
    const named = await planOr(typed, context);
    if (named.is === "plan") return ofPlan(named.plan, named.plans, context);
    const kept = await keptOf(typed, context);
    const [first] = kept;
    if (first) return reply(planHistoryCard(first.name, kept, mediansOf(kept)));
    if (named.is === "unread") throw named.why;
    return named.outcome;
  },
});

const reply = (card: ReturnType<typeof historyCard>): Outcome => ({ is: "reply", card });

/** What has run is known also while EM is down. */
const planOr = (typed: string, context: Context): Promise<NamedPlan | Unread> =>
  thePlan(typed, context).catch((error) => {
    if (error instanceof EmError) return { is: "unread", why: error };
    throw error;
  });

interface Unread {
  readonly is: "unread";
  readonly why: EmError;
}

/** But those of plans about which this person may not read. */
async function runsHere(context: Context): Promise<RunSummary[]> {
  const all = (await context.store.all("runs")).map(({ value }) => value);
  const own = all.filter((run) => isOfEm(run, context.emKey));
  return newestFirst(own.filter((run) => readingOf(context, "history", run).ok));
}

async function ofPlan(
  plan: FailoverPlan,
  plans: readonly FailoverPlan[],
  context: Context,
): Promise<Outcome> {
  const { store, emKey } = context;
  const allowed = context.allows({ verb: "history", group: "read", plan });
  if (!allowed.ok) return refusal(`history ${plan.name}`, allowed.why);
  const keys = keysOf(plan, plans, emKey);
  const found = await Promise.all(keys.map((key) => store.find("runs", "plan", key)));
  const runs = newestFirst(found.flat().map(({ value }) => value));
  return reply(planHistoryCard(nameOf(plan, plans), runs, mediansOf(runs)));
}

const nameOf = (plan: FailoverPlan, plans: readonly FailoverPlan[]) =>
  isShared(plan, plans) && plan.tenant ? `${plan.name} @ ${plan.tenant.name}` : plan.name;

/** By the name of a plan that EM does not show, or no longer; none where several had it. */
async function keptOf(typed: string, context: Context): Promise<RunSummary[]> {
  const wanted = fold(unquoted(typed));
  const own = (await runsHere(context)).filter(({ name, tenant = "" }) =>
    [name, `${name} @ ${tenant}`].some((one) => fold(one) === wanted),
  );
  return new Set(own.map(({ plan }) => plan)).size === 1 ? own : [];
}
