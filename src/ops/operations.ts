/**
 * All that runs beside the bot's own work: answers for machines, the routine, and notices of the
 * start.
 */
import type { Card, Place } from "../chat/port.ts";
import { systemClock } from "../clock.ts";
import { damagedStateCard, restoredStateCard } from "../messages/notices.ts";
import type { Services } from "../services.ts";
import type { Config } from "../settings/config.ts";
import { putTopic, topicId } from "../speech/topics.ts";
import type { OpenedState } from "../store/sqlite.ts";
import { serveCopies } from "./copy-server.ts";
import { digest } from "./digest.ts";
import { createHealth, serveHealth } from "./health.ts";
import { gaugesOf } from "./instrumented.ts";
import type { Pulse } from "./liveness.ts";
import type { Figures } from "./metrics.ts";
import { sweep } from "./retention.ts";
import { type Chore, startRoutine } from "./schedule.ts";
import { createLookout, keepLookout } from "./second-process.ts";

export interface OperationParts
  extends Pick<
    Services,
    | "em"
    | "emKey"
    | "sandbox"
    | "plans"
    | "store"
    | "copyTo"
    | "wakeups"
    | "ports"
    | "announceIn"
    | "clock"
    | "log"
  > {
  readonly config: Config;
  readonly figures: Figures;
  readonly pulse: Pulse;
}

export interface Operations {
  stop(): Promise<void>;
}

/** Throws `HealthError` where it cannot listen. */
export async function startOperations(parts: OperationParts): Promise<Operations> {
  const { config, store, ports, figures, pulse, log, em } = parts;
  gaugesOf(store, ports, parts.clock.now, figures);
  const health = createHealth({ ports, pulse, store, figures, log, em, clock: systemClock });
  const server = config.health && (await serveHealth(health, figures, config.health));
  if (server)
    log.info({ host: config.health?.host, port: server.port }, "answering how the bot is");
  const stopping = new AbortController();
  const copies = config.postgres
    ? undefined
    : await serveCopies({ ...parts, statePath: config.statePath });
  const looking = keepLookout(createLookout(parts), systemClock, stopping.signal);
  const close = async () => {
    stopping.abort();
    await looking;
    await server?.close();
    await copies?.close();
  };
  const routine = await startRoutine({
    chores: choresOf(parts),
    timeZone: config.timeZone,
    store,
    log,
    clock: systemClock,
  }).catch(async (error) => {
    await close();
    throw error;
  });
  return {
    stop: async () => {
      stopping.abort();
      await looking;
      await withinLimit(routine.stop());
      await close();
    },
  };
}

/**
 * A digest that waits for EM must not hold up a stop; what is not saved of it is done at the next
 * start.
 */
const STOP_LIMIT_MS = 3000;

async function withinLimit(stopping: Promise<void>): Promise<void> {
  const stopped = new AbortController();
  const patience = systemClock.sleep(STOP_LIMIT_MS, stopped.signal).catch(() => undefined);
  await Promise.race([stopping, patience]).finally(() => stopped.abort());
}

/** At an hour at which little else is done. */
const SWEEP_AT = "17 3 * * *";

function choresOf(parts: OperationParts): Chore[] {
  const { config, ports } = parts;
  const platforms = ports.map(({ platform }) => platform);
  const sweeping: Chore = {
    name: "sweep",
    when: SWEEP_AT,
    run: async () => {
      await sweep({ ...parts, reportDays: config.reportDays });
      return [];
    },
  };
  const places = config.announceIn
    .filter(({ platform }) => platforms.includes(platform))
    .map(({ platform, id }): Place => ({ platform, channel: id }));
  if (!config.digest || places.length === 0) return [sweeping];
  const { at: when, untestedDays } = config.digest;
  return [
    sweeping,
    {
      name: "digest",
      when,
      run: (due) => digest(due, { ...parts, places, untestedDays }),
      done: () => parts.wakeups.wake("speech"),
    },
  ];
}

type Telling = Pick<Services, "store" | "announceIn" | "clock" | "log">;

/** That the state was damaged is said wherever notices go. */
export async function tellDamage(
  { keptAs, why }: NonNullable<OpenedState["damaged"]>,
  parts: Telling,
): Promise<void> {
  parts.log.error({ keptAs, why }, "the state was damaged; a new one was begun");
  await tellOfState(`damaged ${keptAs}`, damagedStateCard(keptAs, why), parts);
}

/** So is that it was restored; `from`: when the backup was taken. */
export async function tellRestored(from: number, parts: Telling): Promise<void> {
  parts.log.warn({ from }, "the state was restored from a backup");
  await tellOfState(`restored ${parts.clock.now()}`, restoredStateCard(from), parts);
}

async function tellOfState(
  what: string,
  card: Card,
  { store, announceIn, clock }: Telling,
): Promise<void> {
  await store.commit(
    announceIn.map((place) =>
      putTopic({
        version: 1,
        id: topicId(what, place),
        place,
        title: "State",
        card,
        updatedAt: clock.now(),
        closed: true,
      }),
    ),
  );
}
