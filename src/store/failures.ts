/** What SQLite and the file system say, as sentences. */
import { accessSync, constants } from "node:fs";
import { dirname } from "node:path";
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

interface Known {
  readonly words: RegExp;
  readonly why: string;
  readonly cure: string;
  readonly mayPass: boolean;
}

const ELSE_FILE = "set STATE_URL to another file";

const KNOWN: readonly Known[] = [
  {
    words: /database is locked/,
    why: "another failover-bot uses it",
    cure: `stop that one, or ${ELSE_FILE}`,
    mayPass: true,
  },
  {
    words: /database or disk is full|ENOSPC|EDQUOT/,
    why: "the disk is full",
    cure: "make room; the bot goes on by itself then",
    mayPass: true,
  },
  {
    words: /EACCES|EPERM|EROFS|readonly database/,
    why: "this user may not write there",
    cure: `start the bot as the one whom the file and its folder belong to, or ${ELSE_FILE}`,
    mayPass: false,
  },
  {
    words: /ENOENT|ENOTDIR|EEXIST/,
    why: "a folder of that path is not there and cannot be made",
    cure: ELSE_FILE,
    mayPass: false,
  },
];

const knownOf = (reason: string): Known | undefined =>
  KNOWN.find(({ words }) => words.test(reason));

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Ends a sentence. */
export const whyFailed = (error: unknown): string =>
  knownOf(reasonOf(error))?.why ?? reasonOf(error);

/** Throws where the user that runs this may not write the file, or may put nothing beside it. */
export function assertWritable(path: string): void {
  accessSync(path, constants.R_OK | constants.W_OK);
  accessSync(dirname(path), constants.W_OK | constants.X_OK);
}

export function storeError(path: string, deed: string, error: unknown): StoreError {
  const known = knownOf(reasonOf(error));
  const because = known ? `${known.why}: ${known.cure}` : reasonOf(error);
  return new StoreError(`Cannot ${deed} the state "${path}" as ${because}`, {
    cause: error,
    mayPass: known?.mayPass ?? isIoError(error),
  });
}

/** SQLite's code for what a disk or its driver could not do; the rest of the number says more. */
const IO_ERROR = 10;

const isIoError = (error: unknown): boolean =>
  error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === IO_ERROR;
