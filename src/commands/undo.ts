import { ask } from "./ask.ts";
import { command } from "./command.ts";
import { oneOf, thePlan } from "./named-plan.ts";
import { orderOptions, planAndReason } from "./plan-and-reason.ts";

export const undo = command({
  name: "undo",
  usage: "<plan> [because <reason>]",
  summary: "asks whether to undo a plan's failover; what was changed in the replicas since is lost",
  options: orderOptions,
  details: [
    "Refused while a session of the same tenant runs.",
    "It covers the VMs of the plan's last session; failed-back VMs are skipped.",
  ],
  section: "order",
  permission: "order",
  parse: (rest) => planAndReason(rest, "undo"),
  run: async ({ plan, reason }, context) =>
    oneOf(await thePlan(plan, context), (listed, plans) =>
      ask(context, { action: "undo", listed, plans, from: { points: "latest" }, reason }),
    ),
});
