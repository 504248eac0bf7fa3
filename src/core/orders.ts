/**
 * An order: something that changes the estate, from the request to the moment EM has taken it (from then on its watch
 * tells the story). asked → approved → sending → sent, each arrow one commit; or closed, with nothing sent.
 */
import { randomBytes } from "node:crypto";
import type { Person, Place } from "../chat/port.ts";
import type { FailoverPlan, PointState, StartFrom, Task } from "../em/types.ts";
import type { Asker } from "../policy/decide.ts";
import type { Confirming } from "../policy/policy.ts";
import type { Conditional, Stored } from "../store/store.ts";
import type { Action } from "../watch/watch.ts";
import { fold } from "./parse.ts";

export interface Order extends Stored {
  readonly version: 1;
  readonly id: string;
  readonly em: string;
  readonly action: Action;
  /** As it was shown to whoever confirms. */
  readonly plan: FailoverPlan;
  /** Another plan has the same name. */
  readonly shared: boolean;
  readonly from: StartFrom;
  readonly points: readonly ChosenPoint[];
  /** What else the question said; sentences. */
  readonly notes: readonly string[];
  /** How long earlier sessions of the plan took that ended well, in milliseconds. */
  readonly tookMs?: readonly number[];
  /** For an undo: when the failover was that is undone, as far as EM shows it. */
  readonly since?: number;
  /** For a stop: the task that shall be stopped. */
  readonly stops?: { readonly watch: string; readonly task: string; readonly logon: string };
  readonly reason?: string;
  readonly by: Person;
  /** Who asked, with groups as they were read then. */
  readonly asker: Asker;
  /** How it must be confirmed, by the policy at the time of asking. */
  readonly needs: Confirming;
  /** Who has approved so far, where several must. */
  readonly approvals: readonly Asker[];
  readonly place: Place;
  readonly askedAt: number;
  readonly expiresAt: number;
  /** What is typed to confirm: the plan's name, or a code where the name cannot well be typed. */
  readonly confirmation: Confirmation;
  readonly topic: string;
  /** Sessions of that plan name that were there before. */
  readonly known: readonly string[];
  readonly phase: OrderPhase;
}

export type Confirmation = { readonly by: "name" } | { readonly by: "code"; readonly code: string };

export type OrderPhase =
  | { readonly is: "asked" }
  /** `waits`: why it could not be sent yet, and until when that is tried. */
  | {
      readonly is: "approved";
      readonly at: number;
      readonly by: readonly Person[];
      readonly waits?: { readonly why: string; readonly until: number };
    }
  | { readonly is: "sending"; readonly at: number; readonly atEm: number; readonly by: readonly Person[] }
  | { readonly is: "sent"; readonly watch: string; readonly by: readonly Person[] }
  | { readonly is: "closed"; readonly at: number; readonly how: Closed };

export type Closed =
  | { readonly is: "cancelled"; readonly by: Person }
  | { readonly is: "expired" }
  /** EM has removed the task, as ordered by a stop. */
  | { readonly is: "stopped" }
  /** A stop whose answer was lost. */
  | { readonly is: "not-known"; readonly why: string }
  /** Surely not carried out; `why` is a sentence. */
  | { readonly is: "not-sent"; readonly why: string };

/** The restore point that a VM would be failed over to, as far as EM shows it. */
export interface ChosenPoint {
  readonly vm: string;
  readonly name?: string;
  readonly createdAt?: number;
  /** The VM's state now. */
  readonly state: PointState | "not shown";
  /** Made all the time, by CDP: a newer one is no change. */
  readonly continuous: boolean;
  /** Several replicas bear this VM's name, and EM does not show which is the tenant's. */
  readonly ambiguous: boolean;
}

/** A stop deletes the task, which is known to end nothing once EM has carried the task out. */
export const mayBeStopped = ({ state }: Pick<Task, "state">) =>
  state !== "Finished" && state !== "OperationFinished";

/** Held from the question to the end of the run, so that a plan has one order at a time. */
export interface Hold extends Stored {
  readonly version: 1;
  readonly order: string;
}

const LONGEST_TYPED_NAME = 40;
/** What phone keyboards have without looking for it, and what survives chat platforms; `@` and `#` become mentions there. */
const EASILY_TYPED = /^[\p{Script=Latin}0-9 .,:;()&/+"'’_-]+$/u;

export function confirmationFor(planName: string): Confirmation {
  const easy = planName.length <= LONGEST_TYPED_NAME && EASILY_TYPED.test(planName) && fold(planName) !== "";
  return easy ? { by: "name" } : { by: "code", code: fourLetters() };
}

/** Whether what was typed confirms this order. */
export function confirms(order: Pick<Order, "confirmation" | "plan">, typed: string): boolean {
  const wanted = order.confirmation.by === "code" ? order.confirmation.code : order.plan.name;
  return fold(typed) === fold(wanted);
}

/** What the audit log says of a confirmation with something else. */
export const mismatch = ({ plan }: Pick<Order, "plan">) =>
  `confirm ${plan.name}: What was typed does not confirm it`;

/** Consonants only, none that look alike: no words, and easy to read out. */
const LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

const fourLetters = () => [...randomBytes(4)].map((byte) => LETTERS[byte % LETTERS.length]).join("");

export const holdKey = (em: string, plan: Pick<FailoverPlan, "kind" | "id">) =>
  `${em} ${plan.kind} ${plan.id}`;

/** Whom it needs yet: so many others than the requester, or anybody who may. */
export const approvalsMissing = ({ needs, approvals }: Pick<Order, "needs" | "approvals">) =>
  Math.max(1, needs.approvals) - approvals.length;

export const putOrder = (order: Order): Conditional => ({ put: "orders", key: order.id, value: order });

/** Orders that ended stay readable for so long. */
const KEPT_MS = 90 * 86_400_000;

/** Out of the orders in hand, into those of the past. */
export const archiveOrder = (order: Order): Conditional[] => [
  { remove: "orders", key: order.id },
  { put: "past-orders", key: order.id, value: order, ttlMs: KEPT_MS },
];

/** A stop is ordered while the run that it stops holds the plan, so it has a hold of its own. */
export const holdOf = ({ em, plan, action }: Pick<Order, "em" | "plan" | "action">) =>
  action === "stop" ? `${holdKey(em, plan)} stop` : holdKey(em, plan);

export const releaseHold = (order: Order): Conditional => ({ remove: "holds", key: holdOf(order) });

export function closeOrder(order: Order, how: Closed, at: number): Order {
  return { ...order, phase: { is: "closed", at, how } };
}
