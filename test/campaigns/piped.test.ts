/** Lines from a pipe, in every way in which they end: with an exit code that says how it went. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lineFaults } from "../adapters/terminal/line-schema.ts";
import { newFolder, pipe } from "../program/program.ts";

const PLAN = "ABC Company Failover Plan";
const failover = [`start "${PLAN}"`, `confirm ${PLAN}`];
const fast = ["--speed", "100"];

/** A folder whose sandbox goes on from that moment: its replications follow from the time alone. */
function sandboxAt(time: string): string {
  const folder = newFolder();
  const clock = { realAt: Date.now(), sandboxAt: Date.parse(time), speed: 1 };
  const estate = { events: [] };
  writeFileSync(join(folder, "sandbox.json"), JSON.stringify({ version: 1, clock, estate }));
  return folder;
}

/** Whatever a terminal would obey. */
const controlCodes = /[^\P{Cc}\n]/u;

describe("lines from a pipe", () => {
  it("are done one after the other, and the run that they begin is followed to its end: 0", async () => {
    const { code, output, errors } = await pipe(["status", "plans", ...failover], {
      flags: fast,
      entry: "src/start.mjs",
      env: { FORCE_COLOR: "1" },
    });
    const order = ["> status", "answered in", "> plans", `1. ${PLAN}`, "[question]", "[ok]"];
    const places = order.map((words) => output.indexOf(words));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(Math.min(...places)).toBeGreaterThan(0);
    expect(code).toBe(0);
    expect(output).not.toMatch(controlCodes);
    for (const line of errors.trim().split("\n")) expect(JSON.parse(line)).toHaveProperty("level");
  });

  it("end with 1 if a command was refused, and the others are done nevertheless", async () => {
    const { code, output } = await pipe(["strat abc", "plans"], { flags: fast });
    expect(code).toBe(1);
    expect(output).toContain("start");
    expect(output).toContain(`1. ${PLAN}`);
  });

  it("are answered while EM cannot be reached, with a line of the log each and no stack", async () => {
    const env = { EM_URL: "https://127.0.0.1:1", EM_USERNAME: "bot", EM_PASSWORD: "long-canary" };
    const { code, output, errors } = await pipe(["status", "plans"], { env });
    expect(output).toContain("the connection was refused");
    expect(errors.match(/"a command failed"/g)?.length).toBeGreaterThan(0);
    expect(errors).not.toMatch(/"stack"|\bat \w+ \(/);
    expect(code).toBe(1);
  });

  it("end with 1 if a run did not end well", async () => {
    const { code, output } = await pipe(failover, { flags: ["--scenario", "task-fails", ...fast] });
    expect(output).toMatch(/\[problem\] Failed: /);
    expect(code).toBe(1);
  });

  it.each([
    { reported: "Success", at: "2026-11-21T23:30:00Z", code: 0 },
    { reported: "Failed", at: "2026-11-16T07:28:30Z", code: 1 },
  ])(
    "follow a replication to its end, which EM reports as $reported: $code",
    async ({ reported, at, code: wanted }) => {
      const lines = ['watch replica "SQL Server Replication"'];
      const folder = sandboxAt(at);
      const { code, output } = await pipe(lines, { flags: ["--speed", "400"], folder });
      expect(output).toContain(": replication job ");
      expect(output).toContain(`Ended, EM reports ${reported}`);
      expect(code).toBe(wanted);
    },
  );

  it("end with 1 where a run has not ended as long as they shall wait, and say which", async () => {
    const { code, output } = await pipe(failover, {
      flags: ["--scenario", "vm-stalls", ...fast, "--wait", "3m"],
    });
    expect(output).toMatch(
      /\[warning\] 1 run has not ended within 3 min; nobody waits any longer\nNot ended: run-\w+\. In EM they go on/,
    );
    expect(code).toBe(1);
  });

  it("end with 0 after nothing at all", async () => {
    const { code, output } = await pipe([], { flags: fast, env: { NO_COLOR: "1" } });
    expect(code).toBe(0);
    expect(output).toMatch(/^failover-bot: .*\nThis is the sandbox: .*\nType `status`.*\n$/s);
  });

  it("are answered in lines of JSON with --json, from the welcome to the end of the run", async () => {
    const { code, output } = await pipe(["plans", ...failover], { flags: ["--json", ...fast] });
    const all = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const said = all.filter(({ kind }) => kind !== "file");
    const files = all.filter(({ kind }) => kind === "file").map(({ file }) => file.path);
    expect(code).toBe(0);
    expect(files.map((path) => path.replace(/^.*\/(reports)\/.* UTC/, "$1"))).toEqual([
      "reports.png",
      "reports.md",
      "reports.csv",
    ]);
    expect(new Set(said.map(({ kind }) => kind))).toEqual(
      new Set(["post", "edit", "reply", "thread"]),
    );
    for (const { id, place, card } of said) {
      expect(id).toMatch(/./);
      expect(place).toMatchObject({ platform: "terminal" });
      expect(card.title).toMatch(/./);
    }
    const root = said.find(({ card }) => card.tone === "question");
    const last = said.filter(({ id }) => id === root.id).at(-1);
    expect(last.card.tone).toBe("good");
    expect(last).toMatchObject({
      run: root.run,
      plan: PLAN,
      stands: "ended",
      outcome: "confirmed",
    });
    expect(output.trim().split("\n").flatMap(lineFaults)).toEqual([]);
  });
});
