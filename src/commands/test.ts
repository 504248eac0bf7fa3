import { ask } from "./ask.ts";
import { command } from "./command.ts";
import { oneOf, thePlan } from "./named-plan.ts";
import { orderOptions, planAndReason } from "./plan-and-reason.ts";

export const test = command({
  name: "test",
  usage: "<plan> [because <reason>]",
  summary: "asks whether to test a cloud failover plan; production is not touched",
  options: orderOptions,
  details: ["Refused unless every replica of the plan is in state Ready."],
  section: "order",
  permission: "order",
  parse: (rest) => planAndReason(rest, "test"),
  run: async ({ plan, reason }, context) =>
    oneOf(await thePlan(plan, context), (listed, plans) =>
      ask(context, { action: "test", listed, plans, from: { points: "latest" }, reason }),
    ),
});
