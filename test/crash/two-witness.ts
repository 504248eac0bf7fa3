/**
 * A witness in Postgres itself, beside the state of two instances: triggers copy every line that is
 * queued and every order that is confirmed, as `witness.ts` has them in a file. Besides they note who
 * began each epoch, and whatever was written by somebody else while it was in force. Each process is
 * known by a setting of its connections, whatever epoch it believes in.
 */
import { Client } from "pg";
import { SCHEMA } from "../../src/store/postgres-schema.ts";
import { readOnlyState } from "../../src/store/postgres-state.ts";
import { isNoRest, type Line, lineIn, type State, stateIn } from "./witness.ts";

const isApproved = (row: string) => `${row}.envelope::json #>> '{value,phase,is}' = 'approved'`;
const SELF = "current_setting('crash.self', true)";

const WITNESS = `
CREATE TABLE queued_lines (seq bigint PRIMARY KEY, envelope text NOT NULL);
CREATE TABLE confirmed_orders (id text PRIMARY KEY, times int NOT NULL DEFAULT 1);
CREATE TABLE epochs (epoch bigint PRIMARY KEY, self text NOT NULL);
CREATE TABLE trespasses (epoch bigint NOT NULL, self text, leader text NOT NULL, what text NOT NULL);
CREATE FUNCTION see_line() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO queued_lines VALUES (NEW.seq, NEW.envelope); RETURN NULL; END $$;
CREATE FUNCTION see_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF ${isApproved("NEW")} AND (${isApproved("OLD")}) IS NOT TRUE THEN
    INSERT INTO confirmed_orders VALUES (convert_from(NEW.key, 'UTF8'))
      ON CONFLICT (id) DO UPDATE SET times = confirmed_orders.times + 1;
  END IF; RETURN NULL; END $$;
CREATE FUNCTION see_epoch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO epochs VALUES (NEW.epoch, ${SELF}); RETURN NULL; END $$;
CREATE FUNCTION see_write() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO trespasses SELECT epoch, ${SELF}, epochs.self, TG_OP || ' ' || TG_TABLE_NAME
    FROM leadership JOIN epochs USING (epoch) WHERE epochs.self IS DISTINCT FROM ${SELF};
  RETURN NULL; END $$;
CREATE TRIGGER line AFTER INSERT ON queues FOR EACH ROW WHEN (NEW.namespace = 'lines')
  EXECUTE FUNCTION see_line();
CREATE TRIGGER confirmed AFTER INSERT OR UPDATE ON records FOR EACH ROW
  WHEN (NEW.namespace = 'orders') EXECUTE FUNCTION see_order();
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
    const lines = await rows("SELECT seq, envelope FROM queued_lines ORDER BY seq");
    const orders = await rows("SELECT id, times FROM confirmed_orders");
    const epochs = await rows("SELECT epoch, self FROM epochs ORDER BY epoch");
    const trespasses = await rows("SELECT * FROM trespasses");
    return {
      state: await stateOf(url),
      lines: lines.map(lineIn).filter(isNoRest),
      confirmed: orders.map(({ id }) => String(id)),
      grants: orders.reduce((sum, { times }) => sum + Number(times), 0),
      epochs: epochs.map(({ epoch, self }) => ({ epoch: Number(epoch), self: String(self) })),
      trespasses: trespasses.map(
        ({ self, what, epoch, leader }) => `${self}: ${what} in epoch ${epoch} of ${leader}`,
      ),
    };
  });

async function stateOf(url: string): Promise<State> {
  const store = readOnlyState({ url, name: "witness" });
  return stateIn(store).finally(store.close);
}
