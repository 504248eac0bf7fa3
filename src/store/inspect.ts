/** A look at the state file from outside, which changes nothing that is in it. */
import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { isDamage } from "./damage.ts";
import { assertWritable, isLocked, whyFailed } from "./failures.ts";
import { FORMAT } from "./migrations.ts";
import { whoseFile } from "./whose-file.ts";

/**
 * absent: it will be made at the start. held: a bot that runs uses it. unusable: `why` is a
 * sentence's end.
 */
export type Inspected =
  | { readonly is: "absent" | "held" | "whole" }
  | { readonly is: "damaged" | "unusable"; readonly why: string };

export function inspect(path: string): Inspected {
  try {
    const whose = whoseFile(path);
    if (whose.is === "nobody's") return placeFor(path);
    if (whose.is === "foreign") return { is: "unusable", why: whose.why };
    assertWritable(path);
    const db = new DatabaseSync(path);
    try {
      return look(db);
    } finally {
      db.close();
    }
  } catch (error) {
    return failed(error);
  }
}

function look(db: DatabaseSync): Inspected {
  const found = String(Object.values(db.prepare("PRAGMA quick_check(1)").get() ?? {})[0]);
  if (found !== "ok") return { is: "damaged", why: found };
  const format = Number(db.prepare("PRAGMA user_version").get()?.user_version ?? 0);
  return format > FORMAT
    ? { is: "unusable", why: `a newer failover-bot has written it (format ${format})` }
    : { is: "whole" };
}

function failed(error: unknown): Inspected {
  if (isLocked(error)) return { is: "held" };
  return { is: isDamage(error) ? "damaged" : "unusable", why: whyFailed(error) };
}

/** The nearest folder that is there must be one in which the file can be made. */
function placeFor(path: string): Inspected {
  const folder = nearestFolder(path);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return { is: "absent" };
  } catch {
    return { is: "unusable", why: `nothing may be written in ${folder}` };
  }
}

function nearestFolder(path: string): string {
  let folder = dirname(resolve(path));
  while (!existsSync(folder)) folder = dirname(folder);
  return folder;
}

/** How much room there is for the file, in bytes. */
export function roomFor(path: string): number {
  const { bavail, bsize } = statfsSync(nearestFolder(path));
  return bavail * bsize;
}
