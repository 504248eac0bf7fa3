import type { Log } from "../log.ts";

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
