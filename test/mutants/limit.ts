/**
 * A mistake can make a loop that never ends and lets nothing else of its process run, no limit of
 * vitest's and no count either. So a thread beside it waits, and ends the process.
 */
import { Worker } from "node:worker_threads";

export interface Limit {
  /** So much time from now. */
  begin(): void;
  end(): void;
}

export function limitOf(ms: number): Limit {
  const thread = new Worker(new URL("./limit-thread.ts", import.meta.url), { execArgv: [] });
  thread.unref();
  return {
    begin: () => thread.postMessage(ms),
    end: () => thread.postMessage(0),
  };
}
