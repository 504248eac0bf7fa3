import type { Interface } from "node:readline";

export interface LineReader {
  /** Resolves when there is nothing more to read and all that was heard is done. */
  readonly ended: Promise<void>;
  /** Takes no more lines, not even such as wait for their turn, and waits for those being heard. */
  stop(): Promise<void>;
}

interface LineReaderOptions {
  readonly oneAtATime: boolean;
  /** Does what a line asks for. */
  hear(line: string): Promise<void>;
}

interface State extends LineReaderOptions {
  /** All lines so far. */
  heard: Promise<unknown>;
  stopped: boolean;
}

/** Reads lines. One at a time, the next line waits until what the one before asked for is done. */
export function readLines(readline: Interface, options: LineReaderOptions): LineReader {
  const state: State = { ...options, heard: Promise.resolve(), stopped: false };
  readline.on("line", (line) => take(state, line));
  const ended = new Promise<void>((resolve) => {
    readline.once("close", () => resolve(state.heard.then(() => undefined)));
  });
  return { ended, stop: () => stop(state, readline, ended) };
}

function take(state: State, line: string): void {
  const before = state.heard;
  const now = state.oneAtATime
    ? before.then(() => hearUnlessStopped(state, line))
    : hearUnlessStopped(state, line);
  state.heard = Promise.allSettled([before, now]);
}

async function hearUnlessStopped({ stopped, hear }: State, line: string): Promise<void> {
  if (!stopped) await hear(line);
}

async function stop(state: State, readline: Interface, ended: Promise<void>): Promise<void> {
  state.stopped = true;
  readline.close();
  await ended;
}
