/**
 * The program: the only reader of the environment and the command line, and the only one to hear
 * signals.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Writable } from "node:stream";
import type { FaceName } from "../adapters/terminal/face.ts";
import { tellUndone } from "./bot/received.ts";
import type { ChatPort, Incoming, Place } from "./chat/port.ts";
import { systemClock } from "./clock.ts";
import { copiedWords, movedHereWords } from "./messages/audit-words.ts";
import { movedStateWords } from "./messages/housekeeping.ts";
import { waitedCard } from "./messages/notices.ts";
import { noReportWords } from "./messages/report-answers.ts";
import { welcomeCard } from "./messages/welcome.ts";
import { exportAudit, exportOf } from "./ops/audit-export.ts";
import { backUp } from "./ops/copy-state.ts";
import { type Operations, startOperations, tellDamage, tellRestored } from "./ops/operations.ts";
import { reportFrom, reportIn, type WantedReport } from "./ops/report-export.ts";
import { takeOver } from "./ops/take-over.ts";
import { type Assembly, assemble, type Parts, runLoops } from "./program/bot-process.ts";
import { runDoctor } from "./program/doctor-process.ts";
import { outcomeOf } from "./program/exit-outcome.ts";
import { folded, widthOfWindow } from "./program/folded.ts";
import { type Ground, openGround } from "./program/ground.ts";
import { createMovedChannels, namedChannels, newestIds } from "./program/moved-channels.ts";
import { type OpenEm, sandboxChoice } from "./program/open-em.ts";
import { type OpenedLog, openLog } from "./program/open-log.ts";
import {
  loadPlatforms,
  openPlatforms,
  openTerminal,
  platformExaminations,
  terminalFace,
} from "./program/open-platforms.ts";
import { writerTo } from "./program/output.ts";
import { shownCard } from "./program/shown-time.ts";
import { closeInTurn, stopInTurn } from "./program/shutdown.ts";
import { startFailure } from "./program/start-failure.ts";
import { waitForRuns } from "./program/wait-for-runs.ts";
import { type Config, readConfig } from "./settings/config.ts";
import { readFlags } from "./settings/flags.ts";
import { helpText } from "./settings/help.ts";
import type { StateMove } from "./settings/move-settings.ts";
import type { StateSettings } from "./settings/state-settings.ts";
import type { PostgresPlace } from "./store/postgres-state.ts";
import { StoreError } from "./store/store.ts";
import { botName, botVersion } from "./version.ts";

/** Done, and ended well; refused, or ended otherwise. For starts that fail see `startFailure`. */
const EXIT = { well: 0, notWell: 1 } as const;

/** After a start that was broken off. */
const START_AGAIN_MS = 1000;

const TERMINAL: Place = { platform: "terminal", channel: "terminal" };
/** The first plan of the sandbox. */
const EXAMPLE_PLAN = "ABC Company Failover Plan";

async function main(): Promise<number> {
  const [, , ...argv] = process.argv;
  const choice = await sandboxChoice(process.env, argv);
  const settings = () =>
    readConfig(process.env, argv, (path) => readFileSync(path, "utf8"), choice);
  const { doctor, help, version, json } = readFlags(argv).flags;
  if (doctor !== undefined && help === undefined && version === undefined)
    return runDoctor(settings, json === undefined ? show : writeAsIs, json !== undefined);
  const config = settings();
  if (config.help) return tell(helpText(choice, widthOfWindow(process.stdout)));
  if (config.version) return tell(botName);
  if (config.move) return moveStateAs(config.move);
  if (config.backup !== undefined) return backUpTo(config.backup, config);
  if (config.report !== undefined) return printReport(config.report, config);
  return config.exportAudit ? exportTo(process.stdout, config) : run(config);
}

const writeAsIs = (text: string) => process.stdout.write(text);
const show = (text: string) => writeAsIs(folded(text, widthOfWindow(process.stdout)));

function tell(text: string): number {
  show(`${text}\n`);
  return EXIT.well;
}

async function exportTo(output: Writable, { statePath, postgres }: Config): Promise<number> {
  const write = writerTo(output);
  const bad = await (postgres ? exportLed(postgres, write) : exportAudit(statePath, write));
  if (bad === undefined) return EXIT.well;
  process.stderr.write(`The audit log was changed: entry ${bad} does not fit the one before it\n`);
  return EXIT.notWell;
}

async function printReport(of: string, config: Config): Promise<number> {
  const { statePath, postgres, timeZone, json } = config;
  const wanted = { of, as: json ? "json" : "markdown", timeZone } as const;
  const text = await (postgres ? reportLed(postgres, wanted) : reportIn(statePath, wanted));
  if (text === undefined) process.stderr.write(`${noReportWords(of)}\n`);
  else await writerTo(process.stdout)(text);
  return text === undefined ? EXIT.notWell : EXIT.well;
}

async function reportLed(place: PostgresPlace, wanted: WantedReport) {
  const { readOnlyState } = await import("./store/postgres-state.ts");
  return reportFrom(readOnlyState(place), wanted);
}

async function exportLed(place: PostgresPlace, write: (lines: string) => Promise<unknown>) {
  const { readOnlyState } = await import("./store/postgres-state.ts");
  return exportOf(readOnlyState(place), write);
}

async function backUpTo(file: string, { statePath, postgres }: Config): Promise<number> {
  if (postgres)
    throw new StoreError(`Cannot copy the state "${postgres.name}": pg_dump takes a copy of it`);
  await backUp(statePath, file);
  return tell(copiedWords(resolve(file)));
}

async function moveStateAs({ from, to }: StateMove): Promise<number> {
  const { homeName, moveState } = await import("./store/move.ts");
  const homeOf = ({ statePath, postgres }: StateSettings) => postgres ?? statePath;
  const mover = { host: hostname(), clock: systemClock };
  const [old, home] = [homeOf(from), homeOf(to)];
  const what = movedHereWords(homeName(old), homeName(home), mover.host);
  const moved = await moveState(old, home, mover, what);
  return tell(movedStateWords(homeName(home), moved));
}

/** Until it is stopped; where another process leads since, it stands by and begins anew. */
async function run(config: Config): Promise<number> {
  const stopped = stopSignal();
  const chatting = config.slack !== undefined || config.discord !== undefined;
  const face = chatting ? undefined : await terminalFace(config, process.stdin, process.stdout);
  const opened = openLog(config, face);
  config.warnings.forEach(opened.warn);
  if (face !== undefined) {
    const ground = await openGround(config, opened, stopped);
    return ground ? converse(ground, stopped, face, opened.aside) : EXIT.well;
  }
  // Where one cannot be loaded, opening it tells.
  if (config.postgres) loadPlatforms(config).catch(() => undefined);
  for (;;) {
    const exit = await lead(config, opened, stopped);
    if (exit !== "deposed") return exit;
  }
}

/** One lead, from its begin to its end; a start is such an end, too, that another process broke off. */
async function lead(config: Config, opened: OpenedLog, stopped: AbortSignal): Promise<Exit> {
  try {
    const ground = await openGround(config, opened, stopped);
    const exit = ground ? await serve(ground, stopped) : EXIT.well;
    if (exit === "deposed") opened.log.warn(`${whyLost(ground)}: standing by`);
    return exit;
  } catch (error) {
    if (!config.postgres || !(error instanceof StoreError && error.mayPass)) throw error;
    opened.log.warn({ why: error.message }, "the lead was lost at the start: standing by");
    await systemClock.sleep(START_AGAIN_MS, stopped).catch(() => undefined);
    return "deposed";
  }
}

type Exit = number | "deposed";

const whyLost = (ground: Ground | undefined): string =>
  ground?.lost?.reason instanceof Error ? ground.lost.reason.message : "another process leads";

/** Serves the chat platforms in the settings until the process shall stop, or another one leads. */
async function serve(ground: Ground, stopped: AbortSignal): Promise<Exit> {
  const { config, under, log, lost } = ground;
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
    await over(stopped, lost);
  } finally {
    const stopping = stopInTurn(log, {
      "stop the health port and the routine": operations.stop,
      "stop watching and speaking": stopLoops,
      "leave the platforms": () => Promise.all(ports.map((port) => port.stop())),
    });
    await shutDown(ground, stopping);
  }
  return lost?.aborted ? "deposed" : EXIT.well;
}

/** Until one of them has aborted. */
async function over(...signals: readonly (AbortSignal | undefined)[]): Promise<void> {
  const one = AbortSignal.any(signals.filter((signal) => signal !== undefined));
  if (!one.aborted) await once(one, "abort");
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
  stopped: AbortSignal,
  face: FaceName,
  aside: OpenedLog["aside"],
): Promise<number> {
  const { config, under, store, lost } = ground;
  const { username } = userInfo();
  const terminal = await openTerminal({
    input: process.stdin,
    output: process.stdout,
    face,
    person: { id: username, name: username },
    clock: { ...systemClock, now: () => under.clock.shown(under.clock.now()) },
    timeZone: config.timeZone,
    colour: config.colour,
    files: join(dirname(config.statePath), "reports"),
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
  await Promise.race([terminal.ended, over(stopped, lost)]);
  const waiting = face === "interactive" ? undefined : runsEnded(ground, parts, terminal);
  const isOver = await Promise.race([waiting, over(stopped, lost)]);
  await stopInTurn(ground.log, {
    "leave the terminal": terminal.stop,
    "stop the health port and the routine": operations.stop,
    "stop watching and speaking": stopLoops,
  });
  if (lost?.aborted) {
    await shutDown(ground);
    const why = `Leads no more as ${whyLost(ground)}: start this one again to stand by`;
    throw new StoreError(why, { mayPass: true });
  }
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

function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  // Later ones are ignored: npm and the terminal may each send one, and stopping takes a moment.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stopping.abort());
  return stopping.signal;
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

async function shutDown(ground: Ground, stopping = Promise.resolve()): Promise<void> {
  await closeInTurn(ground, stopping, systemClock);
  await stopInTurn(ground.log, { "end the drawing of pictures": ground.pictures.close });
  ground.log.info("stopped");
}

try {
  process.exitCode = await main();
} catch (error) {
  const failed = startFailure(error);
  if (!failed) throw error;
  process.stderr.write(`${folded(failed.sentence, widthOfWindow(process.stderr))}\n`);
  process.exitCode = failed.exit;
}
