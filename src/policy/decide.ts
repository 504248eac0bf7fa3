/** What a policy says of one person, one verb, one place and one plan. Pure. */
import type { Person, Place } from "../chat/port.ts";
import type { FailoverPlan } from "../em/types.ts";
import { type Confirming, DEFAULT_CONFIRMING, type Policy, type Rule, verbsOf } from "./policy.ts";

/** What is asked for. Verbs belong to a group: "read", "order", "audit"; "anyone" is open to all. */
export interface Deed {
  readonly verb: string;
  readonly group: "anyone" | "read" | "order" | "audit";
  /** Absent as long as no plan has been named: then it is asked whether there is any plan for which it may be. */
  readonly plan?: Pick<FailoverPlan, "name" | "tenant">;
}

export interface Asker {
  readonly person: Person;
  readonly place: Place;
  /** Ids of groups or roles; or why they cannot be read, which lets no group rule allow, and each group rule deny. */
  readonly groups: readonly string[] | { readonly unreadable: string };
}

export type Allowed =
  | { readonly ok: true; readonly confirming: Confirming }
  | { readonly ok: false; readonly why: string };

export function decide(policy: Policy, asker: Asker, deed: Deed): Allowed {
  if (deed.group === "anyone") return { ok: true, confirming: DEFAULT_CONFIRMING };
  const about = policy.rules.filter((rule) => isAbout(rule, deed));
  const denied = about.some(
    (rule) =>
      "deny" in rule && deniesPlan(rule, deed) && isPlace(rule, asker) && isWho(policy, rule, asker, true),
  );
  if (denied) return { ok: false, why: "A rule of the policy forbids it to you here" };
  const allowing = about.filter((rule) => "allow" in rule && allowsPlan(rule, deed));
  const granting = allowing.filter((rule) => isPlace(rule, asker) && isWho(policy, rule, asker, false));
  if (granting.length === 0) return { ok: false, why: whyNot(policy, allowing, asker) };
  return { ok: true, confirming: strictest(granting) };
}

const isAbout = (rule: Rule, { verb, group }: Deed) =>
  verbsOf(rule).some((named) => named === verb || named === group || named === "all");

/** A denial for some plans does not close a verb for which no plan is named yet. */
const deniesPlan = ({ plans }: Rule, { plan }: Deed) =>
  plans === undefined || (plan !== undefined && fits(plans, plan));
const allowsPlan = ({ plans }: Rule, { plan }: Deed) =>
  plans === undefined || plan === undefined || fits(plans, plan);

/** `*` is anything, `?` one character; on the name, or on `name @ tenant`. Upper and lower case are one. */
function fits(patterns: readonly string[], { name, tenant }: Pick<FailoverPlan, "name" | "tenant">): boolean {
  const names = [name, `${name} @ ${tenant?.name ?? ""}`];
  return patterns.some((pattern) => names.some((one) => globbed(pattern).test(one)));
}

function globbed(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "isu");
}

/** A thread belongs to its channel. */
function isPlace({ where }: Rule, { place }: Asker): boolean {
  if (where === undefined) return true;
  const here = place.platform === "terminal" ? "terminal" : `${place.platform}:${place.channel}`;
  return where.some((one) => one === "anywhere" || one === here);
}

function isWho({ people }: Policy, { who }: Rule, { person, groups }: Asker, ifUnreadable: boolean): boolean {
  return who.some((one) => {
    if (one === "everyone" || one === `${person.platform}:${person.id}`) return true;
    if (isGroup(one)) return isMember(one, person, groups, ifUnreadable);
    return people[one]?.[person.platform] === person.id;
  });
}

const isGroup = (who: string) => who.startsWith("slack-group:") || who.startsWith("discord-role:");

function isMember(
  who: string,
  { platform }: Person,
  groups: Asker["groups"],
  ifUnreadable: boolean,
): boolean {
  if (!who.startsWith(`${platform}-`)) return false;
  return "unreadable" in groups ? ifUnreadable : groups.includes(who.slice(who.indexOf(":") + 1));
}

/** Whether what this policy says can depend on this person's groups. */
export const asksGroups = ({ rules }: Policy, { platform }: Person) =>
  rules.some(({ who }) => who.some((one) => isGroup(one) && one.startsWith(`${platform}-`)));

/** The order of rules does not matter, so where several grant, the strictest way to confirm holds. */
function strictest(granting: readonly Rule[]): Confirming {
  const ways = granting.map((rule) =>
    "confirm" in rule && rule.confirm ? rule.confirm : DEFAULT_CONFIRMING,
  );
  return {
    by: ways.some(({ by }) => by === "type") ? "type" : "press",
    approvals: Math.max(...ways.map(({ approvals }) => approvals)),
  };
}

function whyNot(policy: Policy, allowing: readonly Rule[], asker: Asker): string {
  const { groups } = asker;
  const mine = allowing.filter((rule) => isWho(policy, rule, asker, false));
  if (mine.length > 0) return "You may do it, but not in this channel";
  const byGroup = allowing.some(({ who }) =>
    who.some((one) => isGroup(one) && one.startsWith(`${asker.person.platform}-`)),
  );
  if (byGroup && "unreadable" in groups) return `Your groups cannot be read: ${groups.unreadable}`;
  if (allowing.some((rule) => isPlace(rule, asker)))
    return byGroup ? "You are not in a group that may do it" : "You are not among those who may do it";
  return allowing.length > 0
    ? "It is open neither to you nor in this channel"
    : "No rule opens it to anybody for this plan";
}

/** One name for one human being, whichever account is used. */
export function humanOf({ people }: Policy, { platform, id }: Person): string {
  const name = Object.keys(people).find((one) => people[one]?.[platform] === id);
  return name ?? `${platform}:${id}`;
}

/** Without a policy file: reading in the channels of the settings, everything at the terminal, help everywhere. */
export function defaultPolicy(channels: readonly string[]): Policy {
  const reading: Rule[] =
    channels.length > 0 ? [{ allow: ["read"], who: ["everyone"], where: [...channels] }] : [];
  return { people: {}, rules: [{ allow: ["all"], who: ["everyone"], where: ["terminal"] }, ...reading] };
}
