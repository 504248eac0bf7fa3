/**
 * What is called off while it is being sent: a stop of its own, carried out as soon as EM has told
 * which task it is. It needs no question; where the policy wants approvals, it is asked for.
 */
import type { Card } from "../chat/port.ts";
import { heldCard } from "../messages/answers.ts";
import { decidedCard } from "../messages/order-card.ts";
import type { Actor, Confirming } from "../records/asker.ts";
import type { Hold, Order } from "../records/order.ts";
import type { Services } from "../services.ts";
import { putTopic, topicId } from "../speech/topics.ts";
import { unusedId } from "../watch/unused-id.ts";
import { askedEntry, askFor, orderEntry, orderTopic, told } from "./asking.ts";
import { holderOf } from "./holds.ts";
import { holdOf, insertOrder, newCode } from "./order.ts";

type StopDeps = Pick<Services, "store" | "locks" | "clock">;

/** Saves the stop; or gives the card that says who is stopping it already. */
export async function stopOnItsWay(
  order: Order,
  asker: Actor,
  needs: Confirming,
  deps: StopDeps,
): Promise<Card | undefined> {
  const id = await unusedId("run", deps.store);
  const stop = stopOf(id, order, asker, needs, deps.clock.now());
  return needs.approvals > 0 ? askFor(stop, deps) : saveStop(stop, deps);
}

function stopOf(id: string, order: Order, asker: Actor, needs: Confirming, now: number): Order {
  const { em, plan, shared, askedAt, expiresAt } = order;
  const phase: Order["phase"] =
    needs.approvals > 0 ? { is: "asked" } : { is: "approved", at: now, by: [asker.person] };
  return {
    ...{ version: 2, id, em, action: "stop", plan, shared, from: { points: "latest" } },
    ...{ points: [], notes: [], known: [], stops: { watch: order.id } },
    ...{ by: asker.person, asker, needs, approvals: [], place: asker.place },
    ...{ askedAt: now, expiresAt: now + (expiresAt - askedAt), confirmation: newCode() },
    ...{ topic: topicId(id, asker.place), phase },
  };
}

async function saveStop(stop: Order, { store, clock }: StopDeps): Promise<Card | undefined> {
  const hold: Hold = { version: 1, order: stop.id };
  const { done } = await store.commit([
    { insert: "holds", key: holdOf(stop), value: hold, require: true },
    insertOrder(stop),
    putTopic(orderTopic(stop, decidedCard(stop), clock.now())),
    ...told(stop, askedEntry(stop)),
    ...told(stop, orderEntry(stop, "confirmed", clock.now())),
  ]);
  if (done) return undefined;
  const holder = await holderOf(store, holdOf(stop));
  return heldCard(stop.plan, holder?.order, holder?.ref);
}
