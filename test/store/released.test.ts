/**
 * The state of each released version, kept as it left it: `npm run release` adds that of its own.
 * A bot of today goes on from there.
 */
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Namespaces } from "../../src/records/namespaces.ts";
import { readRun } from "../../src/report/reading.ts";
import { factsOf } from "../../src/report/run-facts.ts";
import { undoOf } from "../../src/report/undone.ts";
import { firstBadLink } from "../../src/store/chain.ts";
import { FORMAT } from "../../src/store/migrations.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { auditLog } from "../fakes/audit-log.ts";
import { RUNNING } from "./state-file.ts";

const root = join(import.meta.dirname, "../..");
const kept = join(root, "test/fixtures/released");
const changelog = readFileSync(join(root, ".github/CHANGELOG.md"), "utf8");
const versions = [...changelog.matchAll(/^## (\d+\.\d+\.\d+)/gm)].map(
  ([, version = ""]) => version,
);

function copyOf(version: string): string {
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-released-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "state.db");
  copyFileSync(join(kept, `${version}.db`), path);
  return path;
}

const formatOf = (path: string) => inFile(path, "PRAGMA user_version");

const recordsIn = (path: string) =>
  inFile(
    path,
    "SELECT json_group_array(json_array(namespace, key, envelope)) FROM (SELECT * FROM records ORDER BY namespace, key)",
  );

/** The first value that the question has for an answer. */
function inFile(path: string, question: string): unknown {
  const db = new DatabaseSync(path, { readOnly: true });
  const [value] = Object.values(db.prepare(question).get() ?? {});
  db.close();
  return value;
}

it("every version that the changelog names has its state here, and no other has", () => {
  expect(versions.length).toBeGreaterThan(0);
  expect(readdirSync(kept).sort()).toEqual(versions.map((version) => `${version}.db`).sort());
});

describe.each(versions)("the state that %s has left", (version) => {
  it("is opened by the bot of today: every record can be read, and the audit log is as it was", async () => {
    const path = copyOf(version);
    const namespaces = inFile(
      path,
      "SELECT json_group_array(DISTINCT namespace) FROM (SELECT namespace FROM records UNION SELECT namespace FROM queues)",
    );
    const written: (keyof Namespaces)[] = JSON.parse(String(namespaces));
    const head = inFile(path, "SELECT hash FROM chains ORDER BY seq DESC LIMIT 1");
    const store = openSqliteStore(path, () => 0);
    onTestFinished(() => store.close());
    expect(written.length).toBeGreaterThan(5);
    for (const namespace of written) expect(await store.all(namespace), namespace).not.toEqual([]);
    const links = await auditLog(store);
    expect(links.at(-1)?.hash).toBe(head);
    expect(firstBadLink(links)).toBeUndefined();
    const names = (await store.all("watches")).map(({ value }) => value.subject.name);
    expect(names).toContain(RUNNING);
  });

  it("has runs of which a report can be made of what was kept then", async () => {
    const store = openSqliteStore(copyOf(version), () => 0);
    onTestFinished(() => store.close());
    const watches = [...(await store.all("past-watches")), ...(await store.all("watches"))];
    const runs = watches.filter(({ value }) => value.of === "failover").map(({ key }) => key);
    expect(runs.length).toBeGreaterThan(1);
    for (const run of runs) {
      const record = (await readRun(store, run)) ?? expect.fail(`${run} cannot be told`);
      const { asked, sent, began, timeline } = factsOf(record, await undoOf(store, record));
      const order = await store.get("past-orders", run);
      expect([asked?.at, asked?.who]).toEqual([order?.askedAt, order?.asker.person]);
      expect(sent?.at).toBe(record.watch.order?.sentAt);
      expect(began?.at).toBe(record.watch.session?.createdAt);
      expect(timeline.length).toBeGreaterThan(0);
    }
  });

  it("is kept as it was where its format changes, for whoever goes back", async () => {
    const path = copyOf(version);
    const format = Math.max(1, Number(formatOf(path)));
    const asItWas = recordsIn(path);
    await openSqliteStore(path, () => 0).close();
    const older = `${path}.format-${format}`;
    expect(existsSync(older)).toBe(format < FORMAT);
    if (!existsSync(older)) return;
    expect(recordsIn(older)).toBe(asItWas);
    expect(statSync(older).mode & 0o777).toBe(0o600);
    await openSqliteStore(path, () => 0).close();
    expect(recordsIn(older)).toBe(asItWas);
  });

  it("is of today's format afterwards", async () => {
    const path = copyOf(version);
    await openSqliteStore(path, () => 0).close();
    expect(formatOf(path)).toBe(FORMAT);
  });
});
