/**
 * The store on one SQLite file, for one process: write-ahead log, every commit on the disk before
 * it returns, and an exclusive lock that the operating system drops when the process dies, however
 * it dies.
 */
import type { SQLOutputValue } from "node:sqlite";
import type { Indexed } from "../records/indexed.ts";
import type { Namespaces } from "../records/namespaces.ts";
import { copyInto } from "./backup.ts";
import { linkHash } from "./chain.ts";
import { isDamage } from "./damage.ts";
import { storeOn } from "./faces.ts";
import { attempt, attemptLater, storeError } from "./failures.ts";
import { assureThere, type OpenFile, openFile, setAside } from "./file.ts";
import { atOnce, type Gather, groupOver } from "./group.ts";
import { IN_HAND } from "./in-hand.ts";
import { indexName } from "./indexes.ts";
import { type Locks, localLocks } from "./locks.ts";
import { remembering } from "./remembered.ts";
import { type ChainLink, type ChainPage, type Committed, type Store, StoreError } from "./store.ts";
import type { TableRow, Tables, Written } from "./tables.ts";
import { localWakeups, type Wakeups } from "./wakeups.ts";

/** Told in a sentence what happened to the file besides what was asked for. */
type Told = (sentence: string) => void;

const nobody: Told = () => undefined;

/**
 * Opens the state file, making it and its folder if need be. A file that is removed while it is
 * open is made again. `gather`: which commits are written as one.
 *
 * @throws StoreError where another process holds the file, or it is not a state file.
 */
export function openSqliteStore<All = Namespaces>(
  path: string,
  now: () => number = Date.now,
  told: Told = nobody,
  gather: Gather = atOnce,
): Store<All> {
  return rememberingOver(openedFile(path, now), told, gather);
}

const openedFile = (path: string, now: () => number) =>
  attempt(path, "open", () => openFile(path, now));

const rememberingOver = <All>(file: OpenFile, told: Told, gather: Gather): Store<All> =>
  remembering(storeOver(file, told, gather), IN_HAND);

/** The store, and what all who share it go by; one of each. */
export interface OpenedState<All = Namespaces> {
  readonly store: Store<All>;
  readonly locks: Locks;
  readonly wakeups: Wakeups;
  /** Writes a copy into a file that is not there yet (see `copyInto`). Throws StoreError. */
  copyTo(draft: string): Promise<void>;
  /** Where a file that was damaged is kept; then the store is a new one. */
  readonly damaged?: { readonly keptAs: string; readonly why: string };
}

/**
 * Like `openSqliteStore`, but a damaged file is put aside under another name, as it is, and a new
 * one begun.
 *
 * @throws StoreError where another process holds the file, or no file can be made.
 */
export function openState<All = Namespaces>(
  path: string,
  now: () => number,
  told: Told,
  gather?: Gather,
): OpenedState<All> {
  try {
    return openedState(openedFile(path, now), told, gather);
  } catch (error) {
    if (!(error instanceof StoreError) || !isDamage(error.cause)) throw error;
    const keptAs = attempt(path, "put aside", () => setAside(path, now()));
    const state = openedState<All>(openedFile(path, now), told, gather);
    return { ...state, damaged: { keptAs, why: error.message } };
  }
}

const openedState = <All>(file: OpenFile, told: Told, gather?: Gather): OpenedState<All> => ({
  store: rememberingOver(file, told, gather ?? atOnce),
  locks: localLocks(),
  wakeups: localWakeups(),
  copyTo: (draft) =>
    attemptLater(file.path, "copy", () => copyInto(draft, file.open.db, file.now())),
});

/** The store on a file that is open. */
export const storeOver = <All = Namespaces, By = Indexed>(
  file: OpenFile,
  told: Told = nobody,
  gather: Gather = atOnce,
): Store<All, By> => storeOn(tablesOf(file, told, gather));

function tablesOf(file: OpenFile, told: Told, gather: Gather): Tables {
  const { path, now } = file;
  const stillThere = () => {
    if (assureThere(file))
      told(`The state "${path}" was removed; it was made again, and nothing is lost`);
  };
  const group = groupOver(() => {
    stillThere();
    return file.open.db;
  }, gather);
  return {
    now,
    get: async (namespace, key) => textIn(file.open.sql.get.get(namespace, key, now())?.envelope),
    all: async (namespace) => allRows(file, namespace).map(rowOf),
    find: async (namespace, field, text) => findRows(file, namespace, field, text).map(rowOf),
    links: async (chain, page) => linkRows(file, chain, page).map(linkOf),
    write: (changes) => group.commit(() => write(file, changes)),
    sweep: async () => {
      stillThere();
      return Number(file.open.sql.sweep.run(now()).changes);
    },
    close: async () => {
      group.flush();
      file.open.db.close();
    },
    failed: (deed, error) => storeError(path, deed, error),
  };
}

type SqliteRow = Record<string, SQLOutputValue>;

const textIn = (value: SQLOutputValue | undefined) =>
  value === undefined ? undefined : String(value);

const rowOf = ({ key, envelope }: SqliteRow): TableRow => ({
  key: String(key),
  envelope: String(envelope),
});

const allRows = ({ open: { sql }, now }: OpenFile, namespace: string): SqliteRow[] => [
  ...sql.all.all(namespace, now()),
  ...sql.queue.all(namespace),
];

function findRows(
  { open: { sql }, now }: OpenFile,
  namespace: string,
  field: string,
  text: string,
): SqliteRow[] {
  const found = sql.find.get(indexName(namespace, field));
  if (!found) throw new RangeError(`nothing in ${namespace} is found by ${field}`);
  const wanted = JSON.stringify(text);
  return [...found.records.all(wanted, now()), ...found.queues.all(wanted)];
}

const linkRows = ({ open: { sql } }: OpenFile, chain: string, page: ChainPage): SqliteRow[] =>
  "newest" in page
    ? sql.newestLinks.all(chain, page.newest)
    : sql.linksAfter.all(chain, page.after ?? null, page.limit);

const linkOf = ({ key, envelope, hash }: SqliteRow): ChainLink => ({
  key: String(key),
  text: String(envelope),
  hash: String(hash),
});

function write(file: OpenFile, changes: readonly Written[]): Committed {
  const keys: (string | undefined)[] = [];
  const happened = changes.map((change, i) => {
    if (change.does !== "append") return apply(file, change);
    const { lastInsertRowid } = file.open.sql.append.run(change.in, change.envelope);
    keys[i] = String(lastInsertRowid);
    return true;
  });
  const done = changes.every((change, i) => !change.require || happened[i]);
  return { done, happened, keys };
}

function apply(
  { now, open: { sql } }: OpenFile,
  change: Exclude<Written, { does: "append" }>,
): boolean {
  switch (change.does) {
    case "put": {
      const { in: namespace, key, envelope, was, expires = null } = change;
      const { changes } =
        was === undefined
          ? sql.put.run(namespace, key, envelope, expires)
          : sql.replace.run(envelope, expires, namespace, key, was, now());
      return changes > 0;
    }
    case "insert": {
      const { in: namespace, key, envelope, expires = null } = change;
      return sql.insert.run(namespace, key, envelope, expires, now()).changes > 0;
    }
    case "chain": {
      const hash = linkHash(headOf(sql, change.in), change.envelope);
      return sql.link.run(change.in, change.envelope, hash).changes > 0;
    }
    case "remove":
      return remove(sql, change, now());
  }
}

/**
 * An entry of a queue by its number, else a record by its key. In this order, as thousands are
 * removed at once, and looking among records reads each large one on the way.
 */
function remove(
  sql: OpenFile["open"]["sql"],
  { in: from, key, was: wanted }: Extract<Written, { does: "remove" }>,
  now: number,
): boolean {
  const was = wanted ?? null;
  const isDequeued = /^\d+$/.test(key) && sql.dequeue.run(from, Number(key), was).changes > 0;
  return isDequeued || sql.remove.run(from, key, was, now).changes > 0;
}

const headOf = (sql: OpenFile["open"]["sql"], chain: string) =>
  String(sql.head.get(chain)?.hash ?? "");
