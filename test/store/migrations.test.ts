/**
 * Files of older formats. One of each is kept in test/fixtures; where the format of today has none
 * yet, it is made, and belongs into the repository.
 */
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Namespaces } from "../../src/records/namespaces.ts";
import type { Stored } from "../../src/records/stored.ts";
import { firstBadLink } from "../../src/store/chain.ts";
import { FORMAT, migrate } from "../../src/store/migrations.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { type Store, StoreError } from "../../src/store/store.ts";
import type { Note, Notes } from "../contracts/store.ts";
import { auditLog } from "../fakes/audit-log.ts";
import { pauseBefore, startBot } from "../fakes/bot.ts";
import { ASKED, leaveState, RUNNING } from "./state-file.ts";

const fixtures = join(import.meta.dirname, "../fixtures");
const fileOf = (format: number) => join(fixtures, `state-v${format}.db`);
const formats = Array.from({ length: FORMAT }, (_, i) => i + 1);

it("the format of today has a file, made here where there is none yet", async () => {
  if (!existsSync(fileOf(FORMAT))) await leaveState(fileOf(FORMAT));
  expect(formats.filter((format) => !existsSync(fileOf(format)))).toEqual([]);
}, 60_000);

function copyOf(file: string): string {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-format-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const copy = join(folder, "state.db");
  copyFileSync(file, copy);
  return copy;
}

/** When the file was left, so that nothing in it has expired. */
function leftAt(path: string): number {
  const db = new DatabaseSync(copyOf(path));
  const row = db.prepare("SELECT envelope FROM chains ORDER BY seq DESC LIMIT 1").get();
  db.close();
  return JSON.parse(String(row?.envelope)).value.at;
}

/** What the code writes to, by the names in it. */
function namespacesInCode(): string[] {
  const files = readdirSync(join(import.meta.dirname, "../../src"), {
    recursive: true,
    encoding: "utf8",
  });
  const code = files
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join(import.meta.dirname, "../../src", name), "utf8"))
    .join("\n");
  const writing = /\b(?:put|insert|append): "([a-z-]+)"|\bamend\([\w.]+, "([a-z-]+)"/g;
  const found = [...code.matchAll(writing)].map(([, put, amended]) => put ?? amended ?? "");
  return [...new Set(found)].sort();
}

/** Files of older formats hold what there was then. */
it("the state file of the format of today holds a record of every kind that the code writes", async () => {
  const path = copyOf(fileOf(FORMAT));
  const store = openSqliteStore(path, () => leftAt(fileOf(FORMAT)));
  for (const namespace of namespacesInCode() as (keyof Namespaces)[])
    expect(await store.all(namespace), namespace).not.toEqual([]);
  await store.close();
});

describe.each(formats)("a state file of format %i", (format) => {
  it("is read as it was: every record, every queue, and the audit log with its hashes", async () => {
    const path = copyOf(fileOf(format));
    const store = openSqliteStore(path, () => leftAt(fileOf(format)));
    const links = await auditLog(store);
    expect(links.length).toBeGreaterThan(5);
    expect(firstBadLink(links)).toBeUndefined();
    const names = (await store.all("watches")).map(({ value }) => value.subject.name);
    expect(names.sort()).toEqual([RUNNING, "CDP Policy 1"]);
    await store.close();
    expect(formatOf(path)).toBe(FORMAT);
  });

  it("is what a bot goes on with: runs are followed, the question can be decided, nothing is left over", async () => {
    const bot = await startBot({ left: { file: fileOf(format), at: leftAt(fileOf(format)) } });
    let said = 0;
    const say = (line: string) => bot.say(line, { delivery: `later-${++said}` });
    await say("watches");
    const texts = () => bot.chat.messages.map(bot.chat.text);
    expect(texts().join("\n")).toContain("2 runs being watched");
    await say(`cancel ${ASKED}`);
    await say("audit verify");
    expect(texts().at(-1)).toContain("The audit log is whole");
    const followed = async () => (await bot.store.all("watches")).map(({ value }) => value.of);
    for (let looks = 0; looks < 400 && (await followed()).includes("failover"); looks++)
      await bot.pass(pauseBefore(looks), pauseBefore(looks));
    expect(await followed()).toEqual(["replication"]);
    expect(await bot.store.all("orders")).toEqual([]);
    expect(await bot.store.all("lines")).toEqual([]);
    expect(await bot.store.all("contents")).toEqual([]);
  });
});

function formatOf(path: string): number {
  const db = new DatabaseSync(path);
  const format = Number(db.prepare("PRAGMA user_version").get()?.user_version);
  db.close();
  return format;
}

describe("bringing records forward", () => {
  const steps = [
    {
      format: 2,
      namespace: "notes",
      from: 1,
      bring: (record: Stored) => ({
        ...record,
        version: 2,
        text: `${(record as Note).text}, brought to 2`,
      }),
    },
    {
      format: 3,
      namespace: "notes",
      from: 2,
      bring: (record: Stored) => ({
        ...record,
        version: 3,
        text: `${(record as Note).text}, then to 3`,
      }),
    },
    {
      format: 3,
      namespace: "lines",
      from: 1,
      bring: (record: Stored) => ({
        ...record,
        version: 2,
        text: `${(record as Note).text}, a line`,
      }),
    },
  ];

  async function written(fill: (store: Store<Notes>) => Promise<unknown>): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), "failover-bot-format-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "state.db");
    const store = openSqliteStore<Notes>(path, () => 0);
    await fill(store);
    await store.close();
    return path;
  }
  const note = (text: string, version = 1): Note => ({ version, text });
  function brought(path: string, to: number): void {
    const db = new DatabaseSync(path);
    db.exec("PRAGMA user_version = 1");
    migrate(db, to, steps);
    db.exec(`PRAGMA user_version = ${FORMAT}`);
    db.close();
  }

  it("goes step by step, by namespace and version, keeps times to live, and leaves the rest as it is", async () => {
    const path = await written((store) =>
      store.commit([
        { put: "notes", key: "a", value: note("old") },
        { put: "notes", key: "brief", value: note("brief"), ttlMs: 1000 },
        { put: "notes", key: "new", value: note("new", 3) },
        { put: "others", key: "a", value: note("other") },
        { append: "lines", value: note("line") },
        { chain: "audit", value: note("deed") },
      ]),
    );
    brought(path, 3);
    let now = 0;
    const store = openSqliteStore<Notes>(path, () => now);
    expect(await store.get("notes", "a")).toEqual(note("old, brought to 2, then to 3", 3));
    expect(await store.get("notes", "brief")).toEqual(note("brief, brought to 2, then to 3", 3));
    expect(await store.get("notes", "new")).toEqual(note("new", 3));
    expect(await store.get("others", "a")).toEqual(note("other"));
    expect((await store.all("lines")).map(({ value }) => value)).toEqual([note("line, a line", 2)]);
    expect(firstBadLink(await store.links("audit", { limit: 9 }))).toBeUndefined();
    now = 1000;
    expect(await store.get("notes", "brief")).toBeUndefined();
    await store.close();
  });

  it("does each step once", async () => {
    const path = await written((store) =>
      store.commit([{ put: "notes", key: "a", value: note("old") }]),
    );
    const db = new DatabaseSync(path);
    db.exec("PRAGMA user_version = 1");
    migrate(db, 3, steps);
    migrate(db, 3, steps);
    expect(String(db.prepare("SELECT envelope FROM records").get()?.envelope)).toContain(
      '"old, brought to 2, then to 3"',
    );
    db.close();
  });

  it("refuses a file that a newer bot has written, and changes nothing in it", async () => {
    const path = await written((store) =>
      store.commit([{ put: "notes", key: "a", value: note("new") }]),
    );
    const db = new DatabaseSync(path);
    db.exec(`PRAGMA user_version = ${FORMAT + 1}`);
    db.close();
    expect(() => openSqliteStore(path)).toThrow(StoreError);
    expect(() => openSqliteStore(path)).toThrow(
      /as a newer failover-bot has written it .*: update this one/,
    );
    expect(formatOf(path)).toBe(FORMAT + 1);
  });
});
