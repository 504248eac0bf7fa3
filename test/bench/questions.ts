/**
 * What the watcher asks EM at each look with 1, 10 and 100 open sessions being watched: failovers,
 * replication jobs, CDP policies. Run by hand: node test/bench/questions.ts
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { steadyClock } from "../../src/clock.ts";
import type { EmClient } from "../../src/em/client.ts";
import { connectEm } from "../../src/em/connect.ts";
import type { ReplicationKind } from "../../src/em/types.ts";
import { newId } from "../../src/ids.ts";
import { createLog } from "../../src/log.ts";
import type { AnyWatch } from "../../src/records/any-watch.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import type { Switches } from "../../src/sandbox/switches.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { noCollections } from "../../src/watch/collecting.ts";
import { newReplicationWatch, newWatch, putWatch } from "../../src/watch/records.ts";
import { createVigil } from "../../src/watch/vigil.ts";
import { createWatcher } from "../../src/watch/watcher.ts";
import { besideStore } from "../fakes/beside-store.ts";
import { type FakeClock, fakeClock } from "../fakes/clock.ts";
import { everybodyMayOrder } from "../fakes/grant.ts";

const POLL_MS = 5000;
const LOOKS = 12;

interface Ground {
  readonly sandbox: Sandbox;
  readonly clock: FakeClock;
  readonly em: EmClient;
  readonly store: Store;
}

async function withGround<T>(
  switches: Partial<Switches>,
  use: (ground: Ground) => Promise<T>,
): Promise<T> {
  const clock = fakeClock();
  const folder = mkdtempSync(join(tmpdir(), "failover-bot-bench-"));
  const sandbox = await startSandbox({ scenario: "many", now: clock.now, switches });
  const { url, username, password } = sandbox;
  const em = connectEm({ url, username, password, clock });
  const store = openSqliteStore(join(folder, "state.db"), clock.now);
  try {
    return await use({ sandbox, clock, em, store });
  } finally {
    await em.close();
    await store.close();
    await sandbox.close();
    rmSync(folder, { recursive: true });
  }
}

/**
 * The sandbox replicates little; each session stands for as many as are wanted, each with an id of
 * its own.
 */
function multiplied(em: EmClient, times: number): EmClient {
  const real = (id: string) => id.split(" ")[0] ?? id;
  return {
    ...em,
    replicationSessions: async (...asked) => {
      const [one, ...others] = await em.replicationSessions(...asked);
      const copies = one
        ? Array.from({ length: times }, (_, i) => ({ ...one, id: `${one.id} ${i}` }))
        : [];
      return [...copies, ...others];
    },
    replicationSession: (kind, id, signal) => em.replicationSession(kind, real(id), signal),
    replicationTasks: (kind, id, signal) => em.replicationTasks(kind, real(id), signal),
  };
}

async function failovers({ em, clock }: Ground, count: number): Promise<AnyWatch[]> {
  const plans = await em.plans("cloud");
  const open = await em.sessions({ open: true, limit: count });
  return open.map((session) => newWatch(newId("watch"), session, plans, "bench", clock.now()));
}

/** The first of them may have to be waited for, as jobs run only now and then. */
async function replications(
  em: EmClient,
  clock: FakeClock,
  kind: ReplicationKind,
): Promise<AnyWatch[]> {
  for (;;) {
    const open = await em.replicationSessions(kind, { open: true });
    const copies = open.filter(({ id }) => id.includes(" "));
    if (copies.length > 0)
      return copies.map((one) =>
        newReplicationWatch(newId("watch"), one, undefined, "bench", clock.now()),
      );
    clock.advance(60_000);
  }
}

function watcherOver({ clock, store }: Ground, em: EmClient) {
  return createWatcher({
    em,
    emKey: "bench",
    store,
    clock: steadyClock(clock),
    ...besideStore(),
    log: createLog({ secrets: [], level: "silent" }),
    limits: { stallMs: 600_000, evidenceWaitMs: 1_200_000, silenceMs: 30_000 },
    vigil: createVigil(clock),
    collections: noCollections,
    pollMs: POLL_MS,
    announceIn: [],
    permissions: everybodyMayOrder,
    onCall: [],
    plans: {
      read: async () => ({ plans: [], unread: [], cloud: true }),
      ready: async () => undefined,
      complete: () => [],
    },
    moveOrders: async () => false,
  });
}

/** Which kind of question an address is. */
function kindOf(path: string): string {
  const type = /[?&]type=(\w+)/.exec(path)?.[1];
  if (type) return `query ${type}`;
  const [collection = "", id, below] = path
    .replace(/^\/api\/|\?.*$/g, "")
    .replace(/^cloud\//, "")
    .split("/");
  return [collection, id && "by id", below].filter(Boolean).join(" ");
}

function counted(paths: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(kindOf(path), (counts.get(kindOf(path)) ?? 0) + 1);
  return [...counts].map(([kind, times]) => `${times} × ${kind}`).join(", ");
}

interface Case {
  readonly name: string;
  readonly of: "failover" | ReplicationKind;
  readonly switches: Partial<Switches>;
}

async function figures({ name, of, switches }: Case, count: number): Promise<void> {
  await withGround(switches, async (ground) => {
    const { clock, sandbox, store } = ground;
    clock.advance(5000);
    const em = multiplied(ground.em, count);
    const watches =
      of === "failover" ? await failovers(ground, count) : await replications(em, clock, of);
    await store.commit(watches.map(putWatch));
    const watcher = watcherOver(ground, em);
    const looks: string[][] = [];
    for (let look = 0; look < LOOKS; look++) {
      const before = sandbox.requests.length;
      await watcher.tick();
      looks.push(sandbox.requests.slice(before).map(({ path }) => path));
      clock.advance(POLL_MS);
    }
    const sizes = looks.map(({ length }) => length);
    const mean = sizes.reduce((sum, size) => sum + size, 0) / LOOKS;
    console.log(
      `\n${name}, ${count} watched: ${mean.toFixed(1)} a look on average, at most ${Math.max(...sizes)}`,
    );
    console.log(`  in ${LOOKS} looks: ${counted(looks.flat())}`);
  });
}

const cases: readonly Case[] = [
  { name: "Failovers", of: "failover", switches: {} },
  {
    name: "Failovers whose VMs EM's list leaves out",
    of: "failover",
    switches: { queriedSessions: "without-vm-tasks" },
  },
  { name: "Replication jobs", of: "snapshot", switches: {} },
  { name: "CDP policies", of: "cdp", switches: {} },
];

console.log(`Questions to EM at each of ${LOOKS} looks, one every ${POLL_MS / 1000} s`);
for (const one of cases) for (const count of [1, 10, 100]) await figures(one, count);
