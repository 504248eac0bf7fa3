/**
 * A witness in Postgres itself, beside the state of two instances: triggers copy every line that is
 * queued and every order that is confirmed, as `witness.ts` has them in a file. Besides they note who
 * began each epoch, and whatever was written by somebody else while it was in force. Each process is
 * known by a setting of its connections, whatever epoch it believes in.
 */
import { Client } from "pg";
import { SCHEMA } from "../../src/store/postgres-schema.ts";
import { readOnlyState } from "../../src/store/postgres-state.ts";
import type { TakeOvers, Term } from "./take-overs.ts";
import { isNoRest, type Line, lineIn, type State, stateIn } from "./witness.ts";

const isApproved = (row: string) => `${row}.envelope::json #>> '{value,phase,is}' = 'approved'`;
const SELF = "current_setting('crash.self', true)";

const WITNESS = `
CREATE TABLE queued_lines (
  seq bigint PRIMARY KEY, envelope text NOT NULL, epoch bigint, at timestamptz NOT NULL);
CREATE TABLE confirmed_orders (id text PRIMARY KEY, times int NOT NULL DEFAULT 1);
CREATE TABLE epochs (
  epoch bigint PRIMARY KEY, self text NOT NULL, host text NOT NULL, began timestamptz NOT NULL,
  open text[] NOT NULL);
CREATE TABLE sightings (epoch bigint, watch text NOT NULL, seen_at bigint NOT NULL);
CREATE TABLE trespasses (epoch bigint NOT NULL, self text, leader text NOT NULL, what text NOT NULL);
CREATE FUNCTION see_line() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO queued_lines
    VALUES (NEW.seq, NEW.envelope, (SELECT epoch FROM leadership), clock_timestamp());
  RETURN NULL; END $$;
CREATE FUNCTION see_watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO sightings SELECT epoch, convert_from(NEW.key, 'UTF8'),
    (NEW.envelope::json #>> '{value,seenAt}')::bigint FROM leadership; RETURN NULL; END $$;
CREATE FUNCTION see_look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO sightings SELECT epoch, seen.key, seen.value::bigint
    FROM leadership, json_each_text(NEW.envelope::json #> '{value,seen}') seen; RETURN NULL; END $$;
CREATE FUNCTION see_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF ${isApproved("NEW")} AND (${isApproved("OLD")}) IS NOT TRUE THEN
    INSERT INTO confirmed_orders VALUES (convert_from(NEW.key, 'UTF8'))
      ON CONFLICT (id) DO UPDATE SET times = confirmed_orders.times + 1;
  END IF; RETURN NULL; END $$;
CREATE FUNCTION see_epoch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO epochs SELECT NEW.epoch, ${SELF}, NEW.host, clock_timestamp(), ARRAY(
    SELECT convert_from(key, 'UTF8') FROM records
    WHERE namespace = 'watches' AND envelope::json #>> '{value,phase,is}' <> 'ended');
  RETURN NULL; END $$;
CREATE FUNCTION see_write() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO trespasses SELECT epoch, ${SELF}, epochs.self, TG_OP || ' ' || TG_TABLE_NAME
    FROM leadership JOIN epochs USING (epoch) WHERE epochs.self IS DISTINCT FROM ${SELF};
  RETURN NULL; END $$;
CREATE TRIGGER line AFTER INSERT ON queues FOR EACH ROW WHEN (NEW.namespace = 'lines')
  EXECUTE FUNCTION see_line();
CREATE TRIGGER confirmed AFTER INSERT OR UPDATE ON records FOR EACH ROW
  WHEN (NEW.namespace = 'orders') EXECUTE FUNCTION see_order();
CREATE TRIGGER seen AFTER INSERT OR UPDATE ON records FOR EACH ROW
  WHEN (NEW.namespace = 'watches') EXECUTE FUNCTION see_watch();
CREATE TRIGGER looked AFTER INSERT OR UPDATE ON records FOR EACH ROW
  WHEN (NEW.namespace = 'looks') EXECUTE FUNCTION see_look();
CREATE TRIGGER began AFTER INSERT ON leadership FOR EACH ROW EXECUTE FUNCTION see_epoch();
CREATE TRIGGER went_on AFTER UPDATE ON leadership FOR EACH ROW
  WHEN (NEW.epoch <> OLD.epoch) EXECUTE FUNCTION see_epoch();
${["records", "queues", "chains"]
  .map(
    (table) => `CREATE TRIGGER written AFTER INSERT OR UPDATE OR DELETE ON ${table}
  FOR EACH STATEMENT EXECUTE FUNCTION see_write();`,
  )
  .join("\n")}
`;

/** What was seen, and what the state is now. */
export interface Seen {
  readonly state: State;
  readonly lines: readonly Line[];
  readonly confirmed: readonly string[];
  /** How often an order became one that is confirmed. */
  readonly grants: number;
  /** Who began each, oldest first. */
  readonly epochs: readonly { readonly epoch: number; readonly self: string }[];
  /** Sentences: what was written by whoever did not lead. */
  readonly trespasses: readonly string[];
  readonly takeOvers: TakeOvers;
}

async function asked<Result>(url: string, ask: (client: Client) => Promise<Result>) {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await ask(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** `url`: of a schema that is empty. */
export const placeWitnessIn = (url: string): Promise<unknown> =>
  asked(url, (client) => client.query(`${SCHEMA}${WITNESS}`));

/** Of this database as a process with such a name is to be told it. */
export function urlAs(url: string, self: string, port: number): string {
  const own = new URL(url);
  own.port = String(port);
  const options = `${own.searchParams.get("options")} -ccrash.self=${self}`;
  own.search = `?options=${encodeURIComponent(options)}`;
  return own.href;
}

export const seenIn = (url: string): Promise<Seen> =>
  asked(url, async (client) => {
    const rows = async (sql: string): Promise<Record<string, unknown>[]> =>
      (await client.query(sql)).rows;
    const queued = await rows(
      `SELECT seq, envelope, epoch, ${msOf("at")} AS at FROM queued_lines ORDER BY seq`,
    );
    const orders = await rows("SELECT id, times FROM confirmed_orders");
    const epochs = await rows(
      `SELECT epoch, self, host, ${msOf("began")} AS began, open FROM epochs ORDER BY epoch`,
    );
    const saved = await rows("SELECT epoch, watch, seen_at FROM sightings");
    const trespasses = await rows("SELECT * FROM trespasses");
    return {
      state: await stateOf(url),
      lines: queued.map(lineIn).filter(isNoRest),
      confirmed: orders.map(({ id }) => String(id)),
      grants: orders.reduce((sum, { times }) => sum + Number(times), 0),
      epochs: epochs.map(({ epoch, self }) => ({ epoch: Number(epoch), self: String(self) })),
      trespasses: trespasses.map(
        ({ self, what, epoch, leader }) => `${self}: ${what} in epoch ${epoch} of ${leader}`,
      ),
      takeOvers: {
        terms: epochs.map(termIn),
        saved: saved.map(({ epoch, watch, seen_at }) => ({
          ...{ epoch: Number(epoch), watch: String(watch), seenAt: Number(seen_at) },
        })),
        spoken: queued.map((row) => ({
          ...{ epoch: Number(row.epoch), at: Number(row.at), line: lineIn(row) },
        })),
      },
    };
  });

/** In milliseconds since 1970. */
const msOf = (column: string) => `extract(epoch FROM ${column}) * 1000`;

const termIn = ({ epoch, host, began, open }: Readonly<Record<string, unknown>>): Term => ({
  ...{ epoch: Number(epoch), host: String(host), began: Number(began) },
  open: Array.isArray(open) ? open.map(String) : [],
});

async function stateOf(url: string): Promise<State> {
  const store = readOnlyState({ url, name: "witness" });
  return stateIn(store).finally(store.close);
}
