/** A real PgBouncer before a Postgres of ours, in transaction mode. */
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { freePort } from "./postgres-server.ts";

const PROGRAM = "/usr/sbin/pgbouncer";

export const hasPgBouncer = (): boolean => existsSync(PROGRAM);

/** `ignored`: parameters of a connection that it takes and forgets. Gives its port. */
export async function startPgBouncer(to: number, ignored: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-pgbouncer-"));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const settings = join(folder, "pgbouncer.ini");
  writeFileSync(
    settings,
    `[databases]
postgres = host=127.0.0.1 port=${to} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
ignore_startup_parameters = extra_float_digits,${ignored.join(",")}
`,
  );
  // As root it ends at once.
  const asUser = userInfo().uid === 0 ? ["-u", "postgres"] : [];
  const child = spawn(PROGRAM, [...asUser, settings], { stdio: "ignore" });
  onTestFinished(() => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  while (!(await answers(port))) await systemClock.sleep(20);
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => resolve(false));
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}
