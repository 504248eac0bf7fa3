/**
 * The terminal takes over what a bot in chat has left: open runs are followed here too, open
 * questions are shown.
 */
import type { Card, Place } from "../chat/port.ts";
import { takenOverCard } from "../messages/notices.ts";
import type { Services } from "../services.ts";
import { topicId } from "../speech/topics.ts";
import { openWatches, ordersInHand } from "../store/in-hand.ts";
import { watchHere } from "../watch/places.ts";

/**
 * To be called before anything moves. Gives the card that says what there is, unless it all began
 * here.
 */
export async function takeOver(
  place: Place,
  parts: Pick<Services, "store" | "emKey" | "locks" | "outbox" | "clock">,
): Promise<Card | undefined> {
  const { store, emKey } = parts;
  const watches = await openWatches(store, emKey);
  const foreign = watches.filter(({ id, topics }) => !topics.includes(topicId(id, place)));
  for (const watch of foreign) await watchHere(watch, place, parts);
  const asked = (await ordersInHand(store, emKey)).filter(
    (order) => order.phase.is === "asked" && order.place.platform !== place.platform,
  );
  if (foreign.length + asked.length === 0) return undefined;
  return takenOverCard(
    foreign.map(({ subject }) => subject.name),
    asked.map(({ plan }) => plan.name),
  );
}
