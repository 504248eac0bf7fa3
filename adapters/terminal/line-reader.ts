import type { Interface } from "node:readline";

export interface LineReader {
  /** Resolves when there is nothing more to read and all that was heard is done. */
  readonly ended: Promise<void>;
  /** Takes no more lines, not even such as wait for their turn, and waits for those being heard. */
  stop(): Promise<void>;
}

/**
 * Reads lines; `hear` does what a line asks for. One at a time, the next line waits until that is
 * done.
 */
export function readLines(
  readline: Interface,
  {
    oneAtATime,
    hear,
  }: { readonly oneAtATime: boolean; readonly hear: (line: string) => Promise<void> },
): LineReader {
  let stopped = false;
  let heard: Promise<unknown> = Promise.resolve();

  const unlessStopped = async (line: string) => (stopped ? undefined : hear(line));

  readline.on("line", (line) => {
    const before = heard;
    const now = oneAtATime ? before.then(() => unlessStopped(line)) : unlessStopped(line);
    heard = Promise.allSettled([before, now]);
  });

  const ended = new Promise<void>((resolve) => {
    readline.once("close", () => resolve(heard.then(() => undefined)));
  });

  return {
    ended,
    async stop() {
      stopped = true;
      readline.close();
      await ended;
    },
  };
}
