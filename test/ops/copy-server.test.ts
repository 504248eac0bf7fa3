/** The state, for other processes, while a bot uses it. */
import { once } from "node:events";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { steadyClock } from "../../src/clock.ts";
import { createLog } from "../../src/log.ts";
import { exportAudit } from "../../src/ops/audit-export.ts";
import { serveCopies } from "../../src/ops/copy-server.ts";
import { backUp } from "../../src/ops/copy-state.ts";
import { audited } from "../../src/store/audit.ts";
import { type OpenedState, openSqliteStore, openState } from "../../src/store/sqlite.ts";
import { StoreError } from "../../src/store/store.ts";
import { auditLog } from "../fakes/audit-log.ts";
import { fakeClock } from "../fakes/clock.ts";

const clock = steadyClock(fakeClock());

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-copies-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

interface Used {
  readonly folder?: string;
  readonly name?: string;
  readonly serving?: boolean;
  readonly copyTo?: OpenedState["copyTo"];
}

/** A state that is in use, by a process that gives copies of it or does not. */
async function used({
  folder = newFolder(),
  name = "state.db",
  serving = true,
  copyTo,
}: Used = {}) {
  const statePath = join(folder, name);
  const logged: string[] = [];
  const destination = { write: (line: string) => void logged.push(line) };
  const log = createLog({ secrets: [], level: "warn", destination });
  const state = openState(statePath, clock.now, () => undefined);
  const { store } = state;
  await store.commit([audited({ at: 0, deed: "refused", what: "start" })]);
  const parts = { ...state, ...(copyTo ? { copyTo } : {}), statePath, clock, log };
  const server = serving ? await serveCopies(parts) : undefined;
  onTestFinished(async () => {
    await server?.close();
    await store.close();
  });
  return { folder, statePath, store, server, logged, to: join(folder, "backup.db") };
}

describe("while a bot uses the state", () => {
  it("another process writes a backup of it, which the audit log says", async () => {
    const { folder, statePath, store, to } = await used();
    await backUp(statePath, to);
    const copy = openSqliteStore(to, clock.now);
    onTestFinished(() => copy.close());
    expect((await auditLog(copy)).map(({ value }) => value.deed)).toEqual(["refused"]);
    expect((await auditLog(store)).map(({ value }) => value.deed)).toEqual(["refused", "copied"]);
    const names = readdirSync(folder).filter((name) => !name.startsWith("backup.db"));
    expect(names.sort()).toEqual(["state.db", "state.db-wal", "state.db.sock"]);
  });

  it("another process exports the audit log, whole", async () => {
    const { statePath } = await used();
    const lines: string[] = [];
    expect(await exportAudit(statePath, async (text) => lines.push(text))).toBeUndefined();
    expect(lines.join("").trim().split("\n")).toHaveLength(1);
  });

  it("many ask at once, and each gets its own", async () => {
    const { folder, statePath } = await used();
    const wanted = [1, 2, 3].map((n) => join(folder, `backup-${n}.db`));
    await Promise.all(wanted.map((to) => backUp(statePath, to)));
    expect(wanted.map((to) => statSync(to).size > 0)).toEqual([true, true, true]);
  });

  it("nobody but its owner can ask", async () => {
    const { statePath } = await used();
    expect(statSync(`${statePath}.sock`).mode & 0o777).toBe(0o600);
  });

  it("and gives no copies, as an older one, it is said, and nothing is left", async () => {
    const { folder, statePath, to } = await used({ serving: false });
    const asked = backUp(statePath, to);
    await expect(asked).rejects.toThrow(StoreError);
    await expect(backUp(statePath, to)).rejects.toMatchObject({
      mayPass: true,
      message: `Cannot copy the state "${statePath}" as another failover-bot uses it and gives no copy: ask again, or stop that one`,
    });
    expect(readdirSync(folder).sort()).toEqual(["state.db", "state.db-wal"]);
  });

  it("and cannot make one, it is said, and no file is left", async () => {
    const copyTo = () =>
      Promise.reject(new StoreError("Cannot copy the state as the disk is full"));
    const { folder, statePath, to, logged } = await used({ copyTo });
    await expect(backUp(statePath, to)).rejects.toThrow("gives no copy: ask again");
    expect(logged.join("")).toContain("the disk is full");
    expect(readdirSync(folder).sort()).toEqual(["state.db", "state.db-wal", "state.db.sock"]);
  });
});

describe("a bot that starts", () => {
  const socketIn = (folder: string) => join(folder, "state.db.sock");

  it("takes the place of a socket that a killed one has left", async () => {
    const folder = newFolder();
    const killed = createServer().listen(socketIn(folder));
    await once(killed, "listening");
    renameSync(socketIn(folder), join(folder, "left"));
    killed.close();
    renameSync(join(folder, "left"), socketIn(folder));
    const { statePath, to } = await used({ folder });
    await backUp(statePath, to);
  });

  it("leaves a file of that name as it is, says so, and goes on", async () => {
    const folder = newFolder();
    writeFileSync(socketIn(folder), "mine");
    const { server, logged } = await used({ folder });
    expect(server).toBeUndefined();
    expect(logged.join("")).toContain("no backup can be taken while the bot runs");
    expect(readFileSync(socketIn(folder), "utf8")).toBe("mine");
  });

  it("goes on where its state has a longer path than a socket can have", async () => {
    const { server, logged } = await used({ name: `${"n".repeat(100)}.db` });
    expect(server).toBeUndefined();
    expect(logged.join("")).toContain("no backup can be taken while the bot runs");
  });
});
