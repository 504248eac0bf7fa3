/** How fast a platform may be spoken to. */

/**
 * So many at once after a rest, and one more each `everyMs` milliseconds; 0 for any number. Counted
 * for each channel with its threads, or for the whole platform.
 */
export interface Budget {
  readonly burst: number;
  readonly everyMs: number;
  readonly of: "channel" | "platform";
}

/** How often the platform may be asked, so that it never has to say no. Files count as posts. */
export interface Pace {
  readonly posts: Budget;
  readonly edits: Budget;
}
