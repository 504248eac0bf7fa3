/**
 * The store on one SQLite file, for one process: write-ahead log, every commit on the disk before it returns, and an
 * exclusive lock that the operating system drops when the process dies, however it dies.
 *
 * Keyv is the face of the namespaces and owns the codec; a commit writes the same envelopes in one transaction, which
 * Keyv cannot do.
 */
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { Keyv } from "keyv";
import { linkHash } from "./chain.ts";
import { namespaceAdapter } from "./keyv-adapter.ts";
import {
  type Committed,
  type Conditional,
  type Entry,
  type Link,
  type Store,
  type Stored,
  StoreError,
} from "./store.ts";

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
`;

/** A second process waits this long for the first to let go of the file, since a restart may overlap. */
const LOCK_WAIT_MS = 1000;

interface Statements {
  readonly get: StatementSync;
  readonly all: StatementSync;
  readonly queue: StatementSync;
  readonly put: StatementSync;
  readonly insert: StatementSync;
  readonly remove: StatementSync;
  readonly append: StatementSync;
  readonly dequeue: StatementSync;
  readonly links: StatementSync;
  readonly head: StatementSync;
  readonly link: StatementSync;
  readonly clear: StatementSync;
  readonly sweep: StatementSync;
}

export interface OpenFile {
  readonly path: string;
  readonly db: DatabaseSync;
  readonly inode: bigint;
  readonly sql: Statements;
  readonly now: () => number;
}

/**
 * Opens the state file, making it and its folder if need be.
 *
 * @throws StoreError where another process holds the file, or it is not a state file.
 */
export function openSqliteStore(path: string, now: () => number = Date.now): Store {
  const file = attempt(path, "open", () => open(path, now));
  const faces = new Map<string, Keyv>();
  const face = (namespace: string) => {
    const known = faces.get(namespace) ?? keyvOver(file, namespace);
    faces.set(namespace, known);
    return known;
  };
  return {
    get: <Value extends Stored>(namespace: string, key: string) =>
      attemptLater(path, "read", () => face(namespace).get<Value>(key)),
    all: <Value extends Stored>(namespace: string) =>
      attemptLater(path, "read", () => readAll<Value>(file, face(namespace), namespace)),
    links: <Value extends Stored>(chain: string, newest = -1) =>
      attemptLater(path, "read", () => readLinks<Value>(file, face(chain), chain, newest)),
    commit: (changes) =>
      attemptLater(path, "write", async () => {
        const encoded = await Promise.all(changes.map((change) => encode(face, change)));
        return commit(file, changes, encoded);
      }),
    close: async () => file.db.close(),
  };
}

function keyvOver(file: OpenFile, namespace: string): Keyv {
  // No error listener on purpose: with one, Keyv answers a failed read with "nothing there".
  return new Keyv({ store: namespaceAdapter(file, namespace), checkExpired: false });
}

function open(path: string, now: () => number): OpenFile {
  mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path, { timeout: LOCK_WAIT_MS });
  try {
    db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    db.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
    const sql = prepare(db);
    sql.sweep.run(now());
    return { path, db, sql, now, inode: statSync(path, { bigint: true }).ino };
  } catch (error) {
    db.close();
    throw error;
  }
}

function prepare(db: DatabaseSync): Statements {
  const live = "(expires IS NULL OR expires > ?)";
  return {
    get: db.prepare(`SELECT envelope FROM records WHERE namespace = ? AND key = ? AND ${live}`),
    all: db.prepare(`SELECT key, envelope FROM records WHERE namespace = ? AND ${live} ORDER BY key`),
    queue: db.prepare("SELECT seq AS key, envelope FROM queues WHERE namespace = ? ORDER BY seq"),
    put: db.prepare(
      "INSERT INTO records VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET envelope = excluded.envelope, expires = excluded.expires",
    ),
    insert: db.prepare(
      "INSERT INTO records VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET envelope = excluded.envelope, expires = excluded.expires WHERE expires <= ?",
    ),
    remove: db.prepare(`DELETE FROM records WHERE namespace = ? AND key = ? AND ${live}`),
    append: db.prepare("INSERT INTO queues (namespace, envelope) VALUES (?, ?)"),
    dequeue: db.prepare("DELETE FROM queues WHERE namespace = ? AND seq = ?"),
    links: db.prepare(
      "SELECT seq AS key, envelope, hash FROM (SELECT * FROM chains WHERE namespace = ? ORDER BY seq DESC LIMIT ?) ORDER BY key",
    ),
    head: db.prepare("SELECT hash FROM chains WHERE namespace = ? ORDER BY seq DESC LIMIT 1"),
    link: db.prepare("INSERT INTO chains (namespace, envelope, hash) VALUES (?, ?, ?)"),
    clear: db.prepare("DELETE FROM records WHERE namespace = ?"),
    sweep: db.prepare("DELETE FROM records WHERE expires <= ?"),
  };
}

async function readAll<Value extends Stored>(
  file: OpenFile,
  face: Keyv,
  namespace: string,
): Promise<Entry<Value>[]> {
  const rows = [...file.sql.all.all(namespace, file.now()), ...file.sql.queue.all(namespace)];
  return Promise.all(
    rows.map(async (row) => {
      const decoded = await face.decode<Value>(row.envelope);
      if (decoded?.value === undefined) throw new Error(`record ${namespace}/${row.key} is damaged`);
      return { key: String(row.key), value: decoded.value };
    }),
  );
}

async function readLinks<Value extends Stored>(
  file: OpenFile,
  face: Keyv,
  chain: string,
  newest: number,
): Promise<Link<Value>[]> {
  return Promise.all(
    file.sql.links.all(chain, newest).map(async (row) => {
      const text = String(row.envelope);
      const value = (await face.decode<Value>(text))?.value ?? ({} as Value);
      return { key: String(row.key), value, text, hash: String(row.hash) };
    }),
  );
}

type Encoded = { readonly envelope: string; readonly ttlMs?: number } | undefined;

async function encode(face: (namespace: string) => Keyv, change: Conditional): Promise<Encoded> {
  if ("remove" in change) return undefined;
  const namespace = namespaceOf(change);
  const envelope = String(await face(namespace).encode({ value: change.value }));
  const ttlMs = "ttlMs" in change ? change.ttlMs : undefined;
  if (ttlMs !== undefined && !(ttlMs > 0)) throw new RangeError(`ttlMs must be positive: ${ttlMs}`);
  return ttlMs === undefined ? { envelope } : { envelope, ttlMs };
}

function namespaceOf(change: Exclude<Conditional, { remove: string }>): string {
  if ("put" in change) return change.put;
  if ("insert" in change) return change.insert;
  return "append" in change ? change.append : change.chain;
}

function commit(file: OpenFile, changes: readonly Conditional[], encoded: readonly Encoded[]): Committed {
  assertStillThere(file);
  file.db.exec("BEGIN IMMEDIATE");
  try {
    const happened = changes.map((change, i) => apply(file, change, encoded[i]));
    const done = changes.every((change, i) => !change.require || happened[i]);
    file.db.exec(done ? "COMMIT" : "ROLLBACK");
    return { done, happened };
  } catch (error) {
    if (file.db.isTransaction) file.db.exec("ROLLBACK");
    throw error;
  }
}

function apply(file: OpenFile, change: Conditional, encoded: Encoded): boolean {
  const { sql, now } = file;
  const envelope = encoded?.envelope ?? "";
  const expires = encoded?.ttlMs === undefined ? null : now() + encoded.ttlMs;
  if ("put" in change) return sql.put.run(change.put, change.key, envelope, expires).changes > 0;
  if ("insert" in change)
    return sql.insert.run(change.insert, change.key, envelope, expires, now()).changes > 0;
  if ("append" in change) return sql.append.run(change.append, envelope).changes > 0;
  if ("chain" in change)
    return sql.link.run(change.chain, envelope, linkHash(headOf(sql, change.chain), envelope)).changes > 0;
  const removed = Number(sql.remove.run(change.remove, change.key, now()).changes);
  const dequeued = /^\d+$/.test(change.key)
    ? Number(sql.dequeue.run(change.remove, Number(change.key)).changes)
    : 0;
  return removed + dequeued > 0;
}

const headOf = (sql: Statements, chain: string) => String(sql.head.get(chain)?.hash ?? "");

/** Writes to a file that was unlinked succeed and are lost; they must fail instead. */
function assertStillThere(file: OpenFile): void {
  const inode = statSync(file.path, { bigint: true, throwIfNoEntry: false })?.ino;
  if (inode !== file.inode) throw new Error("the file was removed or replaced");
}

function attempt<Result>(path: string, deed: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw storeError(path, deed, error);
  }
}

async function attemptLater<Result>(path: string, deed: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw storeError(path, deed, error);
  }
}

function storeError(path: string, deed: string, error: unknown): StoreError {
  const reason = error instanceof Error ? error.message : String(error);
  const because = /database is locked/.test(reason)
    ? "another failover-bot uses it: stop that one, or set STATE_URL to another file"
    : reason;
  return new StoreError(`Cannot ${deed} the state "${path}" as ${because}`, { cause: error });
}
