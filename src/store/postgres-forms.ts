/**
 * Records in Postgres that an older version wrote, brought forward by the first leader of a new one;
 * and by which texts each is found, where a version looks for them by others than the one before.
 */
import type { Client } from "pg";
import type { Stored } from "../records/stored.ts";
import { ROWS } from "./contents.ts";
import type { Indexes } from "./indexes.ts";
import type { Migration } from "./migration.ts";
import { foundTexts } from "./postgres-writes.ts";

/** How a version of the bot keeps its records. */
export interface RecordForms {
  readonly format: number;
  readonly steps: readonly Migration[];
  readonly indexes: Indexes;
}

/** What the last leader has left of that; null where it was the first version to use Postgres. */
interface Written {
  readonly format: number | null;
  readonly found_by: unknown;
}

/** Of the first version that used Postgres. */
const FIRST_FORMAT = 2;
/** There may be many records. */
const TIME_MS = 60_000;

/** Within a transaction of the caller's. */
export async function bringForward(
  client: Client,
  { format, steps, indexes }: RecordForms,
  before: Written | undefined,
): Promise<void> {
  if (!before) return;
  const since = before.format ?? FIRST_FORMAT;
  const due = steps.filter((step) => step.format > since && step.format <= format);
  for (const step of due.toSorted((a, b) => a.format - b.format)) {
    const bring = (value: Stored) => (value.version === step.from ? step.bring(value) : value);
    await rewrite(client, step.namespace, indexes, bring);
  }
  if (JSON.stringify(sorted(before.found_by)) === JSON.stringify(sorted(indexes))) return;
  for (const namespace of Object.keys(indexes))
    await rewrite(client, namespace, indexes, (value) => value);
}

/** Postgres keeps no order of keys. */
const sorted = (indexes: unknown) =>
  Object.entries(indexes ?? {}).toSorted(([a], [b]) => a.localeCompare(b));

/** Of records and queues alike. */
async function rewrite(
  client: Client,
  namespace: string,
  indexes: Indexes,
  bring: (value: Stored) => Stored,
): Promise<void> {
  for (const table of ["records", "queues"]) {
    const { rows } = await client.query<{ at: string; envelope: string }>({
      text: `SELECT ctid::text AS at, envelope FROM ${table} WHERE namespace = $1`,
      values: [namespace],
      ...PATIENT,
    });
    const brought = rows.map((row) => broughtRow(row, namespace, indexes, bring));
    for (let from = 0; from < brought.length; from += ROWS)
      await client.query({
        text: `UPDATE ${table} SET envelope = row ->> 'envelope',
          found = ARRAY(SELECT jsonb_array_elements_text(row -> 'found'))
          FROM jsonb_array_elements($1::jsonb) AS row WHERE ctid = (row ->> 'at')::tid`,
        values: [JSON.stringify(brought.slice(from, from + ROWS))],
        ...PATIENT,
      });
  }
}

const PATIENT = { query_timeout: TIME_MS };

function broughtRow(
  { at, envelope }: { readonly at: string; readonly envelope: string },
  namespace: string,
  indexes: Indexes,
  bring: (value: Stored) => Stored,
) {
  const old: { value: Stored } = JSON.parse(envelope);
  const value = bring(old.value);
  return {
    at,
    envelope: value === old.value ? envelope : JSON.stringify({ ...old, value }),
    found: foundTexts(indexes, namespace, value),
  };
}
