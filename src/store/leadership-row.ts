/**
 * The row that says who leads. Its `server` is the one on which that leader is, its `written` the
 * number of the last group of commits: by these a leader finds that it goes on with less than was
 * there, as a replica was promoted that lacked some, or a copy restored.
 */
import type { Client } from "pg";
import { indexed } from "../records/indexed.ts";
import { FORMAT, steps } from "./migrations.ts";
import { bringForward, type RecordForms } from "./postgres-forms.ts";
import { BEHIND, DEPOSED, SCHEMA, SERVER, SYNCHRONOUS } from "./postgres-schema.ts";
import type { Term } from "./postgres-writes.ts";
import { bytesOf } from "./postgres-writes.ts";
import { hasTables } from "./who-leads.ts";

/** What this version knows. */
export const OWN_FORMS: RecordForms = { format: FORMAT, steps, indexes: indexed };

/** Whoever is to lead. */
export interface Beginner {
  readonly host: string;
  readonly forms: RecordForms;
  /** Of a lead of this process before. */
  readonly last: Term | undefined;
}

export interface BegunTerm {
  readonly term: Term;
  /** The host that led before, where that is another one. */
  readonly tookOverFrom: string | undefined;
}

interface Row {
  readonly epoch: string;
  readonly host: string;
  readonly written: string;
  /** In milliseconds since 1970. */
  readonly beat: number;
  readonly format: number | null;
  readonly found_by: unknown;
  /** Is of another server, or of another life of this one. */
  readonly elsewhere: boolean;
  readonly synchronous: boolean;
}

/** To be called by whoever has the lock. All of it or nothing. */
export async function beginTerm(client: Client, by: Beginner): Promise<BegunTerm> {
  await client.query(`BEGIN; ${SCHEMA}`);
  const before = await rowBefore(client);
  await bringForward(client, by.forms, before);
  if (before && isCopy(before, by.last)) await markCopied(client, before.beat);
  const { rows } = await client.query<{ epoch: string; id: string }>(
    `INSERT INTO leadership (epoch, host, term, server, synchronous, format, found_by)
     VALUES (1, $1, gen_random_uuid(), ${SERVER}, ${SYNCHRONOUS}, $2, $3) ON CONFLICT (one) DO UPDATE
     SET epoch = greatest(leadership.epoch, $4) + 1, host = excluded.host, beat = now(),
       term = excluded.term, server = excluded.server, synchronous = excluded.synchronous,
       format = excluded.format, found_by = excluded.found_by
     RETURNING epoch, term AS id`,
    [by.host, by.forms.format, JSON.stringify(by.forms.indexes), by.last?.epoch ?? 0],
  );
  await client.query("COMMIT");
  const term = { epoch: Number(rows[0]?.epoch), id: rows[0]?.id ?? "", confirmed: 0n };
  return { term, tookOverFrom: before?.host === by.host ? undefined : before?.host };
}

async function rowBefore(client: Client): Promise<Row | undefined> {
  const { rows } = await client.query<Row>(
    `SELECT epoch, host, written, synchronous, format, found_by, server <> ${SERVER} AS elsewhere,
       round(extract(epoch FROM beat) * 1000)::float8 AS beat FROM leadership FOR UPDATE`,
  );
  return rows[0];
}

/** Whether what is there may lack what had been confirmed. */
const isCopy = ({ elsewhere, synchronous, written }: Row, last: Term | undefined): boolean =>
  (elsewhere && !synchronous) || (last !== undefined && BigInt(written) < last.confirmed);

/** As a copy of a file says it of itself; see `beginRestored`. */
const markCopied = (client: Client, at: number) =>
  client.query(
    `INSERT INTO records VALUES ('copied', $1, $2, NULL, '{}')
     ON CONFLICT (namespace, key) DO UPDATE SET envelope = excluded.envelope`,
    [bytesOf("from"), JSON.stringify({ value: { version: 1, at } })],
  );

/** Says that the leader is there; gives why it leads no more. */
export async function beatTerm(client: Client, term: Term): Promise<string | undefined> {
  const { rowCount } = await client.query(
    `UPDATE leadership SET beat = now(), server = ${SERVER}
     WHERE epoch = $1 AND term = $2 AND written >= $3`,
    [term.epoch, term.id, String(term.confirmed)],
  );
  return rowCount === 1 ? undefined : whyOver(client, term);
}

/** Why it leads no more; undefined where it may still. */
export async function whyOver(client: Client, term: Term): Promise<string | undefined> {
  const { rows } = await client.query<Pick<Row, "epoch" | "written"> & { term: string | null }>(
    "SELECT epoch, term, written FROM leadership",
  );
  const [row] = rows;
  if (!row || Number(row.epoch) < term.epoch) return BEHIND;
  if (Number(row.epoch) > term.epoch || row.term !== term.id) return DEPOSED;
  return BigInt(row.written) < term.confirmed ? BEHIND : undefined;
}

/** Why a bot that knows `format` must not lead; undefined where it may. */
export async function tooNew(client: Client, { format }: RecordForms): Promise<string | undefined> {
  if (!(await hasTables(client))) return undefined;
  const { rows } = await client.query<{ written: number | null }>(
    "SELECT (to_jsonb(leadership) ->> 'format')::int AS written FROM leadership",
  );
  const written = rows[0]?.written ?? 0;
  return written > format
    ? `a newer failover-bot has written the state (format ${written}; this one knows ${format}): update this one`
    : undefined;
}
