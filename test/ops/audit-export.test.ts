import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { exportAudit } from "../../src/ops/audit-export.ts";
import { audited } from "../../src/store/audit.ts";
import { linkHash } from "../../src/store/chain.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";

/** Colours and titles of a terminal, its eight-bit controls, text that runs backwards. */
const STEERING = "\u001b[31m\u0007\u007f\u009b2J\u2028\u202e\u{e0001}";

it("an export of the audit log has no character that steers a terminal, and its hashes still fit", async () => {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-export-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "state.db");
  const store = openSqliteStore(path);
  await store.commit([audited({ at: 0, deed: "refused", what: `start ${STEERING}` })]);
  await store.close();
  const lines: string[] = [];
  expect(await exportAudit(path, async (text) => lines.push(text))).toBeUndefined();
  const [line = expect.fail()] = lines;
  expect(line.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  const { value, text, before, hash } = JSON.parse(line);
  expect(value.what).toBe(`start ${STEERING}`);
  expect(linkHash(before, text)).toBe(hash);
});
