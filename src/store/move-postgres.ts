/** A Postgres as what is moved, and as what it is moved to. Whoever moves it leads meanwhile. */
import type { Pool, PoolClient, QueryResult } from "pg";
import type { Clock } from "../clock.ts";
import { indexed } from "../records/indexed.ts";
import { type ChainRow, type Contents, type QueueRow, type RecordRow, ROWS } from "./contents.ts";
import { type Lead, takeLead } from "./leadership.ts";
import { linksIn, poolTo } from "./postgres.ts";
import type { PostgresPlace } from "./postgres-state.ts";
import { postgresTrouble } from "./postgres-trouble.ts";
import { bytesOf, foundTexts } from "./postgres-writes.ts";
import { StoreError } from "./store.ts";
import { presentIn } from "./who-leads.ts";

/** Who moves it. */
export interface Mover {
  readonly host: string;
  readonly clock: Pick<Clock, "now" | "sleep" | "elapsed">;
}

/** What whoever leads has in hand. */
interface Hands {
  readonly pool: Pool;
  readonly lead: Lead;
}

/**
 * Calls `use` with what is there at one moment, while no bot leads there.
 *
 * @throws StoreError where one does, or nothing is there.
 */
export const withPostgresContents = <Result>(
  place: PostgresPlace,
  mover: Mover,
  use: (contents: Contents) => Promise<Result>,
): Promise<Result> =>
  asLeader(place, mover, async ({ pool, lead }) => {
    const result = await inOneGo(pool, READING, async (client) => {
      if (await isEmpty(client))
        throw new StoreError(`Cannot move the state "${place.name}" as there is none`);
      return use(contentsOf(client));
    });
    assertLed(await pool.query("SELECT 1 FROM leadership WHERE epoch = $1", [lead.epoch]));
    return result;
  });

/**
 * Writes all of it in one transaction, as if nobody had led there yet. `check` is given what was written.
 *
 * @throws StoreError where a bot leads there, or anything is there; and what `check` throws.
 */
export const fillPostgres = (
  place: PostgresPlace,
  mover: Mover,
  contents: Contents,
  check: (written: Pick<Contents, "links">) => Promise<void>,
): Promise<void> =>
  asLeader(place, mover, ({ pool, lead }) =>
    inOneGo(pool, "BEGIN", async (client) => {
      await client.query("LOCK TABLE records, queues, chains IN EXCLUSIVE MODE");
      if (!(await isEmpty(client)))
        throw new StoreError(`Cannot move a state to "${place.name}" as there is one already`);
      await copyRows(client, contents);
      await check(contentsOf(client));
      assertLed(await client.query("DELETE FROM leadership WHERE epoch = $1", [lead.epoch]));
    }),
  );

const READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

async function asLeader<Result>(
  place: PostgresPlace,
  mover: Mover,
  use: (hands: Hands) => Promise<Result>,
): Promise<Result> {
  const lead = await leadNow(place, mover);
  const pool = poolTo(place.url);
  try {
    return await use({ pool, lead });
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const why = postgresTrouble(error, place.url);
    throw new StoreError(`Cannot move the state "${place.name}" as ${why}`, { cause: error });
  } finally {
    await pool.end();
    await lead.end();
  }
}

/** @throws StoreError where it cannot be had at once. */
async function leadNow({ url, name }: PostgresPlace, mover: Mover): Promise<Lead> {
  const waiting = new AbortController();
  let sentence = "";
  const waits = (why: string, isLed: boolean) => {
    sentence = `Cannot move the state "${name}" as ${why}${isLed ? ": stop every bot on it first" : ""}`;
    waiting.abort();
  };
  const lead = await takeLead({ ...mover, url, waits }, waiting.signal);
  if (!lead) throw new StoreError(sentence, { mayPass: true });
  const [other] = await presentIn(url);
  if (!other) return lead;
  await lead.end();
  throw new StoreError(
    `Cannot move the state "${name}" as a bot on ${other.host} stands by, or was killed within the last minute: stop every bot on it first`,
    { mayPass: true },
  );
}

/** In one transaction. */
async function inOneGo<Result>(
  pool: Pool,
  begin: string,
  act: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query(begin);
    await client.query("SET LOCAL idle_in_transaction_session_timeout = '60s'");
    const result = await act(client);
    await client.query("COMMIT");
    return result;
  } finally {
    client.release(true);
  }
}

function assertLed({ rowCount }: QueryResult): void {
  if (rowCount !== 1) throw new Error("another process has come to lead there meanwhile");
}

async function isEmpty(client: PoolClient): Promise<boolean> {
  const { rowCount } = await client.query(
    "SELECT 1 FROM records UNION ALL SELECT 1 FROM queues UNION ALL SELECT 1 FROM chains LIMIT 1",
  );
  return rowCount === 0;
}

const contentsOf = (client: PoolClient): Contents => ({
  records: () => recordPages(client),
  queues: () => numberedPages<QueueRow>(client, "queues", "namespace, envelope"),
  chains: () => numberedPages<ChainRow>(client, "chains", "namespace, envelope, hash"),
  lastNumbers: async () => ({
    queues: await lastNumber(client, "queues"),
    chains: await lastNumber(client, "chains"),
  }),
  links: (chain, page) => linksIn(client, chain, page),
});

async function* recordPages(client: PoolClient): AsyncGenerator<readonly RecordRow[]> {
  let after: unknown[] = ["", Buffer.alloc(0)];
  for (;;) {
    const { rows } = await client.query<Omit<RecordRow, "key"> & { key: Buffer }>(
      `SELECT namespace, key, envelope, expires::float8 AS expires FROM records
       WHERE (namespace, key) > ($1, $2) ORDER BY namespace, key LIMIT ${ROWS}`,
      after,
    );
    yield rows.map((row) => ({ ...row, key: row.key.toString("utf8") }));
    const last = rows.at(-1);
    if (!last) return;
    after = [last.namespace, last.key];
  }
}

async function* numberedPages<Row extends QueueRow>(
  client: PoolClient,
  table: string,
  columns: string,
): AsyncGenerator<readonly Row[]> {
  let after = "-1";
  for (;;) {
    const { rows } = await client.query<Row>(
      `SELECT seq::text, ${columns} FROM ${table} WHERE seq > $1 ORDER BY ${table}.seq LIMIT ${ROWS}`,
      [after],
    );
    yield rows;
    const last = rows.at(-1);
    if (!last) return;
    after = last.seq;
  }
}

const counterOf = (table: string) => `pg_get_serial_sequence('${table}', 'seq')`;

/** Of a table into which nothing was ever added it is 0. */
async function lastNumber(client: PoolClient, table: string): Promise<string> {
  const { rows } = await client.query<{ last: string }>(
    `SELECT coalesce(pg_sequence_last_value(${counterOf(table)}::regclass), 0)::text AS last`,
  );
  return rows[0]?.last ?? "0";
}

async function copyRows(client: PoolClient, contents: Contents): Promise<void> {
  const row = "jsonb_array_elements($1::jsonb) AS row";
  const texts = "row ->> 'namespace', row ->> 'envelope'";
  const found = "ARRAY(SELECT jsonb_array_elements_text(row -> 'found'))";
  const insert = (into: string, values: string, rows: readonly unknown[]) =>
    client.query(`INSERT INTO ${into} SELECT ${values} FROM ${row}`, [JSON.stringify(rows)]);
  for await (const page of contents.records())
    await insert(
      "records (namespace, envelope, key, expires, found)",
      `${texts}, decode(row ->> 'key', 'hex'), (row ->> 'expires')::bigint, ${found}`,
      page.map((one) => ({ ...withFound(one), key: bytesOf(one.key).toString("hex") })),
    );
  const number = "(row ->> 'seq')::bigint";
  for await (const page of contents.queues())
    await insert(
      "queues (namespace, envelope, seq, found) OVERRIDING SYSTEM VALUE",
      `${texts}, ${number}, ${found}`,
      page.map(withFound),
    );
  for await (const page of contents.chains())
    await insert(
      "chains (namespace, envelope, seq, hash) OVERRIDING SYSTEM VALUE",
      `${texts}, ${number}, row ->> 'hash'`,
      page,
    );
  const { queues, chains } = await contents.lastNumbers();
  await goOnAfter(client, "queues", queues);
  await goOnAfter(client, "chains", chains);
}

function withFound<Row extends Pick<QueueRow, "namespace" | "envelope">>(row: Row) {
  const { value }: { readonly value?: unknown } = JSON.parse(row.envelope);
  return { ...row, found: foundTexts(indexed, row.namespace, value) };
}

/** A counter goes from 1 on by itself. */
async function goOnAfter(client: PoolClient, table: string, number: string): Promise<void> {
  if (number !== "0")
    await client.query(`SELECT setval(${counterOf(table)}, $1::bigint)`, [number]);
}
