/**
 * Connections to Postgres: each to a server that takes writes. Where the address names several hosts
 * they are tried in their order, beginning with the one that took writes last, and passed over where
 * they do not answer in time or can only be read, as a replica before it is promoted.
 */
import { Client, type ClientBase, type ClientConfig } from "pg";
import { eachHost } from "./postgres-hosts.ts";
import { NoWriterError, postgresTrouble } from "./postgres-trouble.ts";

/** Of one host. */
const CONNECT_MS = 5_000;
/** Of one among several, as the next one waits for it. */
const PASS_MS = 3_000;
const ANSWER_MS = 4_000;

/** After so long a connection with a machine that is gone is ended, by either end of it. */
const GONE_MS = 8_000;
const IDLE_MS = 4_000;

/** How long it may take until there is a connection. */
export function connectMs(address: string): number {
  const hosts = eachHost(address).length;
  return CONNECT_MS + (hosts > 1 ? hosts * PASS_MS : 0);
}

/** What every connection has. */
const CONFIG = { keepAlive: true, keepAliveInitialDelayMillis: IDLE_MS } satisfies ClientConfig;

/** A connection of its own. Throws what `pg` does, and where nothing takes writes. */
export async function connectTo(address: string): Promise<Client> {
  const client = clientOf(address, {
    application_name: "failover-bot lead",
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
  });
  await client.connect();
  return client;
}

/** By a connection of its own, which ends then. */
export async function onceAt<Answer>(address: string, ask: (client: Client) => Promise<Answer>) {
  const client = await connectTo(address);
  try {
    return await ask(client);
  } finally {
    client.end().catch(() => undefined);
  }
}

const clientOf = (address: string, config: ClientConfig): Client =>
  new WritableClient({ ...config, connectionString: address });

/** Made as `pg` makes its own, but for an address with several hosts. */
export class WritableClient extends Client {
  readonly #address: string;

  constructor(config: ClientConfig = {}) {
    const { connectionString: address = "", ...rest } = config;
    super({ ...rest, ...CONFIG, connectionString: eachHost(address)[0] ?? address });
    this.#address = address;
    // Whoever asks next is told; without a listener the process would end, and a pool has none yet
    // while a client is asked for the first time.
    this.on("error", () => undefined);
  }

  override connect(): Promise<Client>;
  override connect(callback: (error: Error | null) => void): void;
  override connect(callback?: (error: Error | null) => void): Promise<Client> | undefined {
    const connecting = this.#connect();
    if (!callback) return connecting;
    connecting.then(() => callback(null), callback);
    return undefined;
  }

  async #connect(): Promise<Client> {
    const writer = await writerAmong(this.#address);
    if (writer) Object.assign(this, writer);
    try {
      await super.connect();
      await begin(this);
    } catch (error) {
      super.end().catch(() => undefined);
      throw isPoolers(error) ? new PoolerError() : error;
    }
    return this;
  }
}

type Host = Pick<Client, "host" | "port">;

/** By address: the host that took writes last. */
const lastWriters = new Map<string, string>();

/** Nothing where there is but one, which is to be tried as it is. */
async function writerAmong(address: string): Promise<Host | undefined> {
  const hosts = eachHost(address);
  if (hosts.length === 1) return undefined;
  const last = lastWriters.get(address);
  const reasons: string[] = [];
  for (const url of hosts.toSorted((a, b) => Number(b === last) - Number(a === last))) {
    const tried = await tryHost(url);
    if (tried.writes) {
      lastWriters.set(address, url);
      return tried.host;
    }
    reasons.push(tried.why);
  }
  throw new NoWriterError(reasons);
}

/** `started`: of its server, by which one is known that has two names. */
type Tried = { readonly host: Host } & (
  | { readonly writes: true; readonly started: string }
  | { readonly writes: false; readonly why: string }
);

const named = ({ host, port }: Host) => `${host}:${port}`;

/** Throws where another host would not help: a wrong password, no such database, a pooler. */
async function tryHost(url: string): Promise<Tried> {
  const config = { ...CONFIG, connectionTimeoutMillis: PASS_MS, query_timeout: PASS_MS };
  const client = new Client({ ...config, connectionString: url });
  const host = { host: client.host, port: client.port };
  client.on("error", () => undefined);
  try {
    await client.connect();
    return { host, writes: true, started: await begin(client) };
  } catch (error) {
    if (isPoolers(error)) throw new PoolerError();
    if (isHopeless(error)) throw error;
    return { host, writes: false, why: postgresTrouble(error, url) };
  } finally {
    client.end().catch(() => undefined);
  }
}

/**
 * The hosts of an address that take writes now. More than one is a fault: a server that another was
 * promoted in place of has come back, and each has a truth of its own.
 */
export async function writersOf(address: string): Promise<string[]> {
  const hosts = eachHost(address);
  if (hosts.length === 1) return [];
  const tried = await Promise.all(hosts.map(tryHost));
  const writers = new Map(tried.flatMap((one) => (one.writes ? [[one.started, one.host]] : [])));
  return [...writers.values()].map(named);
}

interface Begun {
  readonly pid: number;
  readonly readonly: boolean;
  readonly started: string;
}

/** Its server ends a connection with a machine that is gone, and with it what that one holds. */
const BEGIN = `SELECT pg_backend_pid() AS pid, current_setting('transaction_read_only')::boolean AS readonly,
  pg_postmaster_start_time()::text AS started,
  set_config('tcp_user_timeout', '${GONE_MS}', false),
  set_config('tcp_keepalives_idle', '${IDLE_MS / 1_000}', false),
  set_config('tcp_keepalives_interval', '2', false),
  set_config('tcp_keepalives_count', '2', false)`;

/** Gives when its server was started. */
async function begin(client: ClientBase): Promise<string> {
  const { rows } = await client.query<Begun>(BEGIN);
  const [begun] = rows;
  if (!begun || begun.pid !== processOf(client)) throw new PoolerError();
  if (begun.readonly) throw new ReadOnlyError();
  return begun.started;
}

/** As Postgres says it of a write. */
class ReadOnlyError extends Error {
  readonly code = "25006";

  constructor() {
    super("it can only be read");
    this.name = "ReadOnlyError";
  }
}

/** A pooler gives each question to whatever connection it has, and with it the lock. */
class PoolerError extends Error {
  constructor() {
    super(
      "a pooler such as PgBouncer stands before Postgres, which loses the lead: name Postgres itself",
    );
    this.name = "PoolerError";
  }
}

/** Password, user, database or rights: another try would not help. */
const HOPELESS = /^(?:28|3D|42|3F)/;
const NO_PASSWORD = /client password must be/;

/** What PgBouncer alone says, of the schema in the address. */
const isPoolers = (error: unknown) =>
  error instanceof Error && /^unsupported startup parameter/.test(error.message);

export const isHopeless = (error: unknown): boolean =>
  error instanceof PoolerError ||
  (error instanceof Error &&
    ("code" in error ? HOPELESS.test(String(error.code)) : NO_PASSWORD.test(error.message)));

/** The number of its process at the server, which the library keeps and its types lack. */
function processOf(client: ClientBase): number | null {
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
