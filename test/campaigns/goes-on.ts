/** A real program that is stopped in the midst of a run, and started again. */
import { expect } from "vitest";
import { newFolder, pipe, start } from "../program/program.ts";

const PLAN = "ABC Company Failover Plan";
/** Slow enough to be stopped in the midst of a run, which takes two minutes or so. */
const flags = ["--speed", "60"];

export async function expectToGoOnAfter(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  const folder = newFolder();
  const first = start({ flags, folder });
  first.type(`start "${PLAN}"`, `confirm ${PLAN}`);
  await first.saying(/\| EM has started the failover session/);
  first.kill(signal);
  const stopped = await first.finished;
  expect(stopped.output).not.toContain("[ok]");
  const second = await pipe([`watch ${PLAN}`], { flags, folder });
  expect(second.output).toContain("| I was away");
  expect(second.output.match(/^\| \[ok\] Failed over, confirmed/gm)).toHaveLength(1);
  expect(second.code).toBe(0);
  const both = stopped.output + second.output;
  expect(both.match(/\| Approved by /g)).toHaveLength(1);
}
