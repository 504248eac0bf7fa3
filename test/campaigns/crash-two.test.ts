/**
 * `npm run crash -- two` in short: the leader of two instances is killed before its order or after it.
 * And its witness, which counts nothing but zeros, is shown something to tell.
 */
import { Client } from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { SCHEMA } from "../../src/store/postgres-schema.ts";
import { killTwo } from "../crash/two.ts";
import { placeWitnessIn, seenIn, urlAs } from "../crash/two-witness.ts";
import { hasPostgres } from "../fakes/on-postgres.ts";
import { postgresPrograms, startPostgres } from "../fakes/postgres-server.ts";

async function witnessed() {
  const server = await startPostgres(postgresPrograms() ?? "");
  onTestFinished(() => server.end());
  const url = server.url(await server.schema("crash"));
  await placeWitnessIn(url);
  const as = async (self: string, sql: string) => {
    const client = new Client({ connectionString: urlAs(url, self, server.port) });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  return { url, as };
}

describe.skipIf(!hasPostgres())("two instances, of which the leader dies", () => {
  it("start once what was confirmed, and tell its end once", async () => {
    let told = "";
    const exit = await killTwo({
      wanted: 2,
      seed: 1,
      kinds: ["leader killed"],
      acts: [{ platform: "slack", scenario: "session-fails" }],
      write: (text) => {
        told += text;
      },
    });
    expect({ exit, told }).toEqual({ exit: 0, told: expect.stringMatching(/\d blows.* 0 faults/) });
  }, 120_000);

  it("have a witness, who counts how often one order is confirmed", async () => {
    const { url, as } = await witnessed();
    const phase = (is: string) => `'${JSON.stringify({ value: { phase: { is } } })}'`;
    const becomes = (is: string) => as("one", `UPDATE records SET envelope = ${phase(is)}`);
    await as("one", `INSERT INTO records VALUES ('orders', 'a', ${phase("asked")}, NULL, '{}')`);
    for (const is of ["approved", "approved", "asked", "approved"]) await becomes(is);
    const { confirmed, grants } = await seenIn(url);
    expect({ confirmed, grants }).toEqual({ confirmed: ["a"], grants: 2 });
  }, 60_000);

  it("have a witness, who tells who wrote and did not lead", async () => {
    const { url, as } = await witnessed();
    const write = "INSERT INTO queues (namespace, envelope, found) VALUES ('x', '{}', '{}')";
    await as("one", "INSERT INTO leadership (epoch, host) VALUES (1, 'here')");
    await as("one", write);
    expect((await seenIn(url)).trespasses).toEqual([]);
    await as("two", "UPDATE leadership SET epoch = 2");
    await as("one", write);
    const { trespasses, epochs } = await seenIn(url);
    expect(trespasses).toEqual(["one: INSERT queues in epoch 2 of two"]);
    expect(epochs.map(({ self }) => self)).toEqual(["one", "two"]);
  }, 60_000);

  it("have a witness, who would tell if a deposed leader's commits were not refused", async () => {
    const { url, as } = await witnessed();
    const change = { in: "x", does: "put", key: "61", envelope: "{}", found: [], require: false };
    const commit = (number: number) =>
      as("one", `SELECT write_group(1, NULL, ${number}, 0, '${JSON.stringify([[change]])}', 0)`);
    await as("one", "INSERT INTO leadership (epoch, host) VALUES (1, 'here')");
    await commit(1);
    await as("two", "UPDATE leadership SET epoch = 2");
    await expect(commit(2)).rejects.toThrow("another process leads since then");
    expect((await seenIn(url)).trespasses).toEqual([]);
    const broken = SCHEMA.replace(
      "leads.epoch IS DISTINCT FROM mine OR leads.term IS DISTINCT FROM my_term",
      "false",
    );
    expect(broken).not.toBe(SCHEMA);
    await as("one", broken);
    await commit(2);
    expect((await seenIn(url)).trespasses).toContain("one: UPDATE records in epoch 2 of two");
  }, 60_000);
});
