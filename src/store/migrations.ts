/**
 * Records of older versions, brought forward when the file is opened. The file says its format
 * (`PRAGMA user_version`), each record its version. Whoever changes the shape of a record raises
 * FORMAT, adds a step here, and keeps a file of the old format for the tests. The audit log is
 * never touched: its hashes cover the text.
 */
import type { DatabaseSync } from "node:sqlite";
import type { Stored } from "../records/stored.ts";
import { toFormat2 } from "./format-2.ts";
import type { Migration } from "./migration.ts";

export const FORMAT = 2;

export const steps: readonly Migration[] = toFormat2;

/** Files from before formats were numbered have this one. */
const FIRST_FORMAT = 1;

/**
 * Within a transaction of the caller's. Throws where a newer bot has written the file.
 */
export function migrate(db: DatabaseSync, to = FORMAT, all = steps): void {
  const written = writtenFormat(db);
  if (written > to)
    throw new Error(
      `a newer failover-bot has written it (format ${written}; this one knows ${to}): update this one, or set STATE_URL to another file`,
    );
  for (let format = written + 1; format <= to; format++)
    for (const step of all.filter((one) => one.format === format)) take(db, step);
  if (numberOf(db) !== to) db.exec(`PRAGMA user_version = ${to}`);
}

/** The format of a file, be there anything in it or not. */
export const writtenFormat = (db: DatabaseSync): number => Math.max(FIRST_FORMAT, numberOf(db));

const numberOf = (db: DatabaseSync) =>
  Number(db.prepare("PRAGMA user_version").get()?.user_version ?? 0);

function take(db: DatabaseSync, { namespace, from, bring }: Migration): void {
  for (const [table, key] of [
    ["records", "key"],
    ["queues", "seq"],
  ] as const) {
    const save = db.prepare(`UPDATE ${table} SET envelope = ? WHERE namespace = ? AND ${key} = ?`);
    for (const row of db
      .prepare(`SELECT ${key} AS key, envelope FROM ${table} WHERE namespace = ?`)
      .all(namespace)) {
      const envelope: { value: Stored } = JSON.parse(String(row.envelope));
      if (envelope.value.version !== from) continue;
      save.run(
        JSON.stringify({ ...envelope, value: bring(envelope.value) }),
        namespace,
        row.key ?? null,
      );
    }
  }
}
