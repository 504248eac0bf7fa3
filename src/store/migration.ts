import type { Stored } from "../records/stored.ts";

/** One kind of record, from the version that it had before this format to that of this format. */
export interface Migration {
  /** The format with which the new version came. */
  readonly format: number;
  /** Of records or queues. */
  readonly namespace: string;
  readonly from: number;
  bring(record: Stored): Stored;
}
