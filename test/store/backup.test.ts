/** Copies of the state while it is used: whole, under a name that nothing had, and told by what they are. */
import {
  existsSync,
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
import { setImmediate as turnOver } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { audited } from "../../src/store/audit.ts";
import { copyUnused, writeBackup } from "../../src/store/backup.ts";
import { firstBadLink } from "../../src/store/chain.ts";
import { openSqliteStore, openState } from "../../src/store/sqlite.ts";
import { StoreError } from "../../src/store/store.ts";
import { auditLog } from "../fakes/audit-log.ts";

const AT = Date.UTC(2026, 10, 21, 6);
const now = () => AT;

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-backup-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function used() {
  const folder = newFolder();
  const path = join(folder, "state.db");
  const state = openState(path, now, () => undefined);
  onTestFinished(() => state.store.close());
  return { folder, path, ...state, to: join(folder, "backup.db") };
}

const entry = audited({ at: AT, deed: "refused", what: "start" });

describe("a backup of a state that is in use", () => {
  it("has all that was committed, for its owner alone, as one file that says from when it is", async () => {
    const { folder, store, copyTo, to } = used();
    await store.commit([
      { put: "starts", key: "last", value: { version: 1, settings: {} } },
      entry,
    ]);
    await writeBackup(to, copyTo);
    expect(readdirSync(folder).sort()).toEqual(["backup.db", "state.db", "state.db-wal"]);
    expect(statSync(to).mode & 0o777).toBe(0o600);
    const copy = openSqliteStore(to, now);
    onTestFinished(() => copy.close());
    expect(await copy.get("starts", "last")).toEqual({ version: 1, settings: {} });
    expect(await copy.get("copied", "from")).toEqual({ version: 1, at: AT });
    expect(await store.get("copied", "from")).toBeUndefined();
  });

  it("is of one moment, whatever is committed while it is taken, and its audit log is whole", async () => {
    const { store, copyTo, to } = used();
    await store.commit(Array.from({ length: 2000 }, () => entry));
    let isTaken = false;
    const taking = writeBackup(to, copyTo).finally(() => {
      isTaken = true;
    });
    let meanwhile = 0;
    while (!isTaken) {
      await turnOver();
      await store.commit([
        entry,
        { put: "routine", key: "count", value: { version: 1, at: ++meanwhile } },
      ]);
    }
    await taking;
    expect(meanwhile).toBeGreaterThan(0);
    const copy = openSqliteStore(to, now);
    onTestFinished(() => copy.close());
    const links = await auditLog(copy);
    expect(firstBadLink(links)).toBeUndefined();
    const counted = (await copy.get("routine", "count"))?.at ?? 0;
    expect(links).toHaveLength(2000 + counted);
  });

  it("is refused where something has that name, which stays as it is", async () => {
    const { folder, copyTo, to } = used();
    writeFileSync(to, "mine");
    await expect(writeBackup(to, copyTo)).rejects.toThrow(
      `Cannot write the backup "${to}" as there is something of that name already: name another file`,
    );
    expect(readFileSync(to, "utf8")).toBe("mine");
    expect(readdirSync(folder).filter((name) => name.includes(".part-"))).toEqual([]);
  });

  it("is refused where something comes to stand there while it is taken", async () => {
    const { copyTo, to } = used();
    const beaten = writeBackup(to, async (draft) => {
      await copyTo(draft);
      writeFileSync(to, "theirs");
    });
    await expect(beaten).rejects.toThrow("there is something of that name already");
    expect(readFileSync(to, "utf8")).toBe("theirs");
  });

  it("that was broken off, or is damaged, never has its name", async () => {
    const { folder, to, copyTo } = used();
    const broken = writeBackup(to, async (draft) => {
      writeFileSync(draft, "SQLite");
      throw new Error("ENOSPC: no space left on device");
    });
    await expect(broken).rejects.toThrow("as the disk is full: make room, or name another folder");
    const rotten = writeBackup(to, async (draft) => {
      await copyTo(draft);
      const bytes = readFileSync(draft);
      writeFileSync(draft, bytes.fill(7, 4096, 8192));
    });
    await expect(rotten).rejects.toThrow(/^Cannot write the backup/);
    expect(readdirSync(folder).sort()).toEqual(["state.db", "state.db-wal"]);
  });

  it.each([
    ["in no folder", "nowhere/backup.db", "there is no such folder: make it first"],
    ["below a file", "state.db/backup.db", "there is no such folder: make it first"],
  ])("%s is refused with what to do", async (_, name, why) => {
    const { folder, copyTo } = used();
    const taking = writeBackup(join(folder, name), copyTo);
    await expect(taking).rejects.toThrow(StoreError);
    await expect(writeBackup(join(folder, name), copyTo)).rejects.toThrow(why);
  });
});

describe("a state that no bot uses", () => {
  it("is copied in the format that it has", async () => {
    const path = join(newFolder(), "state.db");
    const fixture = readFileSync(join(import.meta.dirname, "../fixtures/state-v1.db"));
    writeFileSync(path, fixture);
    const to = join(newFolder(), "copy.db");
    expect(await copyUnused(path, to, now)).toBe(true);
    expect(readFileSync(path)).toEqual(fixture);
    const formats = [path, to].map((file) => {
      const db = new DatabaseSync(file);
      const format = db.prepare("PRAGMA user_version").get()?.user_version;
      db.close();
      return format;
    });
    expect(formats[1]).toBe(formats[0]);
  });

  it("that is in use is told to be", async () => {
    const { path, folder } = used();
    const to = join(folder, "copy.db");
    expect(await copyUnused(path, to, now)).toBe(false);
    expect(existsSync(to)).toBe(false);
  });

  it("that is not there is not made", async () => {
    const folder = newFolder();
    const path = join(folder, "state.db");
    await expect(copyUnused(path, join(folder, "copy.db"), now)).rejects.toThrow(
      `Cannot copy the state "${path}" as there is none: set STATE_URL`,
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});
