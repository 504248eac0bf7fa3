/** Who asks for what, and whether that is allowed. */
import type { Membership } from "../chat/belongs.ts";
import type { Person, Place } from "../chat/port.ts";

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
  readonly plan?: {
    readonly name: string;
    readonly tenant?: { readonly id?: string; readonly name: string };
  };
}

export interface Actor {
  readonly person: Person;
  readonly place: Place;
  /**
   * Ids of groups or roles; or why they cannot be read, which lets no group rule allow, and each
   * group rule deny.
   */
  readonly groups: readonly string[] | GroupsUnreadable;
  /** Or why it cannot be read: then no rule for members or guests allows, and each denies. */
  readonly membership: Membership | MembershipUnreadable;
}

/** Somebody who asked or decided, as an order keeps it: what else is said of him or her is read again. */
export type Decider = Pick<Actor, "person" | "place">;

export interface GroupsUnreadable {
  /** The platform's words; empty where it gives none. */
  readonly unreadable: string;
}

export interface MembershipUnreadable extends GroupsUnreadable {
  readonly is: "unreadable";
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
  /** To members, guests or others, and which of them one is cannot be read. */
  | ({ readonly is: "forbidden-to-class" } & GroupsUnreadable)
  /** One may, but in these places alone, written as in the policy. */
  | { readonly is: "elsewhere"; readonly places: readonly string[] }
  /** Some group may. */
  | ({ readonly is: "groups-unreadable" } & GroupsUnreadable)
  /** Full members may. */
  | ({ readonly is: "membership-unreadable" } & GroupsUnreadable)
  | { readonly is: "no-member"; readonly as: Exclude<Membership["is"], "member"> }
  | ({ readonly is: "not-in-group" } & OthersMay)
  | ({ readonly is: "not-named" } & OthersMay)
  /** To cancel or quiet what others asked for, by who may neither confirm nor order it. */
  | { readonly is: "not-yours" }
  /** Others may, in other places. */
  | ({ readonly is: "neither-you-nor-here" } & OthersMay)
  | { readonly is: "closed-to-all" }
  /**
   * There is no policy file, and this is what holds without one. `unlisted`: the id of the Slack
   * channel where it would be open, if SLACK_CHANNELS named it.
   */
  | { readonly is: "without-policy"; readonly why: Denial; readonly unlisted?: string };

/**
 * How orders are confirmed: by pressing, or by typing the plan's name; `approvals`: by so many
 * others than the requester.
 */
export interface Confirming {
  readonly by: "press" | "type";
  readonly approvals: number;
}
