/**
 * Who may do what, as the rest of the core asks it: by somebody who just typed or pressed
 * something.
 */
import type { Incoming, Person, Place } from "../chat/port.ts";
import type { Actor, Allowed, Deed, GroupsUnreadable } from "../records/asker.ts";
import { areTwo, asksGroups, decide, identityOf, whoMay } from "./decide.ts";
import type { Policy } from "./policy.ts";

export interface Permissions {
  readonly policy: Policy;
  /** Reads the groups of whoever did this, where any rule depends on them. */
  actor(incoming: Pick<Incoming, "from" | "place" | "groups">): Promise<Actor>;
  allows(asker: Actor, deed: Deed): Allowed;
  /** Who may do it there, as the policy names them. */
  whoMay(deed: Deed, place: Place): readonly string[];
  /** One name for one human being, whichever account is used. */
  identity(person: Person): string;
  /** Whether two accounts are surely two human beings. */
  areTwo(one: Person, other: Person): boolean;
}

/** `byDefault`: there is no policy file, and this is what holds without one. */
export function permissionsBy(policy: Policy, byDefault = false): Permissions {
  return {
    policy,
    actor: async ({ from, place, groups }) => ({
      person: from,
      place,
      groups: asksGroups(policy, from) ? await groups().catch(unreadable) : [],
    }),
    allows: (asker, deed) => {
      const allowed = decide(policy, asker, deed);
      if (allowed.ok || !byDefault) return allowed;
      return { ok: false, why: { is: "without-policy", why: allowed.why } };
    },
    whoMay: (deed, place) => whoMay(policy, deed, place),
    identity: (person) => identityOf(policy, person),
    areTwo: (one, other) => areTwo(policy, one, other),
  };
}

const unreadable = (error: unknown): GroupsUnreadable => ({
  unreadable: error instanceof Error ? error.message : "",
});
