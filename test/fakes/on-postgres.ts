/** Tests on a real Postgres: where there is none they are left out, which is said, unless it is needed. */
import { afterAll, beforeAll, describe } from "vitest";
import { type PostgresServer, postgresPrograms, startPostgres } from "./postgres-server.ts";

export interface AtPostgres {
  /** One for all of these tests. */
  readonly server: PostgresServer;
}

export const hasPostgres = (): boolean => isThere("Postgres", postgresPrograms() !== undefined);

/** Throws where it is needed and not there (`POSTGRES_NEEDED`). */
export function isThere(what: string, is: boolean): boolean {
  if (is) return true;
  if (process.env.POSTGRES_NEEDED) throw new Error(`there is no ${what} here, and it is needed`);
  process.stderr.write(`SKIPPED: there is no ${what} here\n`);
  return false;
}

export function onPostgres(name: string, tests: (at: AtPostgres) => void): void {
  describe.skipIf(!hasPostgres())(name, () => {
    let server: PostgresServer | undefined;
    beforeAll(async () => {
      server = await startPostgres(postgresPrograms() ?? "");
    }, 60_000);
    afterAll(() => server?.end());
    tests({
      get server() {
        if (!server) throw new Error("Postgres is not started yet");
        return server;
      },
    });
  });
}
