/**
 * Which of several processes on one Postgres leads. Postgres decides: the leader holds a session
 * advisory lock on a connection of its own, and writes every two seconds that it is there. Who waits
 * tries each second to take it, and at once where the leader says that it has let go of it; where its
 * holder has been silent for eight seconds, be it frozen or cut off, its connection is ended from here.
 *
 * Each lead has a number, the epoch, one higher than the last. Nothing is written under another than
 * the one in force (see postgres-schema.ts), so that whoever has lost the lead without knowing it
 * changes nothing.
 */
import type { Client } from "pg";
import type { Clock } from "../clock.ts";
import {
  assertDirect,
  type Backend,
  backendOf,
  endBackend,
  newClient,
  PoolerError,
} from "./lead-client.ts";
import { SCHEMA } from "./postgres-schema.ts";
import { postgresTrouble } from "./postgres-trouble.ts";
import { type Presence, sayGone, sayPresent } from "./presence.ts";
import { StoreError } from "./store.ts";
import { hasTables, SILENT_S } from "./who-leads.ts";

export interface Lead {
  readonly epoch: number;
  /** The host that led before, where that is another one. */
  readonly tookOverFrom?: string | undefined;
  /** Aborts, with the reason as a sentence, once another process leads. */
  readonly lost: AbortSignal;
  /** Lets go of it: another process leads at once. */
  end(): Promise<void>;
}

export interface Candidate {
  /** Of Postgres, with its password. */
  readonly url: string;
  /** For people: which machine leads. */
  readonly host: string;
  readonly clock: Pick<Clock, "sleep" | "elapsed">;
  /** Of what the others are told, if they are. */
  readonly presence?: Presence;
  /** Told once each time that something else keeps this process from leading; `isLed`: another does. */
  waits(why: string, isLed: boolean): void;
}

/** As milliseconds. */
const BEAT_MS = 2_000;
const LOOK_MS = 1_000;
const SOON_MS = 100;

/** On it whoever lets go of the lead says so, in whatever schema. */
const FREED = "failover_bot_freed";

/** Of this schema's leader; two keys, as Postgres takes them. */
const KEY = "hashtext('failover-bot'), hashtext(current_schema())";

/**
 * Waits until this process leads; undefined where the signal has ended that.
 *
 * @throws StoreError where another try would not help: no such user or database, a wrong password, no
 *   right to make tables, or a pooler in between.
 */
export async function takeLead(
  candidate: Candidate,
  signal: AbortSignal,
): Promise<Lead | undefined> {
  let told = "";
  while (!signal.aborted) {
    const held = await tryLead(candidate);
    if ("lead" in held) return held.lead;
    if (held.why !== told) candidate.waits(held.why, held.isLed);
    told = held.why;
    await pause(candidate, held.againMs, AbortSignal.any([signal, held.freed]));
    held.client.end().catch(() => undefined);
  }
  await standByNoMore(candidate);
  return undefined;
}

async function standByNoMore({ url, presence }: Candidate): Promise<void> {
  if (!presence) return;
  const client = newClient(url);
  try {
    await client.connect();
    await sayGone(client, presence);
  } catch {
    // It is forgotten after a while, too.
  } finally {
    client.end().catch(() => undefined);
  }
}

const pause = ({ clock }: Candidate, ms: number, signal: AbortSignal) =>
  clock.sleep(ms, signal).catch(() => undefined);

/** `freed`: aborts once the lead is free, as long as the client hears it. */
interface Waiting {
  readonly why: string;
  readonly isLed: boolean;
  /** After that, another try is worth it. */
  readonly againMs: number;
  readonly client: Client;
  readonly freed: AbortSignal;
}

type Tried = Waiting | { readonly lead: Lead };

/** Leads, or says why not. */
async function tryLead(candidate: Candidate): Promise<Tried> {
  const { url, presence } = candidate;
  const client = newClient(url);
  const freed = new AbortController();
  client.once("notification", () => freed.abort());
  try {
    await client.connect();
    await assertDirect(client);
    await client.query(`LISTEN ${FREED}`);
    const { rows } = await client.query(`SELECT pg_try_advisory_lock(${KEY}) AS held`);
    if (rows[0]?.held === true) return { lead: await beginLead(candidate, client) };
    const found = await replaceSilent(client);
    // An older bot that leads has made no table for it.
    if (presence) await sayPresent(client, presence).catch(() => undefined);
    return { ...found, isLed: true, client, freed: freed.signal };
  } catch (error) {
    const why = unusable(error, url);
    if (!isPoolers(error) && !isHopeless(error))
      return { why, isLed: false, againMs: LOOK_MS, client, freed: freed.signal };
    client.end().catch(() => undefined);
    throw hopeless(isPoolers(error) ? new PoolerError() : error, url);
  }
}

/** What PgBouncer alone says, of the schema in the address. */
const isPoolers = (error: unknown) => /^unsupported startup parameter/.test(wordsOf(error));

/** Password, user, database or rights: another try would not help. */
const HOPELESS = /^(?:28|3D|42|3F)/;
const NO_PASSWORD = /client password must be/;

const isHopeless = (error: unknown): boolean =>
  error instanceof PoolerError ||
  (error instanceof Error &&
    ("code" in error ? HOPELESS.test(String(error.code)) : NO_PASSWORD.test(error.message)));

const hopeless = (error: unknown, url: string) =>
  new StoreError(`Cannot use the state in Postgres: ${postgresTrouble(error, url)}`, {
    cause: error,
  });

const unusable = (error: unknown, url: string) =>
  `Postgres cannot be used now: ${postgresTrouble(error, url)}`;

const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/**
 * Says who leads; where that one is silent, ends its connection. Not one that is younger than that:
 * whoever has just taken the lock has not yet written over the beat of the one before.
 */
async function replaceSilent(client: Client): Promise<Pick<Waiting, "why" | "againMs">> {
  const begins = { why: "another process has just begun to lead", againMs: LOOK_MS };
  if (!(await hasTables(client))) return begins;
  const { rows } = await client.query<{ host: string; silent: boolean }>(
    `SELECT host, beat < now() - interval '${SILENT_S} seconds' AS silent FROM leadership`,
  );
  const [leader] = rows;
  if (!leader) return begins;
  const isEnded = leader.silent && (await endHolder(client));
  return { why: `${leader.host} leads`, againMs: isEnded ? SOON_MS : LOOK_MS };
}

/** Gives whether it was told to end, which takes it a moment. */
async function endHolder(client: Client): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE backend_start < now() - interval '${SILENT_S} seconds' AND locktype = 'advisory' AND granted
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND (classid::int, objid::int) = (${KEY})`,
  );
  return rowCount !== 0;
}

/** The tables are brought forward by whoever leads, and by nobody else. */
async function beginLead(candidate: Candidate, client: Client): Promise<Lead> {
  await client.query(`UNLISTEN ${FREED}`);
  await client.query(SCHEMA);
  const backend = await backendOf(client);
  const tookOverFrom = await hostBefore(candidate, client);
  await tellOthers(candidate, client);
  const { rows } = await client.query<{ epoch: string }>(
    `INSERT INTO leadership (epoch, host) VALUES (1, $1) ON CONFLICT (one) DO UPDATE
     SET epoch = leadership.epoch + 1, host = excluded.host, beat = now() RETURNING epoch`,
    [candidate.host],
  );
  const epoch = Number(rows[0]?.epoch);
  const lost = new AbortController();
  const over = new AbortController();
  const state = { candidate, client, backend, epoch, lost, over };
  const beating = beatOn(state);
  return {
    epoch,
    tookOverFrom,
    lost: lost.signal,
    end: async () => {
      over.abort();
      await beating;
      if (candidate.presence)
        await sayGone(state.client, candidate.presence).catch(() => undefined);
      await letGo(state).catch(() => undefined);
      await state.client.end().catch(() => undefined);
    },
  };
}

async function hostBefore({ host }: Candidate, client: Client): Promise<string | undefined> {
  const { rows } = await client.query<{ host: string }>(
    "SELECT host FROM leadership WHERE host <> $1",
    [host],
  );
  return rows[0]?.host;
}

/** Whoever waits need not look. */
const letGo = ({ client }: Leadership) =>
  client.query(`SELECT pg_advisory_unlock(${KEY}); NOTIFY ${FREED}`);

interface Leadership {
  readonly candidate: Candidate;
  client: Client;
  /** Of the client. */
  backend: Backend;
  readonly epoch: number;
  readonly lost: AbortController;
  readonly over: AbortController;
}

/** Until it is over, or another leads. While Postgres does not answer, nobody else can lead either. */
async function beatOn(state: Leadership): Promise<void> {
  const { candidate, lost, over } = state;
  while (!over.signal.aborted && !lost.signal.aborted) {
    await pause(candidate, BEAT_MS, over.signal);
    if (over.signal.aborted) return;
    const still = await beat(state).catch(() => regained(state));
    if (still === false) lost.abort(new Error("another process leads since then"));
  }
}

async function beat({ client, epoch, candidate }: Leadership): Promise<boolean> {
  await tellOthers(candidate, client);
  const { rowCount } = await client.query("UPDATE leadership SET beat = now() WHERE epoch = $1", [
    epoch,
  ]);
  return rowCount === 1;
}

async function tellOthers({ presence }: Candidate, client: Client): Promise<void> {
  if (presence) presence.others(await sayPresent(client, presence));
}

/**
 * The lock by a new connection, unless another process has led since; undefined where that cannot be
 * told yet. The old connection may still hold it, as Postgres has not noticed that it was cut.
 */
async function regained(state: Leadership): Promise<boolean | undefined> {
  state.client.end().catch(() => undefined);
  const client = newClient(state.candidate.url);
  try {
    await client.connect();
    if (await hasLed(client, state.epoch)) return false;
    await endBackend(client, state.backend);
    const { rows } = await client.query(`SELECT pg_try_advisory_lock(${KEY}) AS held`);
    if (rows[0]?.held !== true) return undefined;
    state.backend = await backendOf(client);
    state.client = client;
    return await beat(state);
  } catch {
    return undefined;
  } finally {
    if (state.client !== client) client.end().catch(() => undefined);
  }
}

async function hasLed(client: Client, epoch: number): Promise<boolean> {
  const { rows } = await client.query<{ epoch: string }>("SELECT epoch FROM leadership");
  return Number(rows[0]?.epoch) !== epoch;
}
