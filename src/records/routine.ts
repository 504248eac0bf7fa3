/** What the bot notes for itself. */
import type { Stored } from "./stored.ts";

/** The plans in the list last shown to somebody, so that their numbers can be typed. */
export interface Listed extends Stored {
  readonly version: 1;
  /** Ids, in the order shown. */
  readonly plans: readonly string[];
}

/** When something that is done at its hours was done last. */
export interface RoutineDone extends Stored {
  readonly version: 1;
  /** Everything due up to then was done. */
  readonly at: number;
}

export interface LastStart extends Stored {
  readonly version: 1;
  /** As they may be shown. */
  readonly settings: Readonly<Record<string, string>>;
}

/** The last test of a plan that ended well. */
export interface Tested extends Stored {
  readonly version: 1;
  readonly plan: string;
  readonly at: number;
}

/** In a state that was copied, until a bot has begun on it. */
export interface Copied extends Stored {
  readonly version: 1;
  readonly at: number;
}
