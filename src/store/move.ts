/**
 * The state from one place to another, a file or a Postgres: all of it as it stands, or nothing. No bot
 * may be on either. Where it was it stays, and is never again to be the state of a bot.
 */
import { assertWholeLog, type Contents, type Counted } from "./contents.ts";
import { fillFile, withFileContents } from "./move-file.ts";
import { fillPostgres, type Mover, withPostgresContents } from "./move-postgres.ts";
import { withMovedEntry } from "./moved-entry.ts";
import type { PostgresPlace } from "./postgres-state.ts";
import { StoreError } from "./store.ts";

/** The path of a file, or a Postgres. */
export type StateHome = string | PostgresPlace;

export const homeName = (home: StateHome) => (typeof home === "string" ? home : home.name);

/**
 * Gives what was moved. `what`: the words of the entry that tells of it in the audit log, where it is
 * moved to.
 *
 * @throws StoreError where either place is in use, nothing is to be moved or something is in its way,
 *   or the audit log is not whole.
 */
export const moveState = (
  from: StateHome,
  to: StateHome,
  mover: Mover,
  what: string,
): Promise<Counted> =>
  withContents(from, mover, async (found) => {
    const before = await assertWholeLog(found, homeName(from));
    const entry = { version: 1, at: mover.clock.now(), deed: "moved", what } as const;
    const { contents, log } = await withMovedEntry(found, before, entry);
    const counted = { records: 0, queued: 0 };
    await fill(to, mover, counting(contents, counted), async (written) => {
      const { entries, head } = await assertWholeLog(written, homeName(to));
      if (entries !== log.entries || head !== log.head)
        throw new StoreError(`Cannot move the state to "${homeName(to)}" as its audit log differs`);
    });
    return { ...counted, ...log };
  });

const withContents = <Result>(
  home: StateHome,
  mover: Mover,
  use: (contents: Contents) => Promise<Result>,
): Promise<Result> =>
  typeof home === "string" ? withFileContents(home, use) : withPostgresContents(home, mover, use);

const fill = (
  home: StateHome,
  mover: Mover,
  contents: Contents,
  check: (written: Pick<Contents, "links">) => Promise<void>,
): Promise<void> =>
  typeof home === "string"
    ? fillFile(home, contents, check)
    : fillPostgres(home, mover, contents, check);

function counting(contents: Contents, counted: { records: number; queued: number }): Contents {
  return {
    ...contents,
    records: () => passing(contents.records(), (rows) => (counted.records += rows)),
    queues: () => passing(contents.queues(), (rows) => (counted.queued += rows)),
  };
}

async function* passing<Row>(
  pages: AsyncIterable<readonly Row[]>,
  count: (rows: number) => void,
): AsyncGenerator<readonly Row[]> {
  for await (const page of pages) {
    count(page.length);
    yield page;
  }
}
