/** Two processes of the real program on one real Postgres, in one Slack. */
import { hostname } from "node:os";
import { expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { poolTo } from "../../src/store/postgres.ts";
import { SCHEMA } from "../../src/store/postgres-schema.ts";
import { onPostgres } from "../fakes/on-postgres.ts";
import type { FakeSlack } from "../fakes/slack/fake-slack.ts";
import { readable } from "../fakes/slack/reading.ts";
import { aSlack, closedPort } from "../program/platforms.ts";
import { newFolder, type Program, start } from "../program/program.ts";

const PLAN = "ABC Company Failover Plan";

const told = ({ world }: FakeSlack, text: string) =>
  world.messages.filter((message) => readable(world, message).includes(text));

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await systemClock.sleep(10);
}

onPostgres("two processes on one Postgres", (at) => {
  let databases = 0;

  async function ground() {
    const { slack, env } = await aSlack();
    const STATE_URL = at.server.url(await at.server.schema(`two${++databases}`));
    const asked = async (sql: string) => {
      const pool = poolTo(STATE_URL);
      await pool.query(sql).finally(() => pool.end());
    };
    const begin = (own: Record<string, string> = {}, flags: readonly string[] = []) =>
      start({ env: { ...env, STATE_URL, ...own }, flags });
    return { slack, begin, asked, url: STATE_URL };
  }

  async function firstLeads({ begin }: Awaited<ReturnType<typeof ground>>): Promise<Program> {
    const first = begin();
    await first.complaining(/"msg":"serving"/);
    return first;
  }

  it("one serves, the other stands by, and serves once the first is stopped", async () => {
    const both = await ground();
    const first = await firstLeads(both);
    const port = String(await closedPort());
    const second = both.begin({ HEALTH_PORT: port });
    await second.complaining(new RegExp(`${hostname()} leads`));
    const asked = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      return [answer.status, await answer.json()];
    };
    const lead = { ok: true, state: "Standing by" };
    expect(await asked("/readyz")).toEqual([200, { ok: true, parts: { lead } }]);
    expect(await asked("/healthz")).toEqual([200, { ok: true, parts: {} }]);
    await both.slack.command("status");
    await until(() => told(both.slack, "answered in").length === 1);
    first.kill("SIGTERM");
    expect((await first.finished).code).toBe(0);
    await second.complaining(/"msg":"serving"/);
    await both.slack.command("status");
    await until(() => told(both.slack, "answered in").length === 2);
    second.kill("SIGTERM");
    expect((await second.finished).code).toBe(0);
  });

  it("which settings differ is told by the one that leads, and by the doctor", async () => {
    const both = await ground();
    const first = await firstLeads(both);
    const second = both.begin({ TIME_ZONE: "Europe/Berlin", CONFIRM_MS: "60000" });
    await second.complaining(/standing by/);
    await first.complaining(/"differ":\["CONFIRM_MS","TIME_ZONE"\].*settings differ/);
    const doctor = await both.begin({ CONFIRM_MS: "60000" }, ["--doctor", "--json"]).finished;
    const says = `The bot on ${hostname()} goes by others than this one: `;
    expect(doctor.output).toContain(`${says}CONFIRM_MS"`);
    expect(doctor.output).toContain(`${says}TIME_ZONE"`);
    const pool = poolTo(both.url);
    const { rows } = await pool.query(
      `SELECT envelope AS text FROM records UNION ALL SELECT envelope FROM chains
       UNION ALL SELECT settings::text FROM processes`,
    );
    await pool.end();
    expect(rows.length).toBeGreaterThan(3);
    for (const secret of [both.slack.botToken, both.slack.appToken, "Europe/Berlin"])
      expect(rows.filter(({ text }) => text.includes(secret))).toEqual([]);
    for (const one of [second, first]) {
      one.kill("SIGTERM");
      expect((await one.finished).code).toBe(0);
    }
  });

  it("a standing one takes over from one that was killed", async () => {
    const both = await ground();
    const first = await firstLeads(both);
    const second = both.begin();
    await second.complaining(/standing by/);
    first.kill("SIGKILL");
    await second.complaining(/"epoch":2.*"msg":"leading"/);
    await second.complaining(/"msg":"serving"/);
    second.kill("SIGTERM");
    expect((await second.finished).code).toBe(0);
  });

  it("a frozen one is replaced, and stands by when it goes on", async () => {
    const both = await ground();
    const first = await firstLeads(both);
    const second = both.begin();
    await second.complaining(/standing by/);
    first.kill("SIGSTOP");
    await second.complaining(/"msg":"serving"/);
    first.kill("SIGCONT");
    await first.complaining(/another process leads since then: standing by/);
    await first.complaining(/"msg":"standing by"/);
    first.kill("SIGTERM");
    second.kill("SIGTERM");
    expect((await second.finished).code).toBe(0);
    expect((await first.finished).code).toBe(0);
  });

  it("who goes on on another host says in the open run from whom it has taken over, once", async () => {
    const STATE_URL = at.server.url(await at.server.schema(`two${++databases}`));
    const folder = newFolder();
    const begin = () => start({ env: { STATE_URL }, flags: ["--speed", "30"], folder });
    const first = begin();
    first.type(`start "${PLAN}"`, `confirm ${PLAN}`);
    await first.saying(/\| EM has started the failover session/);
    first.kill("SIGKILL");
    await first.finished;
    const pool = poolTo(STATE_URL);
    await pool.query("UPDATE leadership SET host = 'site-a'");
    await pool.end();
    const second = begin();
    await second.saying(/^\[ok\] Failed over, confirmed/m);
    await second.saying(/\| \[ok\] Failed over, confirmed/);
    second.end();
    const { output } = await second.finished;
    expect(output.match(/I took over from site-a: ABC Company Failover Plan/g)).toHaveLength(1);
    expect(output).toMatch(/\| Nobody watched from .+ to .+ \(.+\)\./);
    expect(output).not.toContain("I was away");
  });

  it("one that loses the lead while it starts stands by, and leads again", async () => {
    const both = await ground();
    await both.asked(`
      ${SCHEMA}
      CREATE FUNCTION depose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE leadership SET epoch = 2 WHERE epoch = 1; RETURN NULL; END $$;
      CREATE TRIGGER depose AFTER INSERT ON chains FOR EACH ROW EXECUTE FUNCTION depose()`);
    const only = both.begin();
    await only.complaining(/the lead was lost at the start: standing by/);
    await only.complaining(/"epoch":3.*"msg":"leading"/);
    await only.complaining(/"msg":"serving"/);
    only.kill("SIGTERM");
    expect((await only.finished).code).toBe(0);
  });
});
