/** Two versions of the bot on one Postgres, while one machine has the newer one and the other not yet. */
import { setTimeout } from "node:timers/promises";
import { expect, it, onTestFinished, vi } from "vitest";
import type { Stored } from "../../src/records/stored.ts";
import { firstBadLink } from "../../src/store/chain.ts";
import { storeOn } from "../../src/store/faces.ts";
import { type Candidate, type Lead, takeLead } from "../../src/store/leadership.ts";
import { poolTo, postgresTables } from "../../src/store/postgres.ts";
import type { RecordForms } from "../../src/store/postgres-forms.ts";
import { type Notes, notesFound } from "../contracts/store.ts";
import { onPostgres } from "../fakes/on-postgres.ts";

const older: RecordForms = { format: 2, steps: [], indexes: notesFound };

/** Notes are written large, and others are found by their text. */
const newer: RecordForms = {
  format: 3,
  steps: ["notes", "lines"].map((namespace) => ({
    ...{ format: 3, namespace, from: 1 },
    bring: (note: Stored & { text?: string }) => ({
      ...note,
      version: 2,
      text: note.text?.toUpperCase(),
    }),
  })),
  indexes: { ...notesFound, others: ["text"] },
};

onPostgres("two versions on one Postgres", (at) => {
  let schemas = 0;

  async function ground() {
    const url = at.server.url(await at.server.schema(`up${++schemas}`));
    const pool = poolTo(url);
    onTestFinished(() => pool.end());
    return { url, pool };
  }

  function candidate(host: string, url: string, forms: RecordForms) {
    const told: string[] = [];
    const clock: Candidate["clock"] = {
      elapsed: () => performance.now(),
      sleep: (ms, signal) => setTimeout(ms / 50, undefined, signal ? { signal } : {}),
    };
    return { host, url, forms, clock, told, waits: (why: string) => void told.push(why) };
  }

  async function leads(who: Candidate): Promise<Lead> {
    const lead = await takeLead(who, AbortSignal.timeout(20_000));
    return lead ?? expect.fail(`${who.host} does not lead`);
  }

  const storeOf = ({ pool, url }: Awaited<ReturnType<typeof ground>>, term: Lead) =>
    storeOn<Notes, { notes: ["text"]; lines: ["text"]; others: ["text"] }>(
      postgresTables({
        pool,
        url,
        name: "test",
        term,
        elapsed: term.elapsed,
        now: Date.now,
        indexes: newer.indexes,
      }),
    );

  const note = (text: string) => ({ version: 1, text });

  it("the newer one waits, and brings the records forward once it leads", async () => {
    const on = await ground();
    const first = await leads(candidate("one", on.url, older));
    const before = storeOf(on, first);
    const two = candidate("two", on.url, newer);
    const waiting = leads(two);
    await vi.waitFor(() => expect(two.told).toEqual(["one leads"]));
    await before.commit([
      { put: "notes", key: "a", value: note("x") },
      { append: "lines", value: note("y") },
      { chain: "audit", value: note("z") },
    ]);
    // As the older one writes it, which does not look for others by their text.
    await on.pool.query(
      `INSERT INTO records VALUES ('others', 'b', '{"value":{"version":1,"text":"w"}}', NULL, '{}')`,
    );
    expect(await before.get("notes", "a")).toEqual(note("x"));
    await first.end();
    const after = storeOf(on, await waiting);
    const brought = (text: string) => ({ version: 2, text });
    expect((await after.find("notes", "text", "X")).map(({ value }) => value)).toEqual([
      brought("X"),
    ]);
    expect((await after.find("lines", "text", "Y")).map(({ value }) => value)).toEqual([
      brought("Y"),
    ]);
    expect((await after.find("others", "text", "w")).map(({ value }) => value)).toEqual([
      note("w"),
    ]);
    expect(firstBadLink(await after.links("audit", { limit: 10 }))).toBeUndefined();
    await (await waiting).end();
  });

  it("the older one that comes back stands by, says why, and changes nothing", async () => {
    const on = await ground();
    const first = await leads(candidate("one", on.url, newer));
    await storeOf(on, first).commit([{ put: "notes", key: "a", value: note("x") }]);
    await first.end();
    const row = async () => (await on.pool.query("SELECT * FROM leadership")).rows;
    const before = await row();
    const two = candidate("two", on.url, older);
    expect(await takeLead(two, AbortSignal.timeout(1_000))).toBeUndefined();
    expect(two.told).toEqual([
      "a newer failover-bot has written the state (format 3; this one knows 2): update this one",
    ]);
    expect(await row()).toEqual(before);
    const third = await leads(candidate("one", on.url, newer));
    expect(third.epoch).toBe(2);
    await third.end();
  });

  it("a frozen leader of the older version, woken under a newer one, changes nothing", async () => {
    const on = await ground();
    const first = await leads({
      ...candidate("one", on.url, older),
      clock: { elapsed: () => 0, sleep: () => new Promise(() => undefined) },
    });
    await on.pool.query("UPDATE leadership SET beat = now() - interval '9 seconds'");
    await setTimeout(8_000);
    const second = await leads(candidate("two", on.url, newer));
    await expect(
      storeOf(on, first).commit([{ put: "notes", key: "a", value: note("x") }]),
    ).rejects.toThrow("another process leads since then");
    await second.end();
  });

  it("what breaks off amid it leaves all as it was", async () => {
    const on = await ground();
    const first = await leads(candidate("one", on.url, older));
    await storeOf(on, first).commit([{ put: "notes", key: "a", value: note("x") }]);
    await first.end();
    await on.pool.query(`
      CREATE SEQUENCE tries;
      CREATE FUNCTION fail_first() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('tries') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
        RETURN NEW; END $$;
      CREATE TRIGGER fail_first BEFORE UPDATE ON leadership
        FOR EACH ROW EXECUTE FUNCTION fail_first()`);
    const two = candidate("two", on.url, newer);
    const second = await leads(two);
    expect(two.told[0]).toContain("Postgres cannot be used now: ");
    expect(second.epoch).toBe(2);
    expect(await storeOf(on, second).get("notes", "a")).toEqual({ version: 2, text: "X" });
    await second.end();
  });
});
