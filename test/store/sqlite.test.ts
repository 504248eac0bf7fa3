import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { nextTurn } from "../../src/clock.ts";
import type { Stored } from "../../src/records/stored.ts";
import { logPages, openFile } from "../../src/store/file.ts";
import { remembering } from "../../src/store/remembered.ts";
import { openSqliteStore, storeOver } from "../../src/store/sqlite.ts";
import { StoreError } from "../../src/store/store.ts";
import { type Notes, notesFound, storeContract } from "../contracts/store.ts";
import { fakeClock } from "../fakes/clock.ts";

const value = { version: 1 };

interface Held {
  a: Stored;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "failover-bot-store-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

storeContract("SQLite file", async () => {
  const clock = fakeClock();
  const file = openFile(join(folder(), "state.db"), clock.now, notesFound);
  const store = storeOver<Notes, typeof notesFound>(file);
  onTestFinished(() => store.close().catch(() => undefined));
  return { store, advance: clock.advance };
});

it("what has expired, and a page of a chain, are found without reading what else is there", () => {
  const file = openFile(join(folder(), "state.db"), Date.now);
  const { db } = file.open;
  onTestFinished(() => db.close());
  const planOf = (sql: string) =>
    db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => detail);
  const { sweep, linksAfter } = file.open.sql;
  expect(planOf(sweep.sourceSQL)).toEqual(["SEARCH records USING INDEX record_expiry (expires<?)"]);
  expect(planOf(linksAfter.sourceSQL)).toEqual([
    "SEARCH chains USING INDEX chain_order (namespace=? AND seq>?)",
  ]);
});

storeContract("SQLite file, commits of a turn as one", async () => {
  const clock = fakeClock();
  const file = openFile(join(folder(), "state.db"), clock.now, notesFound);
  const store = storeOver<Notes, typeof notesFound>(file, undefined, nextTurn);
  onTestFinished(() => store.close().catch(() => undefined));
  return { store, advance: clock.advance };
});

storeContract("SQLite file, kept in memory besides", async () => {
  const clock = fakeClock();
  const file = openFile(join(folder(), "state.db"), clock.now, notesFound);
  const kept = ["notes", "others", "lines", "asks", "any", "log", "audit"];
  const store = remembering(storeOver<Notes, typeof notesFound>(file), kept);
  onTestFinished(() => store.close().catch(() => undefined));
  return { store, advance: clock.advance };
});

it("is still there after it was closed and opened again", async () => {
  const path = join(folder(), "deep", "state.db");
  const first = openSqliteStore<Held>(path);
  await first.commit([{ put: "a", key: "b", value }]);
  await first.close();
  const second = openSqliteStore<Held>(path);
  expect(await second.get("a", "b")).toEqual(value);
  await second.close();
});

it("refuses a file that is not a state file, and leaves it as it is", () => {
  const path = join(folder(), "state.db");
  writeFileSync(path, "this is no database ".repeat(100));
  expect(() => openSqliteStore(path)).toThrow(StoreError);
});

describe("the log beside the state", () => {
  const MEBIBYTE = 1_048_576;

  it("is written back after a quarter of a mebibyte on a small disk, else after four", () => {
    const bytes = (freeBytes: number) => logPages(freeBytes) * 4096;
    expect(bytes(256 * MEBIBYTE)).toBe(MEBIBYTE / 4);
    expect(bytes(256 * MEBIBYTE + 1)).toBe(4 * MEBIBYTE);
  });

  it("stays as short as that, however much is written", async () => {
    const path = join(folder(), "state.db");
    const store = openSqliteStore<Held>(path);
    const long = { ...value, said: "x".repeat(MEBIBYTE / 2) };
    for (let i = 0; i < 20; i++) await store.commit([{ put: "a", key: "1", value: long }]);
    expect(statSync(`${path}-wal`).size).toBeLessThan(5 * MEBIBYTE);
    await store.close();
  });
});

describe("commits of one turn", () => {
  const note = (text: string) => ({ version: 1, text }) as const;
  const opened = () => {
    const file = openFile(join(folder(), "state.db"), () => 0, notesFound);
    const store = storeOver<Notes, typeof notesFound>(file, undefined, nextTurn);
    onTestFinished(() => store.close());
    return { store, file };
  };

  it("are one transaction, in which each is all or nothing", async () => {
    const { store, file } = opened();
    const exec = vi.spyOn(file.open.db, "exec");
    const [first, second, third] = await Promise.all([
      store.commit([{ put: "notes", key: "a", value: note("one") }]),
      store.commit([
        { put: "notes", key: "b", value: note("two") },
        { remove: "asks", key: "gone", require: true },
      ]),
      store.commit([{ put: "notes", key: "c", value: note("three") }]),
    ]);
    expect([first?.done, second?.done, third?.done]).toEqual([true, false, true]);
    expect((await store.all("notes")).map(({ key }) => key)).toEqual(["a", "c"]);
    expect(exec.mock.calls.filter(([sql]) => sql === "COMMIT")).toHaveLength(1);
  });

  it("all fail where they cannot be written, and nothing of them is there", async () => {
    const { store, file } = opened();
    const { exec } = file.open.db;
    vi.spyOn(file.open.db, "exec").mockImplementation((sql) => {
      if (sql === "COMMIT") throw new Error("database or disk is full");
      exec.call(file.open.db, sql);
    });
    const all = await Promise.allSettled(
      ["a", "b"].map((key) => store.commit([{ put: "notes", key, value: note(key) }])),
    );
    expect(all.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await store.all("notes")).toEqual([]);
  });

  it("are written before the file is closed", async () => {
    const path = join(folder(), "state.db");
    const store = storeOver<Notes>(
      openFile(path, () => 0, {}),
      undefined,
      nextTurn,
    );
    const committing = store.commit([{ put: "notes", key: "a", value: note("one") }]);
    await new Promise<void>((resolve) => process.nextTick(resolve));
    await store.close();
    expect((await committing).done).toBe(true);
  });
});
