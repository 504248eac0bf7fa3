/** What is found by a field is found by an index, and damage is never taken for "nothing there". */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { indexed } from "../../src/records/indexed.ts";
import { openFile } from "../../src/store/file.ts";
import { indexName } from "../../src/store/indexes.ts";
import { FORMAT, migrate } from "../../src/store/migrations.ts";
import { openSqliteStore, openState, storeOver } from "../../src/store/sqlite.ts";

const now = () => Date.UTC(2026, 10, 21, 6);

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-indexes-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "state.db");
}

const fields = Object.entries(indexed).flatMap(([namespace, names]) =>
  names.map((field) => ({ namespace, field })),
);

describe.each(fields)("$namespace by $field", ({ namespace, field }) => {
  it.each(["records", "queues"] as const)("are searched in an index of the %s", (table) => {
    const { open } = openFile(newPath(), now);
    const name = indexName(namespace, field);
    const statement = open.sql.find.get(name)?.[table] ?? expect.fail("nothing finds them");
    const plan = open.db.prepare(`EXPLAIN QUERY PLAN ${statement.sourceSQL}`).all();
    expect(plan.map(({ detail }) => detail)).toContainEqual(
      expect.stringContaining(`SEARCH ${table} USING INDEX ${table}: ${name} (<expr>=?`),
    );
    open.db.close();
  });
});

interface Held {
  orders: { version: number; em: string; text?: string };
  lines: { version: number; topic: string };
}

/** A file with an order and a line in it, one record of which is no JSON any more. */
async function withDamage(table: "records" | "queues"): Promise<string> {
  const path = newPath();
  const store = openSqliteStore<Held>(path, now);
  await store.commit([
    { put: "orders", key: "a", value: { version: 1, em: "one" } },
    { append: "lines", value: { version: 1, topic: "run" } },
  ]);
  await store.close();
  const db = new DatabaseSync(path);
  db.exec(`UPDATE ${table} SET envelope = substr(envelope, 1, 20)`);
  db.close();
  return path;
}

describe("a record that is no JSON any more", () => {
  it("does not keep the file from being opened, before its indexes are there or after", async () => {
    const path = await withDamage("records");
    const db = new DatabaseSync(path);
    for (const { namespace, field } of fields)
      db.exec(`DROP INDEX "records: ${indexName(namespace, field)}"`);
    db.close();
    for (const _ of ["first", "second"]) {
      const { store, damaged } = openState(path, now, () => undefined);
      expect(damaged).toBeUndefined();
      await store.close();
    }
  });

  it.each([
    ["records", "orders"],
    ["queues", "lines"],
  ] as const)(
    "among the %s fails every search there, as it fails every reading",
    async (table, namespace) => {
      const store = openSqliteStore(await withDamage(table), now);
      await expect(store.all(namespace)).rejects.toThrow("Cannot read the state");
      await expect(
        namespace === "orders"
          ? store.find(namespace, "em", "another")
          : store.find(namespace, "topic", "another"),
      ).rejects.toThrow("Cannot read the state");
      await store.close();
    },
  );
});

it("what a migration has brought forward is found, and compared, as it is now", async () => {
  const path = newPath();
  const first = openSqliteStore<Held>(path, now);
  const old = { version: 1, em: "one", text: "\0 é 😀 \ud800" };
  await first.commit([{ put: "orders", key: "a", value: old }]);
  await first.close();
  const db = new DatabaseSync(path);
  const bring = (record: object) => ({ added: 1, ...record, version: 2, em: "two" });
  migrate(db, FORMAT + 1, [{ format: FORMAT + 1, namespace: "orders", from: 1, bring }]);
  db.exec(`PRAGMA user_version = ${FORMAT}`);
  db.close();
  const store = storeOver<Held>(openFile(path, now));
  expect(await store.find("orders", "em", "one")).toEqual([]);
  const [found] = await store.find("orders", "em", "two");
  const was = found?.value ?? expect.fail("it is not found");
  expect(was).toEqual({ added: 1, version: 2, em: "two", text: old.text });
  const { happened } = await store.commit([{ remove: "orders", key: "a", was }]);
  expect(happened).toEqual([true]);
  await store.close();
});
