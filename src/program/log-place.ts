/** Where the log goes: amid a conversation nobody wants it. */
import { mkdirSync, openSync } from "node:fs";
import { dirname, join } from "node:path";
import { type DestinationStream, pino } from "pino";
import type { FaceName } from "../../adapters/terminal/face.ts";
import { folded, widthOfWindow } from "./folded.ts";
import { readableLine } from "./log-line.ts";

export interface LogPlace {
  readonly destination: DestinationStream;
  /** Path of the file that it goes to, where it does. */
  readonly file?: string;
}

interface Surroundings {
  /** Of the terminal, where that is the chat. */
  readonly face: FaceName | undefined;
  /** Path of the state, beside which a file would be. */
  readonly statePath: string;
  /** Standard error. */
  readonly stderr: {
    readonly isTTY?: boolean;
    readonly columns?: number;
    write(text: string): unknown;
  };
}

/**
 * Where cards are redrawn in place, a file; at another terminal, and where there can be no file, one
 * readable line each. Anywhere else, lines of JSON on standard error.
 */
export function logPlace({ face, statePath, stderr }: Surroundings): LogPlace {
  if (!stderr.isTTY) return { destination: pino.destination(2) };
  const inFile = face === "interactive" ? fileFor(statePath) : undefined;
  return inFile ?? { destination: readable(stderr) };
}

const readable = (stderr: Surroundings["stderr"]): DestinationStream => ({
  write: (line) =>
    void stderr.write(`${folded(readableLine(line).trimEnd(), widthOfWindow(stderr))}\n`),
});

/** Read by its owner alone, as the state is. */
const PRIVATE = 0o600;

function fileFor(statePath: string): LogPlace | undefined {
  const file = join(dirname(statePath), "failover-bot.log");
  try {
    mkdirSync(dirname(file), { recursive: true });
    const fd = openSync(file, "a", PRIVATE);
    return { destination: pino.destination({ fd, sync: true }), file };
  } catch {
    return undefined;
  }
}
