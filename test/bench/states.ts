/**
 * The state in a file, in a Postgres on this machine, and in one that is 40 ms away: what a commit
 * takes, how the bot does on each, and what a process costs that stands by.
 */
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { nextTurn, systemClock } from "../../src/clock.ts";
import { takeLead } from "../../src/store/leadership.ts";
import { ledState } from "../../src/store/postgres-state.ts";
import { openState } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { type PostgresServer, postgresPrograms, startPostgres } from "../fakes/postgres-server.ts";
import { startTcpProxy } from "../fakes/tcp-proxy.ts";
import { markdownTable, quantile, shown } from "./figures.ts";
import { inWorld } from "./ground.ts";
import { newFolder, removeFolder, startBot } from "./programs.ts";
import { type Lengths, type Watched, watched } from "./watching.ts";

const ONE_WAY_MS = 20;
const COMMITTING_MS = 5_000;
const AT_ONCE = 100;
const WATCHES = 100;
/** In which a bot far away has said all that it says after a start. */
const SETTLING_MS = 60_000;
const STANDING_MS = 60_000;

/** Where a state may be. */
interface Home {
  readonly is: string;
  /** Of a Postgres, with a new schema. */
  address?(): Promise<string>;
}

interface Postgres {
  readonly server: PostgresServer;
  readonly homes: readonly Home[];
}

/** The tables. Throws where there is no Postgres. */
export async function measuredStates(
  lengths: Lengths,
  tell: (sentence: string) => void,
): Promise<string[]> {
  const programs = postgresPrograms();
  if (programs === undefined) throw new Error("There is no Postgres here");
  const server = await startPostgres(programs, ["fsync=on"]);
  const proxy = await startTcpProxy(server.port);
  proxy.slow(ONE_WAY_MS);
  try {
    const homes = homesOn(server, proxy.port);
    tell("commits");
    const commits = await inTurn(homes, commitRow);
    tell("watching");
    const bots = await inTurn(homes, async (home) => watchedRow(home, await botOn(home, lengths)));
    tell("standing by");
    return [
      markdownTable(COMMITS_HEAD, commits),
      markdownTable(BOTS_HEAD, bots),
      markdownTable(STANDING_HEAD, await standingRows({ server, homes })),
    ];
  } finally {
    await proxy.end();
    await server.end();
  }
}

function homesOn(server: PostgresServer, farPort: number): Home[] {
  let schemas = 0;
  const near = async () => server.url(await server.schema(`b${++schemas}`));
  const far = async () => (await near()).replace(`:${server.port}/`, `:${farPort}/`);
  return [
    { is: "a file" },
    { is: "Postgres", address: near },
    { is: `Postgres, ${2 * ONE_WAY_MS} ms away`, address: far },
  ];
}

async function inTurn<One, Found>(all: readonly One[], measure: (one: One) => Promise<Found>) {
  const found: Found[] = [];
  for (const one of all) found.push(await measure(one));
  return found;
}

const COMMITS_HEAD = ["state in", "commits/s", "p50 ms", "p99 ms", `commits/s, ${AT_ONCE} at once`];

async function commitRow(home: Home): Promise<string[]> {
  const folder = newFolder();
  const store = await openHome(home, join(folder, "state.db"));
  try {
    const alone = await committed(store, 1);
    const many = await committed(store, AT_ONCE);
    const perSecond = ({ length }: readonly number[]) => shown((length * 1_000) / COMMITTING_MS);
    const [p50, p99] = [0.5, 0.99].map((part) => shown(quantile(alone, part)));
    return [home.is, perSecond(alone), p50 ?? "", p99 ?? "", perSecond(many)];
  } finally {
    await store.close();
    removeFolder(folder);
  }
}

/** As the program opens it. */
async function openHome({ address }: Home, path: string): Promise<Store> {
  if (!address) return openState(path, Date.now, () => undefined, nextTurn).store;
  const url = await address();
  const candidate = { url, host: "bench", clock: systemClock, waits: () => undefined };
  const lead = await takeLead(candidate, AbortSignal.timeout(10_000));
  if (!lead) throw new Error("It does not lead");
  return ledState({ url, name: "it" }, lead, Date.now).store;
}

/** How long each took, in milliseconds. */
async function committed(store: Store, atOnce: number): Promise<number[]> {
  const took: number[] = [];
  const until = performance.now() + COMMITTING_MS;
  const oneAfterTheOther = async (_: unknown, who: number) => {
    while (performance.now() < until) {
      const begun = performance.now();
      await store.commit([
        { put: "tested", key: `${who}`, value: { version: 1, plan: "a plan", at: begun } },
        { chain: "audit", value: { version: 1, at: begun, deed: "copied", what: "a commit" } },
      ]);
      took.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, oneAfterTheOther));
  return took;
}

const BOTS_HEAD = [
  ...["state in", "CPU %", "ack p50 ms", "ack p99 ms", "lost", "line p50 ms", "line p95 ms"],
  ...["beat s", "messages a look"],
];

async function botOn({ address }: Home, unlimited: Lengths): Promise<Watched | undefined> {
  const about = {
    watches: WATCHES,
    format: "xml",
    platform: "slack",
    settlingMs: SETTLING_MS,
  } as const;
  const state = address ? { state: await address() } : {};
  const [first] = await watched({ ...about, ...state }, { unlimited });
  return first;
}

function watchedRow({ is }: Home, found: Watched | undefined): string[] {
  if (!found) return [is];
  const { quiet, ours, lines, beats, messages, looks } = found;
  const mean = beats.reduce((sum, one) => sum + one, 0) / beats.length / 1_000;
  return [
    is,
    shown((100 * quiet.cpuMs) / quiet.ms),
    ...[0.5, 0.99].map((part) => shown(quantile(ours.ms, part))),
    `${ours.lost}`,
    ...[0.5, 0.95].map((part) => shown(quantile(lines, part))),
    shown(mean),
    shown(messages / looks),
  ];
}

const STANDING_HEAD = ["stands by for", "CPU %", "MB", "transactions/min", "connections/min"];

/** What the database counts, less what it counts for the leader alone. */
const standingRows = ({ server, homes }: Postgres): Promise<string[][]> =>
  inTurn(
    homes.filter(({ address }) => address),
    (home) =>
      inWorld({ watches: 0, platform: "slack" }, async ({ folder, address: em, ours }) => {
        const state = (await home.address?.()) ?? "";
        const candidate = { url: state, host: "bench", clock: systemClock };
        const lead = await takeLead(
          { ...candidate, waits: () => undefined },
          AbortSignal.timeout(10_000),
        );
        const alone = await countedFor(server);
        const { child } = await startBot({ folder, em, format: "xml", settings: ours, state });
        await setTimeout(5_000);
        await child.ask("used", null);
        const both = await countedFor(server);
        const used = await child.ask("used", null);
        await child.end();
        await lead?.end();
        return [
          home.is,
          shown((100 * used.cpuMs) / used.ms),
          shown(used.residentMb),
          shown(both.transactions - alone.transactions),
          shown(both.sessions - alone.sessions),
        ];
      }),
  );

interface Counts {
  readonly transactions: number;
  readonly sessions: number;
}

/** Within a minute. */
async function countedFor(server: PostgresServer): Promise<Counts> {
  const before = await counts(server);
  await setTimeout(STANDING_MS);
  const after = await counts(server);
  return {
    transactions: after.transactions - before.transactions,
    sessions: after.sessions - before.sessions,
  };
}

async function counts(server: PostgresServer): Promise<Counts> {
  const [row] = await server.ask(
    `SELECT (xact_commit + xact_rollback)::int AS transactions, sessions::int AS sessions
     FROM pg_stat_database WHERE datname = current_database()`,
  );
  return { transactions: Number(row?.transactions), sessions: Number(row?.sessions) };
}
