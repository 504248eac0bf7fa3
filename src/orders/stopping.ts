/** The end of an order to delete EM's task. */
import { stopWords } from "../messages/audit-words.ts";
import { decidedCard, stopLine } from "../messages/order-card.ts";
import type { Closed, Order } from "../records/order.ts";
import type { Services } from "../services.ts";
import { putTopic, queueLine } from "../speech/topics.ts";
import { amend } from "../store/amend.ts";
import { audited } from "../store/audit.ts";
import type { Conditional } from "../store/store.ts";
import { sameWatch } from "../watch/records.ts";
import { orderEntry, orderTopic } from "./asking.ts";
import { closeOrder, pastOrder, releaseHold } from "./order.ts";

type StopDeps = Pick<Services, "store" | "clock">;

/**
 * Told wherever the run that was stopped is watched when it is saved. Nothing where somebody else
 * has closed it meanwhile.
 */
export async function closeStop(
  order: Order,
  how: Closed,
  { store, clock }: StopDeps,
): Promise<void> {
  await amend(store, "orders", order.id, async (current) => {
    if (current?.phase.is !== "sending") return { is: "left" };
    const watch = order.stops && (await store.get("watches", order.stops.watch));
    const also = [...closing(order, how, watch?.topics ?? [], clock.now())];
    return { is: "removed", also: watch ? [...also, sameWatch(watch)] : also };
  });
}

function closing(order: Order, how: Closed, topics: readonly string[], now: number): Conditional[] {
  const next = closeOrder(order, how, now);
  const line = stopLine(next);
  const deed = how.is === "stopped" ? "accepted" : "answer-lost";
  return [
    pastOrder(next),
    releaseHold(order),
    putTopic(orderTopic(next, decidedCard(next), now, true)),
    ...topics.map((topic) => queueLine(topic, line, true, now)),
    audited(orderEntry(order, deed, now, order.by, stopWords(how))),
  ];
}
