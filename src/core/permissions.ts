/** Who may do what, as the rest of the core asks it: by somebody who just typed or pressed something. */
import type { Incoming, Person } from "../chat/port.ts";
import { type Allowed, type Asker, asksGroups, type Deed, decide, humanOf } from "../policy/decide.ts";
import type { Policy } from "../policy/policy.ts";

export interface Permissions {
  readonly policy: Policy;
  /** Reads the groups of whoever did this, where any rule depends on them. */
  asker(incoming: Pick<Incoming, "from" | "place" | "groups">): Promise<Asker>;
  allows(asker: Asker, deed: Deed): Allowed;
  /** One name for one human being, whichever account is used. */
  human(person: Person): string;
}

export function permissionsBy(policy: Policy): Permissions {
  return {
    policy,
    asker: async ({ from, place, groups }) => ({
      person: from,
      place,
      groups: asksGroups(policy, from) ? await groups().catch(unreadable) : [],
    }),
    allows: (asker, deed) => decide(policy, asker, deed),
    human: (person) => humanOf(policy, person),
  };
}

const unreadable = (error: unknown) => ({
  unreadable: error instanceof Error ? error.message : "the platform gives no reason",
});
