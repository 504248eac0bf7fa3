/** What is written for another program to read, which may be slow, or go before it has read all. */
import type { Writable } from "node:stream";

/** Nobody reads it any more, or the disk is full. The message is a sentence. */
export class OutputError extends Error {
  /** The same may go well later. */
  readonly mayPass = true;

  constructor(cause: NodeJS.ErrnoException) {
    super(`Cannot write all of it as ${CAUSES[cause.code ?? ""] ?? cause.message}`, { cause });
    this.name = "OutputError";
  }
}

const CAUSES: Readonly<Record<string, string>> = {
  EPIPE: "whoever reads it has stopped",
  ENOSPC: "the disk is full: make room and start again",
};

/** Resolves once it is taken, so that no more is held here than whoever reads it can take. */
export function writerTo(output: Writable): (text: string) => Promise<void> {
  // Each failure is told to whoever writes; without a listener it would end the process as well.
  output.on("error", () => undefined);
  return (text) =>
    new Promise((resolve, reject) => {
      output.write(text, (error) => (error ? reject(new OutputError(error)) : resolve()));
    });
}
