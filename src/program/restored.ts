/** A state that was copied once: what of it still holds where a bot begins on the copy. */
import { restoredWords } from "../messages/audit-words.ts";
import { audited } from "../store/audit.ts";
import type { Store } from "../store/store.ts";
import { tooOld } from "./bot-time.ts";

/**
 * To be called before anything moves. Another bot may have acted since on what people had decided
 * by then, so it no longer counts: questions are closed, and what was confirmed and not yet sent is
 * given up. Runs are followed. Gives from when the copy is; nothing where the state is no copy.
 */
export async function beginRestored(store: Store, now: number): Promise<number | undefined> {
  const copied = await store.get("copied", "from");
  if (!copied) return undefined;
  const orders = await store.all("orders");
  const received = await store.all("received");
  await store.commit([
    { remove: "copied", key: "from" },
    ...orders.flatMap(({ value }) => tooOld(value)),
    ...received.map(({ key }) => ({ remove: "received", key }) as const),
    audited({ at: now, deed: "restored", what: restoredWords(copied.at) }),
  ]);
  return copied.at;
}
