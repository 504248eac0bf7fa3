/**
 * A simulated Enterprise Manager, served over real HTTP: what a bare `npm start` talks to, and the
 * tests' server.
 *
 * scenario: what it is made to do (`scenarios.ts`). switch: how it answers what nobody knows of EM
 * (`switches.ts`). dialect: the version of EM that it is. sandbox time: what its estate lives by,
 * `speed` times as fast as the clock.
 */
import { once } from "node:events";
import { openLogons } from "./api/logons.ts";
import type { Role } from "./api/rights.ts";
import type { Service } from "./api/service.ts";
import { keepTasks } from "./api/tasks.ts";
import { type Control, control } from "./control.ts";
import type { Dialect } from "./dialects.ts";
import type { Inventory, Plan, Recorded, Run } from "./estate/estate.ts";
import type { Point } from "./estate/points.ts";
import { openWorld, type World } from "./estate/world.ts";
import { recall, remember } from "./estate-file.ts";
import { sandboxClock } from "./sandbox-clock.ts";
import { type ScenarioName, scenarios } from "./scenarios.ts";
import { type Switches, setSwitches } from "./switches.ts";
import { makeFaults } from "./wire/faults.ts";
import { listen, originOf, type RequestRecord } from "./wire/server.ts";

export interface SandboxOptions {
  /** Default "all-well". */
  readonly scenario?: ScenarioName;
  /** What there is to fail over; default as the scenario has it. */
  readonly inventory?: Inventory;
  /** How many times as fast as `now` sandbox time runs; above 0, default 1. */
  readonly speed?: number;
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
  /**
   * Where estate and clock live. A sandbox started on the same file goes on where time is now;
   * absent: in memory.
   */
  readonly file?: string;
  /** Default "12". */
  readonly dialect?: Dialect;
  /** Default 0: any free one. */
  readonly port?: number;
  /** PEM texts; without them it speaks plain HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly switches?: Partial<Switches>;
  /** What the account may do; default as the scenario says. */
  readonly role?: Role;
  readonly username?: string;
  readonly password?: string;
}

/** The estate as it stands now; for tests, and read-only. */
interface EstateLook {
  /** Sandbox time, in milliseconds. */
  now(): number;
  plans(): readonly Plan[];
  runs(): readonly Run[];
  /** From this another world can go on. */
  recorded(): Recorded;
  points(): readonly Point[];
  /** Every start of a plan that EM took since the sandbox was born, carried out or not. */
  startsOf(planId: string): readonly Run[];
}

export interface Sandbox {
  /** An origin, without `/api`. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Oldest first, the last ten thousand. */
  readonly requests: readonly RequestRecord[];
  readonly estate: EstateLook;
  readonly control: Control;
  close(): Promise<void>;
}

const sandboxAccount = { username: "SANDBOX\\failover-bot", password: "sandbox-only" } as const;

/** Listens on 127.0.0.1. Rejects where the port is taken, or the file holds no sandbox. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const parts = sandboxParts(options);
  const server = await listen(parts.front, options.port ?? 0, options.tls);
  const url = originOf(server, options.tls !== undefined);
  const { world, service, front } = parts;
  return {
    url,
    username: service.username,
    password: service.password,
    requests: front.requests,
    estate: lookAt(world),
    control: control(world, service, front.faults),
    async close() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function lookAt(world: World): EstateLook {
  const { now, plans, runs, recorded, points, bornAt } = world;
  const startsOf = (planId: string) =>
    runs().filter(
      (run) => run.planId === planId && run.action === "start" && run.orderedAt >= bornAt,
    );
  return { now, plans, runs, recorded, points, startsOf };
}

/** A sandbox without a server: whoever has no use for sockets asks `serve` by himself. */
export function sandboxParts(options: SandboxOptions) {
  const named = scenarios[options.scenario ?? "all-well"];
  const { inventory = named.inventory() } = options;
  const scenario = { ...named, inventory: () => inventory };
  const switches = setSwitches(scenario.switches, options.switches);
  const { file, dialect = "12", speed = 1 } = options;
  const before = file === undefined ? undefined : recall(file);
  const clock = sandboxClock(options.now ?? Date.now, speed, before?.clock);
  const world = openWorld({
    scenario,
    switches,
    clock,
    ...(before ? { recorded: before.estate } : {}),
    remember: (estate) => {
      if (file !== undefined) remember(file, { version: 1, clock: clock.anchor(), estate });
    },
  });
  const words = { switches, words: scenario.words };
  const service: Service = {
    dialect,
    scheme: options.tls ? "https" : "http",
    role: options.role ?? scenario.role,
    username: options.username ?? sandboxAccount.username,
    password: options.password ?? sandboxAccount.password,
    logons: openLogons(scenario, switches, String(clock.now())),
    tasks: keepTasks(words),
    view: (origin) => ({
      ...words,
      world,
      now: world.now(),
      base: `${switches.hostOfLinks === "called" ? origin : "https://enterprise06.tech.local:9398"}/api`,
      dialect,
      hasCloud: scenario.cloud,
    }),
  };
  const faults = makeFaults(scenario, speed);
  const requests: RequestRecord[] = [];
  return { world, service, front: { service, faults, requests, restarts: scenario.restarts } };
}
