/** Who could order and approve each plan, and in which rooms: what the policy comes to. */
import type { DoctorCheck } from "../chat/check.ts";
import type { Place } from "../chat/port.ts";
import type { PlansRead } from "../em/plan-list.ts";
import type { FailoverPlan } from "../em/types.ts";
import { allOf, count, list, quoted } from "../messages/words.ts";
import { type Could, whoCould } from "../policy/could.ts";
import { concerns } from "../policy/decide.ts";
import type { Policy } from "../policy/policy.ts";
import type { Config } from "../settings/config.ts";

const about = "Orders";

/** Where somebody can be heard. `name`: as the policy writes it. */
interface Room {
  readonly name: string;
  readonly place: Place;
}

/** One who could do something, in the rooms where he or she could. */
interface Able extends Could {
  readonly rooms: readonly string[];
}

export function orderChecks(policy: Policy, { plans }: PlansRead, rooms: readonly Room[]) {
  return alike(policy, plans).map((group) => groupCheck(policy, group, plans.length, rooms));
}

/** What the bot hears: rooms of the settings and of the policy, and wherever else it is. */
export function roomsOf(
  { slack, discord }: Pick<Config, "slack" | "discord">,
  policy: Policy,
): Room[] {
  if (!slack && !discord) return [room("terminal", "terminal", "terminal")];
  const named = new Set(policy.rules.flatMap(({ where = [] }) => where));
  const inSlack = [...named].flatMap((one) => (one.startsWith("slack:") ? [one.slice(6)] : []));
  const channels = [...new Set([...(slack?.channels ?? []), ...inSlack])];
  return [
    ...(slack ? channels.map((id) => room("slack", id, `slack:${id}`)) : []),
    ...(slack ? [room("slack", "?", "elsewhere in Slack")] : []),
    ...(discord?.channels ?? []).map((id) => room("discord", id, `discord:${id}`)),
    ...(discord ? [room("discord", "?", "direct messages in Discord")] : []),
  ];
}

const room = (platform: Place["platform"], channel: string, name: string): Room => ({
  name,
  place: { platform, channel },
});

/** Those of which the policy says the same. */
function alike(policy: Policy, plans: readonly FailoverPlan[]): FailoverPlan[][] {
  const key = (plan: FailoverPlan) =>
    `${plan.kind} ${policy.rules.map((rule) => Number(concerns(rule, plan))).join("")}`;
  return [...Map.groupBy(plans, key).values()];
}

/** EM's API has no test of ordinary plans. */
const verbsFor = ({ kind }: FailoverPlan) =>
  kind === "cloud" ? ["start", "test", "undo"] : ["start", "undo"];

/** Of a verb: who could order it, and what stands against that. */
interface Reach {
  readonly verb: string;
  readonly says: string;
  readonly isClosed: boolean;
}

function groupCheck(
  policy: Policy,
  group: readonly FailoverPlan[],
  all: number,
  rooms: readonly Room[],
): DoctorCheck {
  const [plan] = group;
  if (!plan) throw new Error("A group has a plan");
  const able = (verb: string) => ableIn(policy, plan, verb, rooms);
  const approvers = able("confirm");
  const reaches = verbsFor(plan).map((verb) => reachOf(verb, able(verb), approvers));
  const says = `${planWords(group, all)}: ${told(reaches)}`;
  const closed = reaches.some(({ verb, isClosed }) => isClosed && verb !== "test");
  if (!closed) return { about, verdict: "note", says };
  const cure =
    'see to the rules with "order" or "confirm" in the policy: who, where, plans, approvals';
  return { about, verdict: "warning", says, cure };
}

function planWords(group: readonly FailoverPlan[], all: number): string {
  if (group.length === all) return all === 1 ? "The only plan" : `All ${all} plans`;
  return list(
    group.map(({ name }) => quoted(name)),
    4,
  );
}

function ableIn(policy: Policy, plan: FailoverPlan, verb: string, rooms: readonly Room[]): Able[] {
  const found = new Map<string, Able>();
  for (const { place, name } of rooms)
    for (const could of whoCould(policy, { verb, group: "order", plan }, place)) {
      const { word, approvals } = could;
      const known = found.get(word) ?? { ...could, rooms: [] };
      const rooms = [...known.rooms, name];
      found.set(word, { ...known, approvals: Math.max(known.approvals, approvals), rooms });
    }
  return [...found.values()];
}

/** Where others are asked for, who orders is none of them. */
function reachOf(verb: string, orderers: readonly Able[], approvers: readonly Able[]): Reach {
  if (orderers.length === 0) return { verb, says: "nobody", isClosed: true };
  const by = whoWhere(orderers);
  if (approvers.length === 0)
    return { verb, says: `${by}; but nobody could confirm it`, isClosed: true };
  const from = whoWhere(approvers) === by ? "the same" : whoWhere(approvers);
  const needed = Math.max(...orderers.map(({ approvals }) => approvals));
  const says = `${by}; ${needed === 0 ? "confirmed by" : `approved by ${count(needed, "other")} of`} ${from}`;
  return orderers.some((one) => othersFor(one, approvers) >= one.approvals)
    ? { verb, says, isClosed: false }
    : { verb, says: `${says}: too few, so that nobody could approve it`, isClosed: true };
}

function othersFor({ one }: Able, approvers: readonly Able[]): number {
  const others = approvers.filter((approver) => approver.one === undefined || approver.one !== one);
  const isMany = others.some((approver) => approver.one === undefined);
  return isMany ? Number.POSITIVE_INFINITY : new Set(others.map((other) => other.one)).size;
}

/** Like `anna and ben (slack:C1), everyone (terminal)`. */
function whoWhere(able: readonly Able[]): string {
  const byRooms = Map.groupBy(able, ({ rooms }) => allOf(rooms));
  return [...byRooms]
    .map(([rooms, some]) => `${allOf(some.map(({ word }) => word))} (${rooms})`)
    .join(", ");
}

/** Verbs of which the same is to be said are told together. */
function told(reaches: readonly Reach[]): string {
  const same = Map.groupBy(reaches, ({ says }) => says);
  return [...same]
    .map(([says, some]) => `${allOf(some.map(({ verb }) => verb))}: ${says}`)
    .join(". ");
}
