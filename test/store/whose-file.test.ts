/** What is not ours is never touched, and what is ours is known, be it of before files were marked. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { exportAudit } from "../../src/ops/audit-export.ts";
import { inspect } from "../../src/store/inspect.ts";
import { openSqliteStore, openState } from "../../src/store/sqlite.ts";
import { StoreError } from "../../src/store/store.ts";
import { whoseFile } from "../../src/store/whose-file.ts";

const now = () => Date.UTC(2026, 10, 21, 6);
const nobody = () => undefined;

/** Node has no call for it. */
const MAKE_PIPE = "mkfifo";

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-whose-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function makeDatabase(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

const TABLE = "CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('mine');";

const foreignFiles: Readonly<Record<string, (path: string) => void>> = {
  "a picture": (path) =>
    writeFileSync(path, Buffer.from("\u0089PNG\r\n\u001a\n and so on", "latin1")),
  "a text of a few bytes": (path) => writeFileSync(path, "x"),
  "the database of another program": (path) => makeDatabase(path, TABLE),
  "one with a table of our name": (path) =>
    makeDatabase(path, `${TABLE} CREATE TABLE records (a);`),
  "one with a log": (path) => makeDatabase(path, `PRAGMA journal_mode = WAL; ${TABLE}`),
  "one with a mark of its own and no table": (path) =>
    makeDatabase(path, "PRAGMA application_id = 77"),
};

describe.each(Object.entries(foreignFiles))("%s where the state shall be", (_, make) => {
  const REFUSED =
    /^Cannot open the state ".*" as it is no state file of failover-bot: set STATE_URL/;

  it.each([
    ["the bot", (path: string) => void openState(path, now, nobody)],
    ["an export of the audit log", (path: string) => exportAudit(path, async () => undefined)],
  ])("is refused by %s, and left as it is", async (_who, open) => {
    const folder = newFolder();
    const path = join(folder, "state.db");
    make(path);
    const before = readFileSync(path);
    const { mode } = statSync(path);
    const refused = await Promise.resolve()
      .then(() => open(path))
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StoreError);
    expect(refused).toMatchObject({ mayPass: false, message: expect.stringMatching(REFUSED) });
    expect(readFileSync(path)).toEqual(before);
    expect(statSync(path).mode).toBe(mode);
    expect(readdirSync(folder)).toEqual(["state.db"]);
  });

  it("is told by the doctor", () => {
    const path = join(newFolder(), "state.db");
    make(path);
    expect(inspect(path)).toEqual({
      is: "unusable",
      why: "it is no state file of failover-bot",
    });
  });
});

describe("what is no file", () => {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-no-file-"));
  beforeAll(() => {
    mkdirSync(join(folder, "folder"));
    execFileSync(MAKE_PIPE, [join(folder, "pipe")]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    [join(folder, "folder"), "it is a folder, and no file: set STATE_URL"],
    [join(folder, "pipe"), "it is a pipe, and no file: set STATE_URL"],
    ["/dev/null", "it is a device, and no file: set STATE_URL"],
    ["/proc/version", "it is no state file of failover-bot: set STATE_URL"],
    ["/proc/state.db", ""],
    ["/dev/null/state.db", ""],
  ])("%s is refused with a sentence", (path, why) => {
    const open = () => openState(path, now, nobody);
    expect(open).toThrow(StoreError);
    expect(open).toThrow(`Cannot open the state "${path}" as ${why}`);
  });
});

describe("a state file", () => {
  const fixture = join(import.meta.dirname, "../fixtures/state-v1.db");

  it("of before files were marked is ours, and is marked when it is opened", async () => {
    const path = join(newFolder(), "state.db");
    copyFileSync(fixture, path);
    expect(readFileSync(path).readUInt32BE(68)).toBe(0);
    expect(whoseFile(path)).toEqual({ is: "ours" });
    await openSqliteStore(path, now).close();
    expect(readFileSync(path).readUInt32BE(68)).toBe(0x466f426f);
  });

  it("of before, whose tables stand in its log alone, is ours", () => {
    const path = join(newFolder(), "state.db");
    const [schema] = /CREATE TABLE records \(.*?\) WITHOUT ROWID/s.exec(
      readFileSync(fixture, "latin1"),
    ) ?? [expect.fail()];
    const db = new DatabaseSync(path);
    db.exec(`PRAGMA journal_mode = WAL; ${schema}`);
    expect(whoseFile(path)).toEqual({ is: "ours" });
    db.close();
  });

  it("that was killed at its first breath is ours", () => {
    const path = join(newFolder(), "state.db");
    const store = openSqliteStore(path, now);
    const [file, log] = [path, `${path}-wal`].map((each) => readFileSync(each));
    const copy = join(newFolder(), "state.db");
    writeFileSync(copy, file ?? "");
    expect(whoseFile(copy)).toEqual({ is: "ours" });
    expect(log?.length).toBeGreaterThan(0);
    return store.close();
  });

  it.each(["an empty file", "a database that holds nothing"])(
    "may be begun in %s",
    async (what) => {
      const path = join(newFolder(), "state.db");
      if (what === "an empty file") writeFileSync(path, "");
      else makeDatabase(path, "PRAGMA user_version = 0; VACUUM;");
      await openSqliteStore(path, now).close();
      expect(whoseFile(path)).toEqual({ is: "ours" });
    },
  );
});

describe("what the bot writes is for its owner alone, whatever the umask", () => {
  const before = process.umask();
  const rights = (path: string) => (statSync(path).mode & 0o777).toString(8);

  it.each([0o000, 0o022, 0o777])("umask %i", async (umask) => {
    const folder = newFolder();
    const path = join(folder, "state.db");
    process.umask(umask);
    const store = openSqliteStore(path, now);
    try {
      await store.commit([{ put: "ops", key: "probe", value: { version: 1 } }]);
      expect(readdirSync(folder).map((name) => [name, rights(join(folder, name))])).toEqual([
        ["state.db", "600"],
        ["state.db-wal", "600"],
      ]);
      rmSync(path);
      await store.commit([{ put: "ops", key: "probe", value: { version: 1 } }]);
      expect(rights(path)).toBe("600");
    } finally {
      process.umask(before);
      await store.close();
    }
  });

  it("a file that others could read before is closed to them", async () => {
    const path = join(newFolder(), "state.db");
    copyFileSync(join(import.meta.dirname, "../fixtures/state-v1.db"), path);
    chmodSync(path, 0o644);
    await openSqliteStore(path, now).close();
    expect(rights(path)).toBe("600");
  });
});
