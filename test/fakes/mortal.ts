/** A store with which the bot dies. */
import type { Store } from "../../src/store/store.ts";

export interface Death {
  readonly wrap: (store: Store) => Store;
  /** How many commits there were. */
  count(): number;
}

/**
 * Lets `most` commits pass; the next one is the last thing that happens, or does not happen any
 * more.
 */
export function mortal(most: number, saved: boolean, die: () => void): Death {
  let commits = 0;
  const wrap = (store: Store): Store => ({
    ...store,
    commit: async (changes) => {
      commits += 1;
      if (commits > most + 1) throw new Error("dead");
      if (commits === most + 1) {
        die();
        if (saved) await store.commit(changes);
        throw new Error("dead");
      }
      return store.commit(changes);
    },
  });
  return { wrap, count: () => commits };
}
