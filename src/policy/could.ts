/**
 * Who could do something by the words of the policy: whether the people are still there, and who is
 * in a group, no policy says. Pure.
 */
import type { Person, Place } from "../chat/port.ts";
import type { Actor, Deed } from "../records/asker.ts";
import { decide, identityOf } from "./decide.ts";
import type { Policy } from "./policy.ts";

/** Somebody, or a class or group of people. */
export interface Could {
  /** As the policy writes it. */
  readonly word: string;
  /** By how many others an order of theirs is to be approved. */
  readonly approvals: number;
  /** One name for one human being; absent for a class or a group, which may be many. */
  readonly one?: string;
}

export function whoCould(policy: Policy, deed: Deed, place: Place): Could[] {
  const words = new Set(policy.rules.flatMap((rule) => ("allow" in rule ? rule.who : [])));
  return [...words].sort().flatMap((word) => {
    const able = samplesOf(policy, word, place).flatMap((sample) => {
      const allowed = decide(policy, sample.actor, deed);
      return allowed.ok ? [{ sample, approvals: allowed.confirming.approvals }] : [];
    });
    const [first] = able;
    if (!first) return [];
    const { isMany, actor } = first.sample;
    const one = isMany ? {} : { one: identityOf(policy, actor.person) };
    return [{ word, approvals: Math.max(...able.map(({ approvals }) => approvals)), ...one }];
  });
}

/** Somebody whom a word of the policy means, as the platform would tell of him or her. */
interface Sample {
  readonly actor: Actor;
  readonly isMany: boolean;
}

/** None where the word means nobody in that place. */
function samplesOf(policy: Policy, word: string, place: Place): Sample[] {
  const { platform } = place;
  const [before = "", id] = word.split(/:(.*)/s);
  const anybody = { person: personOf(platform, "?"), place, groups: [] };
  const member = { ...anybody, membership: { is: "member" } } as const;
  switch (before) {
    case "everyone":
    case "members":
      return [{ actor: member, isMany: true }];
    case "guests":
    case "external":
      if (platform === "terminal") return [];
      return [{ actor: { ...anybody, membership: { is: membershipIn(before) } }, isMany: true }];
    case "slack-group":
    case "discord-role":
      if (!before.startsWith(`${platform}-`) || id === undefined) return [];
      return [{ actor: { ...member, groups: [id] }, isMany: true }];
    default:
      return accountsIn(policy, word, platform).map((account) => byAccount(account, place));
  }
}

const membershipIn = (word: "guests" | "external") => (word === "guests" ? "guest" : "external");
const personOf = (platform: Person["platform"], id: string): Person => ({ platform, id, name: id });

function accountsIn({ people }: Policy, word: string, platform: Person["platform"]): string[] {
  if (word.startsWith(`${platform}:`)) return [word.slice(platform.length + 1)];
  const ids = Object.hasOwn(people, word) ? people[word]?.[platform] : undefined;
  return ids === undefined ? [] : [ids].flat();
}

const STRANGER = /^(T[A-Z0-9]+)(?:\/.+)?$/;

function byAccount(id: string, place: Place): Sample {
  const { platform } = place;
  const team = platform === "slack" ? STRANGER.exec(id)?.[1] : undefined;
  const isMany = team === id;
  return {
    isMany,
    actor: {
      person: personOf(platform, isMany ? `${id}/?` : id),
      place,
      groups: [],
      membership: team === undefined ? { is: "member" } : { is: "external", team },
    },
  };
}
