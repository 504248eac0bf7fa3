/** Which order holds a plan, and where people can see it. */
import type { MessageRef } from "../chat/port.ts";
import type { Hold, Order } from "../records/order.ts";
import type { Store } from "../store/store.ts";

export interface Holder {
  /** Absent where the order has been forgotten. */
  readonly order?: Order;
  /** Its root card, once it has been posted. */
  readonly ref?: MessageRef;
}

export const findOrder = async (store: Store, id: string): Promise<Order | undefined> =>
  (await store.get("orders", id)) ?? (await store.get("past-orders", id));

/** `key`: that of the hold. Nothing where the plan is free. */
export async function holderOf(store: Store, key: string): Promise<Holder | undefined> {
  const hold = await store.get("holds", key);
  return hold && holderBy(store, hold);
}

/** Those who hold plans of this EM, in the order of asking. */
export async function holdersOf(
  store: Store,
  emKey: string,
): Promise<(Holder & { order: Order })[]> {
  const holds = await store.all("holds");
  const found = await Promise.all(holds.map(({ value }) => holderBy(store, value)));
  return found
    .flatMap(({ order, ...rest }) => (order?.em === emKey ? [{ ...rest, order }] : []))
    .sort((a, b) => a.order.askedAt - b.order.askedAt);
}

async function holderBy(store: Store, hold: Hold): Promise<Holder> {
  const order = await findOrder(store, hold.order);
  if (!order) return {};
  const posted = await store.get("posted", order.topic);
  return posted?.ref ? { order, ref: posted.ref } : { order };
}
