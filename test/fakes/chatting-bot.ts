/**
 * The whole bot on real adapters: everything real from the platform's sockets to the state file and
 * the sandbox's HTTP, and a clock that only moves when told to. What stands on the other side of
 * the sockets is given.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate, setTimeout } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { ChatPort, Place } from "../../src/chat/port.ts";
import { steadyClock } from "../../src/clock.ts";
import { connectEm } from "../../src/em/connect.ts";
import { createLog, type Log } from "../../src/log.ts";
import type { Permissions } from "../../src/policy/permissions.ts";
import { assemble, type Parts } from "../../src/program/bot-process.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/sandbox.ts";
import type { Config } from "../../src/settings/config.ts";
import type { Store } from "../../src/store/store.ts";
import { besideStore } from "./beside-store.ts";
import { pauseBefore, testConfig } from "./bot.ts";
import { type FakeClock, fakeClock } from "./clock.ts";
import { everybodyMayOrder } from "./grant.ts";
import { openTestState } from "./state.ts";

export interface Logged {
  readonly level: string;
  readonly msg: string;
}

export interface ChattingBot {
  readonly clock: FakeClock;
  readonly sandbox: Sandbox;
  readonly store: Store;
  readonly parts: Parts;
  /** What stands in the log. */
  readonly logged: readonly Logged[];
  /**
   * Waits until the bot has dealt with what somebody does here, and has said all that it has to
   * say.
   */
  heard<Done>(doing: Promise<Done>): Promise<Done>;
  /** The same for what the bot shall not act upon: nothing is waited for but what is on its way. */
  ignored<Done>(doing: Promise<Done>): Promise<Done>;
  /** One look at EM, and all that follows from it. */
  look(): Promise<void>;
  /** Lets time pass, with a look every five seconds, or as seldom as is said. */
  pass(ms: number, everyMs?: number): Promise<void>;
  /**
   * Passes time until nothing is watched and nothing waits to be sent, with a look every ten
   * seconds or as is said, and less often where no run can go on any more.
   */
  untilQuiet(everyMs?: number): Promise<void>;
  /** Ends its process; the state, EM and the platform stay, for `ChattingOptions.after`. */
  stop(): Promise<void>;
  readonly statePath: string;
}

export interface ChattingOptions extends SandboxOptions {
  readonly config?: Partial<Config>;
  readonly announceIn?: readonly Place[];
  /** Default: one that only moves when told to. */
  readonly clock?: FakeClock;
  /** Goes on with what this one has left, once it has stopped. */
  readonly after?: ChattingBot;
  /** Default: at the end of the test. */
  readonly atEnd?: AtEnd;
  /** Whom the policy lets do what. Default: everybody everything, everywhere. */
  readonly grant?: Permissions | (() => Permissions);
}

/** Takes what is to be closed in the end, what was opened last first. */
export type AtEnd = (close: () => Promise<void>) => void;

const POLL_MS = 5000;

/** Waits for real input and output, which others may work at meanwhile, until something is so. */
export async function until(isSo: () => boolean): Promise<void> {
  const started = performance.now();
  while (!isSo()) {
    if (performance.now() - started > 5000) throw new Error(`It never came to this: ${isSo}`);
    await setTimeout(1);
  }
}

/** The same, where it takes a look at the store. */
export async function untilAsync(isSo: () => Promise<boolean>): Promise<void> {
  const started = performance.now();
  while (!(await isSo())) {
    if (performance.now() - started > 5000) throw new Error(`It never came to this: ${isSo}`);
    await setTimeout(1);
  }
}

/** Lets what is on its way arrive. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await setImmediate();
}

/** EM, and where the state is kept. */
async function ground(options: SandboxOptions, atEnd: AtEnd) {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-"));
  const sandbox = await startSandbox(options);
  atEnd(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true });
  });
  return { sandbox, statePath: join(folder, "state.db") };
}

/** `portsOn` makes the adapters; they are started, and stopped when the test has finished. */
export async function startChattingBot(
  portsOn: (clock: FakeClock, log: Log) => Promise<readonly ChatPort[]>,
  {
    config: changed,
    announceIn = [],
    grant = everybodyMayOrder,
    after,
    clock = after?.clock ?? fakeClock(),
    atEnd = onTestFinished,
    ...options
  }: ChattingOptions = {},
): Promise<ChattingBot> {
  const { sandbox, statePath } = after ?? (await ground({ ...options, now: clock.now }, atEnd));
  const config = { ...testConfig, ...changed, statePath };
  const steady = steadyClock(clock);
  const { store } = await openTestState(config.statePath, steady.now);
  const { url, username, password } = sandbox;
  const impatient = { ...steady, sleep: async () => undefined };
  const limits = { totalMs: 2000 };
  const em = connectEm({ url, username, password, format: "json", clock: impatient, limits });
  const under = {
    ...{ em, emKey: "sandbox", sandbox: true },
    clock: steady,
    close: async () => undefined,
  };
  const logged: Logged[] = [];
  const destination = { write: (line: string) => void logged.push(JSON.parse(line)) };
  const log = createLog({ secrets: [password], level: "info", destination });
  const ports = await portsOn(clock, log);
  const parts = assemble({
    ...besideStore(),
    config,
    under,
    store,
    ports,
    announceIn,
    permissions: typeof grant === "function" ? grant() : grant,
    log,
    machine: clock,
  });

  let dealtWith = 0;
  const incoming: typeof parts.bot.incoming = async (arrived) => {
    await parts.bot.incoming(arrived);
    dealtWith += 1;
  };
  for (const port of ports) await port.start({ ...parts.bot, incoming });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= Promise.all(ports.map((port) => port.stop())).then(() => store.close());
    return stopped;
  };
  atEnd(stop);

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
  const quiet = async () => {
    const left = await Promise.all(
      (["watches", "orders", "topics"] as const).map((name) => store.all(name)),
    );
    return left.flat().length === 0;
  };
  return {
    clock,
    sandbox,
    store,
    parts,
    logged,
    statePath,
    stop,
    look,
    pass,
    heard: async (doing) => {
      const before = dealtWith;
      const done = await doing;
      await until(() => dealtWith > before);
      await parts.outbox.flush();
      return done;
    },
    ignored: async (doing) => {
      const done = await doing;
      await settled();
      await parts.outbox.flush();
      return done;
    },
    untilQuiet: async (everyMs) => {
      for (let looks = 0; looks < 1000 && !(await quiet()); looks++) {
        const pauseMs = pauseBefore(looks, everyMs);
        await pass(pauseMs, pauseMs);
      }
    },
  };
}
