/** What a policy says of one person, one verb, one place and one plan. Pure. */

import type { Membership } from "../chat/belongs.ts";
import type { Person, Place } from "../chat/port.ts";
import type { Actor, Allowed, Confirming, Deed, Denial } from "../records/asker.ts";
import { mayMeanPlan, meansPlan } from "./plan-pattern.ts";
import { DEFAULT_CONFIRMING, type Policy, type Rule, verbsOf } from "./policy.ts";

export function decide(policy: Policy, asker: Actor, deed: Deed): Allowed {
  if (deed.group === "anyone") return { ok: true, confirming: DEFAULT_CONFIRMING };
  const about = policy.rules.filter((rule) => isAbout(rule, deed));
  const denied = whyDenied(policy, about, asker, deed);
  if (denied !== undefined) return { ok: false, why: denied };
  const allowing = about.filter((rule) => "allow" in rule && allowsPlan(rule, deed));
  const granting = allowing.filter(
    (rule) => isPlace(rule, asker) && isWho(policy, rule, asker, "allowed"),
  );
  if (granting.length === 0) return { ok: false, why: whyNot(policy, allowing, asker) };
  return { ok: true, confirming: strictest(granting) };
}

const isAbout = (rule: Rule, { verb, group }: Deed) =>
  verbsOf(rule).some((named) => named === verb || named === group || named === "all");

function whyDenied(
  policy: Policy,
  about: readonly Rule[],
  asker: Actor,
  deed: Deed,
): Denial | undefined {
  const denying = about.filter(
    (rule) => "deny" in rule && deniesPlan(rule, deed) && isPlace(rule, asker),
  );
  if (denying.some((rule) => isWho(policy, rule, asker, "surely denied")))
    return { is: "forbidden" };
  if (!denying.some((rule) => isWho(policy, rule, asker, "perhaps denied"))) return undefined;
  const { groups, membership } = asker;
  if ("unreadable" in groups) return { is: "forbidden-to-group", ...groups };
  return { is: "forbidden-to-class", unreadable: reasonIn(membership) };
}

const reasonIn = (membership: Actor["membership"]) =>
  membership.is === "unreadable" ? membership.unreadable : "";

type Named = NonNullable<Deed["plan"]>;

/** A denial for some plans does not close a verb for which no plan is named yet. */
const deniesPlan = ({ plans }: Rule, { plan }: Pick<Deed, "plan">) =>
  plans === undefined ||
  (plan !== undefined && plans.some((pattern) => mayMeanPlan(pattern, plan)));
const allowsPlan = ({ plans }: Rule, { plan }: Pick<Deed, "plan">) =>
  plans === undefined || plan === undefined || plans.some((pattern) => meansPlan(pattern, plan));

/** Whether a rule is about a plan, whatever else it says. */
export const concerns = (rule: Rule, plan: Named): boolean =>
  "allow" in rule ? allowsPlan(rule, { plan }) : deniesPlan(rule, { plan });

/** A thread belongs to its channel. */
function isPlace({ where }: Rule, { place }: Pick<Actor, "place">): boolean {
  if (where === undefined) return true;
  const here = place.platform === "terminal" ? "terminal" : `${place.platform}:${place.channel}`;
  return where.some((one) => one === "anywhere" || one === here);
}

/**
 * For what it is asked. However a denial may be read, it denies; "perhaps denied": also where the
 * platform does not say.
 */
type Reading = "allowed" | "surely denied" | "perhaps denied";

const isWho = ({ people }: Policy, { who }: Rule, asker: Actor, reading: Reading): boolean =>
  who.some(
    (one) =>
      isClass(one, asker, reading) ||
      isMember(one, asker, reading) ||
      isAccount(one, asker, reading) ||
      accountsOf(people, one, asker.person.platform).some((id) =>
        isAccount(`${asker.person.platform}:${id}`, asker, reading),
      ),
  );

/** A denial for everyone is for strangers too. */
function isClass(who: string, { membership, person }: Actor, reading: Reading): boolean {
  const isUnreadable = membership.is === "unreadable";
  const named = classOf(who);
  if (who === "everyone" && reading !== "allowed") return true;
  if (named !== undefined && isUnreadable) return reading === "perhaps denied";
  if (named !== undefined) return membership.is === named;
  return (
    membership.is === "external" &&
    membership.team !== undefined &&
    who === `${person.platform}:${membership.team}`
  );
}

const classes: Readonly<Record<string, Membership["is"]>> = {
  everyone: "member",
  members: "member",
  guests: "guest",
  external: "external",
};

const classOf = (who: string) => (Object.hasOwn(classes, who) ? classes[who] : undefined);

/**
 * The id of a stranger in Slack bears the workspace: an id alone is that of one of one's own
 * people. Who has left is allowed nothing by it.
 */
function isAccount(who: string, { person, membership }: Actor, reading: Reading): boolean {
  const { platform, id } = person;
  if (reading !== "allowed")
    return who === `${platform}:${id}` || who === `${platform}:${id.slice(id.indexOf("/") + 1)}`;
  if (membership.is === "nobody" || (membership.is === "external" && isUntold(person)))
    return false;
  return who === `${platform}:${id}`;
}

/** A stranger in Slack whose workspace was not told with what he or she did. */
const isUntold = ({ platform, id }: Person) => platform === "slack" && !id.includes("/");

const accountsOf = (
  people: Policy["people"],
  name: string,
  platform: Person["platform"],
): readonly string[] => {
  const ids = Object.hasOwn(people, name) ? people[name]?.[platform] : undefined;
  return ids === undefined ? [] : [ids].flat();
};

const isGroup = (who: string) => who.startsWith("slack-group:") || who.startsWith("discord-role:");

function isMember(who: string, { person, groups }: Actor, reading: Reading): boolean {
  if (!isGroup(who) || !who.startsWith(`${person.platform}-`)) return false;
  return "unreadable" in groups
    ? reading === "perhaps denied"
    : groups.includes(who.slice(who.indexOf(":") + 1));
}

/** Whether what this policy says can depend on this person's groups. */
export const asksGroups = ({ rules }: Policy, { platform }: Person) =>
  rules.some(({ who }) => who.some((one) => isGroup(one) && one.startsWith(`${platform}-`)));

/**
 * The order of rules does not matter, so where several grant, the strictest way to confirm holds.
 */
function strictest(granting: readonly Rule[]): Confirming {
  const ways = granting.map((rule) =>
    "confirm" in rule && rule.confirm ? rule.confirm : DEFAULT_CONFIRMING,
  );
  return {
    by: ways.some(({ by }) => by === "type") ? "type" : "press",
    approvals: Math.max(...ways.map(({ approvals }) => approvals)),
  };
}

function whyNot(policy: Policy, allowing: readonly Rule[], asker: Actor): Denial {
  const { groups, membership } = asker;
  const mine = allowing.filter((rule) => isWho(policy, rule, asker, "allowed"));
  if (mine.length > 0) return { is: "elsewhere", places: placesOf(mine, asker.person) };
  const byGroup = allowing.some(({ who }) =>
    who.some((one) => isGroup(one) && one.startsWith(`${asker.person.platform}-`)),
  );
  if (byGroup && "unreadable" in groups) return { is: "groups-unreadable", ...groups };
  const byClass = allowing.some(({ who }) => who.some((one) => classOf(one) === "member"));
  if (byClass && membership.is === "unreadable")
    return { is: "membership-unreadable", unreadable: membership.unreadable };
  if (byClass && membership.is !== "member" && membership.is !== "unreadable")
    return { is: "no-member", as: membership.is };
  const here = allowing.filter((rule) => isPlace(rule, asker));
  if (here.length > 0) return { is: byGroup ? "not-in-group" : "not-named", may: whoIn(here) };
  return allowing.length > 0
    ? { is: "neither-you-nor-here", may: whoIn(allowing) }
    : { is: "closed-to-all" };
}

const whoIn = (rules: readonly Rule[]) => [...new Set(rules.flatMap(({ who }) => who))].sort();

/** Who may do it here, as the policy names them; those to whom a rule forbids it are left out. */
export function whoMay({ rules }: Policy, deed: Deed, place: Place): string[] {
  const about = rules.filter((rule) => isAbout(rule, deed) && isPlace(rule, { place }));
  const denied = whoIn(about.filter((rule) => "deny" in rule && deniesPlan(rule, deed)));
  const allowed = whoIn(about.filter((rule) => "allow" in rule && allowsPlan(rule, deed)));
  return denied.includes("everyone") ? [] : allowed.filter((one) => !denied.includes(one));
}

/** Those of the person's own platform where there are any. */
function placesOf(rules: readonly Rule[], { platform }: Person): string[] {
  const all = [...new Set(rules.flatMap(({ where = [] }) => where))].sort();
  const near = all.filter((place) => place.startsWith(`${platform}:`));
  return near.length > 0 ? near : all;
}

/** One name for one human being, whichever account is used. */
export const identityOf = ({ people }: Policy, person: Person): string =>
  nameIn(people, person) ?? `${person.platform}:${person.id}`;

/** The name under `people`; nothing where there is none. */
export const nameIn = (people: Policy["people"], { platform, id }: Person): string | undefined =>
  Object.keys(people).find((one) => accountsOf(people, one, platform).includes(id));

/**
 * Whether two accounts are surely two human beings. Two accounts of one platform are; those of two
 * platforms are where one of the two people is known on both.
 */
export function areTwo(policy: Policy, one: Person, other: Person): boolean {
  const [oneName, otherName] = [identityOf(policy, one), identityOf(policy, other)];
  if (oneName === otherName) return false;
  if (one.platform === other.platform) return true;
  return (
    accountsOf(policy.people, oneName, other.platform).length > 0 ||
    accountsOf(policy.people, otherName, one.platform).length > 0
  );
}

/**
 * Without a policy file: reading in the channels of the settings, everything at the terminal, help
 * everywhere.
 */
export function defaultPolicy(channels: readonly string[]): Policy {
  const reading: Rule[] =
    channels.length > 0 ? [{ allow: ["read"], who: ["everyone"], where: [...channels] }] : [];
  return {
    people: {},
    rules: [{ allow: ["all"], who: ["everyone"], where: ["terminal"] }, ...reading],
  };
}
