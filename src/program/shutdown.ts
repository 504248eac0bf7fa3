import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { receiptOf } from "../records/watch.ts";
import { openWatches } from "../store/in-hand.ts";
import type { Store } from "../store/store.ts";
import type { HeldState } from "./hold-state.ts";
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

async function holdsTask(store: Pick<Store, "find" | "get">, emKey: string): Promise<boolean> {
  const watches = await openWatches(store, emKey);
  return watches.some((watch) => watch.of === "failover" && receiptOf(watch) !== undefined);
}

/**
 * Gives how to log off from EM, once nothing more is asked. A task of ours that still runs in our logon
 * keeps that logon; so does a state that cannot be read.
 */
export async function logOff(
  { em, emKey }: Pick<Closing["under"], "em" | "emKey">,
  store: Pick<Store, "find" | "get">,
) {
  const keepLogon = await holdsTask(store, emKey).catch(() => true);
  return () => em.close({ keepLogon });
}

/** What is in hand gets so long where another process stands by, which is to go on within two seconds. */
const HAND_OVER_MS = 1000;

/**
 * Lets go of the state once `stopping` is done. Where another process goes on, or has gone on already,
 * it does not wait for that long, nor for what follows; what is not done then fails, as in a process
 * that was killed. Never rejects.
 */
export async function closeInTurn(
  { store, under, log, lost, isAwaited = () => false }: Closing,
  stopping: Promise<void>,
  clock: Pick<Clock, "sleep">,
): Promise<void> {
  const waiting = new AbortController();
  const late = (ms: number) => clock.sleep(ms, waiting.signal).catch(() => undefined);
  if (!lost?.aborted) await (isAwaited() ? Promise.race([stopping, late(HAND_OVER_MS)]) : stopping);
  waiting.abort();
  const logOffFromEm = await logOff(under, store);
  await stopInTurn(log, { "close the state": store.close });
  await stopping;
  await stopInTurn(log, { "log off from EM": logOffFromEm, "close the sandbox": under.close });
}

interface Closing extends Pick<HeldState, "lost" | "isAwaited"> {
  readonly store: Pick<Store, "find" | "get" | "close">;
  readonly under: Pick<OpenEm, "emKey" | "close"> & { readonly em: Pick<OpenEm["em"], "close"> };
  readonly log: Log;
}
