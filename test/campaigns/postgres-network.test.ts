/** What a network does between the bot and a real Postgres: nothing counts twice, and one leads. */
import { setTimeout } from "node:timers/promises";
import { expect, it, onTestFinished, vi } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { type Candidate, type Lead, takeLead } from "../../src/store/leadership.ts";
import { poolTo } from "../../src/store/postgres.ts";
import { WritableClient } from "../../src/store/postgres-client.ts";
import { ledState } from "../../src/store/postgres-state.ts";
import type { Store } from "../../src/store/store.ts";
import { isThere, onPostgres } from "../fakes/on-postgres.ts";
import { hasPgBouncer, startPgBouncer } from "../fakes/pgbouncer.ts";
import { startTcpProxy } from "../fakes/tcp-proxy.ts";

const ANSWER_MS = 10_000;
/** After so long another leads, from the moment that the leader is seen no more. */
const TAKEN_WITHIN_MS = 11_000;

onPostgres("between the bot and Postgres", (at) => {
  let schemas = 0;

  /** A schema, straight and through a network that is ours. */
  async function ground() {
    const straight = at.server.url(await at.server.schema(`net${++schemas}`));
    const proxy = await startTcpProxy(at.server.port);
    onTestFinished(proxy.end);
    const through = straight.replace(`:${at.server.port}`, `:${proxy.port}`);
    const pool = poolTo(straight);
    onTestFinished(() => pool.end());
    return { straight, through, proxy, pool };
  }

  const candidate = (host: string, url: string): Candidate => ({
    ...{ host, url, clock: systemClock },
    waits: () => undefined,
  });

  async function led(host: string, url: string): Promise<{ lead: Lead; store: Store }> {
    const taken = await takeLead(candidate(host, url), AbortSignal.timeout(30_000));
    const lead = taken ?? expect.fail(`${host} does not lead`);
    const { store } = ledState({ url, name: "test" }, lead, Date.now);
    onTestFinished(() => store.close().catch(() => undefined));
    return { lead, store };
  }

  const entry = (at: number) =>
    ({ chain: "audit", value: { version: 1, at, deed: "copied", what: `${at}` } }) as const;

  const entriesOf = async (store: Store) =>
    (await store.links("audit", { limit: 10_000 })).map(({ text }) => JSON.parse(text).value.at);

  it("a commit whose answer was lost is asked for again, and counts once", async () => {
    const { through, proxy, pool } = await ground();
    const { store } = await led("one", through);
    await store.commit([entry(0)]);
    proxy.mute();
    const committed = store.commit([entry(1)]);
    await vi.waitFor(async () => {
      const { rows } = await pool.query("SELECT count(*)::int AS entries FROM chains");
      expect(rows[0].entries).toBe(2);
    });
    proxy.resume();
    proxy.cut();
    expect((await committed).done).toBe(true);
    await store.commit([entry(2)]);
    expect(await entriesOf(store)).toEqual([0, 1, 2]);
  });

  it("a commit whose answer stays lost is told as one that may have been written", async () => {
    const { through, proxy, pool } = await ground();
    const { store } = await led("one", through);
    await store.commit([entry(0)]);
    proxy.mute();
    const committed = store.commit([entry(1)]).catch((error) => error);
    await vi.waitFor(async () => {
      const { rows } = await pool.query("SELECT count(*)::int AS entries FROM chains");
      expect(rows[0].entries).toBe(2);
    });
    await at.server.stop("immediate");
    const error = await committed;
    await at.server.start();
    proxy.resume();
    expect(error.perhapsDone).toBe(true);
    expect(error.message).toMatch(/the answer was lost, and whether it was written is not known/);
    await vi.waitFor(async () => expect(await entriesOf(store)).toEqual([0, 1]), ANSWER_MS);
  });

  it("a commit that never reached Postgres is told as one that was not written", async () => {
    const { straight } = await ground();
    const { store } = await led("one", straight);
    await store.commit([entry(0)]);
    await at.server.stop("fast");
    const error = await store.commit([entry(1)]).catch((reason) => reason);
    await at.server.start();
    expect(error.perhapsDone).toBe(false);
    expect(error.mayPass).toBe(true);
  });

  it("a connection that is cut while it begins ends no process", async () => {
    const { through, proxy } = await ground();
    const client = new WritableClient({ connectionString: through });
    const query = client.query.bind(client);
    client.query = ((...asked: Parameters<typeof query>) => {
      proxy.cut();
      return query(...asked);
    }) as typeof client.query;
    await expect(client.connect()).rejects.toThrow("Connection terminated unexpectedly");
  });

  it("whoever waits for a connection hears that they are closed", async () => {
    const { through, proxy } = await ground();
    const { store } = await led("one", through);
    await store.commit([entry(0)]);
    proxy.stall();
    const asked = Array.from({ length: 12 }, (_, i) => store.get("looks", `${i}`));
    const told = Promise.allSettled(asked).then((all) => all.map(({ status }) => status));
    await store.close();
    const first = Promise.race([told, setTimeout(100, "nothing")]);
    expect(await first).toEqual(asked.map(() => "rejected"));
  });

  it("of many commits amid cuts each that was answered counts once, and no other twice", async () => {
    const { through, proxy, pool } = await ground();
    const { store } = await led("one", through);
    const answered: number[] = [];
    const all = Array.from({ length: 300 }, async (_, at) => {
      await setTimeout(at * 5);
      await store.commit([entry(at)]).then(
        () => answered.push(at),
        () => undefined,
      );
    });
    const cutting = Array.from({ length: 20 }, async (_, i) => {
      await setTimeout(20 + i * 70);
      proxy.cut();
    });
    await Promise.all([...all, ...cutting]);
    const { rows } = await pool.query("SELECT envelope FROM chains ORDER BY seq");
    const there = rows.map(({ envelope }) => JSON.parse(envelope).value.at);
    expect(new Set(there).size).toBe(there.length);
    expect(there).toEqual(expect.arrayContaining(answered));
    expect(answered.length).toBeGreaterThan(200);
  });

  it("a leader that hears nothing any more is replaced in time, and changes nothing", async () => {
    const { straight, through, proxy, pool } = await ground();
    const first = await led("one", through);
    await first.store.commit([entry(1)]);
    const begun = performance.now();
    const waiting = led("two", straight);
    proxy.stall();
    const late = first.store.commit([entry(2)]).then(
      () => "done",
      (error) => String(error),
    );
    const second = await waiting;
    expect(performance.now() - begun).toBeLessThan(TAKEN_WITHIN_MS);
    await second.store.commit([entry(3)]);
    expect(first.lead.lost.aborted).toBe(false);
    proxy.resume();
    expect(await late).toContain("another process leads since then");
    await expect(first.store.commit([entry(4)])).rejects.toThrow("another process leads");
    await vi.waitFor(() => expect(first.lead.lost.aborted).toBe(true), ANSWER_MS);
    expect(await entriesOf(second.store)).toEqual([1, 3]);
    const { rows } = await pool.query("SELECT host, epoch::int FROM leadership");
    expect(rows).toEqual([{ host: "two", epoch: 2 }]);
  });

  it("a leader whose connections are cut goes on leading where nobody else waits", async () => {
    const { through, proxy, pool } = await ground();
    const { lead, store } = await led("one", through);
    for (let at = 1; at <= 3; at++) {
      proxy.cut();
      expect((await store.commit([entry(at)])).done).toBe(true);
    }
    await vi.waitFor(async () => {
      const { rows } = await pool.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'");
      expect(rows).toHaveLength(1);
    }, ANSWER_MS);
    expect(lead.lost.aborted).toBe(false);
    expect(await entriesOf(store)).toEqual([1, 2, 3]);
  });

  it("a leader whose connections are cut is deposed where another waits", async () => {
    const { straight, through, proxy } = await ground();
    const first = await led("one", through);
    const waiting = led("two", straight);
    await first.store.commit([entry(1)]);
    proxy.cut();
    const second = await waiting;
    await expect(first.store.commit([entry(2)])).rejects.toThrow("another process leads");
    await vi.waitFor(() => expect(first.lead.lost.aborted).toBe(true), ANSWER_MS);
    expect(await entriesOf(second.store)).toEqual([1]);
  });

  it("a slow network costs each commit one way there and back, and many no more", async () => {
    const { through, proxy } = await ground();
    const { store } = await led("one", through);
    await store.commit([entry(0)]);
    proxy.slow(40);
    const begun = performance.now();
    await Promise.all(Array.from({ length: 100 }, (_, at) => store.commit([entry(at + 1)])));
    expect(performance.now() - begun).toBeLessThan(10 * 80);
    expect(await entriesOf(store)).toHaveLength(101);
  });

  it.skipIf(!isThere("PgBouncer", hasPgBouncer())).each([
    ["that takes the bot's parameters", ["options"]],
    ["that knows them not", []],
  ])("a pooler %s is refused, with the reason", async (_, ignored) => {
    const { straight } = await ground();
    const port = await startPgBouncer(at.server.port, ignored);
    const url = straight.replace(`:${at.server.port}`, `:${port}`);
    await expect(takeLead(candidate("one", url), AbortSignal.timeout(10_000))).rejects.toThrow(
      "a pooler such as PgBouncer stands before Postgres, which loses the lead: name Postgres itself",
    );
  });
});
