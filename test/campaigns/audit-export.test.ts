/** The audit log of the program: its starts, its export, and what that says of a changed log. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { audited } from "../../src/store/audit.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { newFolder, pipe, start } from "../program/program.ts";

const PLAN = "ABC Company Failover Plan";
const fast = ["--speed", "100"];
const exported = (folder: string) => pipe([], { flags: ["--export-audit"], folder });

interface Line {
  readonly entry: number;
  readonly value: { readonly deed: string; readonly what: string };
  readonly text: string;
  readonly before: string;
  readonly hash: string;
}

const linesOf = (output: string): Line[] =>
  output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("the audit log", () => {
  it("is printed as lines of JSON by --export-audit: each start and order, each line checked by the one before", async () => {
    const folder = newFolder();
    await pipe([`start "${PLAN}" because fire`, `confirm ${PLAN}`], { flags: fast, folder });
    await pipe(["plans"], { flags: fast, folder, env: { STALL_MS: "60000" } });
    const { code, output, errors } = await exported(folder);
    expect([code, errors]).toEqual([0, ""]);
    const lines = linesOf(output);
    // Whether EM's data is collected after the end depends on how long the report takes.
    const deeds = lines.map(({ value }) => value.deed).filter((deed) => !/^collect/.test(deed));
    expect(deeds).toEqual([
      "started",
      "asked",
      "confirmed",
      "sending",
      "accepted",
      "ended",
      "started",
    ]);
    expect(lines.at(-1)?.value.what).toBe(
      "Settings changed since the last start: STALL_MS from 600000 to 60000",
    );
    let head = "";
    for (const { before, text, value, hash } of lines) {
      expect(before).toBe(head);
      expect(hash).toBe(createHash("sha256").update(`${before}\n${text}`).digest("hex"));
      expect(JSON.parse(text).value).toEqual(value);
      head = hash;
    }
  });

  it("is printed as it stands where somebody has changed it, and ends with 1 and the first bad entry", async () => {
    const folder = newFolder();
    await pipe([`start "${PLAN}"`, "cancel"], { flags: fast, folder });
    const db = new DatabaseSync(join(folder, "state.db"));
    db.exec("UPDATE chains SET envelope = replace(envelope, 'asked', 'acted') WHERE seq = 2");
    db.close();
    const { code, output, errors } = await exported(folder);
    expect(code).toBe(1);
    expect(linesOf(output)).toHaveLength(3);
    expect(errors).toBe("The audit log was changed: entry 2 does not fit the one before it\n");
  });

  it("ends with 75 where its reader goes before it has read all, and says that it is not whole", async () => {
    const folder = newFolder();
    const store = openSqliteStore(join(folder, "state.db"));
    const entry = audited({ at: 0, deed: "refused", what: "x".repeat(100) });
    await store.commit(Array.from({ length: 20_000 }, () => entry));
    await store.close();
    const program = start({ flags: ["--export-audit"], folder });
    await program.saying(/"entry":1,/);
    program.unread();
    const { code, errors } = await program.finished;
    expect([code, errors]).toEqual([
      75,
      "Cannot write all of it as whoever reads it has stopped\n",
    ]);
  });

  it("is not invented where there is none: 2, with what to set", async () => {
    const folder = newFolder();
    const { code, output, errors } = await exported(folder);
    expect([code, output]).toEqual([2, ""]);
    expect(errors).toMatch(
      /^Cannot export the audit log as there is no state file ".*state\.db": set STATE_URL\n$/,
    );
  });
});
