import { expect, it } from "vitest";
import { reportIn } from "../../src/ops/report-export.ts";

it("says that there is no state of which a report could be made", async () => {
  const wanted = { of: "run-k7f3q2", as: "json", timeZone: "UTC" } as const;
  await expect(reportIn("/nowhere/state.db", wanted)).rejects.toThrow(
    'Cannot report as there is no state file "/nowhere/state.db": set STATE_URL',
  );
});
