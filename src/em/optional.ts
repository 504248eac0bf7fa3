import { EmError, type EmFailure } from "./errors.ts";

/** What EM answered, or why that could not be read: a question that was refused is not an empty answer. */
export type Answered<Value> =
  | { readonly is: "read"; readonly value: Value }
  | { readonly is: "unread"; readonly why: EmError };

export const read = <Value>(value: Value): Answered<Value> => ({ is: "read", value });

/** What was read, or nothing. */
export const readOf = <Value>(answer: Answered<Value>): Value | undefined =>
  answer.is === "read" ? answer.value : undefined;

export async function answered<Value>(reading: Promise<Value>): Promise<Answered<Value>> {
  try {
    return read(await reading);
  } catch (error) {
    if (error instanceof EmError) return { is: "unread", why: error };
    throw error;
  }
}

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
