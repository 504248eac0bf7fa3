/** Addresses with several hosts, on real servers: a primary, its replica, and what becomes of them. */
import { setTimeout } from "node:timers/promises";
import { generate } from "selfsigned";
import { expect, it, onTestFinished, vi } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { type Candidate, type Lead, takeLead } from "../../src/store/leadership.ts";
import { poolTo } from "../../src/store/postgres.ts";
import { connectTo } from "../../src/store/postgres-client.ts";
import { ledState } from "../../src/store/postgres-state.ts";
import type { Store } from "../../src/store/store.ts";
import { onPostgres } from "../fakes/on-postgres.ts";
import {
  freePort,
  type PostgresServer,
  postgresPrograms,
  startPostgres,
} from "../fakes/postgres-server.ts";
import { start } from "../program/program.ts";

const PLAN = "ABC Company Failover Plan";
const GOES_ON_MS = 20_000;

/** One address of all of them. */
const addressOf = (servers: readonly Pick<PostgresServer, "port" | "url">[], schema = "public") =>
  (servers[0]?.url(schema) ?? "").replace(
    /127\.0\.0\.1:\d+/,
    servers.map(({ port }) => `127.0.0.1:${port}`).join(","),
  );

const candidate = (url: string, told: string[] = []): Candidate => ({
  ...{ host: "here", url, clock: systemClock },
  waits: (why) => void told.push(why),
});

async function led(url: string): Promise<{ lead: Lead; store: Store }> {
  const lead = await takeLead(candidate(url), AbortSignal.timeout(30_000));
  if (!lead) expect.fail("it does not lead");
  onTestFinished(() => lead.end());
  const { store } = ledState({ url, name: "test" }, lead, Date.now);
  return { lead, store };
}

const entry = (at: number) =>
  ({ chain: "audit", value: { version: 1, at, deed: "copied", what: `${at}` } }) as const;

const entriesOf = async (store: Store): Promise<number[]> =>
  (await store.links("audit", { limit: 10_000 })).map(({ text }) => JSON.parse(text).value.at);

onPostgres("an address of several hosts", (at) => {
  let schemas = 0;

  /** A primary of this test alone, with its replica. */
  async function pair() {
    const primary = await startPostgres(postgresPrograms() ?? "");
    onTestFinished(() => primary.end());
    const replica = await primary.replica();
    onTestFinished(() => replica.end());
    return { primary, replica, url: addressOf([primary, replica]) };
  }

  async function synchronous(primary: PostgresServer): Promise<void> {
    await primary.ask("ALTER SYSTEM SET synchronous_standby_names = '*'");
    await primary.ask("SELECT pg_reload_conf()");
    await vi.waitFor(async () => {
      const [row] = await primary.ask("SELECT sync_state FROM pg_stat_replication");
      expect(row?.sync_state).toBe("sync");
    }, 10_000);
  }

  async function caughtUp(primary: PostgresServer): Promise<void> {
    await vi.waitFor(async () => {
      const [row] = await primary.ask(
        "SELECT replay_lsn = pg_current_wal_lsn() AS all FROM pg_stat_replication",
      );
      expect(row?.all).toBe(true);
    }, 10_000);
  }

  it("leads to the first that takes writes, whoever is away or can only be read", async () => {
    const { primary, replica } = await pair();
    const away = { port: await freePort(), url: primary.url };
    const url = addressOf([away, replica, primary]);
    const client = await connectTo(url);
    expect(client.port).toBe(primary.port);
    await client.end();
    const pool = poolTo(url);
    const { rows } = await pool.query("SELECT pg_is_in_recovery() AS replica");
    await pool.end();
    expect(rows).toEqual([{ replica: false }]);
  });

  it("is no use where none takes writes, and each is named with its reason", async () => {
    const { replica } = await pair();
    const away = { port: await freePort(), url: replica.url };
    const told: string[] = [];
    const signal = AbortSignal.timeout(2_000);
    await takeLead(candidate(addressOf([away, replica]), told), signal);
    expect(told).toEqual([
      `Postgres cannot be used now: nothing listens at 127.0.0.1:${away.port} (ECONNREFUSED): ` +
        "see that Postgres runs there, and see that host and port in STATE_URL are right; " +
        `Postgres at 127.0.0.1:${replica.port} takes no writes, as a replica does (25006): ` +
        "name the one that does in STATE_URL, or promote this one",
    ]);
  });

  it("a database that is set to be read only is passed over, too", async () => {
    const schema = await at.server.schema(`h${++schemas}`);
    await at.server.ask("CREATE DATABASE asleep");
    await at.server.ask("ALTER DATABASE asleep SET default_transaction_read_only = on");
    const url = at.server.url(schema).replace("/postgres?", "/asleep?");
    await expect(connectTo(url)).rejects.toThrow("it can only be read");
  });

  it("the leader goes on by itself on a promoted replica, and nothing that was answered is lost", async () => {
    const { primary, replica, url } = await pair();
    await synchronous(primary);
    const { lead, store } = await led(url);
    const answered: number[] = [];
    let going = true;
    const working = (async () => {
      for (let at = 1; going; at++) {
        await store.commit([entry(at)]).then(
          () => answered.push(at),
          () => setTimeout(50),
        );
      }
    })();
    await vi.waitFor(() => expect(answered.length).toBeGreaterThan(100));
    await primary.stop("immediate");
    const before = answered.length;
    await replica.promote();
    await vi.waitFor(() => expect(answered.length).toBeGreaterThan(before + 100), GOES_ON_MS);
    going = false;
    await working;
    const there = await entriesOf(store);
    expect(there).toEqual(expect.arrayContaining(answered));
    expect(new Set(there).size).toBe(there.length);
    await vi.waitFor(async () => {
      const rows = await replica.ask("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'");
      expect(rows).toHaveLength(1);
    }, GOES_ON_MS);
    expect(lead.lost.aborted).toBe(false);
    expect(await replica.ask("SELECT epoch::int, host FROM leadership")).toEqual([
      { epoch: 1, host: "here" },
    ]);
    await lead.end();
    const next = await led(url);
    expect(next.lead.epoch).toBe(2);
    expect(await next.store.get("copied", "from")).toBeUndefined();
  }, 60_000);

  it("a run goes on through it, to its end", async () => {
    const { primary, replica, url } = await pair();
    await synchronous(primary);
    const bot = start({ env: { STATE_URL: url }, flags: ["--speed", "30"] });
    bot.type(`start "${PLAN}"`, `confirm ${PLAN}`);
    await bot.saying(/\| EM has started the failover session/);
    await primary.stop("immediate");
    await replica.promote();
    await bot.saying(/^\[ok\] Failed over, confirmed/m);
    await bot.saying(/\| \[ok\] Failed over, confirmed/);
    bot.end();
    const { output } = await bot.finished;
    expect(output.match(/\| EM has started the failover session/g)).toHaveLength(1);
  }, 60_000);

  it("a leader whose commits a promoted replica lacks changes nothing there, and begins anew", async () => {
    const { primary, replica, url } = await pair();
    const { lead, store } = await led(url);
    await store.commit([entry(1)]);
    await caughtUp(primary);
    await replica.stop("immediate");
    await store.commit([entry(2)]);
    await primary.stop("immediate");
    await replica.start();
    await replica.promote();
    const late = await store.commit([entry(3)]).catch((error) => error);
    expect(late.mayPass).toBe(true);
    expect(late.message).toContain("Postgres lacks commits that it had confirmed");
    await vi.waitFor(() => expect(lead.lost.aborted).toBe(true), GOES_ON_MS);
    expect(lead.lost.reason.message).toBe("Postgres lacks commits that it had confirmed");
    await lead.end();
    const next = await led(url);
    expect(next.lead.epoch).toBe(2);
    expect(await entriesOf(next.store)).toEqual([1]);
    expect((await next.store.get("copied", "from"))?.at).toBeGreaterThan(0);
  }, 60_000);

  it("an epoch that a replica lacks is not given a second time to who had it", async () => {
    const { primary, replica, url } = await pair();
    await (await led(url)).lead.end();
    await caughtUp(primary);
    await replica.stop("immediate");
    const { lead, store } = await led(url);
    expect(lead.epoch).toBe(2);
    await primary.stop("immediate");
    await replica.start();
    await replica.promote();
    await expect(store.commit([entry(1)])).rejects.toThrow("Postgres lacks commits");
    await vi.waitFor(() => expect(lead.lost.aborted).toBe(true), GOES_ON_MS);
    await lead.end();
    expect((await led(url)).lead.epoch).toBe(3);
    expect(await entriesOf(store)).toEqual([]);
  }, 60_000);

  it("who begins to lead on a promoted replica goes by it as by a copy, unless it lacks nothing", async () => {
    const { primary, replica, url } = await pair();
    const first = await led(addressOf([primary]));
    await first.store.commit([entry(1)]);
    await caughtUp(primary);
    await primary.stop("immediate");
    await replica.promote();
    const second = await led(url);
    expect(second.lead.epoch).toBe(2);
    expect((await second.store.get("copied", "from"))?.at).toBeGreaterThan(0);
    await second.store.commit([{ remove: "copied", key: "from" }]);
    await second.lead.end();
    const third = await led(url);
    expect(await third.store.get("copied", "from")).toBeUndefined();
  }, 60_000);

  it("two that take writes are none: nobody leads, and both are named", async () => {
    const { primary, replica, url } = await pair();
    await replica.promote();
    const told: string[] = [];
    const lead = await takeLead(candidate(url, told), AbortSignal.timeout(2_000));
    expect(lead).toBeUndefined();
    const both = `127.0.0.1:${primary.port} and 127.0.0.1:${replica.port}`;
    expect(told).toEqual([
      `${both} both take writes, and only one may: stop the one that was replaced`,
    ]);
  });

  it("one server by two names is one", async () => {
    const schema = await at.server.schema(`h${++schemas}`);
    const { port } = at.server;
    const url = at.server
      .url(schema)
      .replace(/127.+?(?=\/)/, `localhost:${port},127.0.0.1:${port}`);
    expect((await led(url)).lead.epoch).toBe(1);
  });

  it("every connection is ended by its server where the other machine is gone", async () => {
    const url = at.server.url(await at.server.schema(`h${++schemas}`));
    const pool = poolTo(url);
    const client = await connectTo(url);
    const asked = "SELECT name, setting FROM pg_settings WHERE name LIKE 'tcp_%' ORDER BY name";
    for (const one of [pool, client])
      expect((await one.query(asked)).rows).toEqual([
        { name: "tcp_keepalives_count", setting: "2" },
        { name: "tcp_keepalives_idle", setting: "4" },
        { name: "tcp_keepalives_interval", setting: "2" },
        { name: "tcp_user_timeout", setting: "8000" },
      ]);
    await Promise.all([pool.end(), client.end()]);
  });

  it("by TLS, the name of each host is held against its certificate", async () => {
    const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], {
      extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] }],
    });
    const tls = ["ssl=on", "ssl_cert_file=../server.pem", "ssl_key_file=../server.key"];
    const files = { "server.pem": cert, "server.key": key };
    const server = await startPostgres(postgresPrograms() ?? "", tls, files);
    onTestFinished(() => server.end());
    const to = (hosts: string) =>
      `postgres://postgres@${hosts}/postgres?sslmode=verify-full&sslrootcert=${server.folder}/server.pem`;
    const [number, name] = [`127.0.0.1:${server.port}`, `localhost:${server.port}`];
    const client = await connectTo(to(`${number},${name}`));
    const { rows } = await client.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    expect([client.host, rows]).toEqual(["localhost", [{ ssl: true }]]);
    await client.end();
    await expect(connectTo(to(number))).rejects.toThrow(/IP: 127.0.0.1 is not in the cert/);
  });
});
