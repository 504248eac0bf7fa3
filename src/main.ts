/** The program: the only reader of the environment and the command line, and the only one to hear signals. */
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { faceFor } from "../adapters/terminal/face.ts";
import { createTerminal, type Terminal } from "../adapters/terminal/terminal.ts";
import { assemble, type Parts, runLoops } from "./bot-process.ts";
import type { Place } from "./chat/port.ts";
import { systemClock } from "./clock.ts";
import { type Config, ConfigError, readConfig } from "./config.ts";
import { EmError } from "./em/errors.ts";
import { type EmUnderUs, openEm } from "./em-under-us.ts";
import { helpText } from "./help.ts";
import { createLog, type Log, levelFor } from "./log.ts";
import { welcomeCard } from "./messages/welcome.ts";
import { outcomeOf } from "./outcome.ts";
import { dialects } from "./sandbox/dialects.ts";
import { scenarios } from "./sandbox/scenarios.ts";
import { openSqliteStore } from "./store/sqlite.ts";
import { type Store, StoreError } from "./store/store.ts";
import type { Watch } from "./watch/watch.ts";

/** Done, and ended well; refused, or ended otherwise; the settings are at fault. */
const EXIT = { well: 0, notWell: 1, settings: 2 } as const;

const TERMINAL: Place = { platform: "terminal", channel: "terminal" };
/** The first plan of the sandbox. */
const EXAMPLE_PLAN = "ABC Company Failover Plan";

interface Running {
  readonly config: Config;
  readonly under: EmUnderUs;
  readonly store: Store;
  readonly terminal: Terminal;
  readonly interactive: boolean;
  readonly parts: Parts;
  readonly log: Log;
}

async function main(): Promise<number> {
  const choice = {
    scenarios: Object.keys(scenarios) as [string, ...string[]],
    dialects: [...dialects] as [string, ...string[]],
  };
  const config = readConfig(process.env, process.argv.slice(2), (path) => readFileSync(path, "utf8"), choice);
  if (config.help) {
    process.stdout.write(`${helpText(choice)}\n`);
    return EXIT.well;
  }
  return run(config);
}

async function run(config: Config): Promise<number> {
  const face = faceFor(config, process.stdin, process.stdout);
  const interactive = face === "interactive";
  const log = createLog({ secrets: config.secrets, level: levelFor(config.logLevel, interactive) });
  for (const warning of config.warnings) log.warn(warning);
  const under = await openEm(config);
  const store = openSqliteStore(config.statePath, under.clock.now);
  const { username } = userInfo();
  const terminal = createTerminal({
    input: process.stdin,
    output: process.stdout,
    face,
    person: { id: username, name: username },
    clock: { now: under.clock.now, sleep: systemClock.sleep },
    timeZone: config.timeZone,
    colour: config.colour,
  });
  const parts = assemble({ config, under, store, ports: [terminal], announceIn: [TERMINAL], log });
  return converse({ config, under, store, terminal, interactive, parts, log });
}

/** From the first line to the last, and to the end of what these lines began where nobody sits at the terminal. */
async function converse(running: Running): Promise<number> {
  const { terminal, parts, under, interactive } = running;
  const stopped = stopSignal();
  await terminal.start({ ...parts.bot, incoming: (incoming) => answered(parts, incoming) });
  await terminal.post(
    TERMINAL,
    welcomeCard(
      { origin: under.em.origin, sandbox: under.sandbox },
      under.sandbox ? EXAMPLE_PLAN : undefined,
    ),
    "welcome",
  );
  const stopLoops = runLoops(parts);
  await Promise.race([terminal.ended, stopped]);
  if (!interactive) await Promise.race([runsEnded(running), stopped]);
  await terminal.stop();
  await stopLoops();
  return shutDown(running);
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

const GLANCE_MS = 100;

async function runsEnded({ store, parts: { bot, outbox }, under: { clock } }: Running): Promise<void> {
  while ((await outcomeOf(store, bot.begun)) === "open") await clock.sleep(GLANCE_MS);
  await outbox.flush();
}

async function shutDown({ store, under, parts: { bot }, interactive, log }: Running): Promise<number> {
  const open = (await store.all<Watch>("watches")).some(
    ({ value }) => value.phase.is === "ordered" && value.em === under.key,
  );
  const well = (await outcomeOf(store, bot.begun)) === "well" && bot.refused === 0;
  await under.em.close({ keepLogon: open });
  await under.close();
  await store.close();
  log.info("stopped");
  return interactive || well ? EXIT.well : EXIT.notWell;
}

try {
  process.exitCode = await main();
} catch (error) {
  const known = error instanceof ConfigError || error instanceof StoreError || error instanceof EmError;
  if (!known) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT.settings;
}
