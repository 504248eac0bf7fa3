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

const NEVER = "The compiler proves that this is never reached.";

export const survivors: readonly Survivor[] = [
  { file: "src/orders/approval.ts", code: "default:", why: NEVER },
  {
    file: "src/orders/submit.ts",
    code: 'throw new Error("A stop is no request to a plan");',
    why: "`send` takes a stop another way, so this is never reached.",
  },
  {
    file: "src/orders/submit.ts",
    code: "...(since === undefined ? {} : { since }),",
    becomes: "false",
    why: "What is undefined is not stored, so the record is the same.",
  },
  {
    file: "src/orders/recheck.ts",
    code: 'JSON.stringify([continuous ? "" : name, state, ambiguous]);',
    becomes: '"Stryker was here!"',
    why: "Prints are compared with one another alone, and this one has the same word on both sides.",
  },
];

export const isExplained = (mutant: Omit<Survivor, "why">): boolean =>
  survivors.some(
    ({ file, code, becomes }) =>
      file === mutant.file &&
      code === mutant.code &&
      (becomes === undefined || becomes === mutant.becomes),
  );
