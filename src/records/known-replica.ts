import type { Stored } from "./stored.ts";

/** Whose a replica is: a session of this plan has used a point of it. */
export interface KnownReplica extends Stored {
  readonly version: 1;
  readonly em: string;
  readonly replica: string;
  /** The plan's id. */
  readonly plan: string;
}
