/** The real program as one of two on a Postgres: what its log says of its part, and its restarts. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { cache } from "./life.ts";

/** gone: no process is there. begins: it is, and has not said yet what it does. */
export type Part =
  | { readonly is: "gone" | "begins" | "stands by" }
  | { readonly is: "leads" | "serves"; readonly epoch: number };

/** Something that it has said or that became of it, at this time of the machine. */
export interface Turn {
  readonly name: string;
  readonly part: Part;
  readonly at: number;
}

export interface Instance {
  readonly name: string;
  readonly part: Part;
  /** A new process, under a name of its own. */
  begin(): void;
  /** Resolves once the process is gone. */
  end(signal: "SIGKILL" | "SIGTERM"): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** Each process that ended without being told to, or not well. */
  readonly complaints: readonly string[];
}

interface Kept {
  readonly name: string;
  readonly complaints: string[];
  part: Part;
  lives: number;
  child: ChildProcess | undefined;
  ending: NodeJS.Signals | undefined;
}

const program = join(import.meta.dirname, "../../src/main.ts");
const namedHost = join(import.meta.dirname, "named-host.ts");

export interface InstanceOptions {
  readonly name: string;
  /** Its folder. */
  readonly cwd: string;
  /** Of the life with this name. */
  env(self: string): Readonly<Record<string, string>>;
  turned(turn: Turn): void;
}

export function createInstance(options: InstanceOptions): Instance {
  const kept: Kept = {
    ...{ name: options.name, complaints: [], part: { is: "gone" }, lives: 0 },
    ...{ child: undefined, ending: undefined },
  };
  return {
    name: options.name,
    complaints: kept.complaints,
    get part() {
      return kept.part;
    },
    begin: () => begin(kept, options),
    end: async (signal) => {
      const { child } = kept;
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      kept.ending = signal;
      child.kill(signal);
      const late = setTimeout(() => killLate(kept, child), STOPS_WITHIN_MS);
      await once(child, "exit");
      clearTimeout(late);
    },
    freeze: () => void kept.child?.kill("SIGSTOP"),
    thaw: () => void kept.child?.kill("SIGCONT"),
  };
}

const STOPS_WITHIN_MS = 30_000;

function killLate(kept: Kept, child: ChildProcess): void {
  kept.complaints.push(`${kept.name} did not stop`);
  child.kill("SIGKILL");
}

function begin(kept: Kept, options: InstanceOptions): void {
  const { PATH = "" } = process.env;
  const env = { PATH, ...cache, ...options.env(`${kept.name}-${++kept.lives}`) };
  const child = spawn(process.execPath, ["--import", namedHost, program], {
    ...{ cwd: options.cwd, env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  kept.child = child;
  kept.ending = undefined;
  const turn = (part: Part) => {
    if (kept.child !== child) return;
    kept.part = part;
    options.turned({ name: kept.name, part, at: Date.now() });
  };
  turn({ is: "begins" });
  const odd: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => {
    const said = partIn(line, kept.part);
    if (said) turn(said);
    else if (!line.startsWith("{")) odd.push(line);
  });
  child.on("close", (code, signal) => {
    turn({ is: "gone" });
    const well = signal === "SIGKILL" || (code === 0 && kept.ending === "SIGTERM");
    if (!well) kept.complaints.push(`${kept.name} ended with ${code ?? signal}: ${odd.join(" ")}`);
  });
}

/** Nothing where the line says nothing of it. */
function partIn(line: string, before: Part): Part | undefined {
  const { msg, epoch } = read(line);
  if (msg === "standing by") return { is: "stands by" };
  if (/: standing by$/.test(String(msg))) return { is: "begins" };
  if (msg === "leading") return { is: "leads", epoch: Number(epoch) };
  if (msg === "serving" && "epoch" in before) return { is: "serves", epoch: before.epoch };
  return undefined;
}

function read(line: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}
