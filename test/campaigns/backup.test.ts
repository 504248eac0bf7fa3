/** Backup and export of a program that runs, and what a restored one makes of it. */
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { newFolder, pipe, start } from "../program/program.ts";

const PLAN = "ABC Company Failover Plan";
const flags = ["--speed", "60"];

/** A program in the midst of a run. */
async function busy() {
  const folder = newFolder();
  const program = start({ flags, folder });
  program.type(`start "${PLAN}"`, `confirm ${PLAN}`);
  await program.saying(/\| EM has started the failover session/);
  return { folder, program };
}

describe("a program that runs", () => {
  it("is backed up by another one; a third that is given the backup goes on with the run", async () => {
    const { folder, program } = await busy();
    const to = join(folder, "backup.db");
    const { code, output, errors } = await pipe([], { flags: ["--backup", to], folder });
    expect([code, output, errors]).toEqual([0, `The state was copied to ${to}\n`, ""]);
    program.kill("SIGKILL");
    const killed = await program.finished;
    expect(killed.output).not.toContain("[ok]");
    const elsewhere = newFolder();
    copyFileSync(to, join(elsewhere, "state.db"));
    copyFileSync(join(folder, "sandbox.json"), join(elsewhere, "sandbox.json"));
    const restored = await pipe([`watch ${PLAN}`], { flags, folder: elsewhere });
    expect(restored.output).toContain("The bot goes on from a backup of its state");
    expect(restored.output.match(/^\| \[ok\] Failed over, confirmed/gm)).toHaveLength(1);
    expect(restored.code).toBe(0);
    const both = killed.output + restored.output;
    expect(both.match(/\| Approved by /g)).toHaveLength(1);
  });

  it("has its audit log exported by another one, whole, and goes on", async () => {
    const { folder, program } = await busy();
    const { code, output, errors } = await pipe([], { flags: ["--export-audit"], folder });
    expect([code, errors]).toEqual([0, ""]);
    let head = "";
    for (const line of output.trim().split("\n")) {
      const { before, text, hash } = JSON.parse(line);
      expect(before).toBe(head);
      head = createHash("sha256").update(`${before}\n${text}`).digest("hex");
      expect(hash).toBe(head);
    }
    program.type(`audit verify ${head}`);
    await program.saying(/The audit log is whole/);
    program.end();
    expect((await program.finished).code).toBe(0);
  });

  it("is never backed up over a file", async () => {
    const { folder, program } = await busy();
    const to = join(folder, "backup.db");
    writeFileSync(to, "mine");
    const { code, output, errors } = await pipe([], { flags: ["--backup", to], folder });
    expect([code, output]).toEqual([2, ""]);
    expect(errors).toBe(
      `Cannot write the backup "${to}" as there is something of that name already: name another file\n`,
    );
    expect(readFileSync(to, "utf8")).toBe("mine");
    program.kill("SIGTERM");
    await program.finished;
    expect(existsSync(join(folder, "state.db.sock"))).toBe(false);
  });
});
