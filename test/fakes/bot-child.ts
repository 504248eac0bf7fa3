/**
 * The whole bot as a process that can be killed: real parts on the Enterprise Manager, the chat
 * platform and the state file that it is given, and time as fast as the sandbox's. It says on
 * standard output when its time began and when it listens; at a terminal, lines come in and JSON
 * lines go out besides. It ends by itself once its input has ended and nothing is left to watch, to
 * send or to say; or it dies at the commit that it is told.
 *
 *     node test/fakes/bot-child.ts '{ "em": { … }, "face": { "is": "terminal" }, "statePath": "…",
 *     "at": 1795000000000, "speed": 60 }'
 */

import { once } from "node:events";
import { dirname, join } from "node:path";
import { createTerminal } from "../../adapters/terminal/terminal.ts";
import type { ChatPort, Place } from "../../src/chat/port.ts";
import { type Clock, steadyClock, systemClock } from "../../src/clock.ts";
import { connectEm } from "../../src/em/connect.ts";
import { createLog, type Log } from "../../src/log.ts";
import { assemble, runLoops } from "../../src/program/bot-process.ts";
import { openPlatforms } from "../../src/program/open-platforms.ts";
import { type Config, readConfig } from "../../src/settings/config.ts";
import type { DiscordSettings, SlackSettings } from "../../src/settings/platform-settings.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { besideStore } from "./beside-store.ts";
import { everybodyMayOrder } from "./grant.ts";

/** Where people meet the bot. */
export type Face =
  | { readonly is: "terminal" }
  | { readonly is: "slack"; readonly slack: SlackSettings }
  | { readonly is: "discord"; readonly discord: DiscordSettings };

export interface Life {
  readonly em: { readonly url: string; readonly username: string; readonly password: string };
  readonly face: Face;
  readonly statePath: string;
  /** EM's time now, in milliseconds since 1970, and how fast it goes by. */
  readonly at: number;
  readonly speed: number;
  /** Dies at this commit, counted from 1: with it saved, or not. */
  readonly death?: { readonly commit: number; readonly saved: boolean };
}

/**
 * What it says of itself. `at`: the machine's time at which the life's time began, in milliseconds
 * since 1970.
 */
export type Sign = { readonly kind: "born"; readonly at: number } | { readonly kind: "listening" };

const sign = (given: Sign) => process.stdout.write(`${JSON.stringify(given)}\n`);

/** Of real time. */
const GLANCE_MS = 20;
/** Of real time: an answer that never comes is given up soon, as time is compressed. */
const ANSWER_MS = 1000;

function compressed({ at, speed }: Life): Clock {
  const bornAt = Date.now();
  sign({ kind: "born", at: bornAt });
  return {
    now: () => Math.floor(at + (Date.now() - bornAt) * speed),
    elapsed: () => systemClock.elapsed() * speed,
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
    deadline: systemClock.deadline,
  };
}

function mortal(store: Store, death: Life["death"]): Store {
  let commits = 0;
  return {
    ...store,
    async commit(changes) {
      commits += 1;
      const last = commits === death?.commit;
      if (last && !death.saved) process.kill(process.pid, "SIGKILL");
      const committed = await store.commit(changes);
      if (last) process.kill(process.pid, "SIGKILL");
      return committed;
    },
  };
}

/** What takes the machine long is done before time begins. */
const load: Readonly<Record<Face["is"], () => Promise<unknown>>> = {
  terminal: async () => undefined,
  slack: () => import("../../adapters/slack/slack.ts"),
  discord: () => import("../../adapters/discord/discord.ts"),
};

interface Met {
  readonly port: ChatPort;
  readonly channel: Place;
  /** Resolves when nobody will say anything more. */
  readonly ended: Promise<unknown>;
}

function openTerminal(clock: Clock, statePath: string): Met {
  const terminal = createTerminal({
    input: process.stdin,
    output: process.stdout,
    face: "json",
    person: { id: "anna", name: "Anna" },
    clock,
    timeZone: "UTC",
    colour: false,
    files: join(dirname(statePath), "files"),
  });
  return {
    port: terminal,
    channel: { platform: "terminal", channel: "terminal" },
    ended: terminal.ended,
  };
}

/**
 * The platform lives in the same time as the bot and EM, so that its rates, the age of what people
 * say and the dates of messages all fit together. Only sockets are waited for in real time: they do
 * not become any faster.
 */
async function openPlatform(
  face: Exclude<Face, { is: "terminal" }>,
  config: Config,
  clock: Clock,
  log: Log,
): Promise<Met> {
  const { channels } = face.is === "slack" ? face.slack : face.discord;
  const [port] = await openPlatforms(
    { ...config, ...face },
    { ...clock, sleep: systemClock.sleep },
    log,
  );
  if (!port) throw new Error(`There is no ${face.is}`);
  const ended = once(process.stdin.resume(), "end");
  return { port, channel: { platform: face.is, channel: channels[0] ?? "" }, ended };
}

async function isQuiet(store: Store): Promise<boolean> {
  const left = await Promise.all(
    (["orders", "watches", "topics"] as const).map((name) => store.all(name)),
  );
  return left.flat().length === 0;
}

async function live(life: Life): Promise<void> {
  const { face } = life;
  await load[face.is]();
  const clock = steadyClock(compressed(life));
  const choice = { scenarios: [""], dialects: [""] } as const;
  const config = readConfig(
    { STATE_URL: `sqlite:${life.statePath}` },
    ["--json"],
    () => "",
    choice,
  );
  const em = connectEm({ ...life.em, clock, limits: { totalMs: ANSWER_MS } });
  const store = mortal(openSqliteStore(life.statePath, clock.now), life.death);
  const log = createLog({ secrets: [life.em.password], level: "silent" });
  const { port, channel, ended } =
    face.is === "terminal"
      ? openTerminal(clock, life.statePath)
      : await openPlatform(face, config, clock, log);
  const under = { em, emKey: "sandbox", sandbox: true, clock, close: async () => undefined };
  const announceIn = [channel];
  const assembly = {
    ...besideStore(),
    config,
    under,
    store,
    ports: [port],
    announceIn,
    permissions: everybodyMayOrder,
    log,
  };
  const parts = assemble(assembly);
  // A terminal can be written to once it is open; a platform at once.
  if (face.is === "terminal") await port.start(parts.bot);
  const stopLoops = runLoops(parts, assembly);
  if (face.is !== "terminal") await port.start(parts.bot);
  sign({ kind: "listening" });
  await ended;
  while (!(await isQuiet(store))) await systemClock.sleep(GLANCE_MS);
  await stopLoops();
  await port.stop();
  await em.close();
  await store.close();
}

await live(JSON.parse(process.argv[2] ?? "{}"));
