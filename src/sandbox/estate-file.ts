/**
 * Where a sandbox's estate and clock live between two starts: one JSON file, replaced as a whole.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Recorded } from "./estate/estate.ts";
import type { ClockAnchor } from "./sandbox-clock.ts";

export interface Remembered {
  readonly version: 1;
  readonly clock: ClockAnchor;
  readonly estate: Recorded;
}

/**
 * Undefined where there is no such file yet. Throws where it cannot be read or is something else.
 */
export function recall(file: string): Remembered | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) return undefined;
  // A pipe would be waited for.
  const parsed: unknown = stats.isFile() && parsedOrUndefined(readFileSync(file, "utf8"));
  if (isRemembered(parsed)) return parsed;
  throw new Error(
    `Cannot go on with the sandbox in "${file}": it does not hold one; remove the file to begin anew`,
  );
}

export function remember(file: string, remembered: Remembered): void {
  mkdirSync(dirname(file), { recursive: true });
  // Made anew, so that nobody else may read it.
  rmSync(`${file}.new`, { force: true });
  writeFileSync(`${file}.new`, JSON.stringify(remembered), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRemembered(parsed: unknown): parsed is Remembered {
  if (typeof parsed !== "object" || parsed === null) return false;
  const { version, clock, estate } = parsed as Partial<Remembered>;
  return version === 1 && typeof clock?.speed === "number" && Array.isArray(estate?.events);
}
