/**
 * Whose file stands where the state shall be, found by looking alone: nothing is written, locked or
 * made beside it. What is not ours is never touched.
 */
import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readSync,
  type Stats,
  statSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { isDamage } from "./damage.ts";

/**
 * nobody's: there is none, or an empty one. ours: a state file, damaged or not. foreign: something
 * else; `why` is a sentence's end.
 */
export type Whose =
  | { readonly is: "nobody's" | "ours" }
  | { readonly is: "foreign"; readonly why: string };

/** Stands in each state file: "FoBo". SQLite calls it `application_id`. */
export const APPLICATION_ID = 0x466f426f;

const MAGIC = Buffer.from("SQLite format 3\0");
/** Where SQLite's header has the application's id. */
const ID_AT = 68;
/** Enough for the tables' text, which the first page holds. */
const LOOKED_AT = 65_536;
/** As every state file has it; also there where the header alone was written over. */
const OUR_TABLE = "CREATE TABLE records (\n    namespace TEXT NOT NULL, key TEXT NOT NULL";
const OUR_TABLES: readonly unknown[] = ["records", "queues", "chains", "sqlite_sequence"];

const OURS: Whose = { is: "ours" };
const foreign = (why: string): Whose => ({ is: "foreign", why });
const NOT_OURS = "it is no state file of failover-bot";

/**
 * Throws what the file system throws. To be asked before this process opens the file: it is read
 * and closed here, and a process that closes a file lets go of its locks.
 */
export function whoseFile(path: string): Whose {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return { is: "nobody's" };
  const kind = whatItIs(stats);
  if (kind !== undefined) return foreign(`it is ${kind}, and no file`);
  const beginning = beginningOf(path);
  if (beginning.length === 0) return { is: "nobody's" };
  return beginning.indexOf(MAGIC) === 0 ? whoseDatabase(path, beginning) : whoseBytes(beginning);
}

/** What it is instead of a file. */
function whatItIs(stats: Stats): string | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return "a folder";
  if (stats.isFIFO()) return "a pipe";
  return stats.isSocket() ? "a socket" : "a device";
}

/** As many bytes as can be read, whatever size the file says that it has. */
function beginningOf(path: string): Buffer {
  const handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const bytes = Buffer.alloc(LOOKED_AT);
    return bytes.subarray(0, readSync(handle, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(handle);
  }
}

/**
 * What is no database may be a state file whose header was written over, or that a disk has
 * emptied; of both nothing can be lost that is somebody else's.
 */
function whoseBytes(beginning: Buffer): Whose {
  const isEmptied = beginning.every((byte) => byte === 0);
  return isEmptied || beginning.includes(OUR_TABLE) ? OURS : foreign(NOT_OURS);
}

/** State files of before the id are known by their tables, which may stand in the log still. */
function whoseDatabase(path: string, beginning: Buffer): Whose {
  const id = beginning.length < ID_AT + 4 ? 0 : beginning.readUInt32BE(ID_AT);
  const log = logOf(path);
  if (id === APPLICATION_ID || beginning.includes(OUR_TABLE) || log.includes(OUR_TABLE))
    return OURS;
  if (id !== 0) return foreign(NOT_OURS);
  try {
    return whoseTables(tablesIn(path), log.length === 0);
  } catch (error) {
    return isDamage(error) ? foreign(NOT_OURS) : OURS;
  }
}

/** A database without a table is as good as an empty file, if no log has more. */
function whoseTables(tables: readonly unknown[], isAll: boolean): Whose {
  if (tables.length === 0 && isAll) return { is: "nobody's" };
  const isOurs = tables.includes("records") && tables.every((name) => OUR_TABLES.includes(name));
  return isOurs ? OURS : foreign(NOT_OURS);
}

const logOf = (path: string): Buffer =>
  existsSync(`${path}-wal`) ? beginningOf(`${path}-wal`) : Buffer.alloc(0);

/** Read as if it never changed: so nothing is made beside it, nor locked. */
function tablesIn(path: string): unknown[] {
  const address = pathToFileURL(path);
  address.searchParams.set("immutable", "1");
  const db = new DatabaseSync(address, { readOnly: true });
  try {
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    return tables.map(({ name }) => name);
  } finally {
    db.close();
  }
}
