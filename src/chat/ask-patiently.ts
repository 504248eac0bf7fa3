import type { Clock } from "../clock.ts";
import { isTroubleOf } from "./trouble.ts";

const pausesMs = [2000, 10_000, 30_000];

/** Asks again, some times, what may go well later; else rejects with the `ChatError`. */
export async function askPatiently<Answer>(
  { clock, signal }: { readonly clock: Pick<Clock, "sleep">; readonly signal: AbortSignal },
  ask: () => Promise<Answer>,
): Promise<Answer> {
  for (const pauseMs of pausesMs) {
    try {
      return await ask();
    } catch (error) {
      if (!isTroubleOf(error, "moment")) throw error;
      await clock.sleep(pauseMs, signal);
    }
  }
  return ask();
}
