/**
 * The whole bot as a process that can be killed: real parts on the Enterprise Manager and the state file that it is
 * given, lines in on standard input, JSON lines out, and time as fast as the sandbox's. It ends by itself once its input
 * has ended and nothing is left to watch, to send or to say; or it dies at the commit that it is told.
 *
 *     node test/fakes/bot-child.ts '{ "em": { … }, "statePath": "…", "at": 1795000000000, "speed": 60 }'
 */
import { createTerminal } from "../../adapters/terminal/terminal.ts";
import { type Clock, systemClock } from "../../src/clock.ts";
import { connectEm } from "../../src/em/connect.ts";
import { createLog } from "../../src/log.ts";
import { assemble, runLoops } from "../../src/program/bot-process.ts";
import { readConfig } from "../../src/settings/config.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";

export interface Life {
  readonly em: { readonly url: string; readonly username: string; readonly password: string };
  readonly statePath: string;
  /** EM's time now, in milliseconds since 1970, and how fast it goes by. */
  readonly at: number;
  readonly speed: number;
  /** Dies at this commit, counted from 1: with it saved, or not. */
  readonly death?: { readonly commit: number; readonly saved: boolean };
}

const TERMINAL = { platform: "terminal", channel: "terminal" } as const;
/** Of real time. */
const GLANCE_MS = 20;
/** Of real time: an answer that never comes is given up soon, as time is compressed. */
const ANSWER_MS = 1000;

function compressed({ at, speed }: Life): Clock {
  const bornAt = Date.now();
  return {
    now: () => Math.floor(at + (Date.now() - bornAt) * speed),
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
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

async function isQuiet(store: Store): Promise<boolean> {
  const left = await Promise.all(["orders", "watches", "topics"].map((name) => store.all(name)));
  return left.flat().length === 0;
}

async function live(life: Life): Promise<void> {
  const clock = compressed(life);
  const choice = { scenarios: [""], dialects: [""] } as const;
  const config = readConfig({ STATE_URL: `sqlite:${life.statePath}` }, ["--json"], () => "", choice);
  const em = connectEm({ ...life.em, clock, limits: { totalMs: ANSWER_MS } });
  const store = mortal(openSqliteStore(life.statePath, clock.now), life.death);
  const terminal = createTerminal({
    input: process.stdin,
    output: process.stdout,
    face: "json",
    person: { id: "anna", name: "Anna" },
    clock,
    timeZone: "UTC",
    colour: false,
  });
  const under = { em, key: "sandbox", sandbox: true, clock, close: async () => undefined };
  const log = createLog({ secrets: [life.em.password], level: "silent" });
  const assembly = { config, under, store, ports: [terminal], announceIn: [TERMINAL], log };
  const parts = assemble(assembly);
  await terminal.start(parts.bot);
  process.stdout.write('{"kind":"born"}\n');
  const stopLoops = runLoops(parts, assembly);
  await terminal.ended;
  while (!(await isQuiet(store))) await systemClock.sleep(GLANCE_MS);
  await stopLoops();
  await em.close();
  await store.close();
}

await live(JSON.parse(process.argv[2] ?? "{}"));
