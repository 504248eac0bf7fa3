/**
 * Mistakes that no test can notice or need notice, and why. Each is named by the line that it is
 * made in, so that the list stays right when lines move; a test looks whether the line is there.
 */
export interface Survivor {
  readonly file: string;
  /** The line in which the mistake begins, without what it is indented by. */
  readonly code: string;
  /** What the mistake makes of it, or of a part of it; absent: whatever it makes. */
  readonly becomes?: string;
  readonly why: string;
}

/** Percent of a room's mistakes that are noticed. */
export const LEAST_SCORE = 95;

export const survivors: readonly Survivor[] = [];

export const isExplained = (mutant: Omit<Survivor, "why">): boolean =>
  survivors.some(
    ({ file, code, becomes }) =>
      file === mutant.file &&
      code === mutant.code &&
      (becomes === undefined || becomes === mutant.becomes),
  );
