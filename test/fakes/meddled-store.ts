import type { Conditional, Store } from "../../src/store/store.ts";

type Changes = readonly Conditional[];

export interface Meddling {
  readonly wrap: (store: Store) => Store;
  /**
   * Just before the next commit with such a change, and so after whatever was read for it, somebody
   * else writes; once.
   */
  before(isMeant: (change: Conditional) => boolean, act: (store: Store) => Promise<unknown>): void;
  /** How often somebody has. */
  readonly done: number;
}

/** A store into which somebody else writes between a reading and the commit that follows. */
export function meddling(): Meddling {
  let next:
    | { isMeant: (change: Conditional) => boolean; act: (store: Store) => unknown }
    | undefined;
  let done = 0;
  async function meddle(store: Store, changes: Changes): Promise<void> {
    if (!next || !changes.some(next.isMeant)) return;
    const { act } = next;
    next = undefined;
    await act(store);
    done += 1;
  }
  return {
    wrap: (store) => ({
      ...store,
      commit: async (changes) => {
        await meddle(store, changes);
        return store.commit(changes);
      },
    }),
    before: (isMeant, act) => {
      next = { isMeant, act };
    },
    get done() {
      return done;
    },
  };
}

/** Changes of a record in this namespace, whatever becomes of it. */
export const changing = (namespace: string) => (change: Conditional) =>
  ("put" in change && change.put === namespace) ||
  ("insert" in change && change.insert === namespace) ||
  ("remove" in change && change.remove === namespace);
