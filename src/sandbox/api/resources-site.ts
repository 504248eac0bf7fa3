/** The site's own: backup server, ordinary failover plans, replication and CDP. */
import type { Plan, PlanVm } from "../estate/estate.ts";
import { stamp } from "../estate/points.ts";
import { type JobSession, jobSessions, type VmSession, vmSessions } from "../estate/replication.ts";
import {
  defineResource,
  flag,
  number,
  results,
  serverLink,
  sessionStates,
  taskSessionStates,
  text,
  time,
  urn,
  type View,
  word,
} from "./resource.ts";
import {
  type Link,
  list,
  type Member,
  microseconds,
  type Node,
  node,
  plain,
  value,
} from "./tree.ts";

interface Server {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

const productVersions = {
  "9.5": "9.5.0.1922",
  "9.5u4": "9.5.4.2866",
  "12": "12.3.1.1139",
  "13": "13.0.1.1071",
};

export const backupServers = defineResource<Server>({
  type: "BackupServer",
  path: "/backupServers",
  list: "BackupServers",
  subject: "anything",
  querySubject: "query",
  rows: ({ world }) => [world.inventory.backupServer],
  id: (server) => server.id,
  name: (server) => server.name,
  parents: () => [],
  members: (server, { dialect }) => [
    value("Description", server.description),
    value("Port", 9392),
    value("Version", productVersions[dialect]),
  ],
  fields: { Description: text((server) => server.description) },
});

export const failoverPlans = defineResource<Plan>({
  type: "FailoverPlan",
  path: "/failoverPlans",
  list: "FailoverPlans",
  subject: "ordinary-plans",
  querySubject: "query",
  rows: ({ world }) => world.plans("ordinary"),
  id: (plan) => plan.id,
  name: (plan) => plan.name,
  further: (plan, { base }) => {
    const href = `${base}/failoverPlans/${plan.id}`;
    return [
      { rel: "Edit", type: "FailoverPlanReference", href, name: plan.name },
      { rel: "Start", href: `${href}?action=start` },
      { rel: "Undo", href: `${href}?action=undo` },
    ];
  },
  members: (plan, view) => [
    value("Description", plan.description),
    node("FailoverPlanInfo", ordinaryIncludes(plan, view)),
  ],
  fields: { Description: text((plan) => plan.description) },
});

function ordinaryIncludes(plan: Plan, view: View): Node {
  const vms = plan.vms.map((vm) => ordinaryVmNode(plan, vm, view));
  return plain("FailoverPlanInfo", [list("Includes", vms, "FailoveredVms")]);
}

export const ordinaryVmNode = (plan: Plan, vm: PlanVm, { base }: View): Node => ({
  element: "FailoveredVm",
  form: "resource",
  type: "FailoveredVm",
  href: `${base}/failoverPlans/${plan.id}/includes/${vm.id}`,
  members: [
    value("FailoveredVmId", vm.id),
    value("HierarchyObjRef", `urn:VMware:Vm:${vm.id}.${vm.order + 10}`),
    value("Name", vm.name),
    value("DisplayName", vm.name),
    value("Order", vm.order),
    node("GuestProcessingOptions", guestProcessing),
  ],
});

const guestProcessing = plain("GuestProcessingOptions", [
  node(
    "VssSnapshotOptions",
    plain("VssSnapshotOptions", [
      value("VssSnapshotMode", "RequireSuccess"),
      value("IsCopyOnly", false),
    ]),
  ),
]);

/** The name of a job or VM session; version 13 adds microseconds. */
function sessionName(of: string, at: number, { dialect }: View): string {
  const fraction = String(
    (at - Math.floor(at / 1_000) * 1_000) * 1_000 + microseconds(at),
  ).padStart(6, "0");
  return `${of}@${stamp(at)}${dialect === "13" ? `.${fraction}` : ""}`;
}

const jobSessionName = (of: JobSession, view: View): string =>
  sessionName(of.job.name, of.createdAt, view);
const vmSessionName = (of: VmSession, view: View): string => sessionName(of.vm, of.createdAt, view);

const snapshotSessions = ({ world, now }: View): JobSession[] =>
  jobSessions(world.inventory.jobs, "snapshot", now);
const cdpSessions = ({ world, now }: View): JobSession[] =>
  jobSessions(world.inventory.jobs, "cdp", now);
const begun = (sessions: readonly JobSession[], { now }: View): VmSession[] =>
  vmSessions(sessions).filter((each) => each.createdAt <= now);

const times = (
  of: { readonly createdAt: number; readonly endedAt?: number },
  { switches }: View,
): Member[] => [
  value("CreationTimeUTC", { time: of.createdAt }),
  value(
    "EndTimeUTC",
    of.endedAt === undefined
      ? switches.endTimeWhileRunning === "null"
        ? null
        : undefined
      : { time: of.endedAt },
  ),
];

const upLink = (type: string, href: string, name: string): Link => ({
  rel: "Up",
  type,
  href,
  name,
});

export const replicaSessions = defineResource<JobSession>({
  type: "ReplicaJobSession",
  path: "/replicaSessions",
  list: "ReplicaJobSessions",
  subject: "replica-sessions",
  querySubject: "query",
  rows: snapshotSessions,
  id: (session) => session.id,
  name: jobSessionName,
  parents: ({ job }, view) => [
    serverLink(view),
    upLink("JobReference", `${view.base}/jobs/${job.id}`, job.name),
  ],
  further: ({ id }, { base }) => [
    {
      rel: "Down",
      type: "ReplicaTaskSessionReferenceList",
      href: `${base}/replicaSessions/${id}/repicaTaskSessions`,
    },
  ],
  members: (session, view) => [
    value("JobUid", urn("Job", session.job.id)),
    value("JobName", session.job.name),
    value("JobType", "Replica"),
    ...times(session, view),
    value("State", session.state),
    value("Result", session.result),
    value("Progress", session.progress),
    value("IsRetry", session.isRetry),
  ],
  fields: {
    JobType: text(() => "Replica"),
    JobUid: text(({ job }) => urn("Job", job.id)),
    JobName: text(({ job }) => job.name),
    CreationTime: time((session) => session.createdAt),
    EndTime: time((session) => session.endedAt),
    State: word(sessionStates, (session) => session.state),
    Result: word(results, (session) => session.result),
    IsRetry: flag((session) => session.isRetry),
  },
});

export const replicaTaskSessions = defineResource<VmSession>({
  type: "ReplicaTaskSession",
  path: "/replicaTaskSessions",
  list: "ReplicaTaskSessions",
  subject: "replica-sessions",
  querySubject: "query",
  rows: (view) => begun(snapshotSessions(view), view),
  id: (task) => task.id,
  name: vmSessionName,
  attributes: (task) => [["VmDisplayName", task.vm]],
  parents: ({ session }, view) => [
    serverLink(view),
    upLink(
      "ReplicaJobSessionReference",
      `${view.base}/replicaSessions/${session.id}`,
      jobSessionName(session, view),
    ),
  ],
  members: (task, view) => [
    value("JobSessionUid", urn("ReplicaJobSession", task.session.id)),
    ...times(task, view),
    value("State", task.state),
    value("Result", task.result),
    value("Reason", task.reason),
    value("TotalSize", task.totalSize),
  ],
  fields: {
    JobSessionUid: text(({ session }) => urn("ReplicaJobSession", session.id)),
    JobUid: text(({ session }) => urn("Job", session.job.id)),
    JobName: text(({ session }) => session.job.name),
    VmDisplayName: text((task) => task.vm),
    CreationTime: time((task) => task.createdAt),
    EndTime: time((task) => task.endedAt),
    State: word(taskSessionStates, (task) => task.state),
    Result: word(results, (task) => task.result),
    Reason: text((task) => task.reason),
    TotalSize: number((task) => task.totalSize),
  },
});

export const cdpReplicaSessions = defineResource<JobSession>({
  type: "CdpReplicaSession",
  path: "/cdpReplicaSessions",
  list: "CdpReplicaSessions",
  inner: ({ switches }) => switches.cdpSessionsInner,
  listElement: "CdpPolicySession",
  uidField: "Id",
  subject: "replica-sessions",
  querySubject: "query",
  rows: cdpSessions,
  id: (session) => session.id,
  name: jobSessionName,
  parents: ({ job }, view) => [
    serverLink(view),
    upLink("CdpPolicyReference", `${view.base}/cdpPolicies/${job.id}`, job.name),
  ],
  further: ({ id }, { base }) => [
    {
      rel: "Down",
      type: "CdpReplicaTaskSessionReferenceList",
      href: `${base}/cdpReplicaSessions/${id}/cdpReplicaTaskSessions`,
    },
  ],
  members: (session, view) => [
    value("PolicyUid", urn("CdpPolicy", session.job.id)),
    value("PolicyName", session.job.name),
    value("PolicyType", "CdpReplica"),
    ...times(session, view),
    value("State", session.state),
    value("Result", session.result),
    value("Progress", session.progress),
    value("FailureMessage", ""),
    value("IsRetry", session.isRetry),
  ],
  fields: {
    PolicyUid: text(({ job }) => urn("CdpPolicy", job.id)),
    PolicyName: text(({ job }) => job.name),
    PolicyType: text(() => "CdpReplica"),
    CreationTimeUTC: time((session) => session.createdAt),
    EndTimeUTC: time((session) => session.endedAt),
    State: word(sessionStates, (session) => session.state),
    Result: word(results, (session) => session.result),
    IsRetry: flag((session) => session.isRetry),
  },
});

/**
 * Its entities give `/replicaTaskSessions/…` as their own address, as the documentation's sample
 * does.
 */
export const cdpReplicaTaskSessions = defineResource<VmSession>({
  type: "CdpReplicaTaskSession",
  path: "/cdpReplicaTaskSessions",
  slipsTo: "/replicaTaskSessions",
  list: "CdpReplicaTaskSessions",
  uidField: "Id",
  subject: "replica-sessions",
  querySubject: "query",
  rows: (view) => begun(cdpSessions(view), view),
  id: (task) => task.id,
  name: vmSessionName,
  attributes: (task) => [["VmDisplayName", task.vm]],
  parents: ({ session }, view) => [
    serverLink(view),
    upLink(
      "CdpReplicaSessionReference",
      `${view.base}/cdpReplicaSessions/${session.id}`,
      jobSessionName(session, view),
    ),
  ],
  members: (task, view) => [
    value("PolicySessionUid", urn("CdpReplicaSession", task.session.id)),
    ...times(task, view),
    value("State", task.state),
    value("Result", task.result),
    value("Reason", task.reason),
    value("TotalSize", task.totalSize),
  ],
  fields: {
    PolicySessionUid: text(({ session }) => urn("CdpReplicaSession", session.id)),
    VmDisplayName: text((task) => task.vm),
    CreationTimeUTC: time((task) => task.createdAt),
    EndTimeUTC: time((task) => task.endedAt),
    State: word(taskSessionStates, (task) => task.state),
    Reason: text((task) => task.reason),
    TotalSize: number((task) => task.totalSize),
  },
});
