/** What SQLite and the file system say, as sentences. */
import { StoreError } from "./store.ts";

export function attempt<Result>(path: string, deed: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw storeError(path, deed, error);
  }
}

export async function attemptLater<Result>(
  path: string,
  deed: string,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw storeError(path, deed, error);
  }
}

/** Another process uses the file. */
export const isLocked = (error: unknown): boolean =>
  error instanceof Error && /database is locked/.test(error.message);

const CURES: readonly (readonly [RegExp, string])[] = [
  [
    /database is locked/,
    "another failover-bot uses it: stop that one, or set STATE_URL to another file",
  ],
  [
    /database or disk is full|ENOSPC|EDQUOT/,
    "the disk is full: make room; the bot goes on by itself then",
  ],
];

export function storeError(path: string, deed: string, error: unknown): StoreError {
  const reason = error instanceof Error ? error.message : String(error);
  const known = CURES.find(([words]) => words.test(reason));
  const because = known ? known[1] : reason;
  const mayPass = known !== undefined || isIoError(error);
  return new StoreError(`Cannot ${deed} the state "${path}" as ${because}`, {
    cause: error,
    mayPass,
  });
}

/** SQLite's code for what a disk or its driver could not do; the rest of the number says more. */
const IO_ERROR = 10;

const isIoError = (error: unknown): boolean =>
  error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === IO_ERROR;
