/** Who may do what, as the rest of the core asks it: by somebody who just typed or pressed something. */
import type { Incoming, Person } from "../chat/port.ts";
import {
  type Allowed,
  type Asker,
  areTwo,
  asksGroups,
  type Deed,
  decide,
  humanOf,
} from "../policy/decide.ts";
import type { Policy } from "../policy/policy.ts";

export interface Permissions {
  readonly policy: Policy;
  /** There is no policy file: what holds is what holds without one. */
  readonly byDefault: boolean;
  /** Reads the groups of whoever did this, where any rule depends on them. */
  asker(incoming: Pick<Incoming, "from" | "place" | "groups">): Promise<Asker>;
  allows(asker: Asker, deed: Deed): Allowed;
  /** One name for one human being, whichever account is used. */
  human(person: Person): string;
  /** Whether two accounts are surely two human beings. */
  areTwo(one: Person, other: Person): boolean;
}

export function permissionsBy(policy: Policy, byDefault = false): Permissions {
  return {
    policy,
    byDefault,
    asker: async ({ from, place, groups }) => ({
      person: from,
      place,
      groups: asksGroups(policy, from) ? await groups().catch(unreadable) : [],
    }),
    allows: (asker, deed) => decide(policy, asker, deed),
    human: (person) => humanOf(policy, person),
    areTwo: (one, other) => areTwo(policy, one, other),
  };
}

const unreadable = (error: unknown) => ({
  unreadable: error instanceof Error ? error.message : "the platform gives no reason",
});
