/**
 * From what is stored to what shall be stored, where others may write meanwhile: read, decide,
 * save only if what was read still stands, and else begin anew.
 */
import type { Namespaces } from "../records/namespaces.ts";
import { type Conditional, type Store, StoreError } from "./store.ts";

/** Others come between now and then, never so often; more means that it can never be saved. */
const MOST_TRIES = 10;

/**
 * Tries until there is an answer. `attempt` reads, and gives nothing where something came between
 * its reading and its writing; so it must have no other effects than on the store.
 *
 * @throws StoreError where something came between each time.
 */
export async function again<Answer extends object>(
  what: string,
  attempt: () => Promise<Answer | undefined>,
): Promise<Answer> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const answer = await attempt();
    if (answer) return answer;
  }
  throw new StoreError(
    `Cannot save ${what} as others wrote it each time between reading and writing: try again`,
  );
}

/** What becomes of a record, and what is saved in the same commit. `answer`: for the caller. */
export type Amendment<Value, Answer = undefined> = {
  readonly answer?: Answer;
  readonly also?: readonly Conditional[];
} & (
  | { readonly is: "left" }
  | { readonly is: "put"; readonly value: Value; readonly ttlMs?: number }
  | { readonly is: "removed" }
);

type Amend<Value, Answer> = (
  before: Value | undefined,
) => Amendment<Value, Answer> | Promise<Amendment<Value, Answer>>;

/**
 * Changes one record as it is when it is saved. `change` is given what is there, and may be asked
 * several times; nothing that it gives as `also` is saved without the record, and of a record that
 * is left nothing is.
 *
 * @throws StoreError where others changed the record each time, or a further change that is
 *   required cannot happen.
 */
export async function amend<Name extends keyof Namespaces, Answer = undefined>(
  store: Store,
  namespace: Name,
  key: string,
  change: Amend<Namespaces[Name], Answer>,
): Promise<Answer | undefined> {
  const saved = await again(`${namespace}/${key}`, async () => {
    const before = await store.get(namespace, key);
    const amendment = await change(before);
    if (amendment.is === "left") return amendment;
    const own = changeFrom(namespace, key, before, amendment);
    const { done } = await store.commit([own, ...(amendment.also ?? [])]);
    return done ? amendment : undefined;
  });
  return saved.answer;
}

/** The compiler does not see that a value of a namespace goes back into the same. */
function changeFrom<Name extends keyof Namespaces>(
  namespace: Name,
  key: string,
  was: Namespaces[Name] | undefined,
  amendment: Exclude<Amendment<Namespaces[Name], unknown>, { is: "left" }>,
): Conditional {
  const before = was === undefined ? {} : { was };
  if (amendment.is === "removed")
    return { remove: namespace, key, ...before, require: true } as Conditional;
  const { value, ttlMs } = amendment;
  const written = { key, value, ...(ttlMs === undefined ? {} : { ttlMs }), require: true };
  const change = was === undefined ? { insert: namespace } : { put: namespace, was };
  return { ...change, ...written } as Conditional;
}
