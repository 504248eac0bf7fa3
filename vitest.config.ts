import { existsSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import type { Reporter } from "vitest/node";

/** The last line of a run, for whoever reads only that. A file that could not be run counts as one failure. */
const closingLine: Reporter = {
  onTestRunEnd(files, errors) {
    const tests = files.flatMap((file) => [...file.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const broken = files.filter((file) => file.errors().length > 0).length + errors.length;
    const skipped = count("skipped") + count("pending");
    const rest = skipped > 0 ? `, ${skipped} skipped` : "";
    process.stdout.write(`${count("passed")} passed, ${count("failed") + broken} failed${rest}\n`);
  },
};

/** State files are made durable at each commit; in memory that costs nothing, and no test is about power loss. */
const scratch = existsSync("/dev/shm") ? { TMPDIR: "/dev/shm" } : {};

/** What a process that a test starts has compiled, the next need not compile again. */
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, "node_modules/.cache/compiled");

const campaigns = "test/campaigns/**/*.test.ts";

export default defineConfig({
  test: {
    env: scratch,
    reporters: ["default", closingLine],
    /** Real HTTP, real files and real processes on a slow machine; no test waits for the clock. */
    testTimeout: 20_000,
    hookTimeout: 20_000,
    /** Processes, as the state file's lock belongs to one; and few: one more than there may be cores, since some wait. */
    pool: "forks",
    maxWorkers: 3,
    /** A worker loads the bot and its packages once, not once a file; no test changes a module. */
    isolate: false,
    projects: [
      {
        extends: true,
        test: { name: "gate", include: ["test/**/*.test.ts"], exclude: [campaigns] },
      },
      /** What goes through every case of something, and takes its time; beside them stands `npm run crash`. */
      { extends: true, test: { name: "campaigns", include: [campaigns], testTimeout: 120_000 } },
    ],
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts", "adapters/**/*.ts"],
      reporter: ["text-summary", "html"],
    },
  },
});
