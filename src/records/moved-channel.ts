import type { Stored } from "./stored.ts";

/** A channel whose room goes by another id now. */
export interface MovedChannel extends Stored {
  readonly version: 1;
  /** The id that the platform gave it then; it may have had others since. */
  readonly to: string;
}
