/** The store on a real Postgres keeps what every store promises, and one process leads. */
import { setTimeout } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { storeOn } from "../../src/store/faces.ts";
import { takeLead } from "../../src/store/leadership.ts";
import { poolTo, postgresTables } from "../../src/store/postgres.ts";
import { backendOf, connectTo, endBackend } from "../../src/store/postgres-client.ts";
import { SCHEMA } from "../../src/store/postgres-schema.ts";
import { ledState } from "../../src/store/postgres-state.ts";
import { locksContract } from "../contracts/locks.ts";
import { type Notes, notesFound, storeContract } from "../contracts/store.ts";
import { fakeClock } from "../fakes/clock.ts";
import { onPostgres } from "../fakes/on-postgres.ts";

onPostgres("Postgres", (at) => {
  let schemas = 0;

  async function newStore() {
    const clock = fakeClock();
    const schema = `s${++schemas}`;
    const url = at.server.url(schema);
    const pool = poolTo(url);
    await pool.query(`CREATE SCHEMA ${schema}; ${SCHEMA}`);
    await pool.query("INSERT INTO leadership (epoch, host, term) VALUES (1, 'here', 'ours')");
    const tables = postgresTables({
      pool,
      url,
      name: "test",
      term: { epoch: 1, id: "ours", confirmed: 0n },
      elapsed: clock.elapsed,
      now: clock.now,
      indexes: notesFound,
    });
    const store = storeOn<Notes, typeof notesFound>(tables);
    onTestFinished(() => store.close().catch(() => undefined));
    return { store, advance: clock.advance, pool };
  }

  storeContract("Postgres", newStore);

  it("what was written is not told as done to who was frozen meanwhile, and replaced", async () => {
    const { store, pool, advance } = await newStore();
    const query = pool.query.bind(pool);
    const late = { calls: 0, meanwhile: async () => undefined as unknown };
    pool.query = ((...asked: Parameters<typeof query>) =>
      Promise.resolve(query(...asked)).then(async (answer) => {
        if (!String(asked[0]).includes("write_group") || late.calls++ > 0) return answer;
        advance(6_000);
        await late.meanwhile();
        return answer;
      })) as typeof pool.query;
    const put = { put: "notes", key: "a", value: { version: 1, text: "x" } } as const;
    expect((await store.commit([put])).done).toBe(true);
    expect(late.calls).toBe(2);
    Object.assign(late, {
      calls: 0,
      meanwhile: () => query("UPDATE leadership SET epoch = 2"),
    });
    const error = await store.commit([put]).catch((reason) => reason);
    expect(error.perhapsDone).toBe(true);
    expect(error.message).toContain("another process leads since then");
  });

  /** They are the leader's own: nobody else writes. */
  locksContract("of the leader on Postgres", async () => {
    const url = at.server.url(await at.server.schema(`s${++schemas}`));
    const waits = (why: string) => expect.fail(why);
    const candidate = { url, host: "here", clock: systemClock, waits };
    const lead = await takeLead(candidate, AbortSignal.timeout(20_000));
    const { store, locks } = ledState({ url, name: "test" }, lead ?? expect.fail(), Date.now);
    onTestFinished(() => store.close());
    return locks;
  });

  it("a leader that another has deposed changes nothing, and learns so from a commit of nothing", async () => {
    const { store, pool } = await newStore();
    const put = { put: "notes", key: "a", value: { version: 1, text: "x" } } as const;
    await store.commit([put]);
    await expect(store.commit([])).resolves.toMatchObject({ done: true });
    await pool.query("UPDATE leadership SET epoch = 2");
    await expect(store.commit([])).rejects.toThrow("another process leads");
    await expect(store.commit([{ ...put, key: "b" }])).rejects.toThrow("another process leads");
    expect((await store.all("notes")).map(({ key }) => key)).toEqual(["a"]);
  });

  it("an answer that was lost is asked for again, and counts once", async () => {
    const { store, pool } = await newStore();
    const query = pool.query.bind(pool);
    let calls = 0;
    pool.query = ((...asked: Parameters<typeof query>) =>
      Promise.resolve(query(...asked)).then((answer) => {
        const isFirst = String(asked[0]).includes("write_group") && ++calls === 1;
        if (isFirst) throw Object.assign(new Error("cut"), { code: "ECONNRESET" });
        return answer;
      })) as typeof pool.query;
    const { keys } = await store.commit([{ append: "lines", value: { version: 1, text: "x" } }]);
    expect(calls).toBe(2);
    expect((await store.all("lines")).map(({ key }) => key)).toEqual(keys);
  });

  describe("the lead", () => {
    /** A process of ours. `frozen`: it sleeps for ever. */
    function candidate(host: string, url: string) {
      const told: string[] = [];
      const state = { frozen: false };
      const clock = {
        elapsed: () => performance.now(),
        sleep: (ms: number, signal?: AbortSignal) =>
          state.frozen
            ? new Promise<void>(() => undefined)
            : setTimeout(ms / 50, undefined, signal ? { signal } : {}),
      };
      return { url, host, clock, told, state, waits: (why: string) => void told.push(why) };
    }

    async function ground() {
      const schema = `s${++schemas}`;
      const pool = poolTo(at.server.url(schema));
      await pool.query(`CREATE SCHEMA ${schema}`);
      onTestFinished(() => pool.end());
      const [one, two] = ["one", "two"].map((host) => candidate(host, at.server.url(schema)));
      return { pool, one: one ?? expect.fail(), two: two ?? expect.fail() };
    }

    const lead = async (who: ReturnType<typeof candidate>) => {
      const taken = await takeLead(who, AbortSignal.timeout(20_000));
      return taken ?? expect.fail(`${who.host} does not lead`);
    };

    it("is one process's, and the next one's as soon as that lets go of it", async () => {
      const { one, two } = await ground();
      const first = await lead(one);
      const waiting = lead(two);
      await vi.waitFor(() => expect(two.told).toEqual(["one leads"]));
      await first.end();
      const second = await waiting;
      expect([first.epoch, second.epoch]).toEqual([1, 2]);
      expect([first.tookOverFrom, second.tookOverFrom]).toEqual([undefined, "one"]);
      await second.end();
    });

    it("goes to who waits where its holder is frozen, which then learns of it", async () => {
      const { pool, one, two } = await ground();
      const first = await lead(one);
      one.state.frozen = true;
      const waiting = lead(two);
      await vi.waitFor(() => expect(two.told).toEqual(["one leads"]));
      await pool.query("UPDATE leadership SET beat = now() - interval '9 seconds'");
      const second = await waiting;
      expect(second.epoch).toBe(2);
      expect(first.lost.aborted).toBe(false);
      await second.end();
    });

    it("stays with who has just taken it, however long the one before was silent", async () => {
      const { pool, one, two } = await ground();
      await (await lead(one)).end();
      await pool.query("UPDATE leadership SET beat = now() - interval '9 seconds'");
      const holder = await pool.connect();
      await holder.query(
        "SELECT pg_advisory_lock(hashtext('failover-bot'), hashtext(current_schema()))",
      );
      const waiting = lead(two);
      await vi.waitFor(() => expect(two.told).toEqual(["one leads"]));
      await setTimeout(200);
      const { rows } = await holder.query("SELECT 'still here' AS said");
      expect(rows).toEqual([{ said: "still here" }]);
      holder.release(true);
      await (await waiting).end();
    });

    it("goes at once to who waits where its holder lets go of it, without another look", async () => {
      const { one, two } = await ground();
      const first = await lead(one);
      const clock = {
        ...two.clock,
        sleep: (_: number, signal?: AbortSignal) =>
          new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve())),
      };
      const waiting = lead({ ...two, clock });
      await vi.waitFor(() => expect(two.told).toEqual(["one leads"]));
      await first.end();
      const second = await waiting;
      expect(second.epoch).toBe(2);
      await second.end();
    });

    it("says what is wrong with Postgres, and the cure, of whatever keeps it away", async () => {
      const { pool, one } = await ground();
      await pool.query("DROP ROLE IF EXISTS locked; CREATE ROLE locked LOGIN PASSWORD 'right'");
      const { rows } = await pool.query("SHOW hba_file");
      await pool.query(`COPY (VALUES ('host all locked all scram-sha-256'), ('host all all all trust'))
        TO '${rows[0].hba_file}'`);
      await pool.query("SELECT pg_reload_conf()");
      const whyNot = (change: (url: URL) => void) => {
        const url = new URL(one.url);
        change(url);
        return lead({ ...one, url: url.href }).catch((error) => error.message);
      };
      const locked = (password: string) => (url: URL) =>
        Object.assign(url, { username: "locked", password });
      await vi.waitFor(async () => {
        expect(await whyNot(locked("wrong-canary"))).toMatch(
          /^Cannot use the state in Postgres: 127.0.0.1:\d+ does not take the password of the user "locked" \(28P01\): set STATE_PASSWORD_FILE/,
        );
      });
      expect(await whyNot(locked(""))).toMatch(
        /asks the user "locked" for a password, and none is/,
      );
      expect(await whyNot((url) => Object.assign(url, { pathname: "/none" }))).toMatch(
        /has no database "none" \(3D000\): make it, or name another in STATE_URL$/,
      );
      expect(await whyNot((url) => Object.assign(url, { username: "nobody" }))).toMatch(
        /does not let the user "nobody" in from this machine \(28000\)/,
      );
    });

    it("is not taken from another's process that has got the number of a lost one", async () => {
      const { one } = await ground();
      const client = await connectTo(one.url);
      const other = await connectTo(one.url);
      const backend = await backendOf(other);
      await endBackend(client, { ...backend, begun: "2020-01-01 00:00:00+00" });
      expect((await other.query("SELECT 'still here' AS said")).rows).toHaveLength(1);
      await endBackend(client, backend);
      await expect(other.query("SELECT 'still here' AS said")).rejects.toThrow();
      await client.end();
    });

    it("is tried for again where Postgres ends the connection as it begins", async () => {
      const { pool, one } = await ground();
      await pool.query(`${SCHEMA}
        CREATE SEQUENCE begins;
        CREATE FUNCTION fail_first() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF nextval('begins') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
          RETURN NEW; END $$;
        CREATE TRIGGER fail_first BEFORE INSERT ON leadership
          FOR EACH ROW EXECUTE FUNCTION fail_first()`);
      const first = await lead(one);
      expect(one.told[0]).toMatch(
        /^Postgres cannot be used now: the connection to .+ was cut \(57P01\)/,
      );
      expect(first.epoch).toBe(1);
      await first.end();
    });

    it("stays where it is when its connection is cut, and nobody else has led", async () => {
      const { pool, one } = await ground();
      const first = await lead(one);
      const connections =
        "SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND query LIKE '%leadership%'";
      const before = await pool.query(connections, ["failover-bot lead"]);
      await pool.query("SELECT pg_terminate_backend($1)", [before.rows[0]?.pid]);
      await vi.waitFor(async () => {
        const now = await pool.query(connections, ["failover-bot lead"]);
        expect(now.rows).toHaveLength(1);
        expect(now.rows[0].pid).not.toBe(before.rows[0]?.pid);
      });
      expect(first.lost.aborted).toBe(false);
      await first.end();
    });

    it("is known as lost where another has led since", async () => {
      const { pool, one } = await ground();
      const first = await lead(one);
      await pool.query("UPDATE leadership SET epoch = epoch + 1");
      await vi.waitFor(() => expect(first.lost.aborted).toBe(true));
      expect(first.lost.reason.message).toBe("another process leads since then");
      await first.end();
    });

    it("is tried again where Postgres is lost, or held up, just as it begins", async () => {
      const { pool, one } = await ground();
      await (await lead(one)).end();
      const holding = await pool.connect();
      await holding.query("BEGIN; SELECT * FROM leadership FOR UPDATE");
      const waiting = lead(one);
      await vi.waitFor(() => expect(one.told[0]).toMatch(/does not answer in time/), 10_000);
      await holding.query("ROLLBACK");
      holding.release();
      const second = await waiting;
      expect(second.epoch).toBeGreaterThan(1);
      await second.end();
    });

    it("is refused where its user may make no tables, with the reason", async () => {
      const { pool, one } = await ground();
      await pool.query("DROP ROLE IF EXISTS weak; CREATE ROLE weak LOGIN");
      await pool.query(`GRANT USAGE ON SCHEMA s${schemas} TO weak`);
      const url = one.url.replace("//postgres@", "//weak@");
      await expect(lead({ ...one, url })).rejects.toThrow(
        'the user "weak" may not make tables in its schema of "postgres", or has none (42501): give it',
      );
    });

    it("is waited for while Postgres is away, and kept through its restart", async () => {
      const { one, two } = await ground();
      const first = await lead(one);
      await at.server.stop("immediate");
      const waiting = takeLead(two, AbortSignal.timeout(20_000));
      await vi.waitFor(() =>
        expect(two.told[0]).toMatch(/nothing listens at 127\.0\.0\.1:\d+ \(ECONNREFUSED\)/),
      );
      expect(first.lost.aborted).toBe(false);
      await at.server.start();
      await first.end();
      const second = (await waiting) ?? expect.fail("nobody leads");
      expect(second.epoch).toBe(2);
      await second.end();
    });
  });
});
