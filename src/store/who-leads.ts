/** Who is on a Postgres, for whoever does not want to lead. */
import type { Client } from "pg";
import { newClient } from "./lead-client.ts";
import { postgresTrouble } from "./postgres-trouble.ts";
import { type Present, presentBy } from "./presence.ts";

/** A leader that has not written for so many seconds that it is there leads no more. */
export const SILENT_S = 8;

export type Leader =
  | { readonly is: "none" }
  | { readonly is: "there"; readonly host: string }
  | { readonly is: "unreachable"; readonly why: string };

export async function leaderIn(url: string): Promise<Leader> {
  const client = newClient(url);
  try {
    await client.connect();
    if (!(await hasTables(client))) return { is: "none" };
    const { rows } = await client.query<{ host: string }>(
      `SELECT host FROM leadership WHERE beat > now() - interval '${SILENT_S} seconds'`,
    );
    return rows[0] ? { is: "there", host: rows[0].host } : { is: "none" };
  } catch (error) {
    return { is: "unreachable", why: postgresTrouble(error, url) };
  } finally {
    client.end().catch(() => undefined);
  }
}

/** Which processes are there, for whoever is none of them. Throws what cannot be asked. */
export async function presentIn(url: string): Promise<readonly Present[]> {
  const client = newClient(url);
  try {
    await client.connect();
    return await presentBy(client);
  } finally {
    client.end().catch(() => undefined);
  }
}

export async function hasTables(client: Client): Promise<boolean> {
  const { rows } = await client.query("SELECT to_regclass('leadership') IS NOT NULL AS there");
  return rows[0]?.there === true;
}
