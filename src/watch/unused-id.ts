/** Ids that no run has had, as long as anything is remembered of it. */
import { newId } from "../ids.ts";
import type { Store } from "../store/store.ts";

const named = ["orders", "past-orders", "watches", "past-watches", "reports"] as const;

/**
 * Drawn until nothing that runs, waits or is over has this id. Where two draw the same at once,
 * the later is kept from writing: the first record of an id is inserted.
 */
export async function unusedId(kind: "run" | "watch", store: Pick<Store, "get">): Promise<string> {
  const id = newId(kind);
  const found = await Promise.all(named.map((namespace) => store.get(namespace, id)));
  return found.every((record) => record === undefined) ? id : unusedId(kind, store);
}
