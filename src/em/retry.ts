import { chance } from "../chance.ts";
import type { Clock } from "../clock.ts";
import { EmError, type EmFailure } from "./errors.ts";

export interface Patience {
  readonly clock: Clock;
  /** How often a question is asked again after its first failure. */
  readonly retries: number;
  /**
   * The pause before the first of them, doubled before each next; up to half of it is added at
   * random.
   */
  readonly pauseMs: number;
}

const PASSING: ReadonlySet<EmFailure> = new Set([
  "unreachable",
  "timed-out",
  "busy",
  "server-error",
]);

/**
 * Asks, and asks again where the failure may pass, until the signal ends it; never earlier than EM
 * asks to be. Throws the last failure. For questions only.
 */
export async function patiently<T>(
  ask: () => Promise<T>,
  patience: Patience,
  signal: AbortSignal,
): Promise<T> {
  for (let failed = 0; ; failed += 1) {
    try {
      return await ask();
    } catch (error) {
      if (failed >= patience.retries || signal.aborted || !mayPass(error)) throw error;
      if (!(await pause(patience, failed, afterMs(error), signal))) throw error;
    }
  }
}

const afterMs = (error: unknown) => (error instanceof EmError ? error.afterMs : 0);
const mayPass = (error: unknown) => error instanceof EmError && PASSING.has(error.failure);

/** False where the signal cut it short. */
async function pause(
  { clock, pauseMs }: Patience,
  failed: number,
  leastMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const plainMs = Math.max(leastMs, pauseMs * 2 ** failed);
  try {
    await clock.sleep(plainMs + chance.fraction() * (plainMs / 2), signal);
    return true;
  } catch {
    return false;
  }
}
