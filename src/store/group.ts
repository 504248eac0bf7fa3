/**
 * Commits as one transaction. Each stays all or nothing on its own, and is told as done only once
 * all of them are on the disk, which is what takes the time.
 */
import type { DatabaseSync } from "node:sqlite";
import type { Committed } from "./store.ts";

/** When a group that has begun is written: gets told how to, and does so once. */
export type Gather = (write: () => void) => void;

/** Each commit is a group of its own. */
export const atOnce: Gather = (write) => write();

export interface Group {
  /** `write` makes the changes of one commit in the transaction that is open. */
  commit(write: () => Committed): Promise<Committed>;
  /** Writes what is gathered. */
  flush(): void;
}

interface Waiting {
  readonly write: () => Committed;
  readonly done: PromiseWithResolvers<Committed>;
}

/** `open`: gives the database, ready to be written. */
export function groupOver(open: () => DatabaseSync, gather: Gather): Group {
  let waiting: Waiting[] = [];
  const flush = () => {
    const all = waiting;
    waiting = [];
    if (all.length > 0) writeAll(open, all);
  };
  return {
    commit: (write) => {
      const done = Promise.withResolvers<Committed>();
      waiting.push({ write, done });
      if (waiting.length === 1) gather(flush);
      return done.promise;
    },
    flush,
  };
}

function writeAll(open: () => DatabaseSync, all: readonly Waiting[]): void {
  try {
    const told = inTransaction(open(), all);
    for (const tell of told) tell();
  } catch (error) {
    for (const { done } of all) done.reject(error);
  }
}

/** Gives what to tell each of them, once it is on the disk. */
function inTransaction(db: DatabaseSync, all: readonly Waiting[]): (() => void)[] {
  db.exec("BEGIN IMMEDIATE");
  try {
    const told = all.map((one) => writeOne(db, one));
    db.exec("COMMIT");
    return told;
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

/** Throws only where the transaction as a whole has failed. */
function writeOne(db: DatabaseSync, { write, done }: Waiting): () => void {
  db.exec("SAVEPOINT one");
  try {
    const committed = write();
    db.exec(committed.done ? "RELEASE one" : "ROLLBACK TO one; RELEASE one");
    return () => done.resolve(committed);
  } catch (error) {
    if (!db.isTransaction) throw error;
    db.exec("ROLLBACK TO one; RELEASE one");
    return () => done.reject(error);
  }
}
