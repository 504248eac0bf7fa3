/**
 * Commits to Postgres. What is committed while a group of commits is on its way is the next group, so
 * that distance to the server costs time and no work. Groups follow each other, since later commits
 * may stand on earlier ones.
 */
import type { Pool } from "pg";
import type { Indexes } from "./indexes.ts";
import { textAt } from "./remembered.ts";
import type { Committed } from "./store.ts";
import type { Tables, Written } from "./tables.ts";

/** One lead of one process; where another is in force, nothing is written any more. */
export interface Term {
  readonly epoch: number;
  /** Its own name. */
  readonly id: string;
  /** The number of the last group that was confirmed; 0 where none was. */
  confirmed: bigint;
}

export interface Leading {
  readonly pool: Pool;
  readonly term: Term;
  /** In milliseconds. */
  readonly elapsed: () => number;
  readonly now: () => number;
  readonly indexes: Indexes;
}

interface Waiting {
  readonly changes: readonly Written[];
  readonly done: PromiseWithResolvers<Committed>;
}

/** Writes one group after the other; a group whose answer was lost is asked for again. */
export function groupsInTurn(options: Leading): Tables["write"] {
  let waiting: Waiting[] = [];
  let writing = false;
  let written: bigint | undefined;
  const writeAll = async () => {
    writing = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        written ??= await lastNumber(options);
        written += 1n;
        const told = await writeGroup(options, written, group);
        options.term.confirmed = written;
        for (const [i, { done }] of group.entries()) done.resolve(committedBy(told[i]));
      } catch (error) {
        for (const { done } of group) done.reject(error);
      }
    }
    writing = false;
  };
  return (changes) => {
    const done = Promise.withResolvers<Committed>();
    waiting.push({ changes, done });
    if (!writing) void writeAll();
    return done.promise;
  };
}

async function lastNumber({ pool }: Leading): Promise<bigint> {
  const { rows } = await pool.query<{ written: string }>("SELECT written FROM leadership");
  return BigInt(rows[0]?.written ?? 0);
}

/** What `write_group` tells of one commit. */
interface Told {
  readonly done: boolean;
  /** Of each change: yes, no, or the number of an entry that was appended. */
  readonly told: readonly string[];
}

async function writeGroup(
  { pool, term, elapsed, now, indexes }: Leading,
  number: bigint,
  group: readonly Waiting[],
): Promise<readonly Told[]> {
  const commits = group.map(({ changes }) => changes.map((change) => asSent(change, indexes)));
  const ask = () =>
    pool.query<{ told: readonly Told[] }>("SELECT write_group($1, $2, $3, $4, $5, $6) AS told", [
      term.epoch,
      term.id,
      String(number),
      String(term.confirmed),
      JSON.stringify(commits),
      now(),
    ]);
  const begun = elapsed();
  const answer = await askAgain(ask);
  const { rows } = elapsed() - begun > LATE_MS ? await stillLed(ask) : answer;
  return rows[0]?.told ?? [];
}

/**
 * What is told so late may no longer be acted on: a process that was frozen meanwhile may have been
 * replaced. It is asked for once more, which only whoever leads is answered.
 */
const LATE_MS = 5_000;

const stillLed = <Answer>(ask: () => Promise<Answer>): Promise<Answer> =>
  ask().catch((error) => {
    throw new AnswerLost(error);
  });

/** Its answer was lost, so that it may have been written; `cause`: why it cannot be asked for. */
export class AnswerLost extends Error {
  constructor(cause: unknown) {
    super("the answer was lost, and whether it was written is not known", { cause });
    this.name = "AnswerLost";
  }
}

async function askAgain<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  let perhapsWritten = false;
  try {
    return await ask().catch((error) => {
      if (!isLost(error)) throw error;
      perhapsWritten = !isUnsent(error);
      return ask();
    });
  } catch (error) {
    perhapsWritten ||= isLost(error) && !isUnsent(error);
    throw perhapsWritten ? new AnswerLost(error) : error;
  }
}

function committedBy(answer: Told | undefined): Committed {
  const told = answer?.told ?? [];
  return {
    done: answer?.done ?? false,
    happened: told.map((one) => one !== "no"),
    keys: told.map((one) => (/^\d+$/.test(one) ? one : undefined)),
  };
}

export const bytesOf = (key: string) => Buffer.from(key, "utf8");

/** A change as the function in the database reads it. */
function asSent(change: Written, indexes: Indexes): Readonly<Record<string, unknown>> {
  if (change.does === "remove")
    return {
      ...change,
      key: bytesOf(change.key).toString("hex"),
      seq: /^\d{1,18}$/.test(change.key) ? change.key : null,
    };
  const { value, ...text } = change;
  const found = foundTexts(indexes, change.in, value);
  const key = "key" in change ? { key: bytesOf(change.key).toString("hex") } : {};
  return { ...text, ...key, found };
}

/** All that a record is found by. */
export const foundTexts = (indexes: Indexes, namespace: string, value: unknown): string[] =>
  (indexes[namespace] ?? []).flatMap((field) => {
    const held = textAt(value, field);
    return held === undefined ? [] : [foundBy(field, held)];
  });

export const foundBy = (field: string, text: string) => `${field}=${JSON.stringify(text)}`;

/** No connection came to be. The last two are the library's, which gives them no code. */
const UNSENT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|57P03|08001)$|timeout exceeded when trying to connect|connection timeout/;

const isUnsent = (error: unknown): boolean =>
  error instanceof Error && UNSENT.test("code" in error ? String(error.code) : error.message);

/** The connection was lost before the answer, or never was. */
export const isLost = (error: unknown): boolean =>
  error instanceof Error &&
  (!("code" in error) || /^(?:08|57P0|ECONN|EPIPE|ETIMEDOUT)/.test(String(error.code)));
