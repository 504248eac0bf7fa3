import { unlessNotFound } from "../em/optional.ts";
import { notStoppableCard } from "../messages/answers.ts";
import { mayBeStopped } from "../orders/order.ts";
import type { Order } from "../records/order.ts";
import { type Receipted, receiptOf, type Watch } from "../records/watch.ts";
import { newOrder, refusal } from "./ask.ts";
import { type Context, command, type Outcome } from "./command.ts";
import { oneOf, thePlan } from "./named-plan.ts";
import { isNamed, isRun, ordersOnTheirWay, pendingOrders } from "./pending.ts";
import { orderOptions, planAndReason } from "./plan-and-reason.ts";
import { watchNamed } from "./watch.ts";

export const stop = command({
  name: "stop",
  usage: "<plan> [because <reason>]",
  summary: "asks whether to delete EM's task of an order, while that task still runs",
  options: orderOptions,
  details: [
    "Veeam documents this as stopping the task, and elsewhere as removing it; what happens to VMs already started is not documented.",
    "Once the failover session runs, nothing in the API stops it: undo takes it back after it has ended.",
  ],
  section: "order",
  permission: "order",
  parse: (rest) => planAndReason(rest, "stop"),
  run: async ({ plan, reason }, context) => {
    const early = await notTakenYet(plan, context);
    if (early) return { is: "decide", order: early, decision: "cancel" };
    const watch = await watchNamed(plan, context);
    const name = watch?.of === "failover" ? watch.subject.name : plan;
    const receipt = watch?.of === "failover" ? receiptOf(watch) : undefined;
    if (watch?.of !== "failover" || !receipt)
      return { is: "reply", card: notStoppableCard(name), refused: true };
    const task = await unlessNotFound(context.em.task(receipt.task, receipt.logon));
    if (!task || !mayBeStopped(task))
      return { is: "reply", card: notStoppableCard(name), refused: true };
    return askToStop(context, watch, receipt, reason);
  },
});

/** What EM has not taken yet is withdrawn. */
async function notTakenYet(typed: string, context: Context): Promise<Order | undefined> {
  const orders = [...(await ordersOnTheirWay(context)), ...(await pendingOrders(context))];
  const meant = orders.filter((order) => isRun(order, typed) || isNamed(order, typed));
  return meant.length === 1 && meant[0]?.action !== "stop" ? meant[0] : undefined;
}

async function askToStop(
  context: Context,
  watch: Watch,
  { task, logon }: Receipted,
  reason: string | undefined,
): Promise<Outcome> {
  return oneOf(
    await thePlan(watch.subject.planId ?? watch.subject.name, context),
    async (plan, plans) => {
      const allowed = context.allows({ verb: "stop", group: "order", plan });
      if (!allowed.ok) return refusal(`stop ${plan.name}`, allowed.why);
      const order: Order = {
        ...(await newOrder(context, plan, plans, allowed.confirming)),
        action: "stop",
        from: { points: "latest" },
        stops: { watch: watch.id, task, logon },
        ...(reason === undefined ? {} : { reason }),
      };
      return { is: "confirm", order };
    },
  );
}
