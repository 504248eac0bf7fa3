import { parentPort } from "node:worker_threads";

let waiting: NodeJS.Timeout | undefined;

parentPort?.on("message", (ms: number) => {
  clearTimeout(waiting);
  waiting = ms > 0 ? setTimeout(() => process.kill(process.pid, "SIGKILL"), ms) : undefined;
});
