/** The end of an order of which nothing was sent, or of which EM has taken nothing. */
import { notSentWords } from "../messages/not-sent.ts";
import { decidedCard, notSentLine } from "../messages/order-card.ts";
import type { NotSent, Order } from "../records/order.ts";
import type { Services } from "../services.ts";
import { putTopic, queueLine } from "../speech/topics.ts";
import type { Conditional } from "../store/store.ts";
import { orderEntry, orderTopic, told } from "./asking.ts";
import { archiveOrder, calledFor, closeOrder, questionStood, releaseHold } from "./order.ts";

/**
 * Told where the order stands, to all who asked and decided and those on call. Gives the order as it is now; nothing
 * where somebody else has moved it meanwhile.
 */
export async function withdraw(
  order: Order,
  why: NotSent,
  { store, clock, onCall }: Pick<Services, "store" | "clock" | "onCall">,
): Promise<Order | undefined> {
  const now = clock.now();
  const next = closeOrder(order, { is: "not-sent", why }, now);
  const line = notSentLine(order, why, calledFor(order, onCall));
  const { done } = await store.commit([
    ...questionClosed(order),
    ...archiveOrder(order, next),
    releaseHold(order),
    putTopic(orderTopic(next, decidedCard(next), now, true)),
    queueLine(order.topic, line, true, now),
    ...told(order, orderEntry(order, "not-sent", now, order.by, notSentWords(why))),
  ]);
  return done ? next : undefined;
}

const questionClosed = (order: Order): Conditional[] =>
  order.phase.is === "asked"
    ? [{ remove: "asks", key: order.id, require: true }, questionStood(order)]
    : [];
