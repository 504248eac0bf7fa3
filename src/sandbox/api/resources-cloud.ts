import type { Plan, PlanVm, Run } from "../estate/estate.ts";
import type { Point } from "../estate/points.ts";
import {
  type Progressing,
  type SessionView,
  sessionView,
  type VmView,
} from "../estate/session-view.ts";
import {
  defineResource,
  results,
  serverLink,
  sessionStates,
  text,
  time,
  urn,
  type View,
  word,
} from "./resource.ts";
import { type Link, link, list, type Member, type Node, node, plain, value } from "./tree.ts";

export const planVmNode = (plan: Plan, vm: PlanVm, { base, switches }: View): Node => ({
  element: switches.planVmElement,
  form: "resource",
  type: "CloudFailoveredVm",
  href: `${base}/cloud/cloudFailoverPlans/${plan.id}/includes/${vm.id}`,
  members: [value("FailoverPlanVMId", vm.id), value("Name", vm.name), value("Order", vm.order)],
});

export const cloudFailoverPlans = defineResource<Plan>({
  type: "CloudFailoverPlan",
  path: "/cloud/cloudFailoverPlans",
  list: "CloudFailoverPlans",
  subject: "cloud-plans",
  querySubject: "query-cloud",
  rows: ({ world }) => world.plans("cloud"),
  id: (plan) => plan.id,
  name: (plan) => plan.name,
  further: planLinks,
  members: (plan, view) => [
    value("TenantUid", urn("CloudTenant", plan.tenant?.id ?? "")),
    value("TenantName", plan.tenant?.name ?? ""),
    value("Description", plan.description),
    node("CloudFailoverPlanOptions", commandsOf(plan)),
    node("CloudFailoverPlanInfo", includesOf(plan, view)),
  ],
  fields: {
    Description: text((plan) => plan.description),
    CloudTenantUid: text((plan) => urn("CloudTenant", plan.tenant?.id ?? "")),
    CloudTenantName: text((plan) => plan.tenant?.name ?? ""),
  },
});

function planLinks(plan: Plan, { base }: View): Link[] {
  const href = `${base}/cloud/cloudFailoverPlans/${plan.id}`;
  const type = "CloudFailoverPlanReference";
  return [
    { rel: "Edit", type, href, name: plan.name },
    { rel: "Start", href: `${href}?action=start` },
    { rel: "Test", href: `${href}?action=test` },
    { rel: "Undo", href: `${href}?action=undo` },
    { rel: "Delete", type, href, name: plan.name },
  ];
}

function commandsOf({ commandBefore, commandAfter }: Plan): Node {
  return plain("CloudFailoverPlanOptions", [
    value("PostFailoverPlanCommandEnabled", commandAfter !== undefined),
    value("PostFailoverPlanCommand", commandAfter ?? ""),
    value("PreFailoverPlanCommandEnabled", commandBefore !== undefined),
    value("PreFailoverPlanCommand", commandBefore ?? ""),
  ]);
}

function includesOf(plan: Plan, view: View): Node {
  const vms = plan.vms.map((vm) => planVmNode(plan, vm, view));
  return plain("CloudFailoverPlanInfo", [list("Includes", vms, "CloudFailoveredVms")]);
}

export const cloudFailoverSessions = defineResource<SessionView>({
  type: "CloudFailoverSession",
  path: "/cloud/failoverSessions",
  list: "CloudFailoverSessions",
  subject: "cloud-sessions",
  querySubject: "query-cloud",
  rows: (view) => view.world.sessions().map((run) => sessionView(run, view.now, view)),
  id: (session) => session.run.id,
  name: (session) => session.run.planName,
  members: (session, view) => [
    value("JobType", "FailoverPlan"),
    ...progressMembers(session, view),
    list("CloudFailoverTasks", vmTasks(session, view), "CloudFailoverTasks"),
  ],
  fields: {
    Type: text(() => "FailoverPlan"),
    CreationTime: time((session) => session.createdAt),
    EndTime: time((session) => session.endedAt),
    State: word(sessionStates, (session) => session.state),
    Result: word(results, (session) => session.result),
    FailureMessage: text((session) => session.failureMessage),
  },
});

function progressMembers(of: Progressing, { switches }: View): Member[] {
  const missingEnd = switches.endTimeWhileRunning === "null" ? null : undefined;
  return [
    value("CreationTimeUTC", { time: of.createdAt }),
    value("EndTimeUTC", of.endedAt === undefined ? missingEnd : { time: of.endedAt }),
    value("State", of.state),
    value("Result", of.result),
    value("Progress", of.progress),
    value("FailureMessage", of.failureMessage ?? null),
  ];
}

const vmTasks = (session: SessionView, view: View): Node[] =>
  session.vms.map((vm) => vmTask(vm, view));

function vmTask(task: VmView, view: View): Node {
  const { name, point } = task.vm;
  const related: Link | null = point
    ? {
        rel: "Related",
        type: "CloudVmReplicaPointReference",
        href: `${view.base}/cloud/vmReplicaPoints/${point.id}`,
        name: point.name,
      }
    : null;
  const members = [link("VmReplicaPointLink", related), ...progressMembers(task, view)];
  return plain("CloudFailoverTasks", members, [["VmName", name]]);
}

/** Where a finished task of a run leads. */
export const sessionLink = (run: Run, { base }: View): Link => ({
  rel: "Related",
  type: "CloudFailoverSession",
  href: `${base}/cloud/failoverSessions/${run.id}?format=Entity`,
  name: run.planName,
});

const pointStates = ["Unknown", "Ready", "Failover", "Failback", "PermanentFailover"] as const;
const pointTypes = ["CDP", "Full", "ReverseIncrement", "Increment", "Snapshot"] as const;

/** Where words are unknown, VMs whose name ends in 4 are in a state that nobody knows. */
const pointState = (point: Point, { words }: View): string =>
  words === "unknown" && point.state === "Ready" && point.vm.name.endsWith("4")
    ? "Resynchronizing"
    : point.state;

export const cloudVmReplicaPoints = defineResource<Point>({
  type: "CloudVmReplicaPoint",
  path: "/cloud/vmReplicaPoints",
  list: "CloudVmReplicaPoints",
  subject: "cloud-points",
  querySubject: "query-cloud",
  rows: ({ world }) => world.points(),
  id: (point) => point.id,
  name: (point) => point.name,
  parents: (point, view) => [serverLink(view), replicaLink(point, view)],
  attributes: (point) => [["VmDisplayName", point.vm.name]],
  members: (point, view) => [
    value("CreationTimeUTC", { time: point.createdAt }),
    value("PointType", "Snapshot"),
    value("State", pointState(point, view)),
  ],
  fields: {
    CreationTime: time((point) => point.createdAt),
    VmName: text((point) => point.vm.name),
    VmDisplayName: text((point) => point.vm.name),
    Type: word(pointTypes, () => "Snapshot"),
    ReplicaUid: text((point) => urn("CloudReplica", point.vm.replica.id)),
    ReplicaName: text((point) => point.vm.replica.name),
    State: word(pointStates, pointState),
  },
});

const replicaLink = ({ vm }: Point, { base }: View): Link => ({
  rel: "Up",
  type: "CloudReplicaReference",
  href: `${base}/cloud/replicas/${vm.replica.id}`,
  name: vm.replica.name,
});

interface Replica {
  readonly id: string;
  readonly name: string;
}

export const cloudReplicas = defineResource<Replica>({
  type: "CloudReplica",
  path: "/cloud/replicas",
  list: "CloudReplicas",
  subject: "cloud-points",
  querySubject: "query-cloud",
  rows: ({ world }) => [
    ...new Map(world.inventory.vms.map(({ replica }) => [replica.id, replica])).values(),
  ],
  id: (replica) => replica.id,
  name: (replica) => replica.name,
  further: ({ id }, { base }) => [
    {
      rel: "Down",
      type: "CloudVmReplicaPointReferenceList",
      href: `${base}/cloud/replicas/${id}/vmReplicaPoints`,
    },
  ],
  members: () => [value("Platform", "VMware")],
  fields: { Platform: text(() => "VMware") },
});
