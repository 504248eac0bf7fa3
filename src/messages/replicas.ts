/**
 * Answers to somebody who wants to follow a replication of which no session runs, or who names
 * none.
 */
import { duration } from "../chat/duration.ts";
import type { Card, Line, Mark } from "../chat/port.ts";
import type { ReplicationKind, ReplicationSession, ReplicationTask } from "../em/types.ts";
import { bytes } from "./bytes.ts";
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

/** A session as EM shows it, with its VMs where they can be read; it need not be watched. */
export function replicationSessionCard(
  session: ReplicationSession,
  tasks: readonly ReplicationTask[] | undefined,
): Card {
  const { kind, job, name, state, result, createdAt, endedAt, failureMessage, retry } = session;
  const { noun, verb } = words[kind];
  const isOver = state === "Stopped";
  const took = endedAt === undefined ? "" : `, took ${duration(endedAt - createdAt)}`;
  return {
    tone: isOver ? "plain" : "running",
    title: `Session of ${noun} ${quoted(job?.name ?? name)}: ${isOver ? `EM reports ${plainWord(result)}` : plainWord(state)}`,
    lines: [
      ["Begun ", at(createdAt), `${took}${retry ? ", a retry" : ""}.`],
      ...(failureMessage ? [`EM says: ${failureMessage}`] : []),
      ...(tasks ? [] : ["Its VMs could not be read."]),
    ],
    rows: (tasks ?? []).map((task) => ({
      mark: taskMark(task),
      name: task.vm,
      detail: taskWords(task),
    })),
    ...(isOver ? {} : { next: [type(`${verb} ${session.id}`), " follows it."] }),
    footer: `${name} · ${session.id}`,
  };
}

function taskMark({ state, result }: ReplicationTask): Mark {
  if (state !== "Completed") return state === "Pending" ? "waiting" : "running";
  if (result === "Success") return "done";
  return result === "Warning" ? "warning" : result === "Failed" ? "failed" : "unknown";
}

const taskWords = ({ totalBytes, reason }: ReplicationTask) =>
  [totalBytes > 0 ? bytes(totalBytes) : "", reason ?? ""].filter(Boolean).join(": ");
