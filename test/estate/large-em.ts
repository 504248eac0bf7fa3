/**
 * An Enterprise Manager with as many plans as are wanted, of six VMs with 28 restore points each, one
 * of them failed over; and what it was asked. Counts are what it is for: it tells nothing of time.
 */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { EmClient } from "../../src/em/client.ts";
import { connectEm } from "../../src/em/connect.ts";
import { createPlanList } from "../../src/em/plan-list.ts";
import type { FactsFrom } from "../../src/estate/facts.ts";
import type { Inventory, Plan, ReplicationJob, Vm } from "../../src/sandbox/estate/estate.ts";
import { chance, guid } from "../../src/sandbox/estate/ids.ts";
import type { Point } from "../../src/sandbox/estate/points.ts";
import { planVms } from "../../src/sandbox/estate/seed-estate.ts";
import { openWorld, type World } from "../../src/sandbox/estate/world.ts";
import { sandboxParts } from "../../src/sandbox/sandbox.ts";
import { scenarios } from "../../src/sandbox/scenarios.ts";
import { type Switches, setSwitches } from "../../src/sandbox/switches.ts";
import { listen, originOf } from "../../src/sandbox/wire/server.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";

const VMS = 6;
const POINTS = 28;
const HOUR_MS = 3_600_000;
const BORN_AT = Date.UTC(2026, 10, 21, 6);
/** When the first plan was failed over. */
const OVER_AT = BORN_AT - HOUR_MS;

export interface LargeEm {
  readonly from: FactsFrom;
  /** What was asked of what, in turn, since it was asked for last. */
  asked(): string[];
  /** The next such question is not answered; resolves once it is asked. */
  keepsBack(type: string): Promise<void>;
  /** The time for waiting is over. */
  hurry(): void;
}

const number = (i: number) => String(i + 1).padStart(4, "0");
const tenantOf = (i: number) => ({ id: guid("tenant", i), name: `Tenant ${number(i)}` });

function planOf(i: number): Plan {
  const tenant = tenantOf(i);
  const id = guid("plan", i);
  const names = Array.from({ length: VMS }, (_, vm) => `t${number(i)}-srv${vm + 1}`);
  const name = `${tenant.name} Failover Plan`;
  const vms = planVms(id, names, tenant.name);
  return { id, kind: "cloud", name, description: "", tenant, vms };
}

/** Most are replicated every hour, some every four. */
const vmsOf = ({ vms, tenant }: Plan): Vm[] =>
  vms.map(({ vm: id = "", name }) => ({
    id,
    name,
    tenant: tenant ?? tenantOf(0),
    replica: { id: guid("replica", tenant?.id ?? ""), name: `${tenant?.name} Replication` },
    replicatedEveryMs: chance(1, 10, "often", id) > 1 ? HOUR_MS : 4 * HOUR_MS,
    offsetMs: chance(0, 3_599, "offset", id) * 1_000,
  }));

const jobOf = (i: number): ReplicationJob => ({
  id: guid("job", i),
  kind: i % 10 === 9 ? "cdp" : "snapshot",
  name: `Job ${number(i)}`,
  vms: [`site${number(i)}`],
});

function inventoryOf(plans: readonly Plan[]): Inventory {
  return {
    backupServer: { id: guid("backup server"), name: "srv13.tech.local", description: "" },
    plans,
    vms: plans.flatMap(vmsOf),
    jobs: plans.filter((_, i) => i % 10 === 0).map((_, i) => jobOf(i)),
  };
}

/** Every fiftieth VM has not been replicated for days. */
function pointsOf(vm: Vm, i: number, over: ReadonlySet<string>): Point[] {
  const last = (i % 50 === 49 ? BORN_AT - 72 * HOUR_MS : BORN_AT) - vm.offsetMs;
  return Array.from({ length: POINTS }, (_, back) => {
    const createdAt = last - back * vm.replicatedEveryMs;
    const state = back === 0 && over.has(vm.id) ? "Failover" : "Ready";
    return { id: guid("point", vm.id, back), name: `${vm.name} ${back}`, vm, createdAt, state };
  });
}

function worldOf(plans: number, switches: Switches): World {
  const inventory = inventoryOf(Array.from({ length: plans }, (_, i) => planOf(i)));
  const scenario = { ...scenarios["all-well"], inventory: () => inventory };
  const clock = { at: OVER_AT };
  const now = () => clock.at;
  const anchor = () => ({ realAt: clock.at, sandboxAt: clock.at, speed: 1 });
  const remember = () => undefined;
  const world = openWorld({ scenario, switches, clock: { now, anchor }, remember });
  const [first] = inventory.plans;
  if (first) world.order(first, "start");
  clock.at = BORN_AT;
  const over = new Set(first?.vms.map(({ vm = "" }) => vm));
  const points = inventory.vms.flatMap((vm, i) => pointsOf(vm, i, over));
  return { ...world, points: () => points };
}

/** `switches`: how EM answers what nobody knows of it. */
export async function largeEm(plans: number, own: Partial<Switches> = {}): Promise<LargeEm> {
  const { service, front } = sandboxParts({ now: () => BORN_AT, switches: own });
  const world = worldOf(plans, setSwitches(own));
  const view = (origin: string) => ({ ...service.view(origin), world, now: world.now() });
  const server = await listen({ ...front, service: { ...service, view } }, 0, undefined);
  const { username, password } = service;
  const late = new AbortController();
  const clock = {
    now: () => BORN_AT,
    elapsed: () => 0,
    sleep: async () => undefined,
    deadline: () => late.signal,
    turn: systemClock.turn,
  };
  const url = originOf(server, false);
  const em: EmClient = connectEm({ url, username, password, format: "json", clock });
  await em.estate();
  const folder = mkdtempSync(join(tmpdir(), "large-em-"));
  const store = openSqliteStore(join(folder, "state.db"), clock.now);
  onTestFinished(async () => {
    await em.close();
    await store.close();
    rmSync(folder, { recursive: true });
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  });
  front.requests.splice(0);
  return {
    from: { em, emKey: url, plans: createPlanList(em, clock.elapsed), store, clock },
    asked: () => front.requests.splice(0).map(({ path }) => subjectOf(path)),
    keepsBack: (type) =>
      front.faults.holdNext(({ path }) => subjectOf(path).startsWith(type)).arrived,
    hurry: () => late.abort(),
  };
}

/** `points, page 2`, or the path where it is no query. */
function subjectOf(path: string): string {
  const { pathname, searchParams } = new URL(path, "http://em");
  const type = searchParams.get("type");
  if (type === null) return pathname;
  const filter = /[A-Z]\w+/.exec(searchParams.get("filter") ?? "")?.[0];
  const [size, page] = [searchParams.get("pageSize"), searchParams.get("page")];
  return `${type}${filter ? ` by ${filter}` : ""}, page ${page} of ${size}`;
}
