/** The state as a file of one's own, be there a bot that uses it or not. */
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { copyUnused, writeBackup } from "../store/backup.ts";
import { StoreError } from "../store/store.ts";
import { socketOf } from "./copy-server.ts";

/**
 * Writes a backup under a name that nothing has. The state stays as it is, also where an older bot
 * has written it.
 *
 * @throws StoreError where there is no state file, or what is there cannot be copied.
 */
export const backUp = (statePath: string, to: string): Promise<void> =>
  writeBackup(to, (draft) => copyState(statePath, draft));

/** Calls `use` with a copy that is gone afterwards. */
export async function withCopy<Result>(
  statePath: string,
  use: (copy: string) => Promise<Result>,
): Promise<Result> {
  const folder = folderInPassing();
  try {
    const copy = join(folder, "state.db");
    await copyState(statePath, copy);
    return await use(copy);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function folderInPassing(): string {
  try {
    return mkdtempSync(join(tmpdir(), "failover-bot-"));
  } catch (error) {
    throw new StoreError(
      `Cannot copy the state as nothing may be written in "${tmpdir()}": set TMPDIR to another folder`,
      { cause: error },
    );
  }
}

async function copyState(statePath: string, draft: string): Promise<void> {
  if (await copyUnused(statePath, draft)) return;
  try {
    await pipeline(await askFor(socketOf(statePath)), createWriteStream(draft, { mode: 0o600 }));
  } catch (error) {
    throw new StoreError(
      `Cannot copy the state "${statePath}" as another failover-bot uses it and gives no copy: ask again, or stop that one`,
      { cause: error, mayPass: true },
    );
  }
}

/** Rejects where nobody listens, or there is no copy to be had. */
function askFor(socketPath: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path: "/copy" }, (response) => {
      if (response.statusCode === 200) return resolve(response);
      response.resume();
      reject(new Error(`status ${response.statusCode}`));
    })
      .on("error", reject)
      .end();
  });
}
