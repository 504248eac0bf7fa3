/** A real Postgres of our own, on 127.0.0.1, with its data in a folder that goes with it. */
import { execFile, execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";

export interface PostgresServer {
  readonly port: number;
  url(schema: string): string;
  /** Makes one of this name, which it gives. */
  schema(name: string): Promise<string>;
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

/** `settings`: further lines of postgresql.conf. Postgres refuses to run as root. */
export async function startPostgres(programs: string, settings: readonly string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-postgres-"));
  const isRoot = userInfo().uid === 0;
  if (isRoot) chownSync(folder, ...ownerOf(USER));
  const run = async (program: string, ...args: string[]) => {
    const command = [join(programs, program), ...args];
    const [file = "", ...rest] = isRoot ? ["runuser", "-u", USER, "--", ...command] : command;
    await promisify(execFile)(file, rest, { cwd: folder });
  };
  const data = join(folder, "data");
  await run("initdb", "-D", data, "-U", USER, "-A", "trust", "-N", "--locale=C", "-E", "UTF8");
  const port = await freePort();
  const all = [`port=${port}`, "listen_addresses=127.0.0.1", "fsync=off", ...settings];
  const options = [...all.map((one) => `-c ${one}`), `-k ${folder}`].join(" ");
  const server: PostgresServer = {
    port,
    url: (schema) =>
      `postgres://${USER}@127.0.0.1:${port}/postgres?options=${encodeURIComponent(`-csearch_path=${schema}`)}`,
    schema: async (name) => {
      const client = new Client({ connectionString: server.url("public") });
      await client.connect();
      await client.query(`CREATE SCHEMA ${name}`);
      await client.end();
      return name;
    },
    start: () => run("pg_ctl", "-D", data, "-l", join(folder, "log"), "-w", "-o", options, "start"),
    stop: (how) => run("pg_ctl", "-D", data, "-w", "-m", how, "stop"),
    end: async () => {
      await server.stop("immediate").catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
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
