/**
 * Which processes are there on one Postgres, and by which settings they go: of each setting that all
 * are to share a hash, so that it can be named and not read.
 */
import type { ClientBase } from "pg";

/** By setting. */
export type Prints = Readonly<Record<string, string>>;

/** A process as others see it. */
export interface Present {
  readonly host: string;
  readonly settings: Prints;
}

export interface Presence extends Present {
  /** Of this process alone. */
  readonly id: string;
  /** Told of the others that are there, again and again while this one leads. */
  others(present: readonly Present[]): void;
}

/** Who has said nothing for so long is not there. */
const GONE = "interval '60 seconds'";
/** It is said no more often than this. */
const APART = "interval '20 seconds'";
const FORGOTTEN = "interval '1 day'";

/** Says that it is there, which writes seldom; gives the others. */
export async function sayPresent(client: ClientBase, own: Presence): Promise<readonly Present[]> {
  const { id, host, settings } = own;
  const { rows } = await client.query<Present>(
    `WITH old AS (DELETE FROM processes WHERE at < now() - ${FORGOTTEN} AND id <> $1),
     said AS (INSERT INTO processes (id, host, settings) SELECT $1, $2, $3
       WHERE NOT EXISTS (SELECT 1 FROM processes WHERE id = $1 AND at > now() - ${APART})
       ON CONFLICT (id) DO UPDATE SET at = now())
     SELECT host, settings FROM processes WHERE id <> $1 AND at > now() - ${GONE} ORDER BY host`,
    [id, host, JSON.stringify(settings)],
  );
  return rows;
}

/** It ends, or leads and stands by no more. */
export const sayGone = (client: ClientBase, { id }: Presence) =>
  client.query("DELETE FROM processes WHERE id = $1", [id]);

/** Who is there; nobody where no bot of this version has led yet. */
export async function presentBy(client: ClientBase): Promise<readonly Present[]> {
  const known = await client.query("SELECT to_regclass('processes') IS NOT NULL AS there");
  if (known.rows[0]?.there !== true) return [];
  const { rows } = await client.query<Present>(
    `SELECT host, settings FROM processes WHERE at > now() - ${GONE} ORDER BY host`,
  );
  return rows;
}
