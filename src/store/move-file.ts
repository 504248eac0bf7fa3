/** A state file as what is moved, and as what it is moved to. */
import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import { writeBackup } from "./backup.ts";
import { type ChainRow, type Contents, type QueueRow, type RecordRow, ROWS } from "./contents.ts";
import { attempt } from "./failures.ts";
import { type OpenFile, openFile } from "./file.ts";
import { storeOver } from "./sqlite.ts";
import { StoreError } from "./store.ts";
import { whoseFile } from "./whose-file.ts";

/**
 * Calls `use` while no other process can open the file, which is brought to the present format.
 *
 * @throws StoreError where there is none, another process uses it, or it is damaged.
 */
export async function withFileContents<Result>(
  path: string,
  use: (contents: Contents) => Promise<Result>,
): Promise<Result> {
  if (attempt(path, "open", () => whoseFile(path)).is === "nobody's")
    throw new StoreError(`Cannot move the state "${path}" as there is none`);
  const file = attempt(path, "open", () => openFile(path, Date.now));
  try {
    return await use(contentsOf(file));
  } finally {
    file.open.db.close();
  }
}

/**
 * Writes all of it into a file that gets its name once it is whole. `check` is given what was written.
 *
 * @throws StoreError where something has that name, or it cannot be written; and what `check` throws.
 */
export const fillFile = (
  path: string,
  contents: Contents,
  check: (written: Pick<Contents, "links">) => Promise<void>,
): Promise<void> =>
  writeBackup(
    path,
    async (draft) => {
      const file = openFile(draft, Date.now);
      const { db } = file.open;
      try {
        db.exec("BEGIN");
        await copyRows(db, contents);
        await check(contentsOf(file));
        db.exec("COMMIT; PRAGMA journal_mode = DELETE");
      } finally {
        db.close();
      }
    },
    "state",
  );

function contentsOf(file: OpenFile): Contents {
  const { db } = file.open;
  const numbered = "CAST(seq AS TEXT) AS number, namespace, envelope";
  return {
    records: () => pagesOf(db, "SELECT namespace, key, envelope, expires FROM records", recordIn),
    queues: () => pagesOf(db, `SELECT ${numbered} FROM queues ORDER BY seq`, queuedIn),
    chains: () => pagesOf(db, `SELECT ${numbered}, hash FROM chains ORDER BY seq`, linkIn),
    lastNumbers: async () => ({
      queues: lastNumber(db, "queues"),
      chains: lastNumber(db, "chains"),
    }),
    links: storeOver(file).links,
  };
}

type SqliteRow = Record<string, SQLOutputValue>;

async function* pagesOf<Row>(
  db: DatabaseSync,
  sql: string,
  rowIn: (row: SqliteRow) => Row,
): AsyncGenerator<readonly Row[]> {
  let page: Row[] = [];
  for (const row of db.prepare(sql).iterate()) {
    page.push(rowIn(row));
    if (page.length < ROWS) continue;
    yield page;
    page = [];
  }
  yield page;
}

const recordIn = ({ namespace, key, envelope, expires }: SqliteRow): RecordRow => ({
  namespace: String(namespace),
  key: String(key),
  envelope: String(envelope),
  expires: typeof expires === "number" ? expires : null,
});

const queuedIn = ({ number, namespace, envelope }: SqliteRow): QueueRow => ({
  seq: String(number),
  namespace: String(namespace),
  envelope: String(envelope),
});

const linkIn = (row: SqliteRow): ChainRow => ({ ...queuedIn(row), hash: String(row.hash) });

function lastNumber(db: DatabaseSync, table: string): string {
  const last = db.prepare("SELECT CAST(seq AS TEXT) AS seq FROM sqlite_sequence WHERE name = ?");
  return String(last.get(table)?.seq ?? 0);
}

async function copyRows(db: DatabaseSync, contents: Contents): Promise<void> {
  const record = db.prepare("INSERT INTO records VALUES (?, ?, ?, ?)");
  for await (const page of contents.records())
    for (const { namespace, key, envelope, expires } of page)
      record.run(namespace, key, envelope, expires);
  const queued = db.prepare("INSERT INTO queues VALUES (?, ?, ?)");
  for await (const page of contents.queues())
    for (const { seq, namespace, envelope } of page) queued.run(BigInt(seq), namespace, envelope);
  const link = db.prepare("INSERT INTO chains VALUES (?, ?, ?, ?)");
  for await (const page of contents.chains())
    for (const { seq, namespace, envelope, hash } of page)
      link.run(BigInt(seq), namespace, envelope, hash);
  const { queues, chains } = await contents.lastNumbers();
  goOnAfter(db, "queues", queues);
  goOnAfter(db, "chains", chains);
}

function goOnAfter(db: DatabaseSync, table: string, number: string): void {
  db.prepare("DELETE FROM sqlite_sequence WHERE name = ?").run(table);
  db.prepare("INSERT INTO sqlite_sequence VALUES (?, ?)").run(table, BigInt(number));
}
