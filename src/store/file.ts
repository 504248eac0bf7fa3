/**
 * The state file and the connection to it: opened with an exclusive lock, brought forward to the
 * present format, and made again where somebody removed it while it was open.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { indexed } from "../records/indexed.ts";
import { damageOf } from "./damage.ts";
import { assertWritable } from "./failures.ts";
import { type Found, findersOf, type Indexes, indexSchema } from "./indexes.ts";
import { FORMAT, migrate, writtenFormat } from "./migrations.ts";
import { makePrivate } from "./private-file.ts";
import { APPLICATION_ID, whoseFile } from "./whose-file.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS records (
    namespace TEXT NOT NULL, key TEXT NOT NULL, envelope TEXT NOT NULL, expires INTEGER,
    PRIMARY KEY (namespace, key)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS queues (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, namespace TEXT NOT NULL, envelope TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS chains (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, namespace TEXT NOT NULL, envelope TEXT NOT NULL, hash TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS chain_order ON chains (namespace, seq);
  CREATE INDEX IF NOT EXISTS queue_order ON queues (namespace, seq);
  CREATE INDEX IF NOT EXISTS record_expiry ON records (expires) WHERE expires IS NOT NULL;
`;

/**
 * A second process waits this long for the first to let go of the file, since a restart may
 * overlap.
 */
const LOCK_WAIT_MS = 1000;

interface Statements {
  readonly get: StatementSync;
  readonly all: StatementSync;
  readonly queue: StatementSync;
  /** By namespace and field. */
  readonly find: ReadonlyMap<string, Found>;
  readonly put: StatementSync;
  readonly replace: StatementSync;
  readonly insert: StatementSync;
  readonly remove: StatementSync;
  readonly append: StatementSync;
  readonly dequeue: StatementSync;
  readonly newestLinks: StatementSync;
  readonly linksAfter: StatementSync;
  readonly head: StatementSync;
  readonly link: StatementSync;
  readonly sweep: StatementSync;
}

/** Replaced as a whole where the file had to be made again. */
interface Connection {
  readonly db: DatabaseSync;
  readonly sql: Statements;
  readonly inode: bigint | undefined;
  readonly walInode: bigint | undefined;
}

export interface OpenFile {
  readonly path: string;
  readonly now: () => number;
  readonly indexes: Indexes;
  open: Connection;
}

/**
 * Opens the state file, making it and its folder if need be. Throws what SQLite and the file system
 * throw; and where something that is not ours stands there, which is left as it is.
 */
export function openFile(path: string, now: () => number, indexes: Indexes = indexed): OpenFile {
  assertOurs(path);
  const file = { path, now, indexes, open: connect(path, indexes) };
  file.open.sql.sweep.run(now());
  return file;
}

/** Throws where something that is not ours stands there. */
export function assertOurs(path: string): void {
  const whose = whoseFile(path);
  if (whose.is === "foreign") throw new Error(`${whose.why}: set STATE_URL to another file`);
}

const PAGE_BYTES = 4_096;
const LOG_PAGES = 1_024;
const SHORT_LOG_PAGES = 64;
const ROOMY_BYTES = 256 * 1_048_576;

/**
 * After how many pages of 4 KiB the log beside the file is written back, which takes two waits for the disk.
 * Soon where there is little room, so that the log is not what fills it.
 */
export const logPages = (freeBytes: number) =>
  freeBytes > ROOMY_BYTES ? LOG_PAGES : SHORT_LOG_PAGES;

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

const MARK = `PRAGMA application_id = ${APPLICATION_ID};`;

function connect(path: string, indexes: Indexes): Connection {
  mkdirSync(dirname(path), { recursive: true });
  const isNew = makePrivate(path);
  assertWritable(path);
  const db = new DatabaseSync(path, { timeout: LOCK_WAIT_MS });
  try {
    db.exec("PRAGMA locking_mode = EXCLUSIVE;");
    // Into the file itself; what is written later stands in the log at first.
    if (isNew) db.exec(MARK);
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    const pages = logPages(freeBytes(dirname(path)));
    const bytes = pages * PAGE_BYTES;
    db.exec(`PRAGMA wal_autocheckpoint = ${pages}; PRAGMA journal_size_limit = ${bytes};`);
    assertWhole(db);
    keepOlder(path, db);
    db.exec(`BEGIN IMMEDIATE; ${MARK} ${SCHEMA} ${indexSchema(indexes)}`);
    migrate(db);
    db.exec("COMMIT");
    return {
      db,
      sql: prepare(db, indexes),
      inode: inodeOf(path),
      walInode: inodeOf(`${path}-wal`),
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Reads the whole file, so that damage shows at the start and not amid a failover. */
export function assertWhole(db: DatabaseSync): void {
  const [first] = db.prepare("PRAGMA quick_check(1)").all();
  const found = String(Object.values(first ?? {})[0]);
  if (found !== "ok") throw damageOf(found);
}

/** As an older bot can read it, should somebody go back to that. */
function keepOlder(path: string, db: DatabaseSync): void {
  const format = writtenFormat(db);
  const kept = `${path}.format-${format}`;
  if (format < FORMAT && hasRecords(db) && !existsSync(kept)) copyTo(kept, db);
}

const hasRecords = (db: DatabaseSync): boolean =>
  db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'records'").get() !== undefined;

/** Keys as text, which no number that somebody wrote there is too large for. */
const LINK = "CAST(seq AS TEXT) AS key, envelope, hash";
/** Below the lowest number that SQLite has for a row. */
const BEFORE_ALL = "-1e19";

function prepare(db: DatabaseSync, indexes: Indexes): Statements {
  const live = "(expires IS NULL OR expires > ?)";
  return {
    get: db.prepare(`SELECT envelope FROM records WHERE namespace = ? AND key = ? AND ${live}`),
    all: db.prepare(
      `SELECT key, envelope FROM records WHERE namespace = ? AND ${live} ORDER BY key`,
    ),
    queue: db.prepare("SELECT seq AS key, envelope FROM queues WHERE namespace = ? ORDER BY seq"),
    find: findersOf(db, indexes),
    put: db.prepare(
      "INSERT INTO records VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET envelope = excluded.envelope, expires = excluded.expires",
    ),
    replace: db.prepare(
      `UPDATE records SET envelope = ?, expires = ? WHERE namespace = ? AND key = ? AND envelope = ? AND ${live}`,
    ),
    insert: db.prepare(
      "INSERT INTO records VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET envelope = excluded.envelope, expires = excluded.expires WHERE expires <= ?",
    ),
    remove: db.prepare(
      `DELETE FROM records WHERE namespace = ? AND key = ? AND envelope = coalesce(?, envelope) AND ${live}`,
    ),
    append: db.prepare("INSERT INTO queues (namespace, envelope) VALUES (?, ?)"),
    dequeue: db.prepare(
      "DELETE FROM queues WHERE namespace = ? AND seq = ? AND envelope = coalesce(?, envelope)",
    ),
    newestLinks: db.prepare(
      `SELECT ${LINK} FROM (SELECT * FROM chains WHERE namespace = ? ORDER BY seq DESC LIMIT ?) ORDER BY seq`,
    ),
    linksAfter: db.prepare(
      `SELECT ${LINK} FROM chains WHERE namespace = ? AND seq > coalesce(CAST(? AS INTEGER), ${BEFORE_ALL}) ORDER BY seq LIMIT ?`,
    ),
    head: db.prepare("SELECT hash FROM chains WHERE namespace = ? ORDER BY seq DESC LIMIT 1"),
    link: db.prepare("INSERT INTO chains (namespace, envelope, hash) VALUES (?, ?, ?)"),
    sweep: db.prepare("DELETE FROM records WHERE expires <= ?"),
  };
}

const inodeOf = (path: string) => statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;

/**
 * Writes to a file that was unlinked succeed and are lost. So before each commit it is looked
 * whether the file is still the one that is open; one that was removed is made again from what is
 * open. Gives whether it was.
 *
 * @throws Error where something else has taken its place, or it cannot be made.
 */
export function assureThere(file: OpenFile): boolean {
  const { path, open } = file;
  if (!open.db.isOpen) file.open = connect(path, file.indexes);
  const inode = inodeOf(path);
  if (inode !== undefined && inode !== file.open.inode)
    throw new Error(
      "another file was put in its place: stop the bot, then put the right one there",
    );
  if (inode !== undefined && inodeOf(`${path}-wal`) === file.open.walInode) return false;
  makeAgain(file, inode === undefined);
  return true;
}

/** The log is emptied first: what is left of it must never be played back onto the new file. */
function makeAgain(file: OpenFile, isGone: boolean): void {
  const { path, open } = file;
  open.db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  if (isGone) copyTo(path, open.db);
  open.db.close();
  rmSync(`${path}-wal`, { force: true });
  file.open = connect(path, file.indexes);
}

/** Linking, unlike renaming, fails where something has come to stand there meanwhile. */
function copyTo(path: string, db: DatabaseSync): void {
  const draft = `${path}.draft`;
  mkdirSync(dirname(path), { recursive: true });
  rmSync(draft, { force: true });
  makePrivate(draft);
  db.prepare("VACUUM INTO ?").run(draft);
  flush(draft);
  linkSync(draft, path);
  rmSync(draft);
  flush(dirname(path));
}

function flush(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Renames a damaged file, and the log beside it, to a name that nothing has yet; gives that name.
 */
export function setAside(path: string, at: number): string {
  const time = new Date(at).toISOString().replaceAll(":", "-");
  const wished = `${path}.damaged-${time}`;
  let kept = wished;
  for (let more = 2; existsSync(kept); more++) kept = `${wished}-${more}`;
  renameSync(path, kept);
  for (const beside of ["-wal", "-shm"])
    if (existsSync(path + beside)) renameSync(path + beside, kept + beside);
  return kept;
}
