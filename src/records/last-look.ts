import type { AnyWatch } from "./any-watch.ts";
import type { Stored } from "./stored.ts";

/**
 * When EM last answered about each watch, for all that are open: one record a look, so that a
 * watch is saved only where something else of it changed.
 */
export interface LastLook extends Stored {
  readonly version: 1;
  /** By the id of the watch; also of such as have ended since. */
  readonly seen: Readonly<Record<string, number>>;
}

/** The watch with the newer of both times. */
export const seenAsOf = <Followed extends AnyWatch>(watch: Followed, at = 0): Followed =>
  at > watch.seenAt ? { ...watch, seenAt: at } : watch;
