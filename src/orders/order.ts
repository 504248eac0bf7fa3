/**
 * An order: something that changes the estate, from the request to the moment EM has taken it (from
 * then on its watch tells the story). asked → approved → sending → sent, each arrow one commit; or
 * closed, with nothing sent.
 */

import { chance } from "../chance.ts";
import type { Person } from "../chat/port.ts";
import { fold } from "../chat/same-name.ts";
import type { FailoverPlan, Task } from "../em/types.ts";
import type { Closed, Confirmation, Order } from "../records/order.ts";
import type { Conditional } from "../store/store.ts";
import { unquoted } from "../typed/line.ts";

/** A stop deletes the task, which is known to end nothing once EM has carried the task out. */
export const mayBeStopped = ({ state }: Pick<Task, "state">) =>
  state !== "Finished" && state !== "OperationFinished";

const LONGEST_TYPED_NAME = 40;
/**
 * What phone keyboards have without looking for it, and what survives chat platforms; `@` and `#`
 * become mentions there.
 */
const EASILY_TYPED = /^[\p{Script=Latin}0-9 .,:;()&/+"'’_-]+$/u;

export function confirmationFor(planName: string): Confirmation {
  const easy =
    planName.length <= LONGEST_TYPED_NAME && EASILY_TYPED.test(planName) && fold(planName) !== "";
  return easy ? { by: "name", code: fourLetters() } : newCode();
}

/** A code that no earlier question had: only who reads this one can type it. */
export const newCode = (): Confirmation => ({ by: "code", code: fourLetters() });

/** So long after a question has closed, what is typed may still be meant for it. */
const STOOD_MS = 600_000;

/** What is typed for one question fits all whose plans have the same name. */
export const questionKey = ({ plan }: Pick<Order, "plan">) => fold(plan.name);

/** Remembers that a question stands, and for a while that it stood. */
export const questionStands = (order: Order): Conditional =>
  rememberQuestion(order, order.expiresAt - order.askedAt + STOOD_MS);

export const questionStood = (order: Order): Conditional => rememberQuestion(order, STOOD_MS);

const rememberQuestion = (order: Order, ttlMs: number): Conditional => ({
  put: "questions",
  key: questionKey(order),
  value: { version: 1 },
  ttlMs,
});

/**
 * `undo ABC` says to the question about an undo no more than `ABC`, and nothing to one about a
 * start.
 */
export function withoutItsVerb({ action }: Pick<Order, "action">, typed: string): string {
  const rest = new RegExp(`^${action}\\s+(.+)$`, "is").exec(typed)?.[1];
  return rest === undefined ? typed : unquoted(rest);
}

/** Whether what was typed confirms this order. */
export const confirms = (order: Pick<Order, "confirmation" | "plan">, typed: string): boolean =>
  isItsCode(order, typed) ||
  (order.confirmation.by === "name" && fold(typed) === fold(order.plan.name));

/** Typed by somebody who has read the question, as the code stands nowhere else. */
export const isItsCode = (
  { confirmation: { code } }: Pick<Order, "confirmation">,
  typed: string,
): boolean => code !== undefined && fold(typed) === fold(code);

/** Consonants only, none that look alike: no words, and easy to read out. */
const LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

const fourLetters = () =>
  [...chance.bytes(4)].map((byte) => LETTERS[byte % LETTERS.length]).join("");

export const holdKey = (em: string, plan: Pick<FailoverPlan, "kind" | "id">) =>
  `${em} ${plan.kind} ${plan.id}`;

/** Whom it needs yet: so many others than the requester, or anybody who may. */
export const approvalsMissing = ({ needs, approvals }: Pick<Order, "needs" | "approvals">) =>
  Math.max(1, needs.approvals) - approvals.length;

/** Requester, approvers and those on call, each once. */
export const calledFor = (
  { by, approvals }: Pick<Order, "by" | "approvals">,
  onCall: readonly Person[],
): Person[] => {
  const all = [by, ...approvals.map(({ person }) => person), ...onCall];
  const isSame = (a: Person, b: Person) => a.platform === b.platform && a.id === b.id;
  return all.filter((person, i) => all.findIndex((other) => isSame(person, other)) === i);
};

/** An order that is new; nothing of the commit is saved where another has its id. */
export const insertOrder = (order: Order): Conditional => ({
  insert: "orders",
  key: order.id,
  value: order,
  require: true,
});

/** Only where it is still what was read; else nothing of the commit is saved. */
export const moveOrder = (was: Order, order: Order): Conditional => ({
  put: "orders",
  key: was.id,
  value: order,
  was,
  require: true,
});

/** Orders that ended stay readable for so long. */
const KEPT_MS = 90 * 86_400_000;

/** Out of the orders in hand, into those of the past; only where it is still what was read. */
export const archiveOrder = (was: Order, order: Order): Conditional[] => [
  { remove: "orders", key: was.id, was, require: true },
  pastOrder(order),
];

export const pastOrder = (order: Order): Conditional => ({
  put: "past-orders",
  key: order.id,
  value: order,
  ttlMs: KEPT_MS,
});

/** A stop is ordered while the run that it stops holds the plan, so it has a hold of its own. */
export const holdOf = ({ em, plan, action }: Pick<Order, "em" | "plan" | "action">) =>
  action === "stop" ? `${holdKey(em, plan)} stop` : holdKey(em, plan);

export const releaseHold = (order: Order): Conditional => ({ remove: "holds", key: holdOf(order) });

export function closeOrder(order: Order, how: Closed, at: number): Order {
  return { ...order, phase: { is: "closed", at, how } };
}
