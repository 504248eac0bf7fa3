import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { exportAudit } from "../../src/ops/audit-export.ts";
import { storeError, whyFailed } from "../../src/store/failures.ts";
import { inspect } from "../../src/store/inspect.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";

const denied = new Error("EACCES: permission denied, open 'state.db'");

function filePath(): string {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-failures-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "note.txt");
  writeFileSync(path, "a note");
  return path;
}

describe("why the state cannot be opened", () => {
  it.each([denied, new Error("attempt to write a readonly database")])(
    "is told to whoever starts the bot as the wrong user, with the cure: %s",
    (error) => {
      expect(storeError("state.db", "open", error)).toMatchObject({
        mayPass: false,
        message:
          'Cannot open the state "state.db" as this user may not write there: start the bot as the one whom the file and its folder belong to, or set STATE_URL to another file',
      });
      expect(whyFailed(error)).toBe("this user may not write there");
    },
  );

  it("is told where a file stands in the place of its folder", () => {
    const path = join(filePath(), "state.db");
    const why = "a folder of that path is not there and cannot be made";
    expect(() => openSqliteStore(path)).toThrow(
      `Cannot open the state "${path}" as ${why}: set STATE_URL to another file`,
    );
    expect(inspect(path)).toMatchObject({ is: "unusable" });
  });

  it("is a sentence to whoever exports the audit log as well", async () => {
    const path = filePath().replace("note.txt", "loop.db");
    symlinkSync(path, path);
    await expect(exportAudit(path, async () => undefined)).rejects.toThrow(
      `Cannot read the state "${path}" as ELOOP`,
    );
  });
});
