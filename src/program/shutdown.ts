import type { Log } from "../log.ts";
import { receiptOf } from "../records/watch.ts";
import { openWatches } from "../store/in-hand.ts";
import type { Store } from "../store/store.ts";
import type { OpenEm } from "./open-em.ts";

/**
 * One thing after the other, whatever fails, for the end of the process: a disk that is full must
 * not keep sockets open. What fails is logged by its name. Never rejects.
 */
export async function stopInTurn(
  log: Log,
  steps: Readonly<Record<string, () => Promise<unknown>>>,
): Promise<void> {
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step();
    } catch (error) {
      log.error({ err: error }, `stopping: could not ${name}`);
    }
  }
}

async function holdsTask(store: Store, emKey: string): Promise<boolean> {
  const watches = await openWatches(store, emKey);
  return watches.some((watch) => watch.of === "failover" && receiptOf(watch) !== undefined);
}

/**
 * A task of ours that still runs in our logon keeps that logon; so does a state that cannot be
 * read.
 */
export const logOff = async ({ em, emKey }: Pick<OpenEm, "em" | "emKey">, store: Store) =>
  em.close({ keepLogon: await holdsTask(store, emKey).catch(() => true) });
