/** A real Postgres of our own, on 127.0.0.1, with its data in a folder that goes with it. */
import { execFile, execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";

export interface PostgresServer {
  readonly port: number;
  /** Of its files. */
  readonly folder: string;
  url(schema: string): string;
  /** Makes one of this name, which it gives. */
  schema(name: string): Promise<string>;
  /** All rows that it answers. */
  ask(sql: string): Promise<Record<string, unknown>[]>;
  /** A replica that follows it, and can only be read until it is promoted. */
  replica(): Promise<PostgresServer>;
  promote(): Promise<void>;
  start(): Promise<void>;
  stop(how: "fast" | "immediate"): Promise<void>;
  /** Stops it, and removes its data. */
  end(): Promise<void>;
}

const DEBIANS = "/usr/lib/postgresql";
const USER = "postgres";

/** The folder of Postgres' programs; undefined where there are none. */
export function postgresPrograms(): string | undefined {
  const versions = existsSync(DEBIANS) ? readdirSync(DEBIANS).map(Number) : [];
  const [newest] = versions
    .sort((a, b) => b - a)
    .map((version) => join(DEBIANS, `${version}`, "bin"));
  return newest !== undefined && existsSync(join(newest, "pg_ctl")) ? newest : undefined;
}

/** What a server needs to be started. */
interface Setup {
  readonly programs: string;
  readonly folder: string;
  /** Further lines of postgresql.conf. */
  readonly settings: readonly string[];
}

/** `settings`: further lines of postgresql.conf; `files`: by name, beside its data. */
export async function startPostgres(
  programs: string,
  settings: readonly string[] = [],
  files: Readonly<Record<string, string>> = {},
): Promise<PostgresServer> {
  const setup = { programs, folder: newFolder(), settings };
  for (const [name, text] of Object.entries(files)) own(setup, name, text);
  const args = ["-U", USER, "-A", "trust", "-N", "--locale=C", "-E", "UTF8"];
  await run(setup, "initdb", "-D", dataOf(setup), ...args);
  return started(setup);
}

const dataOf = ({ folder }: Setup) => join(folder, "data");

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-postgres-"));
  if (isRoot()) chownSync(folder, ...ownerOf(USER));
  return folder;
}

function own({ folder }: Setup, name: string, text: string): void {
  writeFileSync(join(folder, name), text, { mode: 0o600 });
  if (isRoot()) chownSync(join(folder, name), ...ownerOf(USER));
}

const isRoot = () => userInfo().uid === 0;

/** Postgres refuses to run as root. */
async function run({ programs, folder }: Setup, program: string, ...args: string[]) {
  const command = [join(programs, program), ...args];
  const [file = "", ...rest] = isRoot() ? ["runuser", "-u", USER, "--", ...command] : command;
  await promisify(execFile)(file, rest, { cwd: folder });
}

async function started(setup: Setup): Promise<PostgresServer> {
  const server = serverOf(setup, await freePort());
  await server.start();
  return server;
}

function serverOf(setup: Setup, port: number): PostgresServer {
  const { folder } = setup;
  const own = [`port=${port}`, "listen_addresses=127.0.0.1", "fsync=off"];
  const options = [...own, ...setup.settings].map((one) => `-c ${one}`).join(" ");
  const control = (...args: string[]) => run(setup, "pg_ctl", "-D", dataOf(setup), "-w", ...args);
  const server: PostgresServer = {
    port,
    folder,
    url: (schema) =>
      `postgres://${USER}@127.0.0.1:${port}/postgres?options=${encodeURIComponent(`-csearch_path=${schema}`)}`,
    ask: (sql) => askOnce(server.url("public"), sql),
    schema: async (name) => {
      await server.ask(`CREATE SCHEMA ${name}`);
      return name;
    },
    replica: async () => {
      const its = { ...setup, folder: newFolder() };
      const from = ["-h", "127.0.0.1", "-p", `${port}`, "-U", USER];
      await run(its, "pg_basebackup", "-D", dataOf(its), ...from, "-R", "-c", "fast");
      return started(its);
    },
    promote: () => control("promote"),
    start: () => control("-l", join(folder, "log"), "-o", `${options} -k ${folder}`, "start"),
    stop: (how) => control("-m", how, "stop"),
    end: async () => {
      await server.stop("immediate").catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return server;
}

async function askOnce(connectionString: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function ownerOf(user: string): [uid: number, gid: number] {
  const id = (what: string) => Number(execFileSync("id", [what, user], { encoding: "utf8" }));
  return [id("-u"), id("-g")];
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
