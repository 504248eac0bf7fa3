/**
 * The question that an order begins with: the plan as it is now, and what speaks against the order.
 */

import { isShared } from "../em/plan-names.ts";
import type { FailoverPlan } from "../em/types.ts";
import { rememberedOwners } from "../estate/owners.ts";
import { blockedCard, heldCard, notAllowedCard } from "../messages/answers.ts";
import { refusedWords } from "../messages/audit-words.ts";
import { goingOn } from "../orders/conflicts.ts";
import { holderOf } from "../orders/holds.ts";
import { confirmationFor, holdKey } from "../orders/order.ts";
import { type Intent, preflight } from "../orders/preflight.ts";
import type { Confirming, Denial } from "../records/asker.ts";
import type { Order } from "../records/order.ts";
import type { Action } from "../records/watch.ts";
import { usualFor } from "../report/usual.ts";
import { topicId } from "../speech/topics.ts";
import { unusedId } from "../watch/unused-id.ts";
import type { Context, Outcome } from "./command.ts";

export interface Wish extends Omit<Intent, "plan"> {
  /** The plan as the list showed it. */
  readonly listed: FailoverPlan;
  readonly plans: readonly FailoverPlan[];
  readonly reason: string | undefined;
}

export async function ask(context: Context, wish: Wish): Promise<Outcome> {
  const { action, listed, plans, from, reason } = wish;
  const allowed = context.allows({ verb: action, group: "order", plan: listed });
  if (!allowed.ok) return refusal(`${action} ${listed.name}`, allowed.why);
  const holder = await holderOf(context.store, holdKey(context.emKey, listed));
  if (holder)
    return {
      is: "reply",
      card: heldCard(listed, holder.order, holder.ref),
      refused: refusedWords(`${action} ${listed.name}`, { is: "held" }),
    };
  const plan = await context.em.plan(listed.kind, listed.id);
  const {
    blockers: found,
    watch: running,
    ...checked
  } = await preflight(
    context.em,
    { action, plan, from },
    plans,
    await rememberedOwners(context.store, context.emKey, plans),
  );
  const { blockers, watch } =
    found.length > 0 ? { blockers: found, watch: running } : await goingOn(plan, context);
  if (blockers.length > 0)
    return {
      is: "reply",
      card: blockedCard(action, plan, blockers, watch),
      refused: refusedWords(`${action} ${plan.name}`, { is: "blocked", by: blockers }),
    };
  const order = {
    ...(await newOrder(context, plan, plans, allowed.confirming)),
    ...checked,
    ...(await measuredBy(context, plan, action)),
    action,
    from,
  };
  return { is: "confirm", order: reason === undefined ? order : { ...order, reason } };
}

/** What it is to be measured against; EM shows neither times nor points of ordinary plans. */
async function measuredBy(
  { store, emKey, targetsFor }: Context,
  plan: FailoverPlan,
  action: Action,
): Promise<Pick<Order, "targets" | "usual">> {
  if (plan.kind === "ordinary") return {};
  const usual = await usualFor(store, emKey, plan, action);
  const targets = action === "start" ? targetsFor(plan) : undefined;
  return { ...(usual ? { usual } : {}), ...(targets ? { targets } : {}) };
}

/** To somebody who may not do it. */
export const refusal = (what: string, why: Denial): Outcome => ({
  is: "reply",
  card: notAllowedCard(what, why),
  refused: refusedWords(what, { is: "denied", why }),
});

/** What every order has, whatever it does. */
export async function newOrder(
  context: Context,
  plan: FailoverPlan,
  plans: readonly FailoverPlan[],
  needs: Confirming,
) {
  const { emKey: em, now, person, place, confirmMs, actor } = context;
  const id = await unusedId("run", context.store);
  return {
    version: 2,
    id,
    em,
    plan,
    shared: isShared(plan, plans),
    notes: [],
    points: [],
    known: [],
    by: person,
    asker: actor,
    needs,
    mayConfirm: context.whoMay({ verb: "confirm", group: "order", plan }),
    approvals: [],
    place,
    askedAt: now,
    expiresAt: now + confirmMs,
    confirmation: confirmationFor(plan.name),
    topic: topicId(id, place),
    phase: { is: "asked" },
  } satisfies Partial<Order>;
}
