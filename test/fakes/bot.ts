/**
 * The whole bot in one process: real parts from the state file to the HTTP of the sandbox, a chat
 * in memory, and a clock that only moves when told to.
 */

import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { tellUndone } from "../../src/bot/received.ts";
import type { Platform } from "../../src/chat/port.ts";
import type { Clock } from "../../src/clock.ts";
import type { EmClient } from "../../src/em/client.ts";
import { connectEm } from "../../src/em/connect.ts";
import { createLog } from "../../src/log.ts";
import { assemble, type Parts } from "../../src/program/bot-process.ts";
import { beginTime } from "../../src/program/bot-time.ts";
import { beginRestored } from "../../src/program/restored.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/sandbox.ts";
import type { Config } from "../../src/settings/config.ts";
import type { Store } from "../../src/store/store.ts";
import { type FakeChat, fakeChat } from "./chat.ts";
import { type FakeClock, fakeClock } from "./clock.ts";
import { barePictures } from "./files.ts";
import { openTestState } from "./state.ts";

export interface TestBot {
  /** The first of the chats, where it announces. */
  readonly chat: FakeChat;
  readonly chats: readonly FakeChat[];
  readonly clock: FakeClock;
  readonly sandbox: Sandbox;
  readonly store: Store;
  readonly parts: Parts;
  readonly statePath: string;
  readonly em: EmClient;
  /** Types a line, and lets the bot say all that it has to say. */
  say(text: string, options?: Parameters<FakeChat["type"]>[1]): Promise<void>;
  /** Types what the newest question asks for. */
  confirm(options?: Parameters<FakeChat["type"]>[1]): Promise<void>;
  /** One look at EM, and all that follows from it. */
  look(): Promise<void>;
  /** Lets time pass, with a look every five seconds, or as seldom as is said. */
  pass(ms: number, everyMs?: number): Promise<void>;
  /**
   * Passes time until nothing is watched and nothing waits to be sent, with a look every ten
   * seconds or as is said.
   */
  untilQuiet(everyMs?: number): Promise<void>;
  /** The bot stops as if it had been killed, and starts again on the same state, `awayMs` later. */
  restart(
    awayMs?: number,
    changed?: Partial<Pick<Ground, "config" | "wrap" | "before" | "chats">>,
  ): Promise<TestBot>;
}

const POLL_MS = 5000;
/** To the end of a run, where only its outcome is waited for. */
const RUN_MS = 10_000;
/** Where nothing runs, and only evidence is waited for, EM is asked this seldom. */
export const IDLE_MS = 30_000;
/** A run is over within this. */
const RUN_TAKES_MS = 200_000;

export const testConfig: Config = {
  em: { kind: "sandbox", scenario: "all-well", speed: 1, dialect: "12", format: "xml" },
  pollMs: POLL_MS,
  collects: true,
  timeZone: "UTC",
  stallMs: 600_000,
  evidenceWaitMs: 1_200_000,
  watchLimitMs: 604_800_000,
  confirmMs: 300_000,
  reportDays: 400,
  statePath: "",
  announceIn: [],
  onCall: [],
  json: false,
  colour: false,
  dumb: false,
  secrets: [],
  warnings: [],
  help: false,
  version: false,
  exportAudit: false,
};

/** How long is waited before a look where only the outcome of a run matters. */
export const pauseBefore = (looks: number, everyMs = RUN_MS): number =>
  looks * everyMs < RUN_TAKES_MS ? everyMs : IDLE_MS;

/** What the newest question asks to type. */
export function confirmLineIn(texts: readonly string[]): string {
  const found = texts.flatMap((text) => text.match(/(?<=To (?:go on|approve), type `)[^`]+/) ?? []);
  return found.at(-1) ?? expect.fail("No question asks to type something");
}

export async function startBot(
  options: SandboxOptions &
    Partial<Pick<Ground, "format" | "wrap" | "ask">> & {
      readonly config?: Partial<Config>;
      /** So much is EM's clock ahead of the bot's, in milliseconds; behind where it is negative. */
      readonly emAheadMs?: number;
      /** Default: one terminal. */
      readonly platforms?: readonly Platform[];
      /** What an earlier bot has left: a state file, and the time. */
      readonly left?: { readonly file: string; readonly at: number };
    } = {},
): Promise<TestBot> {
  const ticks = fakeClock(options.left?.at);
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-"));
  if (options.left) copyFileSync(options.left.file, join(folder, "state.db"));
  const { emAheadMs = 0 } = options;
  const sandbox = await startSandbox({ ...options, now: () => ticks.now() + emAheadMs });
  const clock = inSandboxTime(ticks, sandbox, options.speed ?? 1, emAheadMs);
  onTestFinished(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true });
  });
  const config = { ...testConfig, ...options.config, statePath: join(folder, "state.db") };
  const { format = "json", wrap, ask, platforms = ["terminal"] } = options;
  const chats = platforms.map((platform) => fakeChat(clock, platform));
  return boot({
    clock,
    sandbox,
    chats,
    config,
    format,
    ...(wrap ? { wrap } : {}),
    ...(ask ? { ask } : {}),
  });
}

/**
 * The bot lives by the sandbox's time, as it does in the real program; at high speed the sandbox's
 * delays are short.
 */
function inSandboxTime(
  ticks: FakeClock,
  { estate }: Sandbox,
  speed: number,
  emAheadMs: number,
): FakeClock {
  let aheadMs = -emAheadMs;
  return {
    now: () => estate.now() + aheadMs,
    elapsed: () => ticks.elapsed() * speed,
    sleep: (ms, signal) => ticks.sleep(ms / speed, signal),
    deadline: ticks.deadline,
    turn: ticks.turn,
    advance: (ms) => ticks.advance(ms / speed),
    jump: (ms) => {
      aheadMs += ms;
    },
  };
}

interface Ground {
  readonly clock: FakeClock;
  readonly sandbox: Sandbox;
  readonly chats: readonly FakeChat[];
  readonly config: Config;
  readonly format: "xml" | "json";
  /** Puts something between the bot and its store, such as death. */
  readonly wrap?: (store: Store) => Store;
  /** Puts something between the bot and EM. */
  readonly ask?: (em: EmClient) => EmClient;
  /** Done to the state file before it is opened. */
  readonly before?: (path: string) => void;
}

async function boot(ground: Ground): Promise<TestBot> {
  const { clock, sandbox, chats, config, format } = ground;
  const [chat] = chats;
  if (!chat) throw new Error("There is no chat");
  ground.before?.(config.statePath);
  let time: Clock = clock;
  const opened = await openTestState(config.statePath, () => time.now());
  const file = opened.store;
  const steady = await beginTime(clock, file, (key) => key === "sandbox");
  time = steady;
  await beginRestored(file, steady.now());
  const { url, username, password } = sandbox;
  const impatient = { ...steady, sleep: async () => undefined };
  const { ask = (client) => client } = ground;
  const em = ask(
    connectEm({
      url,
      username,
      password,
      format,
      clock: impatient,
      limits: { totalMs: 2000 },
    }),
  );
  const store = ground.wrap?.(file) ?? file;
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await Promise.all(chats.map((one) => one.stop()));
    await file.close();
  };
  onTestFinished(close);
  const log = createLog({ secrets: [password], level: "silent" });
  const under = {
    ...{ em, emKey: "sandbox", sandbox: true },
    clock: steady,
    close: async () => undefined,
  };
  const announceIn = [{ platform: chat.platform, channel: "ops" }];
  const parts = assemble({
    ...opened,
    ...{ config, under, store, ports: chats, announceIn, log, pictures: barePictures },
    machine: clock,
  });
  await tellUndone(parts);
  for (const one of chats) await one.start(parts.bot);

  async function look(): Promise<void> {
    await parts.watcher.tick();
    await parts.outbox.flush();
  }
  async function pass(ms: number, everyMs = POLL_MS): Promise<void> {
    for (let left = ms; left > 0; left -= everyMs) {
      clock.advance(Math.min(left, everyMs));
      await look();
    }
  }
  const quiet = async () =>
    (await store.all("watches")).length +
      (await store.all("orders")).length +
      (await store.all("topics")).length ===
    0;
  const say: TestBot["say"] = async (text, options) => {
    await chat.type(text, options);
    await parts.outbox.flush();
  };
  return {
    chat,
    chats,
    clock,
    sandbox,
    store,
    parts,
    statePath: config.statePath,
    em,
    look,
    pass,
    say,
    confirm: (options) => say(confirmLineIn(chat.messages.map(chat.text)), options),
    untilQuiet: async (everyMs) => {
      for (let looks = 0; looks < 1000 && !chat.frozen && !(await quiet()); looks++) {
        const pauseMs = pauseBefore(looks, everyMs);
        await pass(pauseMs, pauseMs);
      }
    },
    restart: async (awayMs = 0, changed = {}) => {
      await close();
      clock.advance(awayMs);
      for (const one of chats) one.frozen = false;
      return boot({ ...ground, ...changed });
    },
  };
}
