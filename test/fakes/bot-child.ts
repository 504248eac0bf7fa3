/**
 * The whole bot as a process that can be killed: real parts on the Enterprise Manager, the chat
 * platform and the state file that it is given, and time as fast as the sandbox's. It says on
 * standard output when its time began, when it listens, and when it was held up; at a terminal, lines
 * come in and JSON lines go out besides. Its wall clock can be moved, by a message to the process or
 * with the machine's own (libfaketime). It ends by itself once its input has ended and nothing is
 * left to watch, to send or to say; or it dies at the commit that it is told.
 *
 *     node test/fakes/bot-child.ts '{ "em": { … }, "face": { "is": "terminal" }, "statePath": "…",
 *     "at": 1795000000000, "speed": 60 }'
 */

import { once } from "node:events";
import { dirname, join } from "node:path";
import { createTerminal } from "../../adapters/terminal/terminal.ts";
import type { ChatPort, Place } from "../../src/chat/port.ts";
import {
  type Clock,
  nextTurn,
  type SteadyClock,
  steadyClock,
  systemClock,
} from "../../src/clock.ts";
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
 * since 1970. late: held up by whatever it was, between these times of the bot's.
 */
export type Sign =
  | { readonly kind: "born"; readonly at: number }
  | { readonly kind: "listening" }
  | { readonly kind: "late"; readonly from: number; readonly to: number };

/** The message that moves its wall clock, forward, or back where it is negative. */
export interface WallMove {
  readonly moveWallByMs: number;
}

const sign = (given: Sign) => process.stdout.write(`${JSON.stringify(given)}\n`);

/** Of real time. */
const GLANCE_MS = 20;
/** Of real time: an answer that never comes is given up soon, as time is compressed. */
const ANSWER_MS = 1000;

/** Of real time: a machine that is kept right is moved by less. */
const KEPT_RIGHT_MS = 200;

/**
 * How far the wall clock has been moved since the birth. What the machine's own was moved by is not
 * compressed: an hour of it is an hour.
 */
function wallMoves(): () => number {
  let movedMs = 0;
  const apart = () => Date.now() - systemClock.elapsed();
  const atBirth = apart();
  process.on("message", (message) => {
    movedMs += moveIn(message);
  });
  process.channel?.unref();
  return () => {
    const byMachineMs = apart() - atBirth;
    return movedMs + (Math.abs(byMachineMs) < KEPT_RIGHT_MS ? 0 : byMachineMs);
  };
}

const moveIn = (message: unknown): number =>
  typeof message === "object" && message !== null && "moveWallByMs" in message
    ? Number(message.moveWallByMs)
    : 0;

/** From now on, so many times as fast as the machine's. */
function compressed(at: number, speed: number, movedMs: () => number): Clock {
  const bornAt = systemClock.elapsed();
  const passedMs = () => (systemClock.elapsed() - bornAt) * speed;
  return {
    now: () => Math.floor(at + passedMs() + movedMs()),
    elapsed: () => systemClock.elapsed() * speed,
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
    deadline: systemClock.deadline,
    turn: systemClock.turn,
  };
}

/**
 * What happens to time is noticed in a time that is compressed less: a machine under load holds up
 * every process for a tenth of a second.
 */
const NOTICING_SPEED = 20;

function clocksOf({ at, speed }: Life): { clock: SteadyClock; machine: Clock } {
  const movedMs = wallMoves();
  const clock = steadyClock(compressed(at, speed, movedMs));
  const machine = compressed(at, Math.min(speed, NOTICING_SPEED), movedMs);
  sign({ kind: "born", at: Date.now() });
  return { clock, machine };
}

/** Of real time. */
const BEAT_MS = 50;
const LATE_MS = 200;

/** Whoever was held up may say that it was away. */
function sayWhenLate(clock: Clock): void {
  let last = { at: clock.now(), real: systemClock.elapsed() };
  const beat = () => {
    const next = { at: clock.now(), real: systemClock.elapsed() };
    if (next.real - last.real > LATE_MS) sign({ kind: "late", from: last.at, to: next.at });
    last = next;
  };
  setInterval(beat, BEAT_MS).unref();
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
    files: join(dirname(statePath), "reports"),
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
  const { clock, machine } = clocksOf(life);
  sayWhenLate(clock);
  const choice = { scenarios: [""], dialects: [""] } as const;
  const config = readConfig(
    { STATE_URL: `sqlite:${life.statePath}` },
    ["--json"],
    () => "",
    choice,
  );
  const em = connectEm({ ...life.em, clock, limits: { totalMs: ANSWER_MS } });
  const store = mortal(openSqliteStore(life.statePath, clock.now, undefined, nextTurn), life.death);
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
    machine,
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
