import type { Store } from "./store.ts";

/**
 * For what is done without a commit of its own: a commit of nothing. Rejects as that one would, where
 * another process has the state by now, or the state cannot be written.
 */
export const assertInForce = (store: Pick<Store, "commit">): Promise<unknown> => store.commit([]);
