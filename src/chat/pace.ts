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
  /**
   * For so many milliseconds an edit that was asked for may still arrive, whatever became of the
   * process that did so, or of its connection; 0 where it arrives at once or never.
   */
  readonly lateEditMs: number;
}
