import type { Stored } from "./stored.ts";

/** Until when a platform was heard. */
export interface HeardUntil extends Stored {
  readonly version: 1;
  /** As the platform dates it. */
  readonly at: number;
}
