/**
 * The tables in Postgres, for the process that leads. A record is found by the texts that were written
 * beside it.
 */
import type { Pool } from "pg";
import type { Indexes } from "./indexes.ts";
import { connectMs, WritableClient } from "./postgres-client.ts";
import { HeardPool } from "./postgres-pool.ts";
import { postgresTrouble } from "./postgres-trouble.ts";
import {
  AnswerLost,
  bytesOf,
  foundBy,
  groupsInTurn,
  isLost,
  type Leading,
} from "./postgres-writes.ts";
import { type ChainLink, type ChainPage, StoreError } from "./store.ts";
import type { TableRow, Tables } from "./tables.ts";

export interface PostgresOptions extends Leading {
  /** For sentences; without a password. */
  readonly name: string;
  /** Of the pool. */
  readonly url: string;
}

/** So many questions at once; commits follow each other and need one connection. */
const CONNECTIONS = 4;
const ANSWER_MS = 10_000;

/** Connections to Postgres. One that is lost while nobody uses it is no fault: the next is opened anew. */
export function poolTo(url: string): Pool {
  const pool = new HeardPool({
    Client: WritableClient,
    connectionString: url,
    max: CONNECTIONS,
    application_name: "failover-bot",
    connectionTimeoutMillis: connectMs(url),
    query_timeout: ANSWER_MS,
  });
  pool.on("error", () => undefined);
  return pool;
}

export function postgresTables(options: PostgresOptions): Tables {
  const { pool, now, indexes } = options;
  return {
    now,
    get: async (namespace, key) => {
      const [row] = await rowsOf(
        pool,
        `SELECT envelope, '' AS key FROM records WHERE namespace = $1 AND ${LIVE} AND key = $3`,
        [namespace, now(), bytesOf(key)],
      );
      return row?.envelope;
    },
    all: (namespace) => allRows(pool, namespace, now()),
    find: (namespace, field, text) => {
      assertIndexed(indexes, namespace, field);
      return foundRows(pool, namespace, foundBy(field, text), now());
    },
    links: (chain, page) => linksIn(pool, chain, page),
    write: groupsInTurn(options),
    sweep: async () =>
      (await pool.query("DELETE FROM records WHERE expires <= $1", [now()])).rowCount ?? 0,
    close: () => pool.end(),
    failed: (deed, error) => postgresError(options, deed, error),
  };
}

const LIVE = "(expires IS NULL OR expires > $2)";
/** The key as bytes, as text in Postgres holds no NUL. */
const RECORD = "key, envelope";
const QUEUED = "seq::text AS key, envelope";

interface PostgresRow {
  readonly key: string | Buffer;
  readonly envelope: string;
}

async function rowsOf(pool: Pool, sql: string, values: unknown[]): Promise<TableRow[]> {
  const { rows } = await pool.query<PostgresRow>(sql, values);
  return rows.map(({ key, envelope }) => ({ key: key.toString("utf8"), envelope }));
}

const allRows = async (pool: Pool, namespace: string, now: number) => [
  ...(await rowsOf(
    pool,
    `SELECT ${RECORD} FROM records WHERE namespace = $1 AND ${LIVE} ORDER BY records.key`,
    [namespace, now],
  )),
  ...(await rowsOf(pool, `SELECT ${QUEUED} FROM queues WHERE namespace = $1 ORDER BY seq`, [
    namespace,
  ])),
];

function assertIndexed(indexes: Indexes, namespace: string, field: string): void {
  if (!indexes[namespace]?.includes(field))
    throw new RangeError(`nothing in ${namespace} is found by ${field}`);
}

const foundRows = async (pool: Pool, namespace: string, found: string, now: number) => [
  ...(await rowsOf(
    pool,
    `SELECT ${RECORD} FROM records WHERE namespace = $1 AND ${LIVE} AND found @> $3 ORDER BY records.key`,
    [namespace, now, [found]],
  )),
  ...(await rowsOf(
    pool,
    `SELECT ${QUEUED} FROM queues WHERE namespace = $1 AND found @> $2 ORDER BY seq`,
    [namespace, [found]],
  )),
];

export async function linksIn(
  pool: Pick<Pool, "query">,
  chain: string,
  page: ChainPage,
): Promise<ChainLink[]> {
  const link = "seq::text AS key, envelope AS text, hash";
  const newest = "(SELECT * FROM chains WHERE namespace = $1 ORDER BY seq DESC LIMIT $2) newest";
  const { rows } =
    "newest" in page
      ? await pool.query<ChainLink>(`SELECT ${link} FROM ${newest} ORDER BY seq`, [
          chain,
          page.newest,
        ])
      : await pool.query<ChainLink>(
          `SELECT ${link} FROM chains WHERE namespace = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
          [chain, page.after ?? "-1", page.limit],
        );
  return rows;
}

/** See `write_group`. The last is Postgres' own, of a server that has come to be read only. */
const NOT_HERE = ["FB002", "FB004", "25006"];

/** It is another process's to write, or another server's to be written. */
const isNotHere = (error: unknown): boolean =>
  error instanceof Error && "code" in error && NOT_HERE.includes(String(error.code));

function postgresError(
  { name, url }: Pick<PostgresOptions, "name" | "url">,
  deed: string,
  error: unknown,
): StoreError {
  const perhapsDone = error instanceof AnswerLost;
  const before = perhapsDone ? `${error.message}: ` : "";
  const trouble = postgresTrouble(perhapsDone ? error.cause : error, url);
  return new StoreError(`Cannot ${deed} the state "${name}" as ${before}${trouble}`, {
    cause: error,
    mayPass: perhapsDone || isLost(error) || isNotHere(error),
    perhapsDone,
  });
}
