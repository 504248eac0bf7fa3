/** The state moves from a file to a real Postgres and back, all of it or nothing. */
import { copyFileSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { auditEntry, newestAudited } from "../../src/store/audit.ts";
import { takeLead } from "../../src/store/leadership.ts";
import { moveState, type StateHome } from "../../src/store/move.ts";
import { poolTo } from "../../src/store/postgres.ts";
import { ledState, readOnlyState } from "../../src/store/postgres-state.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { onPostgres } from "../fakes/on-postgres.ts";
import { newFolder, pipe, start } from "../program/program.ts";

const RUNNING = "ABC Company Failover Plan";
const ASKED = "SQL Failover Plan";

onPostgres("moving the state", (at) => {
  let schemas = 0;

  const mover = { host: "here", clock: systemClock };
  const move = (from: StateHome, to: StateHome) => moveState(from, to, mover, "moved by a test");

  /** A file that holds a record of each kind, and an empty schema. */
  async function ground() {
    const folder = newFolder();
    const file = join(folder, "state.db");
    copyFileSync(join(import.meta.dirname, "../fixtures/state-v2.db"), file);
    const url = at.server.url(await at.server.schema(`move${++schemas}`));
    const pool = poolTo(url);
    onTestFinished(() => pool.end());
    return { folder, file, postgres: { url, name: "postgres" }, pool };
  }

  async function leading(url: string) {
    const lead = await takeLead(
      { url, ...mover, waits: () => undefined },
      AbortSignal.timeout(20_000),
    );
    return lead ?? expect.fail("it does not lead");
  }

  function rowsOf(file: string) {
    const db = new DatabaseSync(file, { readOnly: true });
    const all = (sql: string) => db.prepare(sql).all();
    const rows = {
      records: all("SELECT * FROM records ORDER BY namespace, key"),
      queues: all("SELECT * FROM queues ORDER BY seq"),
      chains: all("SELECT * FROM chains ORDER BY seq"),
      numbers: all("SELECT * FROM sqlite_sequence ORDER BY name"),
      format: all("PRAGMA user_version"),
    };
    db.close();
    return rows;
  }

  it("to Postgres and back leaves every row as it was, and every number given", async () => {
    const { file, folder, postgres } = await ground();
    const store = openSqliteStore(file);
    const value = { version: 1 } as const;
    await store.commit([
      { put: "ops", key: "\u{1F30A} \u0000", value, ttlMs: 1_000_000 },
      { put: "ops", key: "for ever", value },
    ]);
    await store.close();
    const before = rowsOf(file);
    const moved = await move(file, postgres);
    expect(moved.records).toBe(before.records.length);
    expect(moved.queued).toBe(before.queues.length);
    expect(moved.entries).toBe(before.chains.length + 1);
    expect(moved.entries).toBeGreaterThan(10);
    const back = join(folder, "back.db");
    const { entries, head } = await move(postgres, back);
    expect(entries).toBe(moved.entries + 1);
    const { chains, numbers, ...rows } = rowsOf(back);
    const { chains: chainsBefore, numbers: numbersBefore, ...rowsBefore } = before;
    expect(rows).toEqual(rowsBefore);
    expect(chains.slice(0, -2)).toEqual(chainsBefore);
    const two = { name: "chains", seq: Number(chainsBefore.at(-1)?.seq) + 2 };
    expect(numbers).toEqual(numbersBefore.map((one) => (one.name === "chains" ? two : one)));
    expect(chains.slice(-2).map(({ hash }) => hash)).toEqual([moved.head, head]);
    expect(readdirSync(folder).filter((name) => !name.startsWith("state.db"))).toEqual(["back.db"]);
  });

  it("to Postgres gives a state that is found in and added to like any", async () => {
    const { file, postgres } = await ground();
    const lines = rowsOf(file).queues.map(({ seq }) => Number(seq));
    await move(file, postgres);
    const { store } = ledState(postgres, await leading(postgres.url), Date.now);
    onTestFinished(() => store.close());
    const [{ value: watch }] = await some(store.all("watches"));
    expect((await store.find("watches", "em", watch.em)).map(({ value }) => value.id)).toContain(
      watch.id,
    );
    const [{ value: line }] = await some(store.all("lines"));
    const { keys } = await store.commit([{ append: "lines", value: line }]);
    expect(Number(keys[0])).toBeGreaterThan(Math.max(...lines));
  });

  it("is an entry of the audit log, where it is moved to", async () => {
    const { file, folder, postgres } = await ground();
    const none = join(folder, "none.db");
    await openSqliteStore(none).close();
    for (const [from, schema] of [
      [file, postgres],
      [none, (await ground()).postgres],
    ] as const) {
      await move(from, schema);
      const store = readOnlyState(schema);
      const newest = auditEntry((await newestAudited(store, 1))[0] ?? expect.fail());
      await store.close();
      expect(newest).toMatchObject({ deed: "moved", what: "moved by a test" });
    }
  });

  async function some<One>(all: Promise<readonly One[]>): Promise<[One, ...One[]]> {
    const [first = expect.fail("there is none"), ...rest] = await all;
    return [first, ...rest];
  }

  it("is refused where a bot is on either side, and where something is at its goal", async () => {
    const { file, folder, postgres } = await ground();
    const store = openSqliteStore(file);
    await expect(move(file, postgres)).rejects.toThrow("another failover-bot uses it");
    await store.close();
    const lead = await leading(postgres.url);
    await expect(move(file, postgres)).rejects.toThrow(
      'Cannot move the state "postgres" as here leads: stop every bot on it first',
    );
    await lead.end();
    await move(file, postgres);
    await expect(move(file, postgres)).rejects.toThrow("as there is one already");
    await expect(move(postgres, file)).rejects.toThrow("there is something of that name already");
    const led = await leading(postgres.url);
    await expect(move(postgres, join(folder, "new.db"))).rejects.toThrow("here leads");
    await led.end();
    expect(existsSync(join(folder, "new.db"))).toBe(false);
  });

  it("is refused where a bot stands by, and not once that has stopped", async () => {
    const { file, postgres } = await ground();
    const first = await leading(postgres.url);
    const stopped = new AbortController();
    const told = Promise.withResolvers<void>();
    const presence = { id: "2", host: "two", settings: {}, others: () => undefined };
    const candidate = { url: postgres.url, ...mover, presence, waits: () => told.resolve() };
    const other = takeLead(candidate, stopped.signal);
    await told.promise;
    stopped.abort();
    const row = "INSERT INTO processes (id, host, settings) VALUES ('3', 'three', '{}')";
    const pool = poolTo(postgres.url);
    onTestFinished(() => pool.end());
    expect(await other).toBeUndefined();
    expect((await pool.query("SELECT id FROM processes")).rows).toEqual([]);
    await pool.query(row);
    await first.end();
    await expect(move(file, postgres)).rejects.toThrow("as a bot on three stands by");
    await pool.query("UPDATE processes SET at = now() - interval '61 seconds'");
    await move(file, postgres);
  });

  it("is refused where there is nothing to move", async () => {
    const { folder, postgres } = await ground();
    const none = join(folder, "none.db");
    await expect(move(none, postgres)).rejects.toThrow("as there is none");
    await expect(move(postgres, none)).rejects.toThrow("as there is none");
    expect(readdirSync(folder)).toEqual(["state.db"]);
  });

  it("leaves nothing half done where the audit log was changed, or the way breaks off", async () => {
    const { file, folder, postgres, pool } = await ground();
    await move(file, postgres);
    await pool.query("UPDATE chains SET envelope = envelope || ' ' WHERE seq = 2");
    const none = join(folder, "none.db");
    await expect(move(postgres, none)).rejects.toThrow(
      "its audit log was changed: entry 2 does not fit the one before it",
    );
    const other = await ground();
    const db = new DatabaseSync(other.file);
    db.exec("UPDATE queues SET envelope = 'no JSON'");
    db.close();
    await expect(move(other.file, other.postgres)).rejects.toThrow("is not valid JSON");
    expect(await readOnlyStateOf(other.postgres)).toEqual([]);
    expect(readdirSync(folder)).toEqual(["state.db"]);
  });

  async function readOnlyStateOf(place: { url: string; name: string }) {
    const store = readOnlyState(place);
    return store.all("watches").finally(store.close);
  }

  it("takes an open run and an open question along: the bot goes on with both", async () => {
    const { postgres, pool } = await ground();
    const folder = newFolder();
    const flags = ["--speed", "30"];
    const env = { CONFIRM_MS: "900000" };
    const before = start({ flags, folder, env });
    before.type(`start "${RUNNING}"`, `confirm ${RUNNING}`, `start "${ASKED}"`);
    await before.saying(/\| EM has started the failover session/);
    await before.saying(new RegExp(`${ASKED}[^]*confirm ${ASKED}`));
    before.kill("SIGKILL");
    await before.finished;
    const url = postgres.url.replace("//postgres@", "//postgres:canary@");
    const moved = await pipe([], { flags: ["--move-state", "sqlite:state.db", url], folder });
    expect([moved.code, moved.errors]).toEqual([0, ""]);
    expect(moved.output).toMatch(/^The state was moved to postgres:\/\/127.0.0.1:\d+\/postgres: /);
    expect(moved.output).toMatch(/which is whole up to [\da-f]{64}\./);
    const entry = await pool.query("SELECT envelope FROM chains ORDER BY seq DESC LIMIT 1");
    expect(entry.rows[0].envelope).toMatch(
      /"what":"The state was moved from .*state\.db to postgres:\/\/127.0.0.1:\d+\/postgres, on .+"/,
    );
    expect(`${moved.output}${entry.rows[0].envelope}`).not.toContain("canary");
    mkdirSync(join(folder, "data"));
    copyFileSync(join(folder, "sandbox.json"), join(folder, "data/sandbox.json"));
    const after = start({ flags, folder, env: { ...env, STATE_URL: postgres.url } });
    after.type(`confirm ${ASKED}`);
    await after.saying(new RegExp(`^EM has carried out the order.*: ${ASKED}`, "m"));
    await after.saying(new RegExp(`^\\[ok\\] Failed over, confirmed: ${RUNNING}`, "m"));
    after.end();
    const { output } = await after.finished;
    expect(output.match(/\| Approved by /g)).toHaveLength(1);
  });
});
