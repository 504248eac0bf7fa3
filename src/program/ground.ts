/** What a bot stands on: its state, its EM and its time. */
import { createPictures, type Pictures } from "../attachments/picture/pictures.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { Log } from "../log.ts";
import { auditStart } from "../ops/audit-start.ts";
import { lateFigures, unreadFigures } from "../ops/late-figures.ts";
import { createPulse, type Pulse } from "../ops/liveness.ts";
import type { Figures } from "../ops/metrics.ts";
import type { Config } from "../settings/config.ts";
import { beginTime } from "./bot-time.ts";
import { type HeldState, holdState } from "./hold-state.ts";
import { type OpenEm, openEm } from "./open-em.ts";
import type { OpenedLog } from "./open-log.ts";
import { beginRestored } from "./restored.ts";

export interface Ground extends HeldState {
  /** When the backup was taken on which it begins, if it does. */
  readonly restored: number | undefined;
  readonly config: Config;
  readonly under: OpenEm;
  readonly log: Log;
  readonly figures: Figures;
  readonly pulse: Pulse;
  readonly pictures: Pictures;
}

/** What all stands on. Gives nothing where it was stopped before it had the state. */
export async function openGround(
  config: Config,
  { log, warn }: OpenedLog,
  stopped: AbortSignal,
): Promise<Ground | undefined> {
  // The state first: its lock also guards the sandbox's file, and where it is held nothing else has
  // been opened.
  let clock: Clock = systemClock;
  const state = await holdState(config, { log, warn }, () => clock.now(), stopped);
  if (!state) return undefined;
  try {
    return await groundOn(state, config, log, (opened) => {
      clock = opened;
    });
  } catch (error) {
    // A lead that nobody lets go of would keep others from it, and this process from its end.
    await state.store.close().catch(() => undefined);
    throw error;
  }
}

/** `livesBy`: told the clock of EM, as soon as there is one. */
async function groundOn(
  state: HeldState,
  config: Config,
  log: Log,
  livesBy: (clock: Clock) => void,
): Promise<Ground> {
  const figures = config.health ? lateFigures(loadFigures) : unreadFigures;
  const pulse = createPulse(systemClock.elapsed);
  const isOurs = (em: string) => config.em.kind !== "sandbox" && em !== "sandbox";
  const steady = await beginTime(systemClock, state.store, isOurs);
  const under = await openEm(config, steady, (info) => {
    figures.request(info);
    pulse.request(info);
  });
  livesBy(under.clock);
  try {
    const shownNow = steady.shown(under.clock.now());
    const restored = await beginRestored(state.store, shownNow);
    await auditStart(state.store, config, shownNow);
    const pictures = createPictures({ clock: systemClock, timeZone: config.timeZone });
    return { ...state, restored, config, under, log, figures, pulse, pictures };
  } catch (error) {
    await under.close();
    throw error;
  }
}

async function loadFigures(): Promise<Figures> {
  const { createFigures } = await import("../ops/metrics.ts");
  return createFigures({ ofProcess: true });
}
