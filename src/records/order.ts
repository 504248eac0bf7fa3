/** An order as it is stored, from the request to the moment EM has taken it. */
import type { Person, Place } from "../chat/port.ts";
import type { FailoverPlan, PointState, StartFrom } from "../em/types.ts";
import type { Confirming, Decider } from "./asker.ts";
import type { Blocker, OrderNote } from "./blocker.ts";
import type { AsTold, Stored } from "./stored.ts";
import type { Targets, Usual } from "./targets.ts";
import type { Action } from "./watch.ts";

export interface Order extends Stored {
  readonly version: 2;
  readonly id: string;
  readonly em: string;
  readonly action: Action;
  /** As it was shown to whoever confirms. */
  readonly plan: FailoverPlan;
  /** Another plan has the same name. */
  readonly shared: boolean;
  readonly from: StartFrom;
  readonly points: readonly ChosenPoint[];
  /** What else the question said. */
  readonly notes: readonly OrderNote[];
  /** How long earlier sessions of the plan took that ended well, in milliseconds. */
  readonly tookMs?: readonly number[];
  /** By the policy at the time of asking. */
  readonly targets?: Targets;
  readonly usual?: Usual;
  /** For an undo: when the failover was that is undone, as far as EM shows it. */
  readonly since?: number;
  readonly stops?: Stopped;
  readonly reason?: string;
  readonly by: Person;
  /** Who asked, and where. */
  readonly asker: Decider;
  /** How it must be confirmed, by the policy at the time of asking. */
  readonly needs: Confirming;
  /** Who may confirm it there, as the policy named them at the time of asking. */
  readonly mayConfirm?: readonly string[];
  /** Who has approved so far, where several must. */
  readonly approvals: readonly Decider[];
  readonly place: Place;
  readonly askedAt: number;
  /** When the first question of it was, where it has been asked anew since. */
  readonly firstAskedAt?: number;
  readonly expiresAt: number;
  readonly confirmation: Confirmation;
  readonly topic: string;
  /** Sessions of that plan name that were there before. */
  readonly known: readonly string[];
  readonly phase: OrderPhase;
}

/** For a stop: the run whose task shall be deleted; the task is not known as long as it is sent. */
export interface Stopped {
  readonly watch: string;
  readonly task?: string;
  readonly logon?: string;
}

/**
 * What is typed to confirm: the plan's name; or a code, where the name cannot well be typed or may
 * be meant for another question. A code beside the name is for lines that do not answer the
 * question itself: see `lineCode`.
 */
export type Confirmation =
  | { readonly by: "name"; readonly code?: string }
  | { readonly by: "code"; readonly code: string };

/**
 * Whether a line that is typed there may reach another process with the same tokens, which asks
 * questions of its own. A platform hands it to all that are connected, or to any one of them.
 */
export const isHeardByOthers = ({ platform }: Place): boolean => platform !== "terminal";

/**
 * The code by which a line confirms this order, wherever it is typed; nothing where the plan's name
 * is enough. In a form, and in an answer to the question itself, the name says which is meant.
 */
export const lineCode = ({
  confirmation,
  place,
}: Pick<Order, "confirmation" | "place">): string | undefined =>
  confirmation.by === "code" || isHeardByOthers(place) ? confirmation.code : undefined;

export type OrderPhase =
  | { readonly is: "asked" }
  /**
   * `waits`: why it could not be sent yet, in the words of EM's client, or those of the platform
   * that was asked about `of`; and until when that is tried.
   */
  | {
      readonly is: "approved";
      readonly at: number;
      readonly by: readonly Person[];
      readonly waits?: { readonly why: string; readonly until: number; readonly of?: Person };
    }
  | {
      readonly is: "sending";
      readonly at: number;
      /** Absent in older records. */
      readonly approvedAt?: number;
      readonly by: readonly Person[];
    }
  | { readonly is: "sent"; readonly watch: string; readonly by: readonly Person[] }
  | { readonly is: "closed"; readonly at: number; readonly how: Closed };

export type Closed =
  | { readonly is: "cancelled"; readonly by: Person }
  | { readonly is: "expired" }
  /** EM has removed the task, as ordered by a stop. */
  | { readonly is: "stopped" }
  /** A stop whose answer was lost. */
  | { readonly is: "not-known" }
  /** Surely not carried out. */
  | { readonly is: "not-sent"; readonly why: NotSent };

export type NotSent =
  | { readonly is: "plan-gone" }
  | { readonly is: "more-approvals" }
  /** `change`: what would have been asked anew otherwise. */
  | { readonly is: "no-longer-allowed"; readonly who: Person; readonly change?: PlanChange }
  /** Of a stop: there is nothing left to be stopped. */
  | { readonly is: "task-ended" }
  /** Of a stop: EM's answer to the order was lost, or EM shows its task no longer. */
  | { readonly is: "task-not-known" }
  /** Of a stop: what it was to stop has not been sent. */
  | { readonly is: "never-sent" }
  | { readonly is: "blocked"; readonly by: readonly Blocker[] }
  /** `waited`: why it had to wait, in the words of EM's client, or of the platform asked about `of`. */
  | { readonly is: "too-late"; readonly waited?: string; readonly of?: Person }
  | { readonly is: "changed"; readonly change: PlanChange }
  /** By EM, in the words of its client. */
  | { readonly is: "refused"; readonly says: string }
  | AsTold;

/** What is no longer as it was confirmed. */
export type PlanChange =
  | { readonly is: "plan-edited" }
  | { readonly is: "points-changed"; readonly vms: readonly string[] }
  /** What else the question said, such as when the failover was that an undo takes back. */
  | { readonly is: "notes-changed" };

/** Why somebody's approval does not count as that of another. */
export type NotAnother =
  /** `needed`: so many others. */
  | { readonly is: "own"; readonly needed: number }
  | { readonly is: "approved-already" }
  /** The policy does not tell whether these two accounts are two people. */
  | { readonly is: "perhaps-one"; readonly me: Person; readonly other: Person };

/** The restore point that a VM would be failed over to, as far as EM shows it. */
export interface ChosenPoint {
  readonly vm: string;
  readonly name?: string;
  readonly createdAt?: number;
  /** The replica that it is of. */
  readonly replica?: string;
  /** The VM's state now. */
  readonly state: PointState | "not shown";
  /** Made all the time, by CDP: a newer one is no change. */
  readonly continuous: boolean;
  /** Several replicas bear this VM's name, and it is not known which is the tenant's, or used. */
  readonly ambiguous: boolean;
}

/** Known to run from its replica. */
export const isKnownOver = ({ state, ambiguous }: ChosenPoint): boolean =>
  state === "Failover" && !ambiguous;

/** Nobody can tell whether it does. */
export const mayBeFailedOver = ({ state, ambiguous }: ChosenPoint): boolean =>
  ambiguous || state === "not shown";

/** None is known to run from its replica, and some may. */
export const isOverUnknown = (points: readonly ChosenPoint[]): boolean =>
  !points.some(isKnownOver) && points.some(mayBeFailedOver);

/** Held from the question to the end of the run, so that a plan has one order at a time. */
export interface Hold extends Stored {
  readonly version: 1;
  readonly order: string;
}
