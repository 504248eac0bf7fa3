/**
 * Requests to EM that change nothing of the estate: asked for, and done at once. As of an order,
 * the audit log has that EM is asked before it is, and what came of it afterwards; after a kill in
 * between, the first alone.
 */
import type { Incoming } from "../chat/port.ts";
import { EmError } from "../em/errors.ts";
import type { BackupServer, Task } from "../em/types.ts";
import { type CommandFault, undoneWords } from "../messages/faults.ts";
import {
  clearedWords,
  clearingWords,
  collectedCard,
  collectedWords,
  collectingWords,
  tasksClearedCard,
} from "../messages/housekeeping.ts";
import type { AuditDeed } from "../records/audit-entry.ts";
import type { Services } from "../services.ts";
import { audited } from "../store/audit.ts";
import { faultOf } from "./fault.ts";
import type { Reaction } from "./reaction.ts";
import { askingEm } from "./received.ts";

type Housekeeping = Pick<Services, "em" | "store" | "clock">;

/** EM has not done all that it was asked. The message is what the audit log says of that. */
export class HousekeepingError extends Error {
  readonly fault: CommandFault;

  constructor(wanted: string, fault: CommandFault, cause: EmError) {
    super(undoneWords(wanted, fault), { cause });
    this.name = "HousekeepingError";
    this.fault = fault;
  }
}

/** Has EM collect data; sent once for each server. Throws `HousekeepingError`. */
export async function collectFrom(
  state: Housekeeping,
  incoming: Incoming,
  servers: readonly BackupServer[],
): Promise<Reaction> {
  const names = servers.map(({ name }) => name);
  await auditAsked(state, incoming, "collecting", collectingWords(names));
  const tasks = await oneByOne(
    "collect",
    servers,
    ({ name }) => name,
    async ({ id }) => {
      const { task } = await state.em.collect(id);
      return task.id;
    },
  );
  const done = { deed: "collected", what: collectedWords(names, tasks) } as const;
  return { card: collectedCard(names, tasks), done };
}

/** Removes finished tasks from EM's list. Throws `HousekeepingError`. */
export async function clearTasks(
  state: Housekeeping,
  incoming: Incoming,
  tasks: readonly Task[],
  logon: string,
): Promise<Reaction> {
  const ids = tasks.map(({ id }) => id);
  await auditAsked(state, incoming, "clearing-tasks", clearingWords(ids));
  await oneByOne(
    "tasks clear",
    ids,
    (id) => id,
    (id) => state.em.removeTask(id, logon),
  );
  return {
    card: tasksClearedCard(ids),
    done: { deed: "tasks-cleared", what: clearedWords(ids) },
  };
}

async function auditAsked(
  { store, clock }: Housekeeping,
  incoming: Incoming,
  deed: AuditDeed,
  what: string,
): Promise<void> {
  const { from: who, place: where } = incoming;
  const asked = audited({ at: clock.now(), deed, who, where, what });
  await store.commit([asked, ...askingEm(incoming)]);
}

async function oneByOne<Thing, Done>(
  wanted: string,
  things: readonly Thing[],
  nameOf: (thing: Thing) => string,
  ask: (thing: Thing) => Promise<Done>,
): Promise<Done[]> {
  const done: Done[] = [];
  for (const thing of things)
    done.push(
      await ask(thing).catch((error) => {
        if (!(error instanceof EmError)) throw error;
        const before = things.slice(0, done.length).map(nameOf);
        throw new HousekeepingError(
          `${wanted} ${nameOf(thing)}`,
          { ...faultOf(error), before },
          error,
        );
      }),
    );
  return done;
}
