/** What a policy says of one person, one verb, one place and one plan. Pure. */

import type { Person, Place } from "../chat/port.ts";
import type { Actor, Allowed, Confirming, Deed, Denial } from "../records/asker.ts";
import { globs } from "./glob.ts";
import { DEFAULT_CONFIRMING, type Policy, type Rule, verbsOf } from "./policy.ts";

export function decide(policy: Policy, asker: Actor, deed: Deed): Allowed {
  if (deed.group === "anyone") return { ok: true, confirming: DEFAULT_CONFIRMING };
  const about = policy.rules.filter((rule) => isAbout(rule, deed));
  const denied = whyDenied(policy, about, asker, deed);
  if (denied !== undefined) return { ok: false, why: denied };
  const allowing = about.filter((rule) => "allow" in rule && allowsPlan(rule, deed));
  const granting = allowing.filter(
    (rule) => isPlace(rule, asker) && isWho(policy, rule, asker, false),
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
  if (denying.some((rule) => isWho(policy, rule, asker, false))) return { is: "forbidden" };
  if ("unreadable" in asker.groups && denying.some((rule) => isWho(policy, rule, asker, true)))
    return { is: "forbidden-to-group", ...asker.groups };
  return undefined;
}

type Named = NonNullable<Deed["plan"]>;

/** A denial for some plans does not close a verb for which no plan is named yet. */
const deniesPlan = ({ plans }: Rule, { plan }: Deed) =>
  plans === undefined || (plan !== undefined && plans.some((pattern) => mayMean(pattern, plan)));
const allowsPlan = ({ plans }: Rule, { plan }: Deed) =>
  plans === undefined || plan === undefined || plans.some((pattern) => means(pattern, plan));

const AT = " @ ";

/**
 * `plan @ tenant` where the pattern says so, else the plan alone. The last sign counts, so that a
 * plan that a tenant has called "A @ B" never passes for plan A of tenant B.
 */
function means(pattern: string, { name, tenant }: Named): boolean {
  const parts = pattern.lastIndexOf(AT);
  if (parts < 0) return globs(pattern, name);
  return (
    globs(pattern.slice(0, parts), name) &&
    globs(pattern.slice(parts + AT.length), tenant?.name ?? "")
  );
}

/** However a denial may be read, it denies. */
const mayMean = (pattern: string, plan: Named) =>
  means(pattern, plan) ||
  globs(pattern, plan.name) ||
  globs(pattern, `${plan.name}${AT}${plan.tenant?.name ?? ""}`);

/** A thread belongs to its channel. */
function isPlace({ where }: Rule, { place }: Pick<Actor, "place">): boolean {
  if (where === undefined) return true;
  const here = place.platform === "terminal" ? "terminal" : `${place.platform}:${place.channel}`;
  return where.some((one) => one === "anywhere" || one === here);
}

function isWho(
  { people }: Policy,
  { who }: Rule,
  { person, groups }: Actor,
  ifUnreadable: boolean,
): boolean {
  return who.some((one) => {
    if (one === "everyone" || one === `${person.platform}:${person.id}`) return true;
    if (isGroup(one)) return isMember(one, person, groups, ifUnreadable);
    return accountOf(people, one, person.platform) === person.id;
  });
}

const accountOf = (people: Policy["people"], name: string, platform: Person["platform"]) =>
  Object.hasOwn(people, name) ? people[name]?.[platform] : undefined;

const isGroup = (who: string) => who.startsWith("slack-group:") || who.startsWith("discord-role:");

function isMember(
  who: string,
  { platform }: Person,
  groups: Actor["groups"],
  ifUnreadable: boolean,
): boolean {
  if (!who.startsWith(`${platform}-`)) return false;
  return "unreadable" in groups ? ifUnreadable : groups.includes(who.slice(who.indexOf(":") + 1));
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
  const { groups } = asker;
  const mine = allowing.filter((rule) => isWho(policy, rule, asker, false));
  if (mine.length > 0) return { is: "elsewhere", places: placesOf(mine, asker.person) };
  const byGroup = allowing.some(({ who }) =>
    who.some((one) => isGroup(one) && one.startsWith(`${asker.person.platform}-`)),
  );
  if (byGroup && "unreadable" in groups) return { is: "groups-unreadable", ...groups };
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
export function identityOf({ people }: Policy, { platform, id }: Person): string {
  const name = Object.keys(people).find((one) => people[one]?.[platform] === id);
  return name ?? `${platform}:${id}`;
}

/**
 * Whether two accounts are surely two human beings. Two accounts of one platform are; those of two
 * platforms are where one of the two people is known on both.
 */
export function areTwo(policy: Policy, one: Person, other: Person): boolean {
  const [oneName, otherName] = [identityOf(policy, one), identityOf(policy, other)];
  if (oneName === otherName) return false;
  if (one.platform === other.platform) return true;
  return (
    accountOf(policy.people, oneName, other.platform) !== undefined ||
    accountOf(policy.people, otherName, one.platform) !== undefined
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
