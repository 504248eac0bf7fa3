/** The files of a report, as they are made when they are sent. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createFileMaker } from "../../src/attachments/file-maker.ts";
import { markdownReport } from "../../src/attachments/markdown.ts";
import { endOfRun } from "../../src/report/ending.ts";
import { factsOfRun } from "../../src/report/facts-of-run.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { phases, vmView, watchIn } from "../watch/things.ts";

const by = { timeZone: "UTC", shown: (at: number) => at };

it("text and table let whoever waits go between any two of their lines", async () => {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-"));
  const store = openSqliteStore(join(folder, "state.db"));
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const vms = Array.from({ length: 300 }, (_, i) => vmView(`vm-${i}`, { mark: "failed" }));
  const watch = watchIn(phases.ended, { vms });
  await store.commit((await endOfRun(store, watch, []))?.kept ?? []);
  let turns = 0;
  const turn = async () => {
    turns += 1;
  };
  const clock = { turn: () => turn };
  const pictures = { png: () => Promise.reject(new Error("no picture is asked for")) };
  const maker = createFileMaker({ ...by, store, pictures, clock });

  const made = await maker.make({ report: watch.id, as: "md" });
  const facts = (await factsOfRun(store, watch.id)) ?? expect.fail("nothing is kept");
  expect(Buffer.from(made.bytes).toString()).toBe(markdownReport(facts, by));
  expect(turns).toBeGreaterThan(300);

  turns = 0;
  const table = await maker.make({ report: watch.id, as: "csv" });
  expect(Buffer.from(table.bytes).toString().trim().split("\r\n")).toHaveLength(301);
  expect(turns).toBe(301);
});
