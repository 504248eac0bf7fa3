/** All that a state holds, as rows in their order, a page at a time. */
import { checkLog } from "./audit.ts";
import { StoreError } from "./store.ts";
import type { Tables } from "./tables.ts";

export interface RecordRow {
  readonly namespace: string;
  readonly key: string;
  readonly envelope: string;
  /** In milliseconds since 1970. */
  readonly expires: number | null;
}

export interface QueueRow {
  readonly seq: string;
  readonly namespace: string;
  readonly envelope: string;
}

export interface ChainRow extends QueueRow {
  readonly hash: string;
}

/** Numbers that were given stay given: what is added later has a higher one. */
export interface LastNumbers {
  readonly queues: string;
  readonly chains: string;
}

type Pages<Row> = AsyncIterable<readonly Row[]>;

export interface Contents {
  records(): Pages<RecordRow>;
  queues(): Pages<QueueRow>;
  chains(): Pages<ChainRow>;
  lastNumbers(): Promise<LastNumbers>;
  readonly links: Tables["links"];
}

/** So many rows at once. */
export const ROWS = 500;

export interface Counted {
  readonly records: number;
  readonly queued: number;
  /** Entries of the audit log, and the hash of the last. */
  readonly entries: number;
  readonly head?: string | undefined;
}

/** What the audit log comes to. Throws StoreError where an entry does not fit the one before it. */
export async function assertWholeLog(
  { links }: Pick<Contents, "links">,
  name: string,
): Promise<Pick<Counted, "entries" | "head">> {
  const { bad, entries, head } = await checkLog({ links }, undefined, async () => undefined);
  if (!bad) return { entries, head };
  throw new StoreError(
    `Cannot move the state "${name}" as its audit log was changed: entry ${bad.key} does not fit the one before it`,
  );
}
