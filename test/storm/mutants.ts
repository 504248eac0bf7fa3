/** Deliberate mistakes, at least one for each promise: each must be found by the storm. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly replace: string;
  /** The promise that it breaks. */
  readonly promise: string;
  /** So many runs at most until it is found. */
  readonly within: number;
}

export const mutants: readonly Mutant[] = [];
