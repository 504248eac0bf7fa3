/** A long audit log is read in pages, and others go first between them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { audited, checkLog } from "../../src/store/audit.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";

const ENTRIES = 1200;
const entry = (i: number) => audited({ at: i, deed: "refused", what: `entry ${i}` });

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-audit-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "state.db");
}

async function longLog(path = newPath()) {
  const store = openSqliteStore(path);
  await store.commit(Array.from({ length: ENTRIES }, (_, i) => entry(i)));
  return store;
}

/** Tells of each page how many entries it has, and of each turn that others were given. */
function watched(store: Store) {
  const happened: (number | "others")[] = [];
  return {
    happened,
    turn: async () => void happened.push("others"),
    store: {
      links: async (...asked: Parameters<Store["links"]>) => {
        const page = await store.links(...asked);
        happened.push(page.length);
        return page;
      },
    },
  };
}

describe("a check of a long audit log", () => {
  it("holds one page at a time, and lets others go first after each", async () => {
    const log = await longLog();
    const { store, turn, happened } = watched(log);
    const { entries, bad } = await checkLog(store, undefined, turn);
    expect([entries, bad]).toEqual([ENTRIES, undefined]);
    expect(happened).toEqual([500, "others", 500, "others", 200, "others", 0]);
    await log.close();
  });

  it("also counts what is written while it goes on", async () => {
    const log = await longLog();
    const { store, happened } = watched(log);
    const turn = async () => {
      if (happened.length === 1) await log.commit([entry(ENTRIES)]);
    };
    expect(await checkLog(store, undefined, turn)).toMatchObject({ entries: ENTRIES + 1 });
    await log.close();
  });

  it("knows an entry of any page by its hash, and reads no further than to a bad one", async () => {
    const path = newPath();
    const log = await longLog(path);
    const [last] = await log.links("audit", { newest: 1 });
    const [first] = await log.links("audit", { limit: 1 });
    const { turn } = watched(log);
    for (const [noted, known] of [[first, "1"] as const, [last, `${ENTRIES}`] as const])
      expect(await checkLog(log, noted?.hash, turn)).toMatchObject({ known, head: last?.hash });
    await log.close();
    const db = new DatabaseSync(path);
    db.exec("DELETE FROM chains WHERE seq = 501");
    db.close();
    const cut = openSqliteStore(path);
    const { store, happened } = watched(cut);
    expect(await checkLog(store, undefined, turn)).toMatchObject({
      entries: 500,
      bad: { key: "502" },
    });
    expect(happened).toEqual([500, 500]);
    await cut.close();
  });

  it("finds an entry that somebody gave a number that no entry has", async () => {
    const path = newPath();
    await (await longLog(path)).close();
    for (const number of ["-7", "-9223372036854775808", "9223372036854775807"]) {
      const db = new DatabaseSync(path);
      db.exec(`INSERT INTO chains VALUES (${number}, 'audit', 'more', 'no hash')`);
      db.close();
      const log = openSqliteStore(path);
      const { bad } = await checkLog(log, undefined, async () => undefined);
      expect(bad?.key).toBe(number);
      await log.close();
      const again = new DatabaseSync(path);
      again.exec(`DELETE FROM chains WHERE seq = ${number}`);
      again.close();
    }
  });
});
