/** What the program keeps from one process to the next. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
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
