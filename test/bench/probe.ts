/**
 * Preloaded into the programs that are measured: tells by the process's channel what they used since
 * they were asked last.
 */
import { readFileSync } from "node:fs";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { DatabaseSync } from "node:sqlite";
import { answerParent, endWithParent } from "./children.ts";

/** Memory is in MiB. */
export interface Used {
  readonly ms: number;
  readonly cpuMs: number;
  /** The longest time in which nothing else could be done. */
  readonly blockMs: number;
  readonly commits: number;
  /** Bytes handed to the disk, in MB. */
  readonly writtenMb: number;
  readonly residentMb: number;
  /** Since the process began. */
  readonly peakMb: number;
}

const EVERY_MS = 10;

let commits = 0;
const { exec } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function counted(this: DatabaseSync, sql: string) {
  if (/^\s*COMMIT/i.test(sql)) commits += 1;
  return exec.call(this, sql);
};

const figureIn = (file: string, name: string) =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(readFileSync(file, "utf8"))?.[1]);
const written = () => figureIn("/proc/self/io", "write_bytes");

const delay = monitorEventLoopDelay({ resolution: EVERY_MS });
delay.enable();
const counts = () => ({
  at: performance.now(),
  cpu: process.cpuUsage(),
  commits,
  bytes: written(),
});
let before = counts();

function used(_: null): Used {
  const last = before;
  before = counts();
  const { user, system } = process.cpuUsage(last.cpu);
  const blockMs = Math.max(0, delay.max / 1e6 - EVERY_MS);
  delay.reset();
  return {
    ms: before.at - last.at,
    cpuMs: (user + system) / 1000,
    blockMs,
    commits: before.commits - last.commits,
    writtenMb: (before.bytes - last.bytes) / 1e6,
    residentMb: figureIn("/proc/self/status", "VmRSS") / 1024,
    peakMb: figureIn("/proc/self/status", "VmHWM") / 1024,
  };
}

const answers = { used };
export type ProbeAnswers = typeof answers;

answerParent(answers);
endWithParent();
// The program ends when it has nothing left to do, as it does without a probe.
process.channel?.unref();
