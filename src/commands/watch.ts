import type { Card } from "../chat/port.ts";
import { fold } from "../chat/same-name.ts";
import { unlessForbidden, unlessNotFound } from "../em/optional.ts";
import { isOf, withVms } from "../em/session-owner.ts";
import type { FailoverPlan, FailoverSession } from "../em/types.ts";
import { notRunningYetCard } from "../messages/answers.ts";
import { sessionCard } from "../messages/status.ts";
import { notRunningCard, notToldApartCard } from "../messages/watch-answers.ts";
import { holdersOf } from "../orders/holds.ts";
import type { AnyWatch } from "../records/any-watch.ts";
import { sessionOf } from "../records/watch.ts";
import { openWatches } from "../store/in-hand.ts";
import { unquoted } from "../typed/line.ts";
import { findPlan } from "../typed/plan-name.ts";
import { newWatch, withTargets } from "../watch/records.ts";
import { unusedId } from "../watch/unused-id.ts";
import { type Context, command, type Outcome } from "./command.ts";
import { isGuid } from "./guid.ts";
import { oneOf, thePlan } from "./named-plan.ts";
import { watchReplication } from "./watch-replication.ts";

export const watch = command({
  name: "watch",
  usage: "<plan, run or session id> | replica <job or id> | cdp <policy or id>",
  summary: "follows a running failover or replication here, to its end",
  options: [{ name: "plan", summary: "the failover plan", required: true, takes: "plan" }],
  details: [
    "A run that is watched elsewhere can be watched here too; EM is asked no more often for it.",
    "watch replica and watch cdp follow the session that a replication job or CDP policy runs now.",
  ],
  section: "look",
  permission: "read",
  parse: (rest) => {
    const typed = unquoted(rest);
    return typed === ""
      ? { ok: false, why: "Name the plan, the run or the session that shall be watched." }
      : { ok: true, args: typed };
  },
  run: async (typed, context) => {
    const [, kind, job = ""] = /^(replica|cdp)(?: (.+))?$/i.exec(typed) ?? [];
    if (kind !== undefined)
      return watchReplication(
        kind.toLowerCase() === "cdp" ? "cdp" : "snapshot",
        unquoted(job),
        context,
      );
    const known = await watchNamed(typed, context);
    if (known) return { is: "watch", target: { is: "watched", watch: known } };
    const session = isGuid(typed)
      ? await unlessNotFound(context.em.session(typed.toLowerCase()))
      : undefined;
    if (session) return follow(session, context);
    return (await notYetARun(typed, context)) ?? watchPlan(typed, context);
  },
});

/** An order that EM does not have yet, by the id that its card shows. */
async function notYetARun(typed: string, { store, emKey }: Context): Promise<Outcome | undefined> {
  const holders = await holdersOf(store, emKey);
  const holder = holders.find(({ order }) => order.id === fold(typed));
  return (
    holder && { is: "reply", card: notRunningYetCard(holder.order, holder.ref), refused: true }
  );
}

async function watchPlan(typed: string, context: Context): Promise<Outcome> {
  return oneOf(await thePlan(typed, context), async (plan, plans) => {
    if (plan.kind === "ordinary") return refused(notRunningCard(plan));
    const open = await withVms(
      context.em,
      await context.em.sessions({ planName: plan.name, open: true }),
    );
    const own = open.find((session) => isOf(plan, session, plans) === "yes");
    if (own) return follow(own, context);
    const unsure = open.filter((session) => isOf(plan, session, plans) === "perhaps");
    return refused(
      unsure.length === 0
        ? notRunningCard(plan)
        : notToldApartCard(
            plan.name,
            unsure.map(({ id }) => id),
          ),
    );
  });
}

const refused = (card: Card): Outcome => ({ is: "reply", card, refused: true });

async function follow(session: FailoverSession, context: Context): Promise<Outcome> {
  if (session.state === "Stopped") return { is: "reply", card: sessionCard(session) };
  const known = (await openWatches(context.store, context.emKey)).find(
    (one) => sessionIdOf(one) === session.id,
  );
  if (known) return { is: "watch", target: { is: "watched", watch: known } };
  const plans = (await unlessForbidden(context.plans.read()))?.plans ?? [];
  const id = await unusedId("watch", context.store);
  return {
    is: "watch",
    target: {
      is: "new",
      watch: withTargets(newWatch(id, session, plans, context.emKey, context.now), context),
    },
  };
}

/**
 * By the id of the run, of the watch or of its session; by the name, or `name @ tenant`, where one
 * run of it is watched; or by whatever else names the plan that runs.
 */
export async function watchNamed(typed: string, context: Context): Promise<AnyWatch | undefined> {
  const open = await openWatches(context.store, context.emKey);
  const wanted = fold(typed);
  const byId = open.find((one) => one.id === wanted || sessionIdOf(one) === wanted);
  const byName = onlyOne(open.filter((one) => namesOf(one).some((name) => fold(name) === wanted)));
  if (byId || byName || open.length === 0 || isGuid(typed)) return byId ?? byName;
  const found = findPlan(
    typed,
    (await unlessForbidden(context.plans.read()))?.plans ?? [],
    context.listed,
  );
  return found.is === "one" ? onlyOne(open.filter((one) => isOfPlan(one, found.plan))) : undefined;
}

const onlyOne = <T>(all: readonly T[]) => (all.length === 1 ? all[0] : undefined);

const namesOf = (watch: AnyWatch) =>
  watch.of === "failover" && watch.subject.tenant
    ? [watch.subject.name, `${watch.subject.name} @ ${watch.subject.tenant}`]
    : [watch.subject.name];

const isOfPlan = (watch: AnyWatch, { id }: FailoverPlan) =>
  watch.of === "failover" && watch.subject.planId === id;

const sessionIdOf = (watch: AnyWatch) =>
  watch.of === "failover" ? sessionOf(watch) : watch.subject.session;
