/** Orders that wait for a decision, as `confirm` and `cancel` find them. */
import type { Place } from "../chat/port.ts";
import { fold } from "../chat/same-name.ts";
import type { Order } from "../records/order.ts";
import { ordersInHand } from "../store/in-hand.ts";
import type { Context } from "./command.ts";

/** Those that have been confirmed and that EM has not taken yet. A stop is not called off. */
export async function ordersOnTheirWay({ store, emKey }: Context): Promise<Order[]> {
  const orders = await ordersInHand(store, emKey);
  return orders.filter(({ phase, action }) => phase.is !== "asked" && action !== "stop");
}

/** Those of this EM that are still open, those asked in this channel first. */
export async function pendingOrders({
  store,
  emKey,
  place,
}: Pick<Context, "store" | "emKey" | "place">): Promise<Order[]> {
  const orders = await ordersInHand(store, emKey);
  const asked = orders.filter(({ phase }) => phase.is === "asked");
  return asked.sort((a, b) => Number(isHere(b, place)) - Number(isHere(a, place)));
}

export const isHere = (one: { readonly place: Place }, place: Place) =>
  one.place.platform === place.platform && one.place.channel === place.channel;

/** Named by the plan's name or `name @ tenant`. */
export function isNamed({ plan }: Order, typed: string): boolean {
  const wanted = fold(typed);
  return [plan.name, `${plan.name} @ ${plan.tenant?.name ?? ""}`].some(
    (name) => fold(name) === wanted,
  );
}

export const isRun = ({ id }: Order, typed: string) => fold(id) === fold(typed);

/**
 * Named as above, by the run's id, or by a part of the plan's name: enough to drop a question, not
 * to confirm one.
 */
export const isMeant = (order: Order, typed: string) =>
  isRun(order, typed) ||
  isNamed(order, typed) ||
  (fold(typed) !== "" && fold(order.plan.name).includes(fold(typed)));
