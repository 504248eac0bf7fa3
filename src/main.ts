/**
 * The program: the only reader of the environment and the command line, and the only one to hear
 * signals.
 */
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Writable } from "node:stream";
import type { FaceName } from "../adapters/terminal/face.ts";
import { tellUndone } from "./bot/received.ts";
import type { ChatPort, Incoming, Place } from "./chat/port.ts";
import { type Clock, nextTurn, systemClock } from "./clock.ts";
import { createLog, type Log, levelFor } from "./log.ts";
import { copiedWords } from "./messages/audit-words.ts";
import { waitedCard } from "./messages/notices.ts";
import { welcomeCard } from "./messages/welcome.ts";
import { exportAudit } from "./ops/audit-export.ts";
import { auditStart } from "./ops/audit-start.ts";
import { backUp } from "./ops/copy-state.ts";
import { lateFigures, unreadFigures } from "./ops/late-figures.ts";
import { createPulse, type Pulse } from "./ops/liveness.ts";
import type { Figures } from "./ops/metrics.ts";
import { type Operations, startOperations, tellDamage, tellRestored } from "./ops/operations.ts";
import { takeOver } from "./ops/take-over.ts";
import { type Assembly, assemble, type Parts, runLoops } from "./program/bot-process.ts";
import { beginTime } from "./program/bot-time.ts";
import { runDoctor } from "./program/doctor-process.ts";
import { outcomeOf } from "./program/exit-outcome.ts";
import { logPlace } from "./program/log-place.ts";
import { createMovedChannels, namedChannels, newestIds } from "./program/moved-channels.ts";
import { type OpenEm, openEm, sandboxChoice } from "./program/open-em.ts";
import {
  openPlatforms,
  openTerminal,
  platformExaminations,
  terminalFace,
} from "./program/open-platforms.ts";
import { writerTo } from "./program/output.ts";
import { beginRestored } from "./program/restored.ts";
import { shownCard } from "./program/shown-time.ts";
import { logOff, stopInTurn } from "./program/shutdown.ts";
import { isForeseen, startFailure } from "./program/start-failure.ts";
import { waitForRuns } from "./program/wait-for-runs.ts";
import { type Config, readConfig } from "./settings/config.ts";
import { readFlags } from "./settings/flags.ts";
import { helpText } from "./settings/help.ts";
import { type OpenedState, openState } from "./store/sqlite.ts";
import { botName, botVersion } from "./version.ts";

/** Done, and ended well; refused, or ended otherwise. For starts that fail see `startFailure`. */
const EXIT = { well: 0, notWell: 1 } as const;

const TERMINAL: Place = { platform: "terminal", channel: "terminal" };
/** The first plan of the sandbox. */
const EXAMPLE_PLAN = "ABC Company Failover Plan";

interface Ground extends OpenedState {
  /** When the backup was taken on which it begins, if it does. */
  readonly restored: number | undefined;
  readonly config: Config;
  readonly under: OpenEm;
  readonly log: Log;
  readonly figures: Figures;
  readonly pulse: Pulse;
}

async function main(): Promise<number> {
  const [, , ...argv] = process.argv;
  const choice = await sandboxChoice(process.env, argv);
  const settings = () =>
    readConfig(process.env, argv, (path) => readFileSync(path, "utf8"), choice);
  const { doctor, help, version, json } = readFlags(argv).flags;
  if (doctor !== undefined && help === undefined && version === undefined)
    return runDoctor(settings, (text) => process.stdout.write(text), json !== undefined);
  const config = settings();
  if (config.help) return tell(helpText(choice));
  if (config.version) return tell(botName);
  if (config.backup !== undefined) return backUpTo(config.backup, config);
  return config.exportAudit ? exportTo(process.stdout, config) : run(config);
}

function tell(text: string): number {
  process.stdout.write(`${text}\n`);
  return EXIT.well;
}

async function exportTo(output: Writable, { statePath }: Config): Promise<number> {
  const bad = await exportAudit(statePath, writerTo(output));
  if (bad === undefined) return EXIT.well;
  process.stderr.write(`The audit log was changed: entry ${bad} does not fit the one before it\n`);
  return EXIT.notWell;
}

async function backUpTo(file: string, { statePath }: Config): Promise<number> {
  await backUp(statePath, file);
  return tell(copiedWords(resolve(file)));
}

interface OpenedLog {
  readonly log: Log;
  /** Where it stands in a file, what was warned of before anything could be said is said then. */
  readonly aside?: { readonly file: string; readonly warnings: string[] };
}

function openLog(config: Config, face: FaceName | undefined): OpenedLog {
  const { secrets, logLevel, statePath } = config;
  const { destination, file } = logPlace({ face, statePath, stderr: process.stderr });
  const level = levelFor(logLevel, face === "interactive");
  const log = createLog({ secrets, level, destination, isExpected: isForeseen });
  return { log, ...(file === undefined ? {} : { aside: { file, warnings: [] } }) };
}

async function run(config: Config): Promise<number> {
  const chatting = config.slack !== undefined || config.discord !== undefined;
  const face = chatting ? undefined : await terminalFace(config, process.stdin, process.stdout);
  const { log, aside } = openLog(config, face);
  const warn = (sentence: string) => {
    log.warn(sentence);
    aside?.warnings.push(sentence);
  };
  config.warnings.forEach(warn);
  const figures = config.health ? lateFigures(loadFigures) : unreadFigures;
  const pulse = createPulse(systemClock.elapsed);
  // The state first: its lock also guards the sandbox's file, and where it is held nothing else has
  // been opened.
  let clock: Clock = systemClock;
  const state = openState(config.statePath, () => clock.now(), warn, nextTurn);
  const isOurs = (em: string) => config.em.kind !== "sandbox" && em !== "sandbox";
  const steady = await beginTime(systemClock, state.store, isOurs);
  const under = await openEm(config, steady, (info) => {
    figures.request(info);
    pulse.request(info);
  });
  clock = under.clock;
  const shownNow = steady.shown(under.clock.now());
  const restored = await beginRestored(state.store, shownNow);
  await auditStart(state.store, config, shownNow);
  const ground: Ground = { ...state, restored, config, under, log, figures, pulse };
  return face === undefined ? serve(ground) : converse(ground, face, aside);
}

async function loadFigures(): Promise<Figures> {
  const { createFigures } = await import("./ops/metrics.ts");
  return createFigures({ ofProcess: true });
}

/** Serves the chat platforms in the settings until the process shall stop. */
async function serve(ground: Ground): Promise<number> {
  const { config, under, log } = ground;
  const stopped = stopSignal();
  const moved = createMovedChannels(ground, namedChannels(config));
  const channelsNow = (ids: readonly string[]) => newestIds(moved, ids);
  const ports = await openPlatforms(config, systemClock, log, channelsNow);
  const announceIn = config.announceIn.map(
    ({ platform, id }): Place => ({ platform, channel: id }),
  );
  const examinations = platformExaminations(config, systemClock, log, channelsNow);
  const assembly = { ...ground, ports, announceIn, examinations };
  const parts = assemble(assembly);
  const operations = await operate(ground, assembly, parts);
  const stopLoops = runLoops(parts, assembly);
  const handlers = {
    ...parts.bot,
    incoming: (incoming: Incoming) => parts.bot.incoming(dated(incoming, under)),
  };
  try {
    await Promise.all(ports.map((port) => port.start(handlers)));
    log.info(
      {
        version: botVersion,
        em: under.em.origin,
        sandbox: under.sandbox,
        platforms: ports.map(({ platform }) => platform),
      },
      "serving",
    );
    await stopped;
  } finally {
    await stopInTurn(log, {
      "stop the health port and the routine": operations.stop,
      "stop watching and speaking": stopLoops,
      "leave the platforms": () => Promise.all(ports.map((port) => port.stop())),
    });
    await shutDown(ground);
  }
  return EXIT.well;
}

/**
 * Platforms live in real time, the bot in EM's, which a sandbox may let go by faster: how long ago
 * it was stays.
 */
const dated = (incoming: Incoming, { clock }: OpenEm): Incoming => ({
  ...incoming,
  at: clock.shown(clock.now()) - (systemClock.now() - incoming.at),
});

/**
 * The terminal is the chat: from the first line to the last, and to the end of what these lines
 * began if it is a pipe.
 */
async function converse(
  ground: Ground,
  face: FaceName,
  aside: OpenedLog["aside"],
): Promise<number> {
  const { config, under, store } = ground;
  const stopped = stopSignal();
  const { username } = userInfo();
  const terminal = await openTerminal({
    input: process.stdin,
    output: process.stdout,
    face,
    person: { id: username, name: username },
    clock: { ...systemClock, now: () => under.clock.shown(under.clock.now()) },
    timeZone: config.timeZone,
    colour: config.colour,
    files: join(dirname(config.statePath), "files"),
  });
  const assembly = { ...ground, ports: [terminal], announceIn: [TERMINAL] };
  const parts = assemble(assembly);
  const operations = await operate(ground, assembly, parts);
  await terminal.start({ ...parts.bot, incoming: (incoming) => answered(parts, incoming) });
  const { em, sandbox } = under;
  await terminal.post(
    TERMINAL,
    welcomeCard({ origin: em.origin, sandbox }, sandbox ? EXAMPLE_PLAN : undefined, aside),
    "welcome",
  );
  const card = await takeOver(TERMINAL, parts);
  if (card) await terminal.post(TERMINAL, shownCard(card, under.clock), "taken over");
  const stopLoops = runLoops(parts, assembly);
  await Promise.race([terminal.ended, stopped]);
  const waiting = face === "interactive" ? undefined : runsEnded(ground, parts, terminal);
  const isOver = await Promise.race([waiting, stopped]);
  await stopInTurn(ground.log, {
    "leave the terminal": terminal.stop,
    "stop the health port and the routine": operations.stop,
    "stop watching and speaking": stopLoops,
  });
  const outcome = await outcomeOf(store, parts.bot.begun).catch(() => "unknown");
  const well = outcome === "well" && parts.bot.refused === 0 && isOver !== false;
  await shutDown(ground);
  return face === "interactive" || well ? EXIT.well : EXIT.notWell;
}

/** What runs beside the bot's own work, begun before its loops. */
async function operate(ground: Ground, assembly: Assembly, parts: Parts): Promise<Operations> {
  const { damaged, restored, figures, pulse } = ground;
  // Not the store and the ports that are counted: a look at the bot is no part of its work.
  const { config, store, ports } = assembly;
  const operating = { ...parts, store, ports, config, figures, pulse };
  try {
    if (damaged) await tellDamage(damaged, operating);
    if (restored !== undefined) await tellRestored(restored, operating);
    await tellUndone(operating);
    return await startOperations(operating);
  } catch (error) {
    await shutDown(ground);
    throw error;
  }
}

/** The next line is read when all that this one caused has been said. */
async function answered(
  { bot, outbox }: Parts,
  incoming: Parameters<Parts["bot"]["incoming"]>[0],
): Promise<void> {
  await bot.incoming(incoming);
  await outbox.flush();
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    // Later ones are ignored: npm and the terminal may each send one, and stopping takes a moment.
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => resolve());
  });
}

/** Gives whether all have ended; where not, it says which go on. */
async function runsEnded(
  { store, config, under: { clock } }: Ground,
  { bot, outbox }: Parts,
  terminal: ChatPort,
): Promise<boolean> {
  const open = await waitForRuns(store, bot.begun, clock, config.waitMs);
  await outbox.flush();
  if (open.length === 0) return true;
  await terminal.post(TERMINAL, waitedCard(open, config.waitMs ?? 0), "waited");
  return false;
}

async function shutDown({ store, under, log }: Ground): Promise<void> {
  await stopInTurn(log, {
    "log off from EM": () => logOff(under, store),
    "close the sandbox": under.close,
    "close the state": store.close,
  });
  log.info("stopped");
}

try {
  process.exitCode = await main();
} catch (error) {
  const failed = startFailure(error);
  if (!failed) throw error;
  process.stderr.write(`${failed.sentence}\n`);
  process.exitCode = failed.exit;
}
