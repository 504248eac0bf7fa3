/**
 * How a question is saved: in one commit, so that the order, its card and its audit entry are there
 * together or not at all; whoever asked is answered when it is saved.
 */
import type { Card } from "../chat/port.ts";
import { heldCard } from "../messages/answers.ts";
import { askedWords, orderWords } from "../messages/audit-words.ts";
import { questionCard } from "../messages/question.ts";
import type { AuditDeed, AuditEntry } from "../records/audit-entry.ts";
import type { Confirmation, Hold, Order } from "../records/order.ts";
import type { Topic } from "../records/topic.ts";
import type { Services } from "../services.ts";
import { putTopic } from "../speech/topics.ts";
import { auditedIn } from "../store/moments.ts";
import type { Conditional, Store } from "../store/store.ts";
import { holderOf } from "./holds.ts";
import { holdOf, insertOrder, newCode, questionKey, questionStands } from "./order.ts";

type AskingDeps = Pick<Services, "store" | "locks" | "clock">;

/**
 * Saves the question; or gives the card that says who holds the plan. One question of a name after
 * the other, so that each knows of those before it.
 */
export const askFor = (order: Order, asking: AskingDeps): Promise<Card | undefined> =>
  asking.locks.exclusively(`questions ${questionKey(order)}`, async () =>
    saveQuestion({ ...order, confirmation: await clearConfirmation(order, asking.store) }, asking),
  );

/**
 * Where another question with this name stood a short time ago, the name may be typed for that one:
 * then a code is asked for, which stands on this card alone.
 */
async function clearConfirmation(order: Order, store: Store): Promise<Confirmation> {
  const stood = await store.get("questions", questionKey(order));
  return stood === undefined ? order.confirmation : newCode();
}

async function saveQuestion(order: Order, { store, clock }: AskingDeps): Promise<Card | undefined> {
  const hold: Hold = { version: 1, order: order.id };
  const { done } = await store.commit([
    { insert: "holds", key: holdOf(order), value: hold, require: true },
    insertOrder(order),
    questionStands(order),
    { put: "asks", key: order.id, value: { version: 1 } },
    putTopic(orderTopic(order, questionCard(order, clock.now()), clock.now())),
    ...told(order, askedEntry(order)),
  ]);
  if (done) return undefined;
  const holder = await holderOf(store, holdOf(order));
  return heldCard(order.plan, holder?.order, holder?.ref);
}

/** An audit entry about an order. */
export function orderEntry(
  order: Order,
  deed: AuditDeed,
  at: number,
  who = order.by,
  what = orderWords(order),
): Omit<AuditEntry, "version"> {
  const { id: run, place: where, reason } = order;
  return { at, deed, who, where, run, what, ...(reason === undefined ? {} : { why: reason }) };
}

/** As of when it was asked for: until the question stands, EM has been read. */
export const askedEntry = (order: Order): Omit<AuditEntry, "version"> =>
  orderEntry(order, "asked", order.askedAt, order.by, askedWords(order));

/** In the audit log, and among what happens in its run. */
export const told = (order: Order, entry: Omit<AuditEntry, "version">): Conditional[] =>
  auditedIn(order.stops?.watch ?? order.id, entry, order.action === "stop");

export function orderTopic(order: Order, card: Card, now: number, closed = false): Topic {
  const { topic: id, place, plan } = order;
  return { version: 1, id, place, title: plan.name, card, updatedAt: now, closed };
}
