/** Who is on a Postgres, for whoever does not want to lead. */
import type { Client } from "pg";
import { onceAt } from "./postgres-client.ts";
import { postgresTrouble } from "./postgres-trouble.ts";
import { type Present, presentBy } from "./presence.ts";

/** A leader that has not written for so many seconds that it is there leads no more. */
export const SILENT_S = 8;

export type Leader =
  | { readonly is: "none" }
  | { readonly is: "there"; readonly host: string }
  | { readonly is: "unreachable"; readonly why: string };

export const leaderIn = (url: string): Promise<Leader> =>
  onceAt(url, leaderAt).catch((error) => ({
    is: "unreachable",
    why: postgresTrouble(error, url),
  }));

async function leaderAt(client: Client): Promise<Leader> {
  if (!(await hasTables(client))) return { is: "none" };
  const { rows } = await client.query<{ host: string }>(
    `SELECT host FROM leadership WHERE beat > now() - interval '${SILENT_S} seconds'`,
  );
  return rows[0] ? { is: "there", host: rows[0].host } : { is: "none" };
}

/** Which processes are there, for whoever is none of them. Throws what cannot be asked. */
export const presentIn = (url: string): Promise<readonly Present[]> => onceAt(url, presentBy);

export async function hasTables(client: Client): Promise<boolean> {
  const { rows } = await client.query("SELECT to_regclass('leadership') IS NOT NULL AS there");
  return rows[0]?.there === true;
}
