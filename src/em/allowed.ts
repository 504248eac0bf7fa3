import { EmError, type EmFailure } from "./errors.ts";

/** Undefined where the account's role does not allow the reading; other failures stay failures. */
export const allowed = <Result>(reading: Promise<Result>) => unless("forbidden", reading);

/** Undefined where EM has no such thing. */
export const ifThere = <Result>(reading: Promise<Result>) => unless("not-found", reading);

async function unless<Result>(failure: EmFailure, reading: Promise<Result>): Promise<Result | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof EmError && error.failure === failure) return undefined;
    throw error;
  }
}
