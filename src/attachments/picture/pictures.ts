/**
 * Runs as pictures, in PNG, drawn by a worker: beside the main loop, which a picture of 200 VMs
 * would hold up for half a second.
 */
import { Worker } from "node:worker_threads";
import type { Clock } from "../../clock.ts";
import type { RunFacts } from "../../report/facts.ts";

export interface Pictures {
  /** One after another. Fails with `PictureError` alone. */
  png(facts: RunFacts): Promise<Uint8Array>;
  /** Ends the worker; pictures that are not ready fail. */
  close(): Promise<void>;
}

/** The picture cannot be had, be it that a package is missing: whoever asks does without it. */
export class PictureError extends Error {
  override readonly name = "PictureError";
}

export interface PictureOptions {
  readonly clock: Pick<Clock, "sleep" | "deadline">;
  /** IANA name. */
  readonly timeZone: string;
  /** Most that one picture may take, in milliseconds; a first one is slower. Default: 15 s. */
  readonly limitMs?: number;
  /** So long after the last picture the worker ends, in milliseconds. Default: 30 s. */
  readonly idleMs?: number;
  /** For tests. */
  readonly script?: URL;
}

const LIMIT_MS = 15_000;
const IDLE_MS = 30_000;
/** Of JavaScript's own; fonts and drawing lie beside it. */
const MEMORY = { maxOldGenerationSizeMb: 256 };
const SCRIPT = new URL("./worker.mjs", import.meta.url);

interface State {
  readonly options: PictureOptions;
  worker: Worker | undefined;
  /** Aborts when the worker has had nothing to do for long; keeps no process alive. */
  idle: AbortSignal | undefined;
  last: Promise<unknown>;
  isClosed: boolean;
}

/** The worker is made when the first picture is asked for, and again after it has ended. */
export function createPictures(options: PictureOptions): Pictures {
  const state: State = {
    options,
    worker: undefined,
    idle: undefined,
    last: Promise.resolve(),
    isClosed: false,
  };
  return {
    png: (facts) => inTurn(state, () => draw(state, facts)),
    close: () => close(state),
  };
}

function inTurn<T>(state: State, act: () => Promise<T>): Promise<T> {
  const result = state.last.then(act);
  state.last = result.catch(() => undefined);
  return result;
}

async function draw(state: State, facts: RunFacts): Promise<Uint8Array> {
  if (state.isClosed) throw new PictureError("Cannot draw a picture as the bot is stopping");
  state.idle = undefined;
  try {
    return await answerOf(workerOf(state), facts, state.options);
  } catch (error) {
    await end(state);
    const why = error instanceof Error ? error.message : String(error);
    throw new PictureError(`Cannot draw the picture of run "${facts.run}" as ${why}`, {
      cause: error,
    });
  } finally {
    endLater(state);
  }
}

function workerOf(state: State): Worker {
  if (state.worker) return state.worker;
  const worker = newWorker(state.options.script ?? SCRIPT, state.options.timeZone);
  // Where it dies while nobody asks, the next picture needs another one.
  worker.once("exit", () => {
    if (state.worker === worker) state.worker = undefined;
  });
  state.worker = worker;
  return worker;
}

/**
 * Keeps no process alive, and has nothing of the bot's environment and flags. What it prints is
 * nobody's; what it throws comes as an event.
 */
function newWorker(script: URL, timeZone: string): Worker {
  const worker = new Worker(script, {
    workerData: { timeZone },
    resourceLimits: MEMORY,
    execArgv: [],
    env: {},
    stdout: true,
    stderr: true,
  });
  worker.unref();
  // Nobody may be asking when it dies.
  worker.on("error", () => undefined);
  return worker;
}

/** The worker's next message; rejects where it ends before, or in `limitMs` says nothing. */
async function answerOf(
  worker: Worker,
  facts: RunFacts,
  { clock, limitMs = LIMIT_MS }: PictureOptions,
): Promise<Uint8Array> {
  const answered = new AbortController();
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const died = (code: number) => reject(new Error(`its worker has ended with code ${code}`));
  worker.once("message", resolve).once("error", reject).once("exit", died);
  void clock.sleep(limitMs, answered.signal).then(
    () => reject(new Error(`it took more than ${limitMs} ms`)),
    () => undefined,
  );
  try {
    worker.postMessage(facts);
    return await promise;
  } finally {
    answered.abort();
    worker.off("message", resolve).off("error", reject).off("exit", died);
  }
}

function endLater(state: State): void {
  const { clock, idleMs = IDLE_MS } = state.options;
  const idle = clock.deadline(idleMs);
  state.idle = idle;
  idle.addEventListener("abort", () => {
    if (state.idle === idle) void end(state);
  });
}

async function end(state: State): Promise<void> {
  const { worker } = state;
  state.worker = undefined;
  await worker?.terminate();
}

async function close(state: State): Promise<void> {
  state.isClosed = true;
  await end(state);
}
