/**
 * The store on one SQLite file, for one process: write-ahead log, every commit on the disk before
 * it returns, and an exclusive lock that the operating system drops when the process dies, however
 * it dies.
 *
 * Keyv is the face of the namespaces and owns the codec; a commit writes the same envelopes in one
 * transaction, which Keyv cannot do.
 */
import type { SQLOutputValue } from "node:sqlite";
import { Keyv } from "keyv";
import type { Indexed } from "../records/indexed.ts";
import type { Namespaces } from "../records/namespaces.ts";
import { copyInto } from "./backup.ts";
import { linkHash } from "./chain.ts";
import { isDamage } from "./damage.ts";
import { attempt, attemptLater } from "./failures.ts";
import { assureThere, type OpenFile, openFile, setAside } from "./file.ts";
import { atOnce, type Gather, groupOver } from "./group.ts";
import { IN_HAND } from "./in-hand.ts";
import { indexName } from "./indexes.ts";
import { namespaceAdapter } from "./keyv-adapter.ts";
import { type Locks, localLocks } from "./locks.ts";
import { namespaceOf, remembering, type Untyped } from "./remembered.ts";
import {
  type ChainLink,
  type ChainPage,
  type Committed,
  type Entry,
  type Store,
  StoreError,
} from "./store.ts";
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
export function storeOver<All = Namespaces, By = Indexed>(
  file: OpenFile,
  told: Told = nobody,
  gather: Gather = atOnce,
): Store<All, By> {
  const { path } = file;
  const faces = new Map<string, Keyv>();
  const face = (namespace: string) => {
    const known = faces.get(namespace) ?? keyvOver(file, namespace);
    faces.set(namespace, known);
    return known;
  };
  const stillThere = () => {
    if (assureThere(file))
      told(`The state "${path}" was removed; it was made again, and nothing is lost`);
  };
  const group = groupOver(() => {
    stillThere();
    return file.open.db;
  }, gather);
  return {
    get: <Name extends keyof All & string>(namespace: Name, key: string) =>
      attemptLater(path, "read", () => face(namespace).get<All[Name]>(key)),
    all: <Name extends keyof All & string>(namespace: Name) =>
      attemptLater(path, "read", () =>
        decodeAll<All[Name]>(face(namespace), namespace, allRows(file, namespace)),
      ),
    find: <Name extends keyof All & keyof By & string>(
      namespace: Name,
      field: string,
      text: string,
    ) =>
      attemptLater(path, "read", () =>
        decodeAll<All[Name]>(face(namespace), namespace, findRows(file, namespace, field, text)),
      ),
    links: (chain, page) =>
      attemptLater(path, "read", async () => linkRows(file, chain, page).map(linkOf)),
    commit: (typed) =>
      attemptLater(path, "write", async () => {
        const changes = typed as readonly unknown[] as readonly Untyped[];
        const encoded = await Promise.all(changes.map((change) => encode(face, change)));
        return group.commit(() => write(file, changes, encoded));
      }),
    sweep: () =>
      attemptLater(path, "write", async () => {
        stillThere();
        return Number(file.open.sql.sweep.run(file.now()).changes);
      }),
    close: async () => {
      group.flush();
      file.open.db.close();
    },
  };
}

function keyvOver(file: OpenFile, namespace: string): Keyv {
  // No error listener on purpose: with one, Keyv answers a failed read with "nothing there".
  // Records are plain JSON; Keyv's own serializer looks through each value for binaries, which
  // takes six times as long.
  return new Keyv({
    store: namespaceAdapter(file, namespace),
    checkExpired: false,
    serialization: JSON,
  });
}

type Row = Record<string, SQLOutputValue>;

const allRows = ({ open: { sql }, now }: OpenFile, namespace: string): Row[] => [
  ...sql.all.all(namespace, now()),
  ...sql.queue.all(namespace),
];

function findRows(
  { open: { sql }, now }: OpenFile,
  namespace: string,
  field: string,
  text: string,
) {
  const found = sql.find.get(indexName(namespace, field));
  if (!found) throw new RangeError(`nothing in ${namespace} is found by ${field}`);
  const wanted = JSON.stringify(text);
  return [...found.records.all(wanted, now()), ...found.queues.all(wanted)];
}

function decodeAll<Value>(
  face: Keyv,
  namespace: string,
  rows: readonly Row[],
): Promise<Entry<Value>[]> {
  return Promise.all(
    rows.map(async (row) => {
      const decoded = await face.decode<Value>(row.envelope);
      if (decoded?.value === undefined)
        throw new Error(`record ${namespace}/${row.key} is damaged`);
      return { key: String(row.key), value: decoded.value };
    }),
  );
}

const linkRows = ({ open: { sql } }: OpenFile, chain: string, page: ChainPage): Row[] =>
  "newest" in page
    ? sql.newestLinks.all(chain, page.newest)
    : sql.linksAfter.all(chain, page.after ?? null, page.limit);

const linkOf = ({ key, envelope, hash }: Row): ChainLink => ({
  key: String(key),
  text: String(envelope),
  hash: String(hash),
});

interface Encoded {
  readonly envelope: string;
  /** What must be there still. */
  readonly was?: string;
  readonly ttlMs?: number;
}

async function encode(face: (namespace: string) => Keyv, change: Untyped): Promise<Encoded> {
  const text = async (value: unknown) => String(await face(namespaceOf(change)).encode({ value }));
  const envelope = "value" in change ? await text(change.value) : "";
  const ttlMs = "ttlMs" in change ? change.ttlMs : undefined;
  if (ttlMs !== undefined && !(ttlMs > 0)) throw new RangeError(`ttlMs must be positive: ${ttlMs}`);
  return {
    envelope,
    ...(ttlMs === undefined ? {} : { ttlMs }),
    ...("was" in change ? { was: await text(assertRead(change.was)) } : {}),
  };
}

/** A condition that was left empty by mistake must not become none. */
function assertRead(was: unknown): unknown {
  if (was === undefined) throw new TypeError("was must be what was read; insert is for nothing");
  return was;
}

function write(
  file: OpenFile,
  changes: readonly Untyped[],
  encoded: readonly Encoded[],
): Committed {
  const keys: (string | undefined)[] = [];
  const happened = changes.map((change, i) => {
    if (!("append" in change)) return apply(file, change, encoded[i]);
    keys[i] = append(file, change.append, encoded[i]);
    return true;
  });
  const done = changes.every((change, i) => !change.require || happened[i]);
  return { done, happened, keys };
}

const append = ({ open: { sql } }: OpenFile, queue: string, encoded: Encoded | undefined) =>
  String(sql.append.run(queue, encoded?.envelope ?? "").lastInsertRowid);

function apply(
  file: OpenFile,
  change: Exclude<Untyped, { append: string }>,
  encoded: Encoded | undefined,
): boolean {
  const { now } = file;
  const { sql } = file.open;
  const { envelope, was, ttlMs } = encoded ?? { envelope: "" };
  const expires = ttlMs === undefined ? null : now() + ttlMs;
  if ("put" in change)
    return was === undefined
      ? sql.put.run(change.put, change.key, envelope, expires).changes > 0
      : sql.replace.run(envelope, expires, change.put, change.key, was, now()).changes > 0;
  if ("insert" in change)
    return sql.insert.run(change.insert, change.key, envelope, expires, now()).changes > 0;
  if ("chain" in change)
    return (
      sql.link.run(change.chain, envelope, linkHash(headOf(sql, change.chain), envelope)).changes >
      0
    );
  return remove(file, change.remove, change.key, was ?? null);
}

/** A record by its key, an entry of a queue by its number. */
function remove({ now, open: { sql } }: OpenFile, from: string, key: string, was: string | null) {
  const removed = Number(sql.remove.run(from, key, was, now()).changes);
  const dequeued = /^\d+$/.test(key) ? Number(sql.dequeue.run(from, Number(key), was).changes) : 0;
  return removed + dequeued > 0;
}

const headOf = (sql: OpenFile["open"]["sql"], chain: string) =>
  String(sql.head.get(chain)?.hash ?? "");
