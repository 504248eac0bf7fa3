/**
 * Who may do what, as the rest of the core asks it: by somebody who just typed or pressed
 * something.
 */
import type { Belongs } from "../chat/belongs.ts";
import type { Incoming, Person, Place } from "../chat/port.ts";
import type {
  Actor,
  Allowed,
  Decider,
  Deed,
  Denial,
  GroupsUnreadable,
  MembershipUnreadable,
} from "../records/asker.ts";
import type { Targets } from "../records/targets.ts";
import { areTwo, asksGroups, decide, identityOf, nameIn, whoMay } from "./decide.ts";
import type { PlanNamed } from "./plan-pattern.ts";
import { targetsFor } from "./plan-targets.ts";
import type { Policy } from "./policy.ts";
import { shownAs, toldApart } from "./shown-name.ts";

export interface Permissions {
  readonly policy: Policy;
  /** Reads the groups of whoever did this, where any rule depends on them. */
  actor(incoming: Pick<Incoming, "from" | "place" | keyof Belongs>): Promise<Actor>;
  /** The same person in the same place, by what the platform says now. */
  actorNow(known: Decider): Promise<Actor>;
  allows(asker: Actor, deed: Deed): Allowed;
  /** Who may do it there, as the policy names them. */
  whoMay(deed: Deed, place: Place): readonly string[];
  /** What is promised for this plan; nothing where nothing is. */
  targetsFor(plan: PlanNamed): Targets | undefined;
  /** One name for one human being, whichever account is used. */
  identity(person: Person): string;
  /** As cards call this person; `beside`: those whom he or she must not be taken for. */
  shownAs(person: Person, beside?: readonly Person[]): Person;
  /** Whether two accounts are surely two human beings. */
  areTwo(one: Person, other: Person): boolean;
}

export interface PermissionOptions {
  /** There is no policy file, and this is what holds without one. */
  readonly byDefault?: boolean;
  /** Asks the platform; nothing where the bot is not there. Default: it is nowhere. */
  readonly belongs?: (person: Person, place: Place) => Belongs | undefined;
}

export function permissionsBy(
  policy: Policy,
  { byDefault = false, belongs = () => undefined }: PermissionOptions = {},
): Permissions {
  return {
    policy,
    actor: (incoming) =>
      actorBy(policy, { person: incoming.from, place: incoming.place }, incoming),
    actorNow: ({ person, place }) =>
      actorBy(policy, { person, place }, belongs(person, place) ?? nowhere(person)),
    allows: (asker, deed) => {
      const allowed = decide(policy, asker, deed);
      if (allowed.ok || !byDefault) return allowed;
      const unlisted = unlistedIn(asker.place, deed, allowed.why);
      return { ok: false, why: { is: "without-policy", why: allowed.why, ...unlisted } };
    },
    whoMay: (deed, place) => whoMay(policy, deed, place),
    targetsFor: (plan) => targetsFor(policy.targets ?? [], plan),
    identity: (person) => identityOf(policy, person),
    shownAs: (person, beside = []) =>
      nameIn(policy.people, person) === undefined
        ? toldApart(shownAs(policy, person), beside)
        : shownAs(policy, person),
    areTwo: (one, other) => areTwo(policy, one, other),
  };
}

/**
 * Without a policy, reading is open to all in the channels of the settings, and only there. In
 * Discord nothing but direct messages is heard elsewhere, and those have no place in the setting.
 */
function unlistedIn({ platform, channel }: Place, { group }: Deed, why: Denial) {
  const isUnlisted = platform === "slack" && group === "read" && why.is === "elsewhere";
  return isUnlisted ? { unlisted: channel } : {};
}

const actorBy = async (
  policy: Policy,
  { person, place }: Decider,
  { groups, membership }: Belongs,
): Promise<Actor> => ({
  person,
  place,
  groups: asksGroups(policy, person) ? await groups().catch(unreadable) : [],
  membership: await membership().catch(
    (error): MembershipUnreadable => ({ is: "unreadable", ...unreadable(error) }),
  ),
});

function nowhere({ platform }: Person): Belongs {
  const fail = () => Promise.reject(new Error(`The bot is not connected to ${platform}`));
  return { groups: fail, membership: fail };
}

const unreadable = (error: unknown): GroupsUnreadable => ({
  unreadable: error instanceof Error ? error.message : "",
});
