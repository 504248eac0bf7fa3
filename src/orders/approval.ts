/**
 * Decisions on a question: approvals, confirmation, cancellation, expiry. However many press at
 * once, from whichever platform, exactly one sees `granted`.
 */
import type { Card, MessageRef, Person } from "../chat/port.ts";
import {
  cannotApproveCard,
  cannotTellCard,
  decidedAlreadyCard,
  decidedElsewhereCard,
  notAllowedCard,
} from "../messages/answers.ts";
import { NOBODY_APPROVED } from "../messages/audit-words.ts";
import {
  approvedLine,
  cancelledLine,
  decidedCard,
  expiredLine,
  lastApprovalLine,
} from "../messages/order-card.ts";
import { questionCard } from "../messages/question.ts";
import type { Permissions } from "../policy/permissions.ts";
import type { Actor, Denial } from "../records/asker.ts";
import type { NotAnother, Order } from "../records/order.ts";
import type { Services } from "../services.ts";
import { putTopic, queueLine } from "../speech/topics.ts";
import { again } from "../store/amend.ts";
import type { Conditional, Store } from "../store/store.ts";
import { orderEntry, orderTopic, told } from "./asking.ts";
import { authorityFor } from "./authority.ts";
import { findOrder } from "./holds.ts";
import {
  approvalsMissing,
  archiveOrder,
  closeOrder,
  moveOrder,
  questionStood,
  releaseHold,
} from "./order.ts";
import { withdraw } from "./withdrawing.ts";

export type Taken =
  | { readonly is: "granted"; readonly order: Order }
  /** Counted, and others are needed still. */
  | { readonly is: "approved"; readonly order: Order }
  | { readonly is: "cancelled"; readonly order: Order }
  | { readonly is: "expired"; readonly order: Order }
  | { readonly is: "already-decided"; readonly order: Order }
  | { readonly is: "not-allowed"; readonly order: Order; readonly why: Denial }
  /** Somebody who asked or approved may no longer do so. */
  | { readonly is: "withdrawn"; readonly order: Order }
  /** Whether those who asked and approved still may cannot be read; the question stands. */
  | { readonly is: "not-known"; readonly order: Order; readonly of: Person; readonly why: string }
  /** It must be somebody else. */
  | { readonly is: "not-another"; readonly order: Order; readonly why: NotAnother };

type DecisionDeps = Pick<Services, "store" | "locks" | "permissions" | "onCall" | "clock">;

export function takeDecision(
  { id }: Order,
  decision: "confirm" | "cancel",
  asker: Actor,
  deciding: DecisionDeps,
): Promise<Taken> {
  const { store, locks } = deciding;
  return locks.exclusively(id, () =>
    again(`orders/${id}`, async () => {
      const order = await findOrder(store, id);
      if (!order) throw new Error(`There is no order ${id}`);
      return decide(order, decision, asker, deciding);
    }),
  );
}

async function decide(
  order: Order,
  decision: "confirm" | "cancel",
  asker: Actor,
  deciding: DecisionDeps,
): Promise<Taken | undefined> {
  const { store, clock } = deciding;
  if (order.phase.is === "approved" && decision === "cancel")
    return callOff(order, asker, deciding);
  if (order.phase.is !== "asked") return { is: "already-decided", order };
  if (clock.now() >= order.expiresAt) return expire(order, store, clock.now());
  return decision === "cancel" ? cancel(order, asker, deciding) : confirm(order, asker, deciding);
}

/**
 * Like `cancel` and `expire` nothing where somebody else has decided or approved meanwhile. Where
 * those who asked or approved before may no longer do so, the question is withdrawn.
 */
async function confirm(
  order: Order,
  asker: Actor,
  deciding: DecisionDeps,
): Promise<Taken | undefined> {
  const why = whyNotBy(order, asker, deciding.permissions);
  if (why !== undefined) return { is: "not-allowed", order, why };
  const notAnother = whyNotAnother(order, asker.person, deciding.permissions);
  if (notAnother !== undefined) return { is: "not-another", order, why: notAnother };
  const authority = await authorityFor(order, deciding.permissions);
  if (authority.is === "taken-away") return withdrawn(order, authority.from, deciding);
  if (authority.is === "not-known") return { ...authority, order };
  const { person, place } = asker;
  const next: Order = { ...order, approvals: [...order.approvals, { person, place }] };
  return approvalsMissing(next) > 0
    ? approve(order, next, asker, deciding)
    : grant(order, next, asker, deciding);
}

async function withdrawn(
  order: Order,
  who: Person,
  deciding: DecisionDeps,
): Promise<Taken | undefined> {
  const next = await withdraw(order, { is: "no-longer-allowed", who }, deciding);
  return next && { is: "withdrawn", order: next };
}

/**
 * Confirming is an order of its own. Whoever asked must still be allowed to, by the groups as they
 * are now.
 */
function whyNotBy(order: Order, asker: Actor, permissions: Permissions): Denial | undefined {
  const { plan, action, by } = order;
  const isOwn = by.platform === asker.person.platform && by.id === asker.person.id;
  for (const verb of isOwn ? ["confirm", action] : ["confirm"]) {
    const allowed = permissions.allows(asker, { verb, group: "order", plan });
    if (!allowed.ok) return allowed.why;
  }
  return undefined;
}

/** Where others are asked for, neither the requester nor one person twice counts. */
function whyNotAnother(
  { by, approvals, needs }: Order,
  me: Person,
  { identity, areTwo }: Permissions,
): NotAnother | undefined {
  if (needs.approvals === 0) return undefined;
  const isMe = (person: Person) => identity(person) === identity(me);
  if (isMe(by)) return { is: "own", needed: needs.approvals };
  const others = approvals.map(({ person }) => person);
  if (others.some(isMe)) return { is: "approved-already" };
  const other = [by, ...others].find((person) => !areTwo(person, me));
  return other && { is: "perhaps-one", me, other };
}

/** Where a decision was made is not always where the question stands. */
const decisionEntry = (
  order: Order,
  deed: "approved" | "confirmed" | "cancelled",
  at: number,
  by: Actor,
) => ({
  ...orderEntry(order, deed, at, by.person),
  where: by.place,
});

async function approve(
  was: Order,
  order: Order,
  asker: Actor,
  { store, clock }: DecisionDeps,
): Promise<Taken | undefined> {
  const { done } = await store.commit([
    { remove: "asks", key: order.id, require: true },
    { put: "asks", key: order.id, value: { version: 1 } },
    moveOrder(was, order),
    putTopic(orderTopic(order, questionCard(order, clock.now()), clock.now())),
    queueLine(order.topic, approvedLine(asker.person, approvalsMissing(order)), false, clock.now()),
    ...told(order, decisionEntry(order, "approved", clock.now(), asker)),
  ]);
  return done ? { is: "approved", order } : undefined;
}

/**
 * Sends nothing: it saves the order as `approved`. The watcher's loop sends it with its next look
 * at EM, by `moveOrders` in submit.ts; the bot wakes that loop once this is saved.
 */
async function grant(
  was: Order,
  order: Order,
  asker: Actor,
  { store, clock }: DecisionDeps,
): Promise<Taken | undefined> {
  const persons = order.approvals.map(({ person }) => person);
  const next: Order = { ...order, phase: { is: "approved", at: clock.now(), by: persons } };
  const { done } = await store.commit([
    { remove: "asks", key: order.id, require: true },
    moveOrder(was, next),
    questionStood(order),
    putTopic(orderTopic(next, decidedCard(next), clock.now())),
    queueLine(order.topic, lastApprovalLine(asker.person), false, clock.now()),
    ...told(order, decisionEntry(order, "confirmed", clock.now(), asker)),
  ]);
  return done ? { is: "granted", order: next } : undefined;
}

/** To read lets nobody drop what others ask for. */
function whyNotCancelled(
  { plan, action, by }: Order,
  asker: Actor,
  { allows, identity }: Permissions,
): Denial | undefined {
  const allowed = allows(asker, { verb: "cancel", group: "read", plan });
  if (!allowed.ok) return allowed.why;
  const isOwn = identity(by) === identity(asker.person);
  const may = (verb: string) => allows(asker, { verb, group: "order", plan }).ok;
  return isOwn || may("confirm") || may(action) ? undefined : { is: "not-yours" };
}

async function cancel(
  order: Order,
  asker: Actor,
  deciding: DecisionDeps,
): Promise<Taken | undefined> {
  const why = whyNotCancelled(order, asker, deciding.permissions);
  if (why !== undefined) return { is: "not-allowed", order, why };
  return drop(order, asker, deciding, [{ remove: "asks", key: order.id, require: true }]);
}

/**
 * Confirmed, and not sent yet: whoever decided may take it back, and whoever may stop it. Nothing
 * where it is being sent meanwhile.
 */
async function callOff(
  order: Order,
  asker: Actor,
  deciding: DecisionDeps,
): Promise<Taken | undefined> {
  const why = whyNotCalledOff(order, asker, deciding.permissions);
  return why === undefined ? drop(order, asker, deciding, []) : { is: "not-allowed", order, why };
}

function whyNotCalledOff(
  { by, approvals, plan }: Order,
  asker: Actor,
  { allows, identity }: Permissions,
): Denial | undefined {
  const me = identity(asker.person);
  const deciders = [by, ...approvals.map(({ person }) => person)];
  if (deciders.some((person) => identity(person) === me)) return undefined;
  const allowed = allows(asker, { verb: "stop", group: "order", plan });
  return allowed.ok ? undefined : allowed.why;
}

async function drop(
  order: Order,
  asker: Actor,
  { store, clock }: DecisionDeps,
  decided: readonly Conditional[],
): Promise<Taken | undefined> {
  const by = asker.person;
  const next = closeOrder(order, { is: "cancelled", by }, clock.now());
  const { done } = await store.commit([
    ...decided,
    ...archiveOrder(order, next),
    releaseHold(order),
    questionStood(order),
    putTopic(orderTopic(next, decidedCard(next), clock.now(), true)),
    queueLine(order.topic, cancelledLine(by), false, clock.now()),
    ...told(order, decisionEntry(order, "cancelled", clock.now(), asker)),
  ]);
  return done ? { is: "cancelled", order: next } : undefined;
}

/** Closes a question whose time is over. */
export async function expire(order: Order, store: Store, now: number): Promise<Taken | undefined> {
  const next = closeOrder(order, { is: "expired" }, now);
  const { done } = await store.commit([
    { remove: "asks", key: order.id, require: true },
    ...archiveOrder(order, next),
    releaseHold(order),
    questionStood(order),
    putTopic(orderTopic(next, decidedCard(next), now, true)),
    queueLine(order.topic, expiredLine, false, now),
    ...told(order, {
      at: now,
      deed: "expired",
      run: order.id,
      where: order.place,
      what: NOBODY_APPROVED,
    }),
  ]);
  return done ? { is: "expired", order: next } : undefined;
}

/**
 * What the presser is told; nothing where the question's own card, which is before his or her eyes,
 * says it all. `ref`: where that card stands.
 */
export function takenCard(
  taken: Taken,
  decision: "confirm" | "cancel",
  isHere: boolean,
  ref: MessageRef | undefined,
): Card | undefined {
  switch (taken.is) {
    case "granted":
    case "approved":
    case "cancelled":
      return isHere ? undefined : decidedElsewhereCard(taken.order, ref);
    case "not-allowed":
      return notAllowedCard(`${decision} ${taken.order.plan.name}`, taken.why);
    case "not-another":
      return cannotApproveCard(taken.order, taken.why);
    case "not-known":
      return cannotTellCard(taken.order, taken.of, taken.why);
    case "withdrawn":
    case "expired":
    case "already-decided":
      return decidedAlreadyCard(taken.order, ref);
    default:
      return taken satisfies never;
  }
}
