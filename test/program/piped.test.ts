/**
 * Lines from a pipe: one after the other, to the end of what they began, with an exit code that
 * says how it went.
 */
import { describe, expect, it } from "vitest";
import { pipe } from "./program.ts";

const PLAN = "ABC Company Failover Plan";
const failover = [`start "${PLAN}"`, `confirm ${PLAN}`];
const fast = ["--speed", "100"];

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
});
