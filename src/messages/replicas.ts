/**
 * Answers to somebody who wants to follow a replication of which no session runs, or who names
 * none.
 */
import type { Card, Line } from "../chat/port.ts";
import type { ReplicationKind, ReplicationSession } from "../em/types.ts";
import { at, plainWord, quoted, type } from "./words.ts";

interface Words {
  readonly noun: string;
  readonly verb: string;
}

const words: Readonly<Record<ReplicationKind, Words>> = {
  snapshot: { noun: "replication job", verb: "watch replica" },
  cdp: { noun: "CDP policy", verb: "watch cdp" },
};

/** A job or policy as its sessions of the last days show it. */
export interface Replication {
  readonly name: string;
  readonly runs: boolean;
}

export function whichReplicationCard(kind: ReplicationKind, known: readonly Replication[]): Card {
  const { noun, verb } = words[kind];
  return {
    tone: "question",
    title: `${verb}: which ${noun}?`,
    lines:
      known.length > 0 ? namesOf(kind, known) : ["EM shows no session of one in the last 7 days."],
  };
}

export function unknownReplicationCard(
  kind: ReplicationKind,
  typed: string,
  nearest: readonly Replication[],
): Card {
  const { noun, verb } = words[kind];
  return {
    tone: "warning",
    title: `No ${noun} or session ${quoted(typed)}`,
    lines:
      nearest.length > 0
        ? ["Nearest:", ...namesOf(kind, nearest)]
        : ["EM shows no session of one."],
    next: [type(verb), " lists those with a session in the last 7 days."],
  };
}

/** What can be typed, and whether there is something to follow now. */
const namesOf = (kind: ReplicationKind, known: readonly Replication[]): Line[] =>
  known.map(({ name, runs }) => [
    type(`${words[kind].verb} ${quoted(name)}`),
    runs ? " – runs now" : " – does not run now",
  ]);

export function idleReplicationCard(
  kind: ReplicationKind,
  name: string,
  last: ReplicationSession,
): Card {
  return {
    tone: "plain",
    title: `No session of ${words[kind].noun} ${quoted(name)} runs now`,
    lines: [
      [
        "The last began ",
        at(last.createdAt),
        `: EM reports ${plainWord(last.result)}`,
        last.failureMessage ? `: ${last.failureMessage}` : "",
      ],
    ],
    next: [type(`${words[kind].verb} ${quoted(name)}`), " follows it once it runs again."],
  };
}
