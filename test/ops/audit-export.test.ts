import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { setImmediate as turnOver } from "node:timers/promises";
import { expect, it, onTestFinished, vi } from "vitest";
import { exportAudit } from "../../src/ops/audit-export.ts";
import { writerTo } from "../../src/program/output.ts";
import { audited } from "../../src/store/audit.ts";
import { linkHash } from "../../src/store/chain.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";

/** Colours and titles of a terminal, its eight-bit controls, text that runs backwards. */
const STEERING = "\u001b[31m\u0007\u007f\u009b2J\u2028\u202e\u{e0001}";

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-export-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "state.db");
}

async function log(path: string, entries: number, what = "start"): Promise<void> {
  const store = openSqliteStore(path);
  const entry = audited({ at: 0, deed: "refused", what });
  await store.commit(Array.from({ length: entries }, () => entry));
  await store.close();
}

it("an export of the audit log has no character that steers a terminal, and its hashes still fit", async () => {
  const path = newPath();
  await log(path, 1, `start ${STEERING}`);
  const lines: string[] = [];
  expect(await exportAudit(path, async (text) => lines.push(text))).toBeUndefined();
  const [line = expect.fail()] = lines;
  expect(line.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  const { value, text, before, hash } = JSON.parse(line);
  expect(value.what).toBe(`start ${STEERING}`);
  expect(linkHash(before, text)).toBe(hash);
});

it("an export holds no more than one page of the log while its reader has not taken that", async () => {
  const path = newPath();
  await log(path, 1200);
  const written: number[] = [];
  let untaken = 0;
  const write = async (lines: string) => {
    untaken += 1;
    expect(untaken).toBe(1);
    await turnOver();
    written.push(lines.trimEnd().split("\n").length);
    untaken -= 1;
  };
  expect(await exportAudit(path, write)).toBeUndefined();
  expect(written).toEqual([500, 500, 200]);
});

it("an export ends where its reader goes, and lets go of the state", async () => {
  const path = newPath();
  await log(path, 1200);
  let taken = 0;
  const reader = new Writable({
    write: (_lines, _encoding, done) => {
      taken += 1;
      done(taken < 2 ? null : Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    },
  });
  await expect(exportAudit(path, writerTo(reader))).rejects.toThrow(
    "Cannot write all of it as whoever reads it has stopped",
  );
  expect(taken).toBe(2);
  await openSqliteStore(path).close();
});

it("an export that has no room for its copy says where it has looked", async () => {
  const path = newPath();
  await log(path, 1);
  vi.stubEnv("TMPDIR", "/nowhere");
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(exportAudit(path, async () => undefined)).rejects.toThrow(
    'Cannot copy the state as nothing may be written in "/nowhere": set TMPDIR to another folder',
  );
});
