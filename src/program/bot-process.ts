/** The parts of the bot, put together and run until they shall stop. */

import { type Bot, createBot } from "../bot/bot.ts";
import type { ChatPort, Place } from "../chat/port.ts";
import { systemClock } from "../clock.ts";
import { allCommands } from "../commands/all.ts";
import { createPlanList, type PlanList } from "../em/plan-list.ts";
import type { Log } from "../log.ts";
import { withoutPolicy } from "../messages/help.ts";
import { type Examination, examinationsOf, examine } from "../ops/doctor.ts";
import { countedPort, countedStore } from "../ops/instrumented.ts";
import { createPulse, type Pulse } from "../ops/liveness.ts";
import { createFigures, type Figures } from "../ops/metrics.ts";
import { moveOrders } from "../orders/submit.ts";
import { defaultPolicy } from "../policy/decide.ts";
import { type Permissions, permissionsBy } from "../policy/permissions.ts";
import type { Config } from "../settings/config.ts";
import { createOutbox, type Outbox } from "../speech/outbox.ts";
import { localLocks } from "../store/locks.ts";
import type { Store } from "../store/store.ts";
import { sayGoodbye } from "../watch/shutdown-notice.ts";
import { createWatcher, type Watcher } from "../watch/watcher.ts";
import type { OpenEm } from "./open-em.ts";
import { stopInTurn } from "./shutdown.ts";

export interface Assembly {
  readonly config: Config;
  readonly under: OpenEm;
  readonly store: Store;
  readonly ports: readonly ChatPort[];
  readonly announceIn: readonly Place[];
  readonly log: Log;
  /** Default: figures that nobody reads. */
  readonly figures?: Figures;
  readonly pulse?: Pulse;
  /** What the doctor asks beside the bot's own parts. */
  readonly examinations?: readonly Examination[];
  /** Default: by the policy in the settings, or the one that holds without a file. */
  readonly permissions?: Permissions;
}

export interface Parts {
  readonly bot: Bot;
  readonly watcher: Watcher;
  readonly outbox: Outbox;
  readonly plans: PlanList;
}

/** A silence of EM shorter than this stands on the card alone. */
const SILENCE_MS = 30_000;
/** What is in hand at a stop gets so long. */
const STOP_LIMIT_MS = 10_000;

export function assemble({ config, under, announceIn, log, ...given }: Assembly): Parts {
  const { em, key: emKey, clock } = under;
  const {
    figures = createFigures(),
    pulse = createPulse(systemClock.now),
    examinations = [],
  } = given;
  const store = countedStore(given.store, figures);
  const ports = given.ports.map((port) => countedPort(port, figures));
  const { timeZone, confirmMs, pollMs, stallMs, evidenceWaitMs } = config;
  const permissions = given.permissions ?? permissionsOf(config, log);
  const locks = localLocks();
  const outbox = createOutbox({
    store,
    ports,
    clock: pulse.clockFor("outbox", clock),
    log,
    fallback: announceIn,
  });
  const onCall = config.onCall.map(({ platform, id }) => ({ platform, id, name: "on call" }));
  const plans = createPlanList(em, clock.now);
  const watcher = createWatcher({
    em,
    emKey,
    store,
    locks,
    outbox,
    clock: pulse.clockFor("watcher", clock),
    log,
    limits: { stallMs, evidenceWaitMs, silenceMs: SILENCE_MS, watchMs: config.watchLimitMs },
    pollMs,
    announceIn,
    onCall,
    plans: plans.read,
    moveOrders: () => {
      figures.polled();
      return moveOrders(emKey, {
        em,
        store,
        plans: plans.read,
        permissions,
        onCall,
        now: clock.now,
      });
    },
  });
  const bot = createBot({
    em,
    plans,
    emKey,
    sandbox: under.sandbox,
    store,
    locks,
    outbox,
    log,
    timeZone,
    confirmMs,
    now: clock.now,
    commands: allCommands,
    permissions,
    diagnose: () =>
      examine(
        examinationsOf({ config, em, store, ports, platforms: examinations, now: systemClock.now }),
      ),
    wakeWatcher: watcher.wake,
  });
  figures.refusals(() => bot.refused);
  return { bot, watcher, outbox, plans };
}

function permissionsOf(config: Config, log: Log): Permissions {
  if (config.policy) return permissionsBy(config.policy);
  log.info(withoutPolicy);
  return permissionsBy(defaultPolicy(channelsOf(config)), true);
}

const channelsOf = ({ slack, discord }: Config) => [
  ...(slack?.channels ?? []).map((id) => `slack:${id}`),
  ...(discord?.channels ?? []).map((id) => `discord:${id}`),
];

/**
 * Runs watcher and outbox; the returned function stops them: what is in hand is finished, and open
 * cards say so. It never rejects: what cannot be saved or said any more is logged.
 */
export function runLoops(
  { watcher, outbox, plans }: Parts,
  { store, under, log }: Assembly,
): () => Promise<void> {
  const watching = new AbortController();
  const speaking = new AbortController();
  const watched = watcher.run(watching.signal);
  const spoken = outbox.run(speaking.signal);
  void plans.ready();
  const stop = async () => {
    watching.abort();
    await stopInTurn(log, {
      "end the last look at EM": () => watched,
      "put on open cards that nobody watches now": () =>
        sayGoodbye(store, under.key, under.clock.now()),
      "say what was still to be said": outbox.flush,
    });
    speaking.abort();
    await spoken;
  };
  return async () => {
    const stopped = new AbortController();
    const late = systemClock.sleep(STOP_LIMIT_MS, stopped.signal).catch(() => undefined);
    await Promise.race([stop(), late]).finally(() => {
      speaking.abort();
      stopped.abort();
    });
  };
}
