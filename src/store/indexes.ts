/**
 * Records found by a text in them. SQLite keeps an index over that text as JSON writes it, for the
 * one namespace alone. A record that is no JSON any more is in every answer, so that reading it
 * fails; it must not look like "nothing there".
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";

/** By namespace: fields as a path, with a point between its names. */
export type Indexes = Readonly<Record<string, readonly string[]>>;

export interface Found {
  readonly records: StatementSync;
  readonly queues: StatementSync;
}

export const indexName = (namespace: string, field: string) => `${namespace} by ${field}`;

interface Index {
  readonly name: string;
  readonly namespace: string;
  /** What is compared. */
  readonly text: string;
}

const DAMAGED = "'damaged'";

const indexesIn = (indexes: Indexes): Index[] =>
  Object.entries(indexes).flatMap(([namespace, fields]) =>
    fields.map((field) => ({
      name: indexName(namespace, field),
      namespace,
      text: `CASE WHEN json_valid(envelope) THEN envelope -> '$.value.${field}' ELSE ${DAMAGED} END`,
    })),
  );

const TABLES = ["records", "queues"] as const;

export const indexSchema = (indexes: Indexes): string =>
  indexesIn(indexes)
    .flatMap((index) =>
      TABLES.map(
        (table) =>
          `CREATE INDEX IF NOT EXISTS "${table}: ${index.name}" ON ${table} (${index.text}) WHERE namespace = '${index.namespace}';`,
      ),
    )
    .join("\n");

/** Prepared with the index by name, so that opening fails where it could not be used. */
export function findersOf(db: DatabaseSync, indexes: Indexes): Map<string, Found> {
  const from = (table: string, { name, namespace, text }: Index) =>
    `FROM ${table} INDEXED BY "${table}: ${name}" WHERE namespace = '${namespace}' AND ${text} IN (?, ${DAMAGED})`;
  return new Map(
    indexesIn(indexes).map((index) => [
      index.name,
      {
        records: db.prepare(
          `SELECT key, envelope ${from("records", index)} AND (expires IS NULL OR expires > ?) ORDER BY key`,
        ),
        queues: db.prepare(`SELECT seq AS key, envelope ${from("queues", index)} ORDER BY seq`),
      },
    ]),
  );
}
