/** The log, and what was warned of before anything could be said. */
import type { FaceName } from "../../adapters/terminal/face.ts";
import { createLog, type Log, levelFor } from "../log.ts";
import type { Config } from "../settings/config.ts";
import { logPlace } from "./log-place.ts";
import { isForeseen } from "./start-failure.ts";

export interface OpenedLog {
  readonly log: Log;
  warn(sentence: string): void;
  /** Where it stands in a file, what was warned of before anything could be said is said then. */
  readonly aside?: { readonly file: string; readonly warnings: string[] };
}

export function openLog(config: Config, face: FaceName | undefined): OpenedLog {
  const { secrets, logLevel, statePath } = config;
  const { destination, file } = logPlace({ face, statePath, stderr: process.stderr });
  const level = levelFor(logLevel, face === "interactive");
  const log = createLog({ secrets, level, destination, isExpected: isForeseen });
  const aside = file === undefined ? undefined : { file, warnings: [] as string[] };
  const warn = (sentence: string) => {
    log.warn(sentence);
    aside?.warnings.push(sentence);
  };
  return { log, warn, ...(aside ? { aside } : {}) };
}
