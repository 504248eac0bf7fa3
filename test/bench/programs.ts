/** The programs that are measured, each a process: our bot as it is started, and the bare one. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { BareAnswers } from "./bare.ts";
import { type Child, startProgram } from "./children.ts";
import type { ProbeAnswers } from "./probe.ts";
import type { EmAddress } from "./seed.ts";

export interface Program<Of extends ProbeAnswers = ProbeAnswers> {
  readonly child: Child<Of>;
  /** From the start of the process until it serves. */
  readonly readyMs: number;
}

export interface BotOptions {
  readonly folder: string;
  readonly em: EmAddress;
  readonly format: "xml" | "json";
  /** Of the chat platforms. */
  readonly settings: Readonly<Record<string, string>>;
  /** Below the root of the repository. Default: what `npm start` starts. */
  readonly entry?: string;
  /** Where its state is. Default: in a file in the folder. */
  readonly state?: string | undefined;
}

export type Settings = Readonly<Record<string, string>>;

const ROOT = join(import.meta.dirname, "../..");
const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
/** As `npm start` starts the bot: options for Node, then the entry. */
const STARTED: readonly string[] = scripts.start.split(" ").slice(1);
const [NODE_OPTIONS, ENTRY = ""] = [STARTED.slice(0, -1), STARTED.at(-1)];
const PROBE = ["--import", join(import.meta.dirname, "probe.ts")];
const READY_WITHIN_MS = 30_000;
const ASK_EVERY_MS = 10;
const TMPFS = 0x01021994;

/** On a real disk, since a state in memory costs nothing to make durable. */
export function newFolder(): string {
  const isMemory = statfsSync(tmpdir()).type === TMPFS;
  return mkdtempSync(join(isMemory ? join(ROOT, "..") : tmpdir(), "failover-bot-bench-"));
}

export const removeFolder = (folder: string) => rmSync(folder, { recursive: true });

export const stateIn = (folder: string) => join(folder, "state.db");

export async function startBot(options: BotOptions): Promise<Program> {
  const { folder, em, format, settings, entry = ENTRY } = options;
  const { state = `sqlite:${stateIn(folder)}` } = options;
  const port = await freePort();
  const log = join(folder, "bot.log");
  const output = openSync(log, "a");
  const env = {
    ...settings,
    EM_URL: em.url,
    EM_USERNAME: em.username,
    EM_PASSWORD: em.password,
    EM_FORMAT: format,
    HEALTH_PORT: String(port),
    LOG_LEVEL: "warn",
    STATE_URL: state,
  };
  const begun = performance.now();
  const argv = [...NODE_OPTIONS, ...PROBE, ...profiled(), join(ROOT, entry)];
  const child = startProgram<ProbeAnswers>(argv, {
    cwd: folder,
    env,
    stdio: ["ignore", output, output, "ipc"],
  });
  closeSync(output);
  try {
    await untilReady(port);
  } catch (error) {
    await child.end();
    throw new Error(`${error}: ${readFileSync(log, "utf8").slice(-2000)}`);
  }
  return { child, readyMs: performance.now() - begun };
}

/** Where a folder is named for it, the bot's CPU profile is written there as it ends. */
const profiled = () => {
  const { PROFILES } = process.env;
  return PROFILES ? ["--cpu-prof", `--cpu-prof-dir=${PROFILES}`] : [];
};

export async function startBare(settings: Settings): Promise<Program<BareAnswers>> {
  const begun = performance.now();
  const child = startProgram<BareAnswers>([...PROBE, join(import.meta.dirname, "bare.ts")], {
    env: settings,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await child.ask("ready", null);
  return { child, readyMs: performance.now() - begun };
}

async function untilReady(port: number): Promise<void> {
  const until = performance.now() + READY_WITHIN_MS;
  while (performance.now() < until) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return;
    await setTimeout(ASK_EVERY_MS);
  }
  throw new Error("The bot was not ready within half a minute");
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
