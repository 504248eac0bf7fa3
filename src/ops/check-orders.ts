/** Who could order and approve each plan, and in which rooms: what the policy comes to. */
import type { DoctorCheck } from "../chat/check.ts";
import type { Place } from "../chat/port.ts";
import type { Turn } from "../clock.ts";
import type { PlansRead } from "../em/plan-list.ts";
import type { FailoverPlan } from "../em/types.ts";
import { allOf, count, list } from "../messages/words.ts";
import { type Could, whoCould } from "../policy/could.ts";
import { concerns } from "../policy/decide.ts";
import type { Policy, Rule } from "../policy/policy.ts";
import type { Config } from "../settings/config.ts";
import { planWords } from "../typed/plan-name.ts";

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

/** `turn`: there may be many plans and rules. */
export async function orderChecks(
  policy: Policy,
  { plans }: PlansRead,
  served: Served,
  turn: Turn,
): Promise<DoctorCheck[]> {
  const checks: DoctorCheck[] = [];
  for (const { rules, group } of await alike(policy, plans, turn)) {
    await turn();
    checks.push(groupCheck({ ...policy, rules }, group, plans, served));
  }
  return checks;
}

export type Served = Pick<Config, "slack" | "discord">;

/** Where these rules differ: the rooms that they name and the bot hears, and all others as one. */
function roomsOf({ slack, discord }: Served, { rules }: Policy): Room[] {
  if (!slack && !discord) return [room("terminal", "terminal", "terminal")];
  const named = [...new Set(rules.flatMap(({ where = [] }) => where))];
  const after = (prefix: string) =>
    named.flatMap((one) => (one.startsWith(prefix) ? [one.slice(prefix.length)] : []));
  const heard = after("discord:").filter((id) => discord?.channels.includes(id));
  return [
    ...(slack ? platformRooms("slack", "Slack", after("slack:")) : []),
    ...(discord ? platformRooms("discord", "Discord", heard) : []),
  ];
}

const platformRooms = (platform: "slack" | "discord", called: string, ids: readonly string[]) => [
  ...ids.map((id) => room(platform, id, `${platform}:${id}`)),
  room(platform, "?", `${ids.length > 0 ? "elsewhere" : "anywhere"} in ${called}`),
];

const room = (platform: Place["platform"], channel: string, name: string): Room => ({
  name,
  place: { platform, channel },
});

/** Plans of which the policy says the same, with the rules that do. */
interface Alike {
  readonly rules: readonly Rule[];
  readonly group: FailoverPlan[];
}

async function alike(
  { rules }: Policy,
  plans: readonly FailoverPlan[],
  turn: Turn,
): Promise<Alike[]> {
  const found = new Map<string, Alike>();
  for (const plan of plans) {
    await turn();
    const about = rules.map((rule) => concerns(rule, plan));
    const key = `${plan.kind} ${about.map(Number).join("")}`;
    const known = found.get(key) ?? {
      rules: rules.filter((_, i) => about[i]).map(forAll),
      group: [],
    };
    known.group.push(plan);
    found.set(key, known);
  }
  return [...found.values()];
}

/** Its plans were looked at. */
const forAll = (rule: Rule): Rule => ({ ...rule, plans: undefined });

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
  all: readonly FailoverPlan[],
  served: Served,
): DoctorCheck {
  const [plan] = group;
  if (!plan) throw new Error("A group has a plan");
  const rooms = roomsOf(served, policy);
  const able = (verb: string) => ableIn(policy, verb, rooms);
  const approvers = able("confirm");
  const reaches = verbsFor(plan).map((verb) => reachOf(verb, able(verb), approvers));
  const says = `${named(group, all)}: ${told(reaches)}`;
  const closed = reaches.some(({ verb, isClosed }) => isClosed && verb !== "test");
  if (!closed) return { about, verdict: "note", says };
  const cure =
    'see to the rules with "order" or "confirm" in the policy: who, where, plans, approvals';
  return { about, verdict: "warning", says, cure };
}

const MOST_NAMED = 4;

function named(group: readonly FailoverPlan[], all: readonly FailoverPlan[]): string {
  if (group.length === all.length)
    return all.length === 1 ? "The only plan" : `All ${all.length} plans`;
  const words = group.map((plan, i) => (i < MOST_NAMED ? planWords(plan, all) : plan.name));
  return list(words, MOST_NAMED);
}

function ableIn(policy: Policy, verb: string, rooms: readonly Room[]): Able[] {
  const found = new Map<string, Able>();
  for (const { place, name } of rooms)
    for (const could of whoCould(policy, { verb, group: "order" }, place)) {
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
