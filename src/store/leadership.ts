/**
 * Which of several processes on one Postgres leads. Postgres decides: the leader holds a session
 * advisory lock on a connection of its own, and writes every two seconds that it is there. Who waits
 * takes over as soon as the lock is free; where its holder has been silent for eight seconds, be it
 * frozen or cut off, its connection is ended from here.
 *
 * Each lead has a number, the epoch, one higher than the last. Nothing is written under another than
 * the one in force (see postgres-schema.ts), so that whoever has lost the lead without knowing it
 * changes nothing.
 */
import type { Client } from "pg";
import type { Clock } from "../clock.ts";

import { beatTerm, beginTerm, OWN_FORMS, tooNew, whyOver } from "./leadership-row.ts";
import {
  type Backend,
  backendOf,
  connectTo,
  endBackend,
  isHopeless,
  onceAt,
  writersOf,
} from "./postgres-client.ts";
import type { RecordForms } from "./postgres-forms.ts";
import { postgresTrouble } from "./postgres-trouble.ts";
import type { Term } from "./postgres-writes.ts";
import { type Presence, sayGone, sayPresent } from "./presence.ts";
import { StoreError } from "./store.ts";
import { hasTables, SILENT_S } from "./who-leads.ts";

export interface Lead extends Term {
  /** The host that led before, where that is another one. */
  readonly tookOverFrom?: string | undefined;
  /** Aborts, with the reason as a sentence, once it leads no more. */
  readonly lost: AbortSignal;
  /** Of this process, in milliseconds. */
  readonly elapsed: Clock["elapsed"];
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
  /** How it keeps its records. Default: as this version does. */
  readonly forms?: RecordForms;
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
const HOLDER = `pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (classid::int, objid::int) = (${KEY})`;
const FREE = `SELECT pg_advisory_unlock(${KEY})`;

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
    const { why, isLed, againMs, hears } = held;
    if (why !== told) candidate.waits(why, isLed);
    told = why;
    await pause(candidate, againMs, AbortSignal.any([signal, ...(hears ? [hears.freed] : [])]));
    hears?.client.end().catch(() => undefined);
  }
  await standByNoMore(candidate);
  return undefined;
}

/** It is forgotten after a while, too. */
async function standByNoMore({ url, presence }: Candidate): Promise<void> {
  if (presence) await onceAt(url, (client) => sayGone(client, presence)).catch(() => undefined);
}

const pause = ({ clock }: Candidate, ms: number, signal: AbortSignal) =>
  clock.sleep(ms, signal).catch(() => undefined);

type Tried = { readonly lead: Lead } | Waiting;

interface Waiting {
  readonly why: string;
  readonly isLed: boolean;
  /** After that, another try is worth it. */
  readonly againMs: number;
  readonly hears?: Hearing;
}

/** `freed`: aborts once the lead is free, as long as the client hears it. */
interface Hearing {
  readonly client: Client;
  readonly freed: AbortSignal;
}

/** Leads, or says why not. */
async function tryLead(candidate: Candidate): Promise<Tried> {
  const { url } = candidate;
  try {
    const client = await connectTo(url);
    return await tryAt(client, candidate).catch((error) => {
      client.end().catch(() => undefined);
      throw error;
    });
  } catch (error) {
    if (isHopeless(error)) throw hopeless(error, url);
    const why = `Postgres cannot be used now: ${postgresTrouble(error, url)}`;
    return notLed(why);
  }
}

async function tryAt(client: Client, candidate: Candidate): Promise<Tried> {
  const { presence, forms = OWN_FORMS } = candidate;
  const freed = new AbortController();
  client.once("notification", () => freed.abort());
  await client.query(`LISTEN ${FREED}`);
  const waiting =
    unlessLeads(await tooNew(client, forms)) ??
    ((await hasLock(client))
      ? unlessLeads(await twoWriters(candidate))
      : { ...(await replaceSilent(client)), isLed: true });
  if (!waiting) return { lead: await beginLead(candidate, client) };
  // An older bot that leads has made no table for it.
  if (presence) await sayPresent(client, presence).catch(() => undefined);
  if (!waiting.isLed) await client.query(FREE);
  return { ...waiting, hears: { client, freed: freed.signal } };
}

const unlessLeads = (why: string | undefined): Waiting | undefined =>
  why === undefined ? undefined : notLed(why);

const notLed = (why: string): Waiting => ({ why, isLed: false, againMs: LOOK_MS });

/** Takes it where it is free. */
async function hasLock(client: Client): Promise<boolean> {
  const { rows } = await client.query(`SELECT pg_try_advisory_lock(${KEY}) AS held`);
  return rows[0]?.held === true;
}

/** Which of them is the right one nobody can tell from here. */
async function twoWriters({ url }: Candidate): Promise<string | undefined> {
  const writers = await writersOf(url);
  return writers.length > 1
    ? `${writers.join(" and ")} both take writes, and only one may: stop the one that was replaced`
    : undefined;
}

const hopeless = (error: unknown, url: string) =>
  new StoreError(`Cannot use the state in Postgres: ${postgresTrouble(error, url)}`, {
    cause: error,
  });

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
    `SELECT pg_terminate_backend(pid) FROM ${HOLDER}
     AND backend_start < now() - interval '${SILENT_S} seconds'`,
  );
  return rowCount !== 0;
}

/** By address: the last lead of this process. */
const lastTerms = new Map<string, Term>();

/** The tables and records are brought forward by whoever leads, and by nobody else. */
async function beginLead(candidate: Candidate, client: Client): Promise<Lead> {
  const { url, host, presence, forms = OWN_FORMS } = candidate;
  await client.query(`UNLISTEN ${FREED}`);
  const backend = await backendOf(client);
  const { term, tookOverFrom } = await beginTerm(client, { host, forms, last: lastTerms.get(url) });
  lastTerms.set(url, term);
  await tellOthers(candidate, client);
  const lost = new AbortController();
  const over = new AbortController();
  const state = { candidate, client, backend, term, lost, over };
  const beating = beatOn(state);
  return Object.assign(term, {
    tookOverFrom,
    lost: lost.signal,
    elapsed: candidate.clock.elapsed,
    end: async () => {
      over.abort();
      await beating;
      if (presence) await sayGone(state.client, presence).catch(() => undefined);
      await letGo(state).catch(() => undefined);
      await state.client.end().catch(() => undefined);
    },
  });
}

/** Whoever waits need not look. */
const letGo = ({ client }: Leadership) => client.query(`${FREE}; NOTIFY ${FREED}`);

interface Leadership {
  readonly candidate: Candidate;
  client: Client;
  /** Of the client. */
  backend: Backend;
  readonly term: Term;
  readonly lost: AbortController;
  readonly over: AbortController;
}

/** Until it is over, or lost. */
async function beatOn(state: Leadership): Promise<void> {
  const { candidate, lost, over } = state;
  while (!over.signal.aborted && !lost.signal.aborted) {
    await pause(candidate, BEAT_MS, over.signal);
    if (over.signal.aborted) return;
    const why = await beat(state).catch(() => regained(state));
    if (why !== undefined) lost.abort(new Error(why));
  }
}

/** Gives why the lead is lost. */
async function beat({ client, term, candidate }: Leadership): Promise<string | undefined> {
  await tellOthers(candidate, client);
  return beatTerm(client, term);
}

async function tellOthers({ presence }: Candidate, client: Client): Promise<void> {
  if (presence) presence.others(await sayPresent(client, presence));
}

/**
 * Takes the lock by a new connection; gives why the lead is lost, or nothing where that cannot be told
 * yet. The old connection may still hold it, as Postgres has not noticed that it was cut.
 */
async function regained(state: Leadership): Promise<string | undefined> {
  state.client.end().catch(() => undefined);
  try {
    const client = await connectTo(state.candidate.url);
    return await takeAgain(state, client).finally(() => {
      if (state.client !== client) client.end().catch(() => undefined);
    });
  } catch {
    return undefined;
  }
}

async function takeAgain(state: Leadership, client: Client) {
  const why = await whyOver(client, state.term);
  if (why !== undefined) return why;
  await endBackend(client, state.backend);
  if (!(await hasLock(client))) return undefined;
  state.backend = await backendOf(client);
  state.client = client;
  return beat(state);
}
