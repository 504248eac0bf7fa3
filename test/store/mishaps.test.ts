/** What becomes of the state where its file is removed, replaced, damaged or has no room. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openFile } from "../../src/store/file.ts";
import { openSqliteStore, openState, storeOver } from "../../src/store/sqlite.ts";
import { StoreError } from "../../src/store/store.ts";
import type { Note, Notes } from "../contracts/store.ts";

const now = () => Date.UTC(2026, 10, 21, 6);

const note = (text: string): Note => ({ version: 1, text });
const put = (key: string, text: string) => ({ put: "notes", key, value: note(text) }) as const;

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "state", "state.db");
}

/** All that a later process finds. */
async function reread(path: string): Promise<string[]> {
  const store = openSqliteStore<Notes>(path, now);
  const texts = (await store.all("notes")).map(({ value }) => value.text);
  await store.close();
  return texts;
}

describe("a state file that is removed while it is open", () => {
  it.each([
    ["alone", (path: string) => rmSync(path)],
    ["with its log", (path: string) => [path, `${path}-wal`].forEach((each) => void rmSync(each))],
    ["with its folder", (path: string) => rmSync(dirname(path), { recursive: true })],
  ])(
    "%s is made again at the next writing, with all that was in it, and that is told",
    async (_, remove) => {
      const path = newPath();
      const told: string[] = [];
      const store = openSqliteStore<Notes>(path, now, (sentence) => told.push(sentence));
      await store.commit([put("a", "before"), { append: "lines", value: note("line") }]);
      remove(path);
      await store.commit([put("b", "after")]);
      await store.commit([put("c", "later")]);
      expect(told).toEqual([
        expect.stringMatching(/was removed; it was made again, and nothing is lost$/),
      ]);
      expect((await store.all("notes")).map(({ value }) => value.text)).toEqual([
        "before",
        "after",
        "later",
      ]);
      await store.close();
      expect(await reread(path)).toEqual(["before", "after", "later"]);
    },
  );

  it("loses nothing where only its log is removed", async () => {
    const path = newPath();
    const store = openSqliteStore<Notes>(path, now);
    await store.commit([put("a", "before")]);
    rmSync(`${path}-wal`);
    await store.commit([put("b", "after")]);
    await store.close();
    expect(await reread(path)).toEqual(["before", "after"]);
  });

  it("never gives a queue's key twice, even so", async () => {
    const path = newPath();
    const store = openSqliteStore<Notes>(path, now);
    await store.commit([{ append: "lines", value: note("one") }]);
    const [one] = await store.all("lines");
    await store.commit([{ remove: "lines", key: one?.key ?? "" }]);
    rmSync(path);
    await store.commit([{ append: "lines", value: note("two") }]);
    const [two] = await store.all("lines");
    expect(Number(two?.key)).toBeGreaterThan(Number(one?.key));
    await store.close();
  });

  it("is not written over where something else has taken its place: writing is refused, reading goes on", async () => {
    const path = newPath();
    const store = openSqliteStore<Notes>(path, now);
    await store.commit([put("a", "before")]);
    renameSync(path, `${path}.moved`);
    writeFileSync(path, "somebody's own");
    await expect(store.commit([put("b", "after")])).rejects.toThrow(
      /^Cannot write the state ".*" as another file was put in its place: stop the bot/,
    );
    expect(readFileSync(path, "utf8")).toBe("somebody's own");
    expect(await store.get("notes", "a")).toEqual(note("before"));
    rmSync(path);
    await store.commit([put("b", "after")]);
    await store.close();
    expect(await reread(path)).toEqual(["before", "after"]);
  });
});

describe("a state file that is damaged", () => {
  const HEADER = 100;
  const damages: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
    "its header written over": (bytes) => bytes.fill("no database ", 0, HEADER),
    "emptied by the disk": (bytes) => bytes.fill(0),
    "pages of noise": (bytes) => bytes.fill(0xa5, 8192, bytes.length - 4096),
  };

  async function damagedFile(damage = "pages of noise"): Promise<string> {
    const path = newPath();
    const store = openSqliteStore<Notes>(path, now);
    for (let i = 0; i < 50; i++) await store.commit([put(`k${i}`, "x".repeat(2000))]);
    await store.close();
    writeFileSync(path, damages[damage]?.(readFileSync(path)) ?? expect.fail(damage));
    return path;
  }

  it.each(Object.keys(damages))(
    "(%s) is kept aside as it is, and a new one begun",
    async (damage) => {
      const path = await damagedFile(damage);
      const bytes = readFileSync(path);
      const { store, damaged } = openState<Notes>(path, now, () => undefined);
      expect(damaged?.keptAs).toBe(`${path}.damaged-2026-11-21T06-00-00.000Z`);
      expect(damaged?.why).toMatch(/^Cannot open the state/);
      expect(readFileSync(damaged?.keptAs ?? "")).toEqual(bytes);
      await store.commit([put("a", "new")]);
      await store.close();
      expect(await reread(path)).toEqual(["new"]);
    },
  );

  it("is never written over: a second one gets a name of its own", async () => {
    const path = await damagedFile();
    const bytes = readFileSync(path);
    await openState(path, now, () => undefined).store.close();
    writeFileSync(path, bytes);
    await openState(path, now, () => undefined).store.close();
    const kept = readdirSync(dirname(path)).filter((name) => name.includes(".damaged-"));
    expect(kept).toHaveLength(2);
  });

  it("that is whole is opened as it is", async () => {
    const path = newPath();
    const first = openState<Notes>(path, now, () => undefined);
    await first.store.commit([put("a", "kept")]);
    await first.store.close();
    const second = openState<Notes>(path, now, () => undefined);
    expect(second.damaged).toBeUndefined();
    expect(await second.store.get("notes", "a")).toEqual(note("kept"));
    await second.store.close();
  });

  it("is left alone where another process uses it, or it is no file", () => {
    const path = dirname(newPath());
    const store = openSqliteStore<Notes>(join(path, "a.db"), now);
    expect(() => openState(path, now, () => undefined)).toThrow(StoreError);
    expect(existsSync(join(path, "a.db"))).toBe(true);
    return store.close();
  });
});

describe("a disk that is full", () => {
  it("lets nothing be written, everything be read, and goes on when there is room again", async () => {
    const path = newPath();
    const file = openFile(path, now);
    const store = storeOver<Notes>(file);
    const pages = (limit: number) => file.open.db.exec(`PRAGMA max_page_count = ${limit}`);
    await store.commit([put("a", "before")]);
    pages(1);
    const big = "x".repeat(100_000);
    await expect(store.commit([put("b", big), put("c", "small")])).rejects.toThrow(
      /^Cannot write the state ".*" as the disk is full: make room; the bot goes on by itself then$/,
    );
    expect((await store.all("notes")).map(({ key }) => key)).toEqual(["a"]);
    pages(1_000_000);
    await store.commit([put("b", big)]);
    await store.close();
    expect(await reread(path)).toEqual(["before", big]);
  });
});
