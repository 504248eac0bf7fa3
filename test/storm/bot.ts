/** The bot, put together as in production, on what outlives it. */

import { tellUndone } from "../../src/bot/received.ts";
import type { ChatPort, Handlers, Platform } from "../../src/chat/port.ts";
import type { Clock } from "../../src/clock.ts";
import { connectEm } from "../../src/em/connect.ts";
import { createLog, type Log } from "../../src/log.ts";
import { createPulse } from "../../src/ops/liveness.ts";
import { createFigures } from "../../src/ops/metrics.ts";
import { assemble, runLoops } from "../../src/program/bot-process.ts";
import { beginTime } from "../../src/program/bot-time.ts";
import { logOff, stopInTurn } from "../../src/program/shutdown.ts";
import { IN_HAND } from "../../src/store/in-hand.ts";
import { remembering } from "../../src/store/remembered.ts";
import { StoreError } from "../../src/store/store.ts";
import { besideStore } from "../fakes/beside-store.ts";
import type { Delivery } from "./chronicle.ts";
import { belongingOf, hear } from "./crowd.ts";
import { discordCanary, discordPort } from "./discord-platform.ts";
import { account } from "./enterprise-manager.ts";
import { assuredBy, beat, heardInTime, isForTwo, overNetwork, tookOver } from "./lead.ts";
import { clockOf, type Disk, type Life, storeOf, touch } from "./life.ts";
import { cast } from "./people.ts";
import { otherSettings } from "./settings.ts";
import { slackCanary, slackPort } from "./slack-platform.ts";
import { terminalPort } from "./terminal-platform.ts";
import { type Present, tell, type World, wallOf } from "./world.ts";

/** Nobody reads them; each set of figures watches the machine's garbage, so one is enough. */
const figures = { ...createFigures(), refusals: () => undefined };

const EM_KEY = "https://em.storm.example:9398";

/** How long a dead bot stays away. */
const LEAST_AWAY_MS = 500;
const MOST_AWAY_MS = 40_000;

export async function beBorn(world: World): Promise<void> {
  const { time, em, store, config, lives } = world;
  const number = lives.length + 1;
  const died = () => over(world, life, "the bot is killed");
  const life: Life = {
    number,
    isOver: false,
    frozenTo: 0,
    cutOffTo: 0,
    died,
  };
  const ears = new Map<Platform, Handlers>();
  const present: Present = { life, ears, handling: new Set() };
  world.now = present;
  lives.push({ from: time.elapsed() });
  const machine = clockOf(life, time, () => wallOf(world));
  const own = remembering(overNetwork(world, life, store), IN_HAND);
  const kept = heardInTime(world, life, storeOf(life, time, own, diskOf(world)));
  const clock = await beginTime(machine, kept, (em) => em === EM_KEY);
  world.steady.now = clock.now;
  const client = connectEm({
    url: EM_KEY,
    ...account,
    format: world.weather.dice("format").percent(50) ? "xml" : "json",
    clock,
    transport: em.transportFor(life),
  });
  const log = createLog({
    secrets: [account.password, `${slackCanary}-${number}`, `${discordCanary}-${number}`],
    level: "debug",
    destination: { write: (line) => void world.logged.push(line) },
  });
  const under = { em: client, emKey: EM_KEY, sandbox: false, clock, close: async () => undefined };
  const assembly = {
    config,
    under,
    store: kept,
    machine,
    ...besideStore(),
    ports: portsOf(world, life, { clock: machine, log, ears }),
    ...tookOver(world, life),
    ...assuredBy(world, kept),
    announceIn: config.announceIn.map(({ platform, id }) => ({ platform, channel: id })),
    log,
    figures,
    pulse: createPulse(clock.elapsed),
  };
  const parts = assemble(assembly);
  await tellUndone({ ...parts, store: kept });
  const stopLoops = runLoops(parts, assembly);
  present.stop = () =>
    stopInTurn(log, {
      "stop watching and speaking": stopLoops,
      "leave the platforms": () => leave(present),
      "log off from EM": async () => (await logOff(under, kept))(),
    }).then(() => ended(world, life));
  if (isForTwo(world)) void beat(world, present, machine.sleep);
  for (const port of assembly.ports) await port.start(parts.bot);
  for (const late of world.unheard.splice(0)) hear(world, late);
}

interface PortParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly ears: Map<Platform, Handlers>;
}

const portsOf = (world: World, life: Life, parts: PortParts): ChatPort[] =>
  platformsOf(world, life, parts).map((port) => ({
    ...port,
    belongs: (person) => ({
      groups: () => touch(life, world.time, () => belongingOf(world, person).groups()),
      membership: () => touch(life, world.time, () => belongingOf(world, person).membership()),
    }),
  }));

const platformsOf = ({ rooms }: World, life: Life, { clock, log, ears }: PortParts): ChatPort[] => [
  slackPort(rooms, life, { clock, log, listen: (handlers) => void ears.set("slack", handlers) }),
  discordPort(rooms, life, {
    ...{ clock, log },
    listen: (handlers) => void ears.set("discord", handlers),
  }),
  terminalPort(rooms, life, {
    ...{ clock, person: cast.otto },
    listen: (handlers) => void ears.set("terminal", handlers),
  }),
];

function diskOf({ weather, disk, time }: World): Disk {
  return {
    delayMs: () =>
      weather.strikes("disk-slow", 30) ? weather.dice("disk-slow").between(100, 4_000) : 0,
    fate: () => {
      if (disk.fullTo > time.elapsed()) return "full";
      if (!weather.strikes("disk-fails", 2)) return "written";
      return weather.dice("disk-fails").percent(50) ? "failed" : "written-untold";
    },
  };
}

/** Takes no more, then waits for what it has taken. */
async function leave({ ears, handling }: Present): Promise<void> {
  ears.clear();
  await Promise.all(handling);
}

function ended(world: World, life: Life): void {
  if (life.isOver) return;
  life.isOver = true;
  over(world, life, "the bot has stopped in order");
}

/** One that another has replaced stands by from then on. */
function over(world: World, life: Life, how: string): void {
  tell(world, how);
  if (world.now?.life === life) goAway(world, life);
}

/** Where one stands by it takes over soon. */
const TAKEN_WITHIN_MS = 2_000;

function goAway(world: World, { number }: Life): void {
  const { time, weather, lives } = world;
  const span = lives[number - 1];
  if (span) span.to = time.elapsed();
  world.now = undefined;
  for (const delivery of world.deliveries) sendAgain(world, delivery);
  const what = otherSettings(world);
  const mostMs = isForTwo(world) ? TAKEN_WITHIN_MS : MOST_AWAY_MS;
  const awayMs = weather.dice("kill").between(LEAST_AWAY_MS, mostMs);
  time.after(awayMs, () => {
    tell(world, `the bot is started again${what}`);
    void beBorn(world).catch((error) => notBorn(world, error));
  });
}

/** What was not acknowledged is sent again where the platform does so, as Slack does with events. */
function sendAgain({ lives, unheard }: World, delivery: Delivery): void {
  const last = delivery.reached.at(-1);
  const isEvent = delivery.act.is === "typed" && delivery.place.platform === "slack";
  if (isEvent && last?.life === lives.length && last.acknowledgedAt === undefined)
    unheard.push(delivery);
}

/** What cannot write its state at the start ends with a sentence, and is started again. */
function notBorn(world: World, error: unknown): void {
  if (!(error instanceof StoreError)) throw error;
  const { now } = world;
  if (!now) return;
  now.life.isOver = true;
  over(world, now.life, "the bot cannot begin");
}

/** Its own way of reaching the world, beside that of the one that it replaces. */
export const takeOverFrom = (world: World) => () => {
  for (const delivery of world.deliveries) sendAgain(world, delivery);
  void beBorn(world).catch((error) => notBorn(world, error));
};
