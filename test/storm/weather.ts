/**
 * What befalls a world, drawn from its seed. Each run has some kinds of faults and not others, so
 * that rare ones are not lost among common ones; and each kind has dice of its own, so that a world
 * without one kind is the same in all else.
 */
import { type Dice, diceFrom } from "../crash/dice.ts";

export const kinds = [
  "kill",
  "freeze",
  "bot-clock",
  "em-clock",
  "em-restart",
  "logons-dropped",
  "em-away",
  "em-slow",
  "em-refuses",
  "em-cut",
  "em-otherwise",
  "em-echo",
  "plan-edited",
  "console-order",
  "member-removed",
  "groups-unreadable",
  "room-gone",
  "room-closed",
  "chat-down",
  "chat-lost-answer",
  "chat-later",
  "chat-refuses-message",
  "chat-refuses-place",
  "token-revoked",
  "message-deleted",
  "chat-slow",
  "doubled",
  "delayed",
  "lost-while-down",
  "disk-full",
  "disk-fails",
  "chat-unknown",
  "stop",
  "settings",
  "bot-drift",
  "bot-strobe",
  "em-drift",
  "em-strobe",
  "chat-clock",
  "chat-drift",
  "disk-slow",
  "take-over",
] as const;

export type Kind = (typeof kinds)[number];

export interface Weather {
  readonly kinds: ReadonlySet<Kind>;
  /** The dice of one thing, always the same for the same seed. */
  dice(of: string): Dice;
  /** Whether this kind strikes now, so many times in a hundred; never where the run is without it. */
  strikes(kind: Kind, chance: number): boolean;
  /** From now on nothing strikes any more. */
  calm(): void;
}

export function weatherOf(seed: number, without: ReadonlySet<Kind>): Weather {
  const all = new Map<string, Dice>();
  let isCalm = false;
  const dice = (of: string) => {
    const known = all.get(of) ?? diceFrom(mixed(seed, of));
    all.set(of, known);
    return known;
  };
  const swarm = swarmOf(dice("swarm")).filter((kind) => !without.has(kind));
  const enabled = new Set(swarm);
  return {
    kinds: enabled,
    dice,
    strikes: (kind, chance) => !isCalm && enabled.has(kind) && dice(kind).percent(chance),
    calm: () => {
      isCalm = true;
    },
  };
}

/** Of how many in a hundred kinds a run has: where all strike at once, hardly an order gets through. */
const DENSITIES = [0, 5, 10, 15, 25, 40] as const;

function swarmOf(dice: Dice): Kind[] {
  const chance = oneOf(dice, DENSITIES);
  return kinds.filter(() => dice.percent(chance));
}

/** FNV-1a over the name, from the seed on. */
function mixed(seed: number, of: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (const character of of)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}

export const oneOf = <const Thing>(dice: Dice, things: readonly [Thing, ...Thing[]]): Thing =>
  things[dice.between(0, things.length - 1)] ?? things[0];
