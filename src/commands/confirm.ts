import type { MessageRef } from "../chat/port.ts";
import { mismatchCard, nothingPendingCard, severalToConfirmCard } from "../messages/answers.ts";
import { refusedWords } from "../messages/audit-words.ts";
import { questionElsewhereCard, unreadCard } from "../messages/question-unread.ts";
import { isItsCode, withoutItsVerb } from "../orders/order.ts";
import { isHeardByOthers, type Order } from "../records/order.ts";
import { unquoted } from "../typed/line.ts";
import { type Context, command, type Outcome } from "./command.ts";
import { isHere, isNamed, isRun, pendingOrders } from "./pending.ts";

export const confirm = command({
  name: "confirm",
  usage: "<plan name or code>",
  summary: "starts what was asked for, once the plan's name (or the code on the card) is typed",
  options: [
    {
      name: "name",
      summary: "the plan's name, or the code on the card",
      required: true,
      takes: "text",
    },
  ],
  details: [
    "Of a test, an undo or a stop the verb may stand before it, as the card shows it.",
    "Upper and lower case, quotes and extra blanks make no difference.",
    "A code is asked for where the name could be meant for another question, or for one that was not read.",
    "In Slack and Discord the name is enough in an answer to the question itself, and in its form.",
  ],
  section: "order",
  permission: "order",
  parse: (rest) => {
    const typed = unquoted(rest);
    return typed === ""
      ? { ok: false, why: "Type the plan's name, or the code on the card." }
      : { ok: true, args: typed };
  },
  run: async (typed, context) => {
    const pending = await pendingOrders(context);
    const meant = pending.filter((order) => {
      const said = withoutItsVerb(order, typed);
      return isItsCode(order, said) || isNamed(order, said);
    });
    const [order] = meant;
    if (meant.length > 1) return { is: "reply", card: severalToConfirmCard(meant), refused: true };
    if (order) return confirmed(order, withoutItsVerb(order, typed), context);
    const here = pending.find(
      (one) => isHere(one, context.place) || (isRun(one, typed) && mayConfirm(one, context)),
    );
    return here ? mismatched(here, context) : nothingToConfirm;
  },
});

const nothingToConfirm: Outcome = {
  is: "reply",
  card: nothingPendingCard("confirm"),
  refused: true,
};

const mayConfirm = ({ plan }: Order, { allows }: Context) =>
  allows({ verb: "confirm", group: "order", plan }).ok;

/** A code was read on the card; a name confirms only what its writer can have read. */
async function confirmed(order: Order, typed: string, context: Context): Promise<Outcome> {
  if (!isItsCode(order, typed) && mayConfirm(order, context)) {
    if (order.confirmation.by === "code") return mismatched(order, context);
    const posted = await context.store.get("posted", order.topic);
    const why = whyUnread(order, posted?.ref, context);
    if (why !== undefined) return unread(order, why, context);
  }
  return { is: "decide", order, decision: "confirm" };
}

type Unread = "elsewhere" | "not-posted" | "typed-before" | "no-answer";

/**
 * Why somebody who types the name here and now cannot have read this question, or may mean that of
 * another process; nothing where neither is so. A thread has the id of the message that it hangs
 * under.
 */
function whyUnread(
  order: Order,
  ref: MessageRef | undefined,
  { place, typedAt, answers }: Context,
): Unread | undefined {
  if (!isHere(order, place) && !(ref && isHere(ref, place))) return "elsewhere";
  if (ref === undefined) return "not-posted";
  const { at = order.askedAt } = ref;
  if (typedAt !== undefined && typedAt < at) return "typed-before";
  const isAnswer = [answers, place.thread].includes(ref.id);
  return isHeardByOthers(place) && !isAnswer ? "no-answer" : undefined;
}

/** From elsewhere it is shown there, with the code that confirms it. */
function unread(order: Order, why: Unread, { now }: Context): Outcome {
  if (why === "elsewhere")
    return { is: "reply", card: questionElsewhereCard(order, now), audience: "sender" };
  const refused = refusedWords(`confirm ${order.plan.name}`, { is: why });
  return { is: "reply", card: unreadCard(order, why), refused };
}

async function mismatched(order: Order, { store }: Context): Promise<Outcome> {
  const posted = await store.get("posted", order.topic);
  return {
    is: "reply",
    card: mismatchCard(order, posted?.ref),
    refused: refusedWords(`confirm ${order.plan.name}`, { is: "mismatch" }),
  };
}
