import {
  cannotCancelCard,
  noSuchPendingCard,
  nothingPendingCard,
  onItsWayCard,
  severalPendingCard,
} from "../messages/answers.ts";
import { openFailovers } from "../store/in-hand.ts";
import { unquoted } from "../typed/line.ts";
import { command } from "./command.ts";
import { isHere, isMeant, ordersOnTheirWay, pendingOrders } from "./pending.ts";

export const cancel = command({
  name: "cancel",
  usage: "[plan]",
  summary: "drops what was asked for and not yet confirmed",
  options: [{ name: "plan", summary: "the failover plan", required: false, takes: "plan" }],
  details: ["It cannot stop a failover that runs; it says what can."],
  section: "order",
  permission: "read",
  parse: (rest) => ({ ok: true, args: unquoted(rest) }),
  run: async (typed, context) => {
    const all = await pendingOrders(context);
    const pending = all.filter((order) =>
      typed === "" ? isHere(order, context.place) : isMeant(order, typed),
    );
    const [order] = pending;
    if (pending.length > 1)
      return { is: "reply", card: severalPendingCard(pending, "cancel"), refused: true };
    if (order) return { is: "decide", order, decision: "cancel" };
    // What is asked elsewhere is not told here: nobody learns of a plan that is none of theirs.
    const here = all.filter((one) => isHere(one, context.place));
    if (typed !== "" && here.length > 0)
      return { is: "reply", card: noSuchPendingCard(here, "cancel", typed), refused: true };
    const [sent] = await ordersOnTheirWay(context);
    if (sent) return { is: "reply", card: onItsWayCard(sent.plan.name), refused: true };
    const followed = await openFailovers(context.store, context.emKey);
    const running = followed.find(({ order }) => order !== undefined);
    const card = running ? cannotCancelCard(running.subject.name) : nothingPendingCard("cancel");
    return { is: "reply", card, refused: true };
  },
});
