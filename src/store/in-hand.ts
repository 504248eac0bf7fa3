/** What this bot has in hand at one EM. */
import type { AnyWatch } from "../records/any-watch.ts";
import type { Order } from "../records/order.ts";
import { isOpen, type Watch } from "../records/watch.ts";
import type { Store } from "./store.ts";

/** All that is followed there now, failovers and replications, in the order of their ids. */
export async function openWatches(store: Store, emKey: string): Promise<AnyWatch[]> {
  const found = await store.find("watches", "em", emKey);
  return found.map(({ value }) => value).filter(isOpen);
}

export async function openFailovers(store: Store, emKey: string): Promise<Watch[]> {
  return (await openWatches(store, emKey)).filter((watch) => watch.of === "failover");
}

/** From the question to the moment EM has taken them, in the order of their ids. */
export async function ordersInHand(store: Store, emKey: string): Promise<Order[]> {
  return (await store.find("orders", "em", emKey)).map(({ value }) => value);
}
