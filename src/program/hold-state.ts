/** The state, in the hands of this process: a file at once, Postgres when this process leads. */

import { hostname } from "node:os";
import { nextTurn, systemClock } from "../clock.ts";
import { newUuid } from "../ids.ts";
import type { Log } from "../log.ts";
import { differencesTo, printsOf } from "../ops/same-settings.ts";
import { standBy } from "../ops/standing-by.ts";
import type { Config } from "../settings/config.ts";
import type { Presence } from "../store/presence.ts";
import { type OpenedState, openState } from "../store/sqlite.ts";

export interface HeldState extends OpenedState {
  /** Aborts once another process has the state; never where it is a file. */
  readonly lost?: AbortSignal;
  /**
   * A commit of nothing: rejects as any would where another process has the state by now, or the state
   * cannot be written. Absent where it is a file.
   */
  readonly assured?: () => Promise<unknown>;
  /** Whether another process stands by, and goes on as soon as this one lets go of the state. */
  readonly isAwaited?: () => boolean;
  /** The host of the process that led before, where it is another than this one. */
  readonly tookOverFrom?: string;
}

/**
 * `now`: the store's clock. Gives nothing where it was stopped before it had the state.
 *
 * @throws StoreError where it cannot be had; HealthError.
 */
export async function holdState(
  config: Config,
  { log, warn }: { readonly log: Log; warn(sentence: string): void },
  now: () => number,
  stopped: AbortSignal,
): Promise<HeldState | undefined> {
  const { postgres, statePath } = config;
  if (!postgres) return openState(statePath, now, warn, nextTurn);
  const { takeLead } = await import("../store/leadership.ts");
  const { ledState } = await import("../store/postgres-state.ts");
  const waiting = await standBy(config, log);
  const { url } = postgres;
  const [host, settings] = [hostname(), printsOf(config)];
  const tellDifferences = differencesTo(log, settings);
  let isAwaited = false;
  const others: Presence["others"] = (present) => {
    isAwaited = present.length > 0;
    tellDifferences(present);
  };
  const presence = { id: newUuid(), host, settings, others };
  const lead = await takeLead(
    { url, host, clock: systemClock, presence, waits: waiting.waits },
    stopped,
  ).finally(waiting.close);
  if (!lead) return undefined;
  const { epoch, lost, tookOverFrom } = lead;
  log.info({ epoch, tookOverFrom }, "leading");
  const over = tookOverFrom === undefined ? {} : { tookOverFrom };
  const led = ledState(postgres, lead, now);
  const assured = () => led.store.commit([]);
  return { ...led, lost, assured, isAwaited: () => isAwaited, ...over };
}
