/** The end of runs of 2,000 VMs, of which dozens are kept. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Watch } from "../../src/records/watch.ts";
import { happened, momentOf } from "../../src/store/moments.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { withItsWords } from "../../src/watch/saving.ts";
import { begun, minute, order, vmView, watchIn } from "../watch/things.ts";

const names = Array.from({ length: 2_000 }, (_, i) => `production-server-${i}`);
const how = { is: "confirmed", warnings: [], other: [] } as const;

function runOf(nth: number): Watch {
  const shown = { name: "2026-11-21T05:00", createdAt: begun - 30 * minute };
  const done = (name: string) =>
    vmView(name, { mark: "done", startedAt: begun, endedAt: begun + minute });
  const watch = watchIn(
    { is: "ended", at: begun + 31 * minute, how },
    {
      order: { ...order, shown: Object.fromEntries(names.map((name) => [name, shown])) },
      vms: names.map(done),
      verdicts: names.map((vm) => ({ vm, state: "Failover", is: "seen" })),
    },
  );
  return { ...watch, id: `run-large${nth}` };
}

async function end(store: Store, watch: Watch): Promise<number> {
  const told = names.map((name) =>
    happened(
      momentOf(watch.id, begun, {
        is: "event",
        event: { is: "vms", mark: "done", vms: [{ name }], tally: { well: 1, of: 2_000 } },
      }),
    ),
  );
  await store.commit(told);
  const from = performance.now();
  const { also = [] } = await withItsWords(store, watch, [{ is: "ended", how }], begun);
  await store.commit(also);
  return performance.now() - from;
}

it("is saved in less than a second, however many are kept", async () => {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-"));
  const store = openSqliteStore(join(folder, "state.db"));
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const took: number[] = [];
  for (let nth = 0; nth < 30; nth++) took.push(await end(store, runOf(nth)));
  expect(await store.all("moments")).toEqual([]);
  expect(took.toSorted((a, b) => a - b).at(15)).toBeLessThan(1000);
}, 60_000);
