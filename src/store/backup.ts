/**
 * Copies of the state, each one file: taken while the bot works, and whole or not there at all.
 */
import { existsSync, linkSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { attempt, attemptLater, isLocked } from "./failures.ts";
import { assertOurs, assertWhole } from "./file.ts";
import { makePrivate } from "./private-file.ts";
import { StoreError } from "./store.ts";
import { whoseFile } from "./whose-file.ts";

/**
 * What was committed up to the end of the copying; who commits meanwhile waits for a few pages at
 * most. A copy says of itself that it is one, and from when: a bot that begins on it goes by that
 * (see `beginRestored`). No index and no log stands beside it, and no format is changed.
 */
export async function copyInto(draft: string, from: DatabaseSync, at: number): Promise<void> {
  makePrivate(draft);
  await copyPages(from, draft);
  const copy = new DatabaseSync(draft);
  try {
    copy.exec("PRAGMA journal_mode = DELETE");
    copy
      .prepare("INSERT OR REPLACE INTO records VALUES ('copied', 'from', ?, NULL)")
      .run(JSON.stringify({ value: { version: 1, at } }));
  } finally {
    copy.close();
  }
}

/** Pages that are copied in one piece, in which nobody commits. */
const PAGES = 1_000;
const MOST_TRIES = 100;

/** SQLite copies no page amid a commit of the same connection, and Node gives up then. */
async function copyPages(from: DatabaseSync, draft: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await backup(from, draft, { rate: PAGES });
      return;
    } catch (error) {
      if (tries === MOST_TRIES || !isAmidCommit(error)) throw error;
    }
  }
}

/** Busy, locked, or without a number, as Node asks for it too late. */
const isAmidCommit = (error: unknown): boolean =>
  error instanceof Error && "errcode" in error && [0, 5, 6].includes(Number(error.errcode));

/**
 * Copies a state that no bot uses, whichever format it has; gives whether none does. A bot that
 * starts meanwhile waits a second for it, and is then refused.
 *
 * @throws StoreError where there is no state, or it is damaged.
 */
export async function copyUnused(
  path: string,
  draft: string,
  now: () => number = Date.now,
): Promise<boolean> {
  if (attempt(path, "open", () => whoseFile(path)).is === "nobody's")
    throw new StoreError(`Cannot copy the state "${path}" as there is none: set STATE_URL`);
  const db = attempt(path, "open", () => {
    assertOurs(path);
    return new DatabaseSync(path);
  });
  try {
    if (!holds(db, path)) return false;
    await attemptLater(path, "copy", () => copyInto(draft, db, now()));
    return true;
  } finally {
    db.close();
  }
}

/** Keeps others from writing to it, unless one does so already. */
function holds(db: DatabaseSync, path: string): boolean {
  try {
    attempt(path, "read", () => db.exec("BEGIN; SELECT count(*) FROM sqlite_schema"));
    return true;
  } catch (error) {
    if (error instanceof StoreError && isLocked(error.cause)) return false;
    throw error;
  }
}

/**
 * Has `copy` write a new file, and gives it its name once it is whole and on the disk. Nothing that
 * has that name is written over.
 *
 * @throws StoreError with a sentence.
 */
export async function writeBackup(
  name: string,
  copy: (draft: string) => Promise<void>,
  what = "backup",
): Promise<void> {
  const to = resolve(name);
  try {
    if (existsSync(to)) throw new Error("EEXIST");
    const folder = mkdtempSync(`${to}.part-`);
    try {
      const draft = join(folder, "state.db");
      await copy(draft);
      await check(draft);
      putInPlace(draft, to);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    await flush(dirname(to));
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw unwritten(what, to, error);
  }
}

async function check(draft: string): Promise<void> {
  const db = new DatabaseSync(draft, { readOnly: true });
  try {
    assertWhole(db);
  } finally {
    db.close();
  }
  await flush(draft);
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, "r");
  await handle.sync().finally(() => handle.close());
}

/** Linking fails where something has come to stand there; not every disk has links. */
function putInPlace(draft: string, to: string): void {
  try {
    linkSync(draft, to);
  } catch (error) {
    if (existsSync(to)) throw error;
    renameSync(draft, to);
  }
}

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/EEXIST/, "there is something of that name already: name another file"],
  [/ENOENT|ENOTDIR/, "there is no such folder: make it first"],
  [/EACCES|EPERM|EROFS/, "nothing may be written there: name another folder"],
  [/disk is full|ENOSPC|EDQUOT/, "the disk is full: make room, or name another folder"],
];

function unwritten(what: string, to: string, error: unknown): StoreError {
  const said = error instanceof Error ? error.message : String(error);
  const known = REASONS.find(([words]) => words.test(said));
  return new StoreError(`Cannot write the ${what} "${to}" as ${known?.[1] ?? said}`, {
    cause: error,
    mayPass: known === undefined || known === REASONS.at(-1),
  });
}
