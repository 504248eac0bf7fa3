/** What the program keeps from one process to the next. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Stored } from "../../src/records/stored.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { newFolder, pipe, start } from "../program/program.ts";
import { expectToGoOnAfter } from "./goes-on.ts";

const PLAN = "ABC Company Failover Plan";
const flags = ["--speed", "60"];

it.each([
  ["stopped", "SIGTERM"],
  ["killed", "SIGKILL"],
] as const)(
  "a program that is %s in the midst of a run goes on when it is started again",
  (_, by) => expectToGoOnAfter(by),
);

describe("a second program on the same state", () => {
  it("is refused in a sentence: 75, as the first may end; that one goes on, and so does its sandbox", async () => {
    const folder = newFolder();
    const first = start({ flags, folder });
    await first.saying(/Ctrl-D ends/);
    const estate = readFileSync(join(folder, "sandbox.json"), "utf8");
    const second = await pipe(["status"], { flags, folder });
    expect(second.code).toBe(75);
    expect(second.output).toBe("");
    expect(second.errors).toMatch(
      /^Cannot open the state ".*state\.db" as another failover-bot uses it: stop that one, or set STATE_URL to another file\n$/,
    );
    expect(readFileSync(join(folder, "sandbox.json"), "utf8")).toBe(estate);
    first.type("plans");
    first.end();
    const { code, output } = await first.finished;
    expect(code).toBe(0);
    expect(output).toContain(PLAN);
  });
});

describe("a program that finds something else where its state shall be", () => {
  it.each([
    [
      "a picture as the state",
      "state.db",
      "PNG",
      /^Cannot open the state .* no state file of failover-bot/,
    ],
    [
      "an empty sandbox.json",
      "sandbox.json",
      "",
      /^Cannot go on with the sandbox in .* remove the file/,
    ],
    [
      "a sandbox.json of another make",
      "sandbox.json",
      '{"version":1,"clock":{"speed":1},"estate":{"events":[null]}}',
      /^Cannot go on with the sandbox in .* remove the file/,
    ],
  ])("%s: one sentence, 2, and the file as it was", async (_, name, content, sentence) => {
    const folder = newFolder();
    const path = join(folder, name);
    writeFileSync(path, content);
    const { code, output, errors } = await pipe(["status"], { folder });
    expect(errors).toMatch(sentence);
    expect(errors.trim().split("\n")).toHaveLength(1);
    expect([code, output]).toEqual([2, ""]);
    expect(readFileSync(path, "utf8")).toBe(content);
  });
});

it("a store refuses a second process in a sentence, and a killed one leaves no lock", async () => {
  const path = join(newFolder(), "state.db");
  const script = `
    import { openSqliteStore } from ${JSON.stringify(new URL("../../src/store/sqlite.ts", import.meta.url).href)};
    const store = openSqliteStore(${JSON.stringify(path)});
    await store.commit([{ put: "a", key: "b", value: { version: 1 } }]);
    console.log("held");
    // It lives as long as whoever began it.
    process.stdin.resume();`;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", script]);
  onTestFinished(() => void holder.kill("SIGKILL"));
  await once(holder.stdout, "data");
  expect(() => openSqliteStore(path)).toThrow(/as another failover-bot uses it: stop that one/);
  holder.kill("SIGKILL");
  await once(holder, "exit");
  const store = openSqliteStore<{ a: Stored }>(path);
  expect(await store.get("a", "b")).toEqual({ version: 1 });
  await store.close();
});
