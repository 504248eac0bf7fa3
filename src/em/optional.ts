import { EmError, type EmFailure } from "./errors.ts";

/** Undefined where the account's role does not allow the reading; other failures stay failures. */
export const unlessForbidden = <Result>(reading: Promise<Result>) => unless(["forbidden"], reading);

/** Undefined where EM has no such thing. */
export const unlessNotFound = <Result>(reading: Promise<Result>) => unless(["not-found"], reading);

/**
 * Undefined where EM does not take such a question from this account, or at all, as without Cloud
 * Connect.
 */
export const unlessRefused = <Result>(reading: Promise<Result>) =>
  unless(["forbidden", "not-found", "rejected"], reading);

async function unless<Result>(
  failures: readonly EmFailure[],
  reading: Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof EmError && failures.includes(error.failure)) return undefined;
    throw error;
  }
}
