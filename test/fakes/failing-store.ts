import { type Store, StoreError } from "../../src/store/store.ts";

export interface FailingStore extends Store {
  /** While true every reading and writing fails. */
  down: boolean;
  /** While true everything can be read and nothing written. */
  full: boolean;
  /** The next commits fail so, one after the other: before anything was written, or after it. */
  readonly faults: ("unwritten" | "written" | "none")[];
}

/** A real store that fails when it is told to. */
export function failingStore(store: Store): FailingStore {
  const check = (fails: boolean) => {
    if (fails) throw new StoreError('Cannot use the state "test" as it was told to fail');
  };
  const failing: FailingStore = {
    ...store,
    down: false,
    full: false,
    faults: [],
    get: async (namespace, key) => {
      check(failing.down);
      return store.get(namespace, key);
    },
    all: async (namespace) => {
      check(failing.down);
      return store.all(namespace);
    },
    find: async (namespace, field, text) => {
      check(failing.down);
      return store.find(namespace, field, text);
    },
    commit: async (changes) => {
      if (failing.full)
        throw new StoreError(
          'Cannot write the state "test" as the disk is full: make room; it goes on then',
        );
      const fault = failing.faults.shift();
      check(failing.down || fault === "unwritten");
      const committed = await store.commit(changes);
      check(fault === "written");
      return committed;
    },
  };
  return failing;
}
