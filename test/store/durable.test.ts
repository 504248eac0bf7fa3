import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { assureThere, openFile } from "../../src/store/file.ts";

/** SQLite's number for FULL: a commit has reached the disk before it returns. */
const FULL = 2;

it("what is committed is on the disk, also in a file that had to be made again", () => {
  const folder = mkdtempSync(join(tmpdir(), "durable-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "state.db");
  const file = openFile(path, Date.now);
  onTestFinished(() => file.open.db.close());
  const pragma = (name: string) =>
    Object.values(file.open.db.prepare(`PRAGMA ${name}`).get() ?? {});
  expect([pragma("synchronous"), pragma("journal_mode")]).toEqual([[FULL], ["wal"]]);
  rmSync(path);
  expect(assureThere(file)).toBe(true);
  expect([pragma("synchronous"), pragma("journal_mode")]).toEqual([[FULL], ["wal"]]);
});
