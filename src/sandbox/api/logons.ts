/**
 * Logon sessions, and the tasks that live and die with them. Kept in memory: a restart of EM ends
 * them all.
 */
import { guid } from "../estate/ids.ts";
import type { Scenario } from "../scenarios.ts";
import type { Switches } from "../switches.ts";

const IDLE_MS = 15 * 60_000;

export interface Logon {
  readonly id: string;
  /** What the client sends as `X-RestSvcSessionId`: the id's text in base64. */
  readonly token: string;
  readonly userName: string;
  readonly createdAt: number;
}

interface Held {
  readonly logon: Logon;
  usedAt: number;
  tasks: number;
}

export interface Logons {
  /** Undefined where no more are allowed. */
  open(userName: string, now: number): Logon | undefined;
  /** The logon of a token, which counts as its use. */
  use(token: string, now: number): Logon | undefined;
  alive(now: number): readonly Logon[];
  close(id: string): void;
  closeAll(): void;
  /** Closes all, and counts tasks from 1 again. */
  restart(): void;
  /** The id of the next task of a logon. */
  nextTaskId(logonId: string): string;
}

export function openLogons(scenario: Scenario, switches: Switches, seed: string): Logons {
  const held = new Map<string, Held>();
  let opened = 0;
  let tasks = 0;

  const isAlive = ({ logon, usedAt }: Held, now: number): boolean =>
    now - logon.createdAt < scenario.logonLivesMs &&
    now - (switches.logonLifetime === "absolute" ? logon.createdAt : usedAt) < IDLE_MS;

  function alive(now: number): Logon[] {
    for (const [id, each] of held) if (!isAlive(each, now)) held.delete(id);
    return [...held.values()].map((each) => each.logon);
  }

  return {
    open(userName, now) {
      if (switches.logonLimit === "five" && alive(now).length >= 5) return undefined;
      opened += 1;
      const id = guid("logon", seed, opened, now);
      const logon = { id, token: Buffer.from(id).toString("base64"), userName, createdAt: now };
      held.set(id, { logon, usedAt: now, tasks: 0 });
      return logon;
    },
    use(token, now) {
      const logon = alive(now).find((each) => each.token === token);
      const found = logon && held.get(logon.id);
      if (found) found.usedAt = now;
      return logon;
    },
    alive,
    close: (id) => void held.delete(id),
    closeAll: () => held.clear(),
    restart() {
      held.clear();
      tasks = 0;
    },
    nextTaskId(logonId) {
      const of = held.get(logonId);
      if (of) of.tasks += 1;
      tasks += 1;
      return `task-${switches.taskNumbers === "per-logon" ? (of?.tasks ?? 1) : tasks}`;
    },
  };
}
