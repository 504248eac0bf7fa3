/** Who asks for what, and whether that is allowed. */
import type { Person, Place } from "../chat/port.ts";
import type { FailoverPlan } from "../em/types.ts";

/**
 * What is asked for. Verbs belong to a group: "read", "order", "audit"; "anyone" is open to all.
 */
export interface Deed {
  readonly verb: string;
  readonly group: "anyone" | "read" | "order" | "audit";
  /**
   * Absent as long as no plan has been named: then it is asked whether there is any plan for which
   * it may be.
   */
  readonly plan?: Pick<FailoverPlan, "name" | "tenant">;
}

export interface Actor {
  readonly person: Person;
  readonly place: Place;
  /**
   * Ids of groups or roles; or why they cannot be read, which lets no group rule allow, and each
   * group rule deny.
   */
  readonly groups: readonly string[] | GroupsUnreadable;
}

export interface GroupsUnreadable {
  /** The platform's words; empty where it gives none. */
  readonly unreadable: string;
}

export type Allowed =
  | { readonly ok: true; readonly confirming: Confirming }
  | { readonly ok: false; readonly why: Denial };

/** Who may, as the policy names them. */
interface OthersMay {
  readonly may?: readonly string[];
}

/** Why the policy lets somebody not do something. */
export type Denial =
  | { readonly is: "forbidden" }
  /** To a group, and whether one is in it cannot be read. */
  | ({ readonly is: "forbidden-to-group" } & GroupsUnreadable)
  /** One may, but in these places alone, written as in the policy. */
  | { readonly is: "elsewhere"; readonly places: readonly string[] }
  /** Some group may. */
  | ({ readonly is: "groups-unreadable" } & GroupsUnreadable)
  | ({ readonly is: "not-in-group" } & OthersMay)
  | ({ readonly is: "not-named" } & OthersMay)
  /** Others may, in other places. */
  | ({ readonly is: "neither-you-nor-here" } & OthersMay)
  | { readonly is: "closed-to-all" }
  /** There is no policy file, and this is what holds without one. */
  | { readonly is: "without-policy"; readonly why: Denial };

/**
 * How orders are confirmed: by pressing, or by typing the plan's name; `approvals`: by so many
 * others than the requester.
 */
export interface Confirming {
  readonly by: "press" | "type";
  readonly approvals: number;
}
