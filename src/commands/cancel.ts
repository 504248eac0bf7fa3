import {
  cannotCancelCard,
  noSuchPendingCard,
  nothingPendingCard,
  severalPendingCard,
} from "../messages/answers.ts";
import type { Order } from "../records/order.ts";
import { openFailovers } from "../store/in-hand.ts";
import { unquoted } from "../typed/line.ts";
import { command } from "./command.ts";
import { isHere, isMeant, ordersOnTheirWay, pendingOrders } from "./pending.ts";

export const cancel = command({
  name: "cancel",
  usage: "[plan]",
  summary: "drops what was asked for and not yet sent",
  options: [{ name: "plan", summary: "the failover plan", required: false, takes: "plan" }],
  details: [
    "What is being sent already is stopped as soon as EM has told which task it is.",
    "It cannot stop a failover that runs; it says what can.",
  ],
  section: "order",
  permission: "read",
  parse: (rest) => ({ ok: true, args: unquoted(rest) }),
  run: async (typed, context) => {
    const all = await pendingOrders(context);
    const isWanted = (order: Order) =>
      typed === "" ? isHere(order, context.place) : isMeant(order, typed);
    const asked = all.filter(isWanted);
    const pending = asked.length > 0 ? asked : (await ordersOnTheirWay(context)).filter(isWanted);
    const [order] = pending;
    if (pending.length > 1)
      return { is: "reply", card: severalPendingCard(pending, "cancel"), refused: true };
    if (order) return { is: "decide", order, decision: "cancel" };
    // What is asked elsewhere is not told here: nobody learns of a plan that is none of theirs.
    const here = all.filter((one) => isHere(one, context.place));
    if (here.length > 0)
      return { is: "reply", card: noSuchPendingCard(here, "cancel", typed), refused: true };
    const followed = await openFailovers(context.store, context.emKey);
    const running = followed.find(({ order }) => order !== undefined);
    const card = running ? cannotCancelCard(running.subject.name) : nothingPendingCard("cancel");
    return { is: "reply", card, refused: true };
  },
});
