/** What this bot has in hand at one EM. */
import type { AnyWatch } from "../records/any-watch.ts";
import { asLookedAt, ofLook } from "../records/last-look.ts";
import type { Namespaces } from "../records/namespaces.ts";
import type { Order } from "../records/order.ts";
import { isOpen, type Watch } from "../records/watch.ts";
import type { Store } from "./store.ts";

/** What is read at every look and for every message. */
export const IN_HAND: readonly (keyof Namespaces)[] = [
  "orders",
  "watches",
  "looks",
  "topics",
  "lines",
];

/** All that is followed there now, failovers and replications, in the order of their ids. */
export async function openWatches(
  store: Pick<Store, "find" | "get">,
  emKey: string,
): Promise<AnyWatch[]> {
  const found = await store.find("watches", "em", emKey);
  const look = await store.get("looks", emKey);
  return found.map(({ value }) => asLookedAt(value, ofLook(look, value.id))).filter(isOpen);
}

/** Of whatever EM. */
export async function allWatches(store: Store): Promise<AnyWatch[]> {
  const looks = new Map((await store.all("looks")).map(({ key, value }) => [key, value]));
  const found = await store.all("watches");
  return found.map(({ value }) => asLookedAt(value, ofLook(looks.get(value.em), value.id)));
}

export async function watchInHand(store: Store, id: string): Promise<AnyWatch | undefined> {
  const watch = await store.get("watches", id);
  return watch && withLastLook(store, watch);
}

/** A watch as it was read, with what the last look showed of it; no longer fit for `was`. */
export async function withLastLook(store: Store, watch: AnyWatch): Promise<AnyWatch> {
  return asLookedAt(watch, ofLook(await store.get("looks", watch.em), watch.id));
}

export async function openFailovers(store: Store, emKey: string): Promise<Watch[]> {
  return (await openWatches(store, emKey)).filter((watch) => watch.of === "failover");
}

/** From the question to the moment EM has taken them, in the order of their ids. */
export async function ordersInHand(store: Store, emKey: string): Promise<Order[]> {
  return (await store.find("orders", "em", emKey)).map(({ value }) => value);
}
