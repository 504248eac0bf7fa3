/** Files that their owner alone may read, whatever the umask of the process. */
import { chmodSync, closeSync, openSync, statSync } from "node:fs";

const PRIVATE = 0o600;

/**
 * Makes an empty file, or takes from others what they may do with the one that is there; what
 * SQLite makes beside it has the same rights. Gives whether it holds nothing yet.
 */
export function makePrivate(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) closeSync(openSync(path, "ax", PRIVATE));
  for (const each of [path, `${path}-wal`, `${path}-shm`]) restrict(each);
  return !stats || stats.size === 0;
}

/** What belongs to somebody else stays as its owner has set it. */
function restrict(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats || (stats.mode & 0o777) === PRIVATE || stats.uid !== process.geteuid?.()) return;
  chmodSync(path, PRIVATE);
}
