/** The parts of the bot, put together and run until they shall stop. */

import { createFileMaker } from "../attachments/file-maker.ts";
import type { Pictures } from "../attachments/picture/pictures.ts";
import { type Bot, createBot } from "../bot/bot.ts";
import { createRefusalLog, type RefusalLog } from "../bot/refusals.ts";
import type { ChatPort, Person, Place } from "../chat/port.ts";
import { type Clock, type SteadyClock, systemClock } from "../clock.ts";
import { allCommands } from "../commands/all.ts";
import { backup } from "../commands/backup.ts";
import { createPlanList } from "../em/plan-list.ts";
import type { Log } from "../log.ts";
import { withoutPolicy } from "../messages/help.ts";
import { type Examination, examinationsOf, examine } from "../ops/doctor.ts";
import { countedPort, countedStore } from "../ops/instrumented.ts";
import { unreadFigures } from "../ops/late-figures.ts";
import { createPulse, type Pulse } from "../ops/liveness.ts";
import type { Figures } from "../ops/metrics.ts";
import { moveOrders } from "../orders/submit.ts";
import { defaultPolicy } from "../policy/decide.ts";
import { type Permissions, permissionsBy } from "../policy/permissions.ts";
import type { Services } from "../services.ts";
import type { Config } from "../settings/config.ts";
import { createOutbox } from "../speech/outbox.ts";
import { createCollections, noCollections } from "../watch/collecting.ts";
import { sayGoodbye } from "../watch/shutdown-notice.ts";
import { createVigil } from "../watch/vigil.ts";
import { createWatcher, type Watcher } from "../watch/watcher.ts";
import { ledPort } from "./led-port.ts";
import {
  createMovedChannels,
  followingPort,
  heardAsKnown,
  type MovedChannels,
  namedChannels,
} from "./moved-channels.ts";
import type { OpenEm } from "./open-em.ts";
import { auditedByWall, shownPort, shownTo } from "./shown-time.ts";
import { stopInTurn } from "./shutdown.ts";

/** What a process is given; the rest of `Services` is made of that. */
export interface Assembly
  extends Pick<Services, "store" | "locks" | "copyTo" | "wakeups" | "ports" | "announceIn" | "log">,
    Partial<Pick<Services, "permissions">> {
  readonly config: Config;
  readonly under: OpenEm;
  readonly pictures: Pick<Pictures, "png">;
  /** Default: figures that nobody reads. */
  readonly figures?: Figures;
  readonly pulse?: Pulse;
  /** The host whose bot led before this one. */
  readonly tookOverFrom?: string;
  /** Where another process may come to lead: rejects where one has. */
  readonly assured?: () => Promise<unknown>;
  /** The machine's own clock, to notice when it is moved. Default: the system's. */
  readonly machine?: Clock;
  /** What the doctor asks beside the bot's own parts. */
  readonly examinations?: readonly Examination[];
}

export interface Parts extends Services {
  readonly bot: Bot;
  readonly watcher: Watcher;
  readonly refusals: RefusalLog;
}

/** A silence of EM shorter than this stands on the card alone. */
const SILENCE_MS = 30_000;
/** What is in hand at a stop gets so long. */
const STOP_LIMIT_MS = 10_000;

export function assemble(assembly: Assembly): Parts {
  const { config, figures = unreadFigures, pulse = createPulse(systemClock.elapsed) } = assembly;
  const channels = createMovedChannels(assembly, namedChannels(config));
  const services = servicesOf(assembly, channels, figures, pulse);
  const refusals = createRefusalLog(services);
  const watcher = watcherOf(services, assembly, { figures, pulse, refusals });
  const { timeZone, confirmMs } = config;
  const bot = createBot({
    ...services,
    refusals,
    timeZone,
    confirmMs,
    commands: commandsAt(services.ports),
    diagnose: () => diagnose(services, assembly),
  });
  figures.refusals(() => bot.refused);
  const heard = heardAt(bot, services.clock, channels);
  return { ...services, bot: heard, watcher, refusals };
}

const commandsAt = (ports: readonly ChatPort[]) =>
  ports.some(({ platform }) => platform === "terminal") ? [...allCommands, backup] : allCommands;

/** What it answers bears the wall clock's times; what arrives, the places as they are known. */
const heardAt = (bot: Omit<Bot, "moved">, clock: SteadyClock, channels: MovedChannels): Bot => ({
  ...bot,
  ...heardAsKnown(
    { ...bot, incoming: (incoming) => bot.incoming(shownTo(incoming, clock)) },
    channels,
  ),
  get refused() {
    return bot.refused;
  },
});

function servicesOf(
  { config, under, announceIn, log, pictures, ...given }: Assembly,
  channels: MovedChannels,
  figures: Figures,
  pulse: Pulse,
): Services {
  const { em, emKey, sandbox, clock } = under;
  const store = auditedByWall(countedStore(given.store, figures), clock);
  const ports = given.ports.map((port) =>
    shownPort(countedPort(ledPort(followingPort(port, channels), given.assured), figures), clock),
  );
  const { locks, copyTo, wakeups } = given;
  const outbox = createOutbox({
    store,
    locks,
    wakeups,
    ports,
    clock: pulse.clockFor("outbox", clock),
    log,
    fileMaker: createFileMaker({
      ...{ store, pictures, clock, timeZone: config.timeZone },
      shown: clock.shown,
    }),
    fallback: announceIn,
  });
  return {
    em,
    emKey,
    sandbox,
    plans: createPlanList(em, clock.elapsed),
    store,
    locks,
    copyTo,
    wakeups,
    outbox,
    ports,
    permissions: given.permissions ?? permissionsOf(config, ports, log),
    announceIn,
    onCall: config.onCall.map(({ platform, id }) => ({ platform, id, name: "on call" })),
    clock,
    log,
  };
}

function watcherOf(
  services: Services,
  { config, machine = systemClock, tookOverFrom }: Assembly,
  { figures, pulse, refusals }: { figures: Figures; pulse: Pulse; refusals: RefusalLog },
): Watcher {
  const { stallMs, evidenceWaitMs, watchLimitMs: watchMs, pollMs } = config;
  const parts = { ...services, clock: pulse.clockFor("watcher", services.clock) };
  return createWatcher({
    ...parts,
    collections: config.collects ? createCollections(parts) : noCollections,
    limits: { stallMs, evidenceWaitMs, silenceMs: SILENCE_MS, watchMs },
    vigil: createVigil(machine),
    ...(tookOverFrom === undefined ? {} : { takenOver: { tookOverFrom } }),
    pollMs,
    moveOrders: async () => {
      figures.polled();
      const inHand = await moveOrders(services);
      await refusals.writeDue();
      return inHand;
    },
  });
}

/** The doctor of a bot that runs. */
const diagnose = (
  { em, store, ports }: Services,
  { config, examinations: platforms = [] }: Assembly,
) => examine(examinationsOf({ config, em, store, ports, platforms, clock: systemClock }));

function permissionsOf(config: Config, ports: readonly ChatPort[], log: Log): Permissions {
  const belongs = (person: Person, place: Place) =>
    ports.find(({ platform }) => platform === person.platform)?.belongs(person, place);
  if (config.policy) return permissionsBy(config.policy, { belongs });
  log.info(withoutPolicy);
  return permissionsBy(defaultPolicy(channelsOf(config)), { byDefault: true, belongs });
}

const channelsOf = ({ slack, discord }: Config) => [
  ...(slack?.channels ?? []).map((id) => `slack:${id}`),
  ...(discord?.channels ?? []).map((id) => `discord:${id}`),
];

/**
 * Runs watcher and outbox while this process leads; the returned function stops them: what is in hand is finished, and open
 * cards say so. It never rejects: what cannot be saved or said any more is logged.
 */
export function runLoops(
  { watcher, outbox, plans, refusals, locks }: Parts,
  {
    store,
    under,
    log,
    machine = systemClock,
  }: Pick<Assembly, "store" | "under" | "log" | "machine">,
): () => Promise<void> {
  const watching = new AbortController();
  const speaking = new AbortController();
  const watched = locks.lead("watching", (led) =>
    watcher.run(AbortSignal.any([led, watching.signal])),
  );
  const spoken = locks.lead("speaking", (led) =>
    outbox.run(AbortSignal.any([led, speaking.signal])),
  );
  void plans.ready();
  const stop = async () => {
    watching.abort();
    await stopInTurn(log, {
      "end the last look at EM": () => watched,
      "write what was counted of refusals": refusals.writeAll,
      "put on open cards that nobody watches now": () =>
        sayGoodbye(store, under.emKey, under.clock.now()),
      "say what was still to be said": outbox.flush,
    });
    speaking.abort();
    await spoken;
    await locks.close();
  };
  return async () => {
    const stopped = new AbortController();
    const late = machine.sleep(STOP_LIMIT_MS, stopped.signal).catch(() => undefined);
    await Promise.race([stop(), late]).finally(() => {
      speaking.abort();
      stopped.abort();
    });
  };
}
