/**
 * Requests to EM that change nothing of the estate: asked for, done at once, and shown as what they
 * are.
 */
import type { Card } from "../chat/port.ts";
import type { EmEstate, EmTasks } from "../em/client.ts";
import type { BackupServer, Task } from "../em/types.ts";
import { note } from "../messages/answers.ts";
import { count, list } from "../messages/words.ts";

/** Has EM collect data; sent once for each server. Throws `EmError`. */
export async function collectFrom(em: EmEstate, servers: readonly BackupServer[]): Promise<Card> {
  const receipts = [];
  for (const { id } of servers) receipts.push(await em.collect(id));
  const tasks = list(receipts.map(({ task }) => task.id));
  return note(
    "EM has been asked to collect its data now",
    `Backup servers: ${list(servers.map(({ name }) => name))}; EM's tasks: ${tasks}.`,
    "It changes only how fresh EM's data is, and takes minutes on a large estate.",
  );
}

/** Removes finished tasks from EM's list. Throws `EmError`. */
export async function clearTasks(
  em: EmTasks,
  tasks: readonly Task[],
  logon: string,
): Promise<Card> {
  for (const { id } of tasks) await em.removeTask(id, logon);
  return note(
    `Removed ${count(tasks.length, "finished task")} from EM's list`,
    list(tasks.map(({ id }) => id)),
  );
}
