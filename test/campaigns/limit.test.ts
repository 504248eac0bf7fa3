/** How long a trial of a mutant may take. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const LIMIT = JSON.stringify(join(import.meta.dirname, "../mutants/limit.ts"));

const run = (ms: number, meanwhile: string) =>
  spawnSync(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `import { limitOf } from ${LIMIT}; const limit = limitOf(${ms}); limit.begin(); ${meanwhile}; limit.end();`,
    ],
    { timeout: 15_000 },
  );

describe("the limit of a trial", () => {
  it("ends a process in which a mistake loops and lets nothing else run", () => {
    expect(run(50, "for (;;);").signal).toBe("SIGKILL");
    expect(run(50, "for (;;) await 0").signal).toBe("SIGKILL");
  });

  it("leaves one alone that has ended in time", () => {
    expect(run(10_000, "await 0")).toMatchObject({ status: 0, signal: null });
  });
});
