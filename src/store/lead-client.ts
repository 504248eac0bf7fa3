/** A connection to Postgres whose session is its own: what it locks, it holds. */
import { Client } from "pg";

const CONNECT_MS = 5_000;
const ANSWER_MS = 4_000;

export function newClient(connectionString: string): Client {
  const client = new Client({
    connectionString,
    application_name: "failover-bot lead",
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
  });
  // Whoever asks next is told; without a listener the process would end.
  client.on("error", () => undefined);
  return client;
}

/** A pooler gives each question to whatever connection it has, and with it the lock. */
export async function assertDirect(client: Client): Promise<void> {
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  if (rows[0]?.pid !== processOf(client)) throw new PoolerError();
}

export class PoolerError extends Error {
  constructor() {
    super(
      "a pooler such as PgBouncer stands before Postgres, which loses the lead: name Postgres itself",
    );
    this.name = "PoolerError";
  }
}

/** The number of its process at the server, which the library keeps and its types lack. */
function processOf(client: Client): number | null {
  const id: unknown = "processID" in client ? client.processID : undefined;
  return typeof id === "number" ? id : null;
}

/** The process at the server; its number alone may become another's once the server has started anew. */
export interface Backend {
  readonly pid: number;
  readonly begun: string;
}

export async function backendOf(client: Client): Promise<Backend> {
  const { rows } = await client.query<Backend>(
    "SELECT pid, backend_start::text AS begun FROM pg_stat_activity WHERE pid = pg_backend_pid()",
  );
  const [backend] = rows;
  if (!backend) throw new Error("Postgres does not tell which of its processes this is");
  return backend;
}

/** Unless it has ended already. */
export const endBackend = (client: Client, { pid, begun }: Backend) =>
  client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE pid = $1 AND backend_start = $2::timestamptz`,
    [pid, begun],
  );
