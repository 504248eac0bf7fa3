/**
 * The real program as a process of its own, with an environment that holds nothing but what a test
 * gives it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { onTestFinished } from "vitest";

export interface Program {
  /** Typed and entered; the input stays open until `end`. */
  type(...lines: string[]): void;
  end(): void;
  /** Resolves once it has written this to standard output. */
  saying(words: RegExp): Promise<void>;
  /** The same, for standard error. */
  complaining(words: RegExp): Promise<void>;
  /** Nobody reads its standard output any more. */
  unread(): void;
  kill(signal: NodeJS.Signals): void;
  readonly finished: Promise<Finished>;
}

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
}

export interface Start {
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Default `src/main.ts`. */
  readonly entry?: string;
  /** Holds the state; default a new one. */
  readonly folder?: string;
}

const { PATH, NODE_COMPILE_CACHE } = process.env;
const root = join(import.meta.dirname, "../..");

/** A folder that is gone after the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-program-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function start({
  flags = [],
  env = {},
  entry = "src/main.ts",
  folder = newFolder(),
}: Start = {}): Program {
  const child = spawn(process.execPath, [join(root, entry), ...flags], {
    cwd: folder,
    env: { PATH, NODE_COMPILE_CACHE, STATE_URL: `sqlite:${folder}/state.db`, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  child.stdin.on("error", () => undefined);
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk) => {
    errors += chunk;
  });
  return {
    type: (...lines) => void child.stdin.write(lines.map((line) => `${line}\n`).join("")),
    end: () => void child.stdin.end(),
    saying: (words) => said(child.stdout, words, () => output),
    complaining: (words) => said(child.stderr, words, () => errors),
    unread: () => void child.stdout.destroy(),
    kill: (signal) => void child.kill(signal),
    finished: finish(
      child,
      () => output,
      () => errors,
    ),
  };
}

/** Types all lines at once, as a pipe does, and waits for the end. */
export function pipe(lines: readonly string[], options: Start = {}): Promise<Finished> {
  const program = start(options);
  program.type(...lines);
  program.end();
  return program.finished;
}

async function said(stream: Readable, words: RegExp, output: () => string): Promise<void> {
  while (!words.test(output())) {
    const [data] = await Promise.race([once(stream, "data"), once(stream, "end")]);
    if (data === undefined) throw new Error(`It never said ${words}, but:\n${output()}`);
  }
}

async function finish(
  child: ChildProcess,
  output: () => string,
  errors: () => string,
): Promise<Finished> {
  const [code, signal] = await once(child, "close");
  return { code, signal, output: output(), errors: errors() };
}
