import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [`test/${process.env.ROOM ?? "orders"}/**/*.test.ts`],
    testTimeout: 20_000,
    isolate: false,
    env: { TMPDIR: "/dev/shm" },
  },
});
