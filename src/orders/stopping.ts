/** The end of an order to delete EM's task. */
import { stopWords } from "../messages/audit-words.ts";
import { decidedCard, stopLine } from "../messages/order-card.ts";
import type { Closed, Order } from "../records/order.ts";
import type { Services } from "../services.ts";
import { putTopic, queueLine } from "../speech/topics.ts";
import { amend } from "../store/amend.ts";
import type { Conditional } from "../store/store.ts";
import { sameWatch } from "../watch/records.ts";
import { orderEntry, orderTopic, told } from "./asking.ts";
import { calledFor, closeOrder, pastOrder, releaseHold } from "./order.ts";

type StopDeps = Pick<Services, "store" | "clock" | "onCall">;

/**
 * Told wherever the run that was stopped is watched when it is saved. Nothing where somebody else
 * has closed it meanwhile.
 */
export async function closeStop(
  order: Order,
  how: Closed,
  { store, clock, onCall }: StopDeps,
): Promise<void> {
  await amend(store, "orders", order.id, async (current) => {
    if (current?.phase.is !== "sending") return { is: "left" };
    const watch = order.stops && (await store.get("watches", order.stops.watch));
    const next = closeOrder(order, how, clock.now());
    // Where it is in doubt, those of the run and those on call must know; else who ordered it.
    const notify =
      how.is === "not-known" ? calledFor(order, [...(watch?.notify ?? []), ...onCall]) : [order.by];
    const lines = (watch?.topics ?? []).map((topic) =>
      queueLine(topic, stopLine(next, notify), true, clock.now()),
    );
    const also = [...closing(order, next, how, clock.now()), ...lines];
    return { is: "removed", also: watch ? [...also, sameWatch(watch)] : also };
  });
}

function closing(order: Order, next: Order, how: Closed, now: number): Conditional[] {
  const deed = how.is === "stopped" ? "accepted" : "answer-lost";
  return [
    pastOrder(next),
    releaseHold(order),
    putTopic(orderTopic(next, decidedCard(next), now, true)),
    ...told(order, orderEntry(order, deed, now, order.by, stopWords(how))),
  ];
}
