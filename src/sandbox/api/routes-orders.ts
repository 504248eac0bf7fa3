/** What changes the estate: orders to failover plans, and data collection. */

import type { Action, Plan, PlanKind, Run } from "../estate/estate.ts";
import { isGuid } from "../estate/ids.ts";
import { type Answer, accepted, refused } from "./answer.ts";
import { parameter } from "./query.ts";
import type { Call, Route } from "./routes.ts";
import { taskNode } from "./routes-tasks.ts";
import { readStart } from "./start-spec.ts";
import { operations } from "./tasks.ts";

export const orderRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/cloud/cloudFailoverPlans/{id}",
    subject: "cloud-plans",
    cloud: true,
    answer: (call) => orderPlan(call, "cloud"),
  },
  {
    method: "POST",
    path: "/failoverPlans/{id}",
    subject: "ordinary-plans",
    answer: (call) => orderPlan(call, "ordinary"),
  },
  { method: "POST", path: "/backupServers/{id}", subject: "collect", answer: collect },
];

const roots = {
  cloud: "CloudFailoverPlanManagementSpec",
  ordinary: "FailoverPlanManagementSpec",
} as const;
const types = { cloud: "CloudFailoverPlan", ordinary: "FailoverPlan" } as const;

function orderPlan(call: Call, kind: PlanKind): Answer {
  const [id = ""] = call.ids;
  if (!isGuid(id)) return refused(400, ` ID ${id} is invalid. Type: ${types[kind]}`);
  const plan = call.view.world.plans(kind).find((each) => each.id === id.toLowerCase());
  if (!plan)
    return refused(404, `Cannot find ${kind === "cloud" ? "cloud " : ""}failover plan [${id}]`);
  const action = actionOf(call, kind);
  return action ? carryOut(call, plan, action) : refused(400, "Action is not supported");
}

function actionOf({ parameters }: Call, kind: PlanKind): Action | undefined {
  const named = parameter(parameters, "action")?.toLowerCase();
  const known = (["start", "test", "undo"] as const).find((action) => action === named);
  return kind === "ordinary" && known === "test" ? undefined : known;
}

function carryOut(call: Call, plan: Plan, action: Action): Answer {
  const { view, body, isJson } = call;
  const before = action === "start" ? readStart(body, roots[plan.kind], isJson, view) : undefined;
  const run = view.world.order(plan, action, before);
  if (run === 400 || run === 409)
    return refused(run, `Failover plan "${plan.name}" is already running`);
  return receipt(call, operations[plan.kind][action], run);
}

function collect(call: Call): Answer {
  const { world } = call.view;
  const [id = ""] = call.ids;
  if (id.toLowerCase() !== world.inventory.backupServer.id)
    return refused(404, `Cannot find backup server [${id}]`);
  if (parameter(call.parameters, "action")?.toLowerCase() !== "collect")
    return refused(400, "Action is not supported");
  world.collect();
  return receipt(call, "CollectingBackupServer");
}

function receipt({ view, logon, logons, tasks }: Call, operation: string, run?: Run): Answer {
  const id = logons.nextTaskId(logon.id);
  const task = { id, logonId: logon.id, operation, startedAt: view.now, ...(run ? { run } : {}) };
  tasks.add(task);
  return accepted(taskNode(task, view));
}
