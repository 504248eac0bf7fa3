/** Records of format 1 held sentences, where those of format 2 hold reasons. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it, onTestFinished } from "vitest";
import { decidedCard } from "../../src/messages/order-card.ts";
import { questionCard } from "../../src/messages/question.ts";
import { cardOf } from "../../src/messages/watch-card.ts";
import type { AnyWatch } from "../../src/records/any-watch.ts";
import type { Order } from "../../src/records/order.ts";
import type { ReplicationWatch } from "../../src/records/replication-watch.ts";
import type { Stored } from "../../src/records/stored.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { orderOf } from "../messages/orders.ts";
import { read } from "../messages/read.ts";
import { begun, minute, watchIn } from "../watch/things.ts";

interface Old {
  orders: Stored;
  "past-orders": Stored;
  watches: Stored;
  "past-watches": Stored;
}

/** Saves records as a bot of format 1 had them, and opens the file with this one. */
async function broughtForward(old: { [Namespace in keyof Old]?: readonly Stored[] }) {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-format-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "state.db");
  const before = openSqliteStore<Old>(path, () => begun);
  for (const namespace of ["orders", "past-orders", "watches", "past-watches"] as const)
    for (const [i, value] of (old[namespace] ?? []).entries())
      await before.commit([{ put: namespace, key: String(i), value }]);
  await before.close();
  const db = new DatabaseSync(path);
  db.exec("PRAGMA user_version = 1");
  db.close();
  const store = openSqliteStore(path, () => begun);
  onTestFinished(() => store.close());
  return store;
}

const oldOrder = (own: object): Stored => ({ ...orderOf(), version: 1, ...own });
const oldWatch = (how: object) => {
  const phase = { is: "ended", at: begun, how };
  return { ...watchIn({ is: "following", session: "s1" }), version: 1, phase };
};

const textOf = (order: Order) => read(decidedCard(order));
const watchText = (watch: AnyWatch) => read(cardOf(watch, begun + minute));

it("a question goes on saying what it said", async () => {
  const store = await broughtForward({ orders: [oldOrder({ notes: ["Something was noted."] })] });
  const order = (await store.get("orders", "0")) ?? expect.fail();
  expect(order.version).toBe(2);
  expect(read(questionCard(order, begun))).toContain("\nSomething was noted.\n");
});

it("an order on its way is left as it is", async () => {
  const phase = {
    is: "approved",
    at: begun,
    by: [],
    waits: { why: "Cannot reach Enterprise Manager", until: begun + minute },
  };
  const store = await broughtForward({ orders: [oldOrder({ phase })] });
  expect(await store.get("orders", "0")).toEqual({ ...orderOf(), phase });
});

it("orders of the past say why they were not sent, and which are not known", async () => {
  const closed = (how: object) => oldOrder({ phase: { is: "closed", at: begun, how } });
  const lost = { is: "not-known", why: "EM's answer was lost" };
  const store = await broughtForward({
    "past-orders": [
      closed({ is: "not-sent", why: "The plan was gone. Nothing was sent" }),
      oldOrder({ action: "stop", phase: { is: "closed", at: begun, how: lost } }),
      closed({ is: "expired" }),
    ],
  });
  const past = (await store.all("past-orders")).map(({ value }) => textOf(value));
  expect(past[0]).toContain("\nThe plan was gone. Nothing was sent.\n");
  expect(past[1]).toContain("\nEM's answer was lost, so the task may or may not be gone.\n");
  expect(past[2]).toContain("\nNobody approved it in time. Nothing was sent.\n");
});

it("runs of the past say how they ended", async () => {
  const store = await broughtForward({
    "past-watches": [
      oldWatch({ is: "confirmed", warnings: ["Slow storage."], other: [] }),
      oldWatch({ is: "reported", why: "no-points", warnings: ["Two warnings."] }),
      oldWatch({ is: "failed", reasons: ["Host is gone."], vms: [], of: 2 }),
      oldWatch({ is: "lost", why: "EM no longer shows the failover session" }),
      oldWatch({ is: "taken" }),
    ],
  });
  const past = (await store.all("past-watches")).map(({ value }) => watchText(value));
  expect(past[0]).toContain("\nWarning: Slow storage.\n");
  expect(past[1]).toContain("\nWarning: Two warnings.\n");
  expect(past[2]).toContain("\nEM says: Host is gone.\n");
  expect(past[3]).toContain(
    "\nEM no longer shows the failover session. I do not know how it ended.\n",
  );
  expect(past[4]).toContain("EM has carried out the order; no more is known: Plan\n");
});

it("replications of the past say how they ended, and those that run are followed on", async () => {
  const replication: ReplicationWatch = {
    version: 2,
    of: "replication",
    id: "watch-abc234",
    em: "sandbox",
    kind: "snapshot",
    subject: { name: "Job", session: "s1" },
    notify: [],
    topics: [],
    since: begun,
    seenAt: begun,
    phase: { is: "following" },
    session: {
      createdAt: begun,
      state: "Stopped",
      result: "Failed",
      progress: 0,
    },
    vms: [],
  };
  const old = (phase: object) => ({ ...replication, version: 1, phase });
  const ended = (how: object) => old({ is: "ended", at: begun, how });
  const store = await broughtForward({
    watches: [
      old({ is: "following" }),
      { ...watchIn({ is: "following", session: "s1" }), version: 1 },
    ],
    "past-watches": [
      ended({ is: "stopped", result: "Failed", reasons: ["b: Not enough space"] }),
      ended({ is: "lost", why: "EM no longer shows the session" }),
    ],
  });
  const open = (await store.all("watches")).map(({ value }) => value);
  expect(open).toEqual([replication, watchIn({ is: "following", session: "s1" })]);
  const past = (await store.all("past-watches")).map(({ value }) => watchText(value));
  expect(past[0]).toContain("\nEM says: b: Not enough space.\n");
  expect(past[1]).toContain("\nEM no longer shows the session.\n");
});
