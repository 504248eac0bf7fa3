/** `yes` and the like, where a question is open: it decides nothing, so what does is said. */

import type { Typed } from "../chat/port.ts";
import { isHere, pendingOrders } from "../commands/pending.ts";
import { severalToConfirmCard } from "../messages/answers.ts";
import { stillOpenCard } from "../messages/question-unread.ts";
import type { Services } from "../services.ts";
import { isBareAnswer } from "../typed/bare-answer.ts";
import { nothingFits, type Reaction } from "./reaction.ts";

/**
 * Nothing where the line is no such answer, or no question is open there: what is asked elsewhere
 * is not told.
 */
export async function toBareAnswer(
  { text, place }: Pick<Typed, "text" | "place">,
  { store, emKey }: Pick<Services, "store" | "emKey">,
): Promise<Reaction | undefined> {
  if (!isBareAnswer(text)) return undefined;
  const pending = await pendingOrders({ store, emKey, place });
  const open = pending.filter((order) => isHere(order, place));
  const [order] = open;
  if (order === undefined) return undefined;
  const posted = await store.get("posted", order.topic);
  const card = open.length > 1 ? severalToConfirmCard(open) : stillOpenCard(order, posted?.ref);
  return nothingFits(text, card);
}
