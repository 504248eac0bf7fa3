import { setTimeout } from "node:timers/promises";

/**
 * Resolves once it is so; for what real sockets bring in their own time. Fails after some seconds.
 */
export async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 4000; turn++) {
    if (isSo()) return;
    await setTimeout(1);
  }
  throw new Error(`It never came to this: ${isSo}`);
}
