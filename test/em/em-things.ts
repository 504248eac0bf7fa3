/** Domain things and how EM writes each, for tests. */
import type {
  FailoverPlan,
  FailoverSession,
  Ref,
  ReplicaPoint,
  Task,
  VmTask,
} from "../../src/em/types.ts";
import { type List, listOf, type Thing } from "./em-writer.ts";

/** EM names itself as it sees itself, not as it was called. */
const SELF = "https://em.inside.example:9398/api";

export const linkOf = (
  rel: string,
  path: string,
  type: string | null = null,
  name: string | null = null,
) => ({
  "@Rel": rel,
  "@Href": `${SELF}${path}`,
  "@Name": name,
  "@Type": type,
});

export const linksOf = (...links: readonly Thing[]): List => listOf("Link", links);

const upTo = (server: Ref | undefined) =>
  server ? [linkOf("Up", `/backupServers/${server.id}`, "BackupServerReference", server.name)] : [];

const identity = (type: string, path: string, thing: Ref) => ({
  "@Name": thing.name,
  "@UID": `urn:veeam:${type}:${thing.id}`,
  "@Href": `${SELF}${path}/${thing.id}?format=Entity`,
  "@Type": type,
});

/** What EM says for a word that we do not know. */
const said = (word: string) => word.replace(/^unknown:/, "");

const dateOf = (at: number | undefined) => (at === undefined ? null : new Date(at));

export function sessionThing(session: FailoverSession): Thing {
  return {
    Links: linksOf(
      ...upTo(session.backupServer),
      linkOf(
        "Alternate",
        `/cloud/failoverSessions/${session.id}`,
        "CloudFailoverSessionReference",
        session.name,
      ),
    ),
    JobType: "FailoverPlan",
    ...progressOf(session),
    CloudFailoverTasks: listOf(
      "CloudFailoverTasks",
      session.vms.map(vmTaskThing),
      "CloudFailoverTasks",
    ),
    ...identity("CloudFailoverSession", "/cloud/failoverSessions", session),
  };
}

const vmTaskThing = (task: VmTask): Thing => ({
  VmReplicaPointLink: task.point
    ? linkOf(
        "Related",
        `/cloud/vmReplicaPoints/${task.point.id}`,
        "CloudVmReplicaPointReference",
        task.point.name,
      )
    : null,
  ...progressOf(task),
  "@VmName": task.vm,
});

const progressOf = (one: FailoverSession | VmTask) => ({
  CreationTimeUTC: dateOf(one.createdAt),
  EndTimeUTC: dateOf(one.endedAt),
  State: said(one.state),
  Result: said(one.result),
  Progress: one.progress,
  FailureMessage: one.failureMessage ?? null,
});

/** `vmElement`: old EMs say CloudFailoverPlanVm. */
export function planThing(plan: FailoverPlan, vmElement = "CloudFailoveredVm"): Thing {
  return plan.kind === "cloud" ? cloudPlanThing(plan, vmElement) : ordinaryPlanThing(plan);
}

function cloudPlanThing(plan: FailoverPlan, vmElement: string): Thing {
  const vms = plan.vms.map((vm) => ({
    FailoverPlanVMId: vm.id,
    Name: vm.name,
    Order: vm.order,
    "@Type": "CloudFailoveredVm",
  }));
  return {
    Links: linksOf(
      ...upTo(plan.backupServer),
      linkOf("Start", `/cloud/cloudFailoverPlans/${plan.id}?action=start`),
    ),
    TenantUid: plan.tenant ? `urn:veeam:CloudTenant:${plan.tenant.id}` : null,
    TenantName: plan.tenant?.name ?? null,
    Description: plan.description,
    CloudFailoverPlanOptions: {
      PostFailoverPlanCommandEnabled: plan.commandAfter !== undefined,
      PostFailoverPlanCommand: plan.commandAfter ?? "left over",
      PreFailoverPlanCommandEnabled: plan.commandBefore !== undefined,
      PreFailoverPlanCommand: plan.commandBefore ?? null,
    },
    CloudFailoverPlanInfo: { Includes: listOf(vmElement, vms, "CloudFailoveredVms") },
    ...identity("CloudFailoverPlan", "/cloud/cloudFailoverPlans", plan),
  };
}

function ordinaryPlanThing(plan: FailoverPlan): Thing {
  const vms = plan.vms.map((vm) => ({
    FailoveredVmId: vm.id,
    HierarchyObjRef: "urn:VMware:Vm:11111111-2222-3333-4444-555555555555.vm-10",
    Name: `inner ${vm.name}`,
    DisplayName: vm.name,
    Order: vm.order,
    "@Type": "FailoveredVm",
  }));
  return {
    Links: linksOf(...upTo(plan.backupServer)),
    Description: plan.description,
    FailoverPlanInfo: { Includes: listOf("FailoveredVm", vms, "FailoveredVms") },
    ...identity("FailoverPlan", "/failoverPlans", plan),
  };
}

export function taskThing(task: Task): Thing {
  const related = task.sessions.map((session) =>
    linkOf(
      "Related",
      `/cloud/failoverSessions/${session.id}?format=Entity`,
      "CloudFailoverSession",
      session.name,
    ),
  );
  return {
    Links: linksOf(linkOf("Delete", `/tasks/${task.id}`), ...related),
    TaskId: task.id,
    State: said(task.state),
    Operation: task.operation,
    Result: task.result
      ? {
          Message: task.result.message ?? null,
          "@Success": task.result.success,
          "@CredentialsNeeded": task.result.credentialsNeeded || null,
          "@ConfirmationNeeded": task.result.confirmationNeeded || null,
        }
      : null,
    "@Href": `${SELF}/tasks/${task.id}`,
    "@Type": "Task",
  };
}

export function pointThing(point: ReplicaPoint): Thing {
  const replica = point.replica
    ? [
        linkOf(
          "Up",
          `/cloud/replicas/${point.replica.id}`,
          "CloudReplicaReference",
          point.replica.name,
        ),
      ]
    : [];
  return {
    Links: linksOf(...upTo(point.backupServer), ...replica),
    CreationTimeUTC: new Date(point.createdAt),
    PointType: said(point.type),
    State: said(point.state),
    "@VmDisplayName": point.vm,
    ...identity("CloudVmReplicaPoint", "/cloud/vmReplicaPoints", point),
  };
}

/** A page of the query service. `names`: of the list and of its elements. */
export function pageThing(
  names: readonly [string, string],
  things: readonly Thing[],
  page = 1,
  pages = 1,
): Thing {
  const [list, element] = names;
  return {
    Refs: null,
    Entities: { Jobs: null, [list]: listOf(element, things, list) },
    Resources: null,
    PagingInfo: {
      Links: linksOf(linkOf("First", "/query?page=1"), linkOf("Last", `/query?page=${pages}`)),
      "@PageNum": page,
      "@PageSize": 100,
      "@PagesCount": pages,
    },
  };
}
