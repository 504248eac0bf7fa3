/**
 * A witness in the state file itself: triggers copy every line that is queued to be said and every
 * order that is confirmed into tables of their own, in the very commit that makes them. What the
 * bot has promised to say is so known beyond its death.
 */
import { DatabaseSync } from "node:sqlite";
import type { Namespaces } from "../../src/records/namespaces.ts";
import type { Order } from "../../src/records/order.ts";
import type { QueuedLine } from "../../src/records/topic.ts";
import type { Watch } from "../../src/records/watch.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";

const confirmed = `WHEN NEW.namespace = 'orders' AND json_extract(NEW.envelope, '$.value.phase.is') = 'approved'
  BEGIN INSERT OR IGNORE INTO confirmed_orders VALUES (NEW.key); END;`;

const SCHEMA = `
  CREATE TABLE queued_lines (seq INTEGER PRIMARY KEY, envelope TEXT NOT NULL);
  CREATE TABLE confirmed_orders (id TEXT PRIMARY KEY);
  CREATE TRIGGER line_queued AFTER INSERT ON queues WHEN NEW.namespace = 'lines'
    BEGIN INSERT INTO queued_lines VALUES (NEW.seq, NEW.envelope); END;
  CREATE TRIGGER order_inserted AFTER INSERT ON records ${confirmed}
  CREATE TRIGGER order_updated AFTER UPDATE ON records ${confirmed}
`;

export interface Line extends QueuedLine {
  /**
   * Its place in the queue; its topic's id, a slash and this are the key under which it is posted.
   */
  readonly seq: number;
}

/** What a state file holds, as seen while no bot runs. */
export interface State {
  readonly orders: readonly Order[];
  readonly watches: readonly Watch[];
  readonly ended: readonly Watch[];
  readonly pastOrders: readonly Order[];
  /** Topics and lines that have not been said, or may yet be drawn over. */
  readonly unsaid: number;
  /** The lines of them. */
  readonly linesUnsaid: number;
}

/** Makes the state file, with the witness in it. */
export async function placeWitness(path: string): Promise<void> {
  await openSqliteStore(path).close();
  withDatabase(path, (db) => db.exec(SCHEMA));
}

/** Without those that are the rest of another: what its copy in the channel could not say at once. */
export const queuedLines = (path: string): Line[] =>
  withDatabase(path, (db) =>
    db
      .prepare("SELECT seq, envelope FROM queued_lines ORDER BY seq")
      .all()
      .map(lineIn)
      .filter(isNoRest),
  );

/** From a row of `queued_lines`. */
export function lineIn({ seq, envelope }: Readonly<Record<string, unknown>>): Line {
  const line: QueuedLine = JSON.parse(String(envelope)).value;
  return { ...line, seq: Number(seq) };
}

export const isNoRest = ({ copyOf }: Line): boolean => copyOf === undefined;

export const confirmedOrders = (path: string): string[] =>
  withDatabase(path, (db) =>
    db
      .prepare("SELECT id FROM confirmed_orders")
      .all()
      .map(({ id }) => String(id)),
  );

/** Confirmed for something that was no longer there: it counts for nothing, and was asked anew. */
export const isVoid = ({ phase }: Order): boolean =>
  phase.is === "closed" && phase.how.is === "not-sent" && phase.how.why.is === "changed";

/** What has expired by then is not shown. */
export async function readState(path: string, now: number): Promise<State> {
  const store = openSqliteStore(path, () => now);
  const state = await stateIn(store);
  await store.close();
  return state;
}

export async function stateIn(store: Pick<Store, "all">): Promise<State> {
  const values = async <Name extends keyof Namespaces>(name: Name) =>
    (await store.all(name)).map(({ value }) => value);
  const failovers = async (name: "watches" | "past-watches") =>
    (await values(name)).filter((watch) => watch.of === "failover");
  const linesUnsaid = (await store.all("lines")).length;
  return {
    orders: await values("orders"),
    watches: await failovers("watches"),
    ended: await failovers("past-watches"),
    pastOrders: await values("past-orders"),
    unsaid: (await store.all("topics")).length + linesUnsaid,
    linesUnsaid,
  };
}

function withDatabase<Result>(path: string, act: (db: DatabaseSync) => Result): Result {
  const db = new DatabaseSync(path);
  try {
    return act(db);
  } finally {
    db.close();
  }
}
