import { mismatchCard, nothingPendingCard, severalPendingCard } from "../messages/answers.ts";
import { refusedWords } from "../messages/audit-words.ts";
import { confirms } from "../orders/order.ts";
import { unquoted } from "../typed/line.ts";
import { command } from "./command.ts";
import { isHere, isNamed, pendingOrders } from "./pending.ts";

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
  details: ["Upper and lower case, quotes and extra blanks make no difference."],
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
    const meant = pending.filter(
      (order) =>
        confirms(order, typed) || (order.confirmation.by === "name" && isNamed(order, typed)),
    );
    const [order] = meant;
    if (meant.length > 1)
      return { is: "reply", card: severalPendingCard(meant, "confirm"), refused: true };
    if (order) return { is: "decide", order, decision: "confirm" };
    const here = pending.find((one) => isHere(one, context.place));
    return here
      ? {
          is: "reply",
          card: mismatchCard(here),
          refused: refusedWords(`confirm ${here.plan.name}`, { is: "mismatch" }),
        }
      : { is: "reply", card: nothingPendingCard("confirm"), refused: true };
  },
});
