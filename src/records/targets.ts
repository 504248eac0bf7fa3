/** What a run is measured against, while it goes on and afterwards. */

/** What the policy promises for a plan; in milliseconds. */
export interface Targets {
  /** From the question to the last VM up. */
  readonly recoveryMs?: number;
  /** Age of the oldest restore point used. */
  readonly dataMs?: number;
}

/** Medians over earlier runs of the plan that ended well, in milliseconds. */
export interface Usual {
  /** Over so many runs. */
  readonly runs: number;
  readonly machineMs?: number;
  /** By VM; of those alone that ended well in at least three runs. */
  readonly vms: Readonly<Record<string, number>>;
}
