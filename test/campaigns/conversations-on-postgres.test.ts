/** The conversations, with the bot's state in a real Postgres. */
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { takeLead } from "../../src/store/leadership.ts";
import { ledState } from "../../src/store/postgres-state.ts";
import { hasPostgres } from "../fakes/on-postgres.ts";
import { type PostgresServer, postgresPrograms, startPostgres } from "../fakes/postgres-server.ts";
import { keepStates } from "../fakes/state.ts";

/** Those that change a file by hand. */
const WITHOUT = ["audit"];
const names = readdirSync(join(import.meta.dirname, "../conversations"))
  .flatMap((file) => /^(.+)\.test\.ts$/.exec(file)?.[1] ?? [])
  .filter((name) => !WITHOUT.includes(name));

/** Of one path always the same. */
const schemaFor = (path: string) =>
  `b${createHash("sha256").update(path).digest("hex").slice(0, 20)}`;

let server: PostgresServer | undefined;

beforeAll(async () => {
  if (!hasPostgres()) return;
  const started = await startPostgres(postgresPrograms() ?? "");
  server = started;
  keepStates(async (path, now) => {
    const schema = schemaFor(path);
    await started.ask(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    const place = { url: started.url(schema), name: "test" };
    const waits = (why: string) => {
      throw new Error(why);
    };
    const candidate = { ...place, host: "here", clock: systemClock, waits };
    const lead = await takeLead(candidate, AbortSignal.timeout(10_000));
    if (!lead) throw new Error("It does not lead");
    return ledState(place, lead, now);
  });
}, 60_000);

afterAll(async () => {
  keepStates();
  await server?.end();
});

if (hasPostgres()) for (const name of names) await import(`../conversations/${name}.test.ts`);
