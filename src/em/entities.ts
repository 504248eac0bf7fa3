/**
 * The shapes of EM's things, by the names that EM writes, and what of types.ts they become. Every
 * shape reads both formats and every dialect, because the neutral tree under it (wire.ts) knows no
 * difference.
 */
import {
  countField,
  type EntityLink,
  entity,
  FieldError,
  flag,
  guidIn,
  idOf,
  instantField,
  known,
  links,
  linkTo,
  listField,
  made,
  moment,
  optional,
  ownLink,
  percent,
  refOf,
  remark,
  sameWord,
  text,
  word,
} from "./fields.ts";
import type {
  BackupServer,
  FailoverPlan,
  FailoverSession,
  PlanKind,
  PlanVm,
  Ref,
  ReplicaPoint,
  Task,
  VmTask,
} from "./types.ts";

export interface Logon {
  /** The path or address that ends the logon session. */
  readonly end: string;
  /** Whether EM offers Cloud Connect to this account. */
  readonly cloud: boolean;
}

// What every thing has.

export const common = { UID: text, Href: text, Name: text, Links: links };
const BACKUP_SERVER = /backupServer/i;

export const serverOf = (all: readonly EntityLink[]) => refOf(linkTo(all, "Up", BACKUP_SERVER));

// Failover plans.

const planVm = made(
  entity({
    FailoverPlanVMId: text,
    FailoveredVmId: text,
    Href: text,
    Name: text,
    DisplayName: text,
    Order: countField,
  }),
  (em): PlanVm => ({
    id: guidIn(em.FailoverPlanVMId) ?? guidIn(em.FailoveredVmId) ?? guidIn(em.Href) ?? "",
    name: em.DisplayName || em.Name,
    order: em.Order,
  }),
);

const planInfo = optional(entity({ Includes: listField(planVm) }));

const planOptions = optional(
  entity({
    PreFailoverPlanCommandEnabled: flag,
    PreFailoverPlanCommand: remark,
    PostFailoverPlanCommandEnabled: flag,
    PostFailoverPlanCommand: remark,
  }),
);

export const plan = (kind: PlanKind) =>
  made(
    entity({
      ...common,
      Description: text,
      TenantUid: text,
      TenantName: text,
      CloudFailoverPlanOptions: planOptions,
      CloudFailoverPlanInfo: planInfo,
      FailoverPlanInfo: planInfo,
    }),
    (em): FailoverPlan => {
      const options = em.CloudFailoverPlanOptions;
      const tenantId = guidIn(em.TenantUid);
      return known({
        id: idOf(em),
        name: em.Name,
        kind,
        description: em.Description,
        tenant: tenantId ? { id: tenantId, name: em.TenantName } : undefined,
        backupServer: serverOf(em.Links),
        vms: inOrder((em.CloudFailoverPlanInfo ?? em.FailoverPlanInfo)?.Includes ?? []),
        commandBefore: options?.PreFailoverPlanCommandEnabled
          ? options.PreFailoverPlanCommand
          : undefined,
        commandAfter: options?.PostFailoverPlanCommandEnabled
          ? options.PostFailoverPlanCommand
          : undefined,
      });
    },
  );

const inOrder = (vms: readonly PlanVm[]) => vms.toSorted((one, other) => one.order - other.order);

// Tasks.

const taskResult = made(
  entity({
    Success: flag,
    Message: remark,
    ConfirmationNeeded: flag,
    CredentialsNeeded: flag,
  }),
  (em) =>
    known({
      success: em.Success,
      message: em.Message,
      confirmationNeeded: em.ConfirmationNeeded,
      credentialsNeeded: em.CredentialsNeeded,
    }),
);

export const task = made(
  entity({
    TaskId: text,
    Href: text,
    State: word("Running", "OperationFinished", "Finished"),
    Operation: text,
    Result: optional(taskResult),
    Links: links,
  }),
  (em): Task => {
    const id = em.TaskId.trim() || lastSegment(em.Href);
    if (!id) throw new FieldError("has no TaskId");
    return known({
      id,
      state: em.State,
      operation: em.Operation.trim(),
      result: em.Result,
      sessions: madeSessions(em.Links),
    });
  },
);

const lastSegment = (href: string) => href.split("?")[0]?.split("/").at(-1) ?? "";

function madeSessions(all: readonly EntityLink[]): Ref[] {
  const related = all.filter((link) =>
    linkTo([link], "Related", /cloudFailoverSession|failoverSessions\//i),
  );
  return related.flatMap((link) => refOf(link) ?? []);
}

// Cloud failover sessions.

const sessionState = word("Starting", "Working", "Stopping", "Stopped");
const outcome = word("None", "Success", "Warning", "Failed");
export const result: typeof outcome = (wire) => outcome(wire ?? "None");

export const vmTask = made(
  entity({
    VmName: text,
    VmReplicaPointLink: ownLink,
    CreationTimeUTC: moment,
    EndTimeUTC: moment,
    State: sessionState,
    Result: result,
    Progress: percent,
    FailureMessage: remark,
  }),
  (em): VmTask =>
    known({
      vm: em.VmName,
      point: refOf(em.VmReplicaPointLink),
      createdAt: em.CreationTimeUTC,
      endedAt: em.EndTimeUTC,
      state: em.State,
      result: em.Result,
      progress: em.Progress,
      failureMessage: em.FailureMessage,
    }),
);

export const failoverSession = made(
  entity({
    ...common,
    CreationTimeUTC: instantField,
    EndTimeUTC: moment,
    State: sessionState,
    Result: result,
    Progress: percent,
    FailureMessage: remark,
    CloudFailoverTasks: listField(vmTask),
  }),
  (em): FailoverSession =>
    known({
      id: idOf(em),
      name: em.Name,
      backupServer: serverOf(em.Links),
      createdAt: em.CreationTimeUTC,
      endedAt: em.EndTimeUTC,
      state: em.State,
      result: em.Result,
      progress: em.Progress,
      failureMessage: em.FailureMessage,
      vms: em.CloudFailoverTasks,
    }),
);

// Replica points of the cloud.

export const replicaPoint = made(
  entity({
    ...common,
    VmDisplayName: text,
    CreationTimeUTC: instantField,
    PointType: word("CDP", "Full", "ReverseIncrement", "Increment", "Snapshot"),
    State: word("Unknown", "Ready", "Failover", "Failback", "PermanentFailover"),
  }),
  (em): ReplicaPoint =>
    known({
      id: idOf(em),
      name: em.Name,
      vm: em.VmDisplayName || beforeAt(em.Name),
      createdAt: em.CreationTimeUTC,
      type: em.PointType,
      state: em.State,
      replica: refOf(linkTo(em.Links, "Up", /cloudReplica|cloud\/replicas\//i)),
      backupServer: serverOf(em.Links),
    }),
);

export const beforeAt = (name: string) => name.slice(0, name.lastIndexOf("@")) || name;

// The estate.

export const backupServer = made(
  entity({ ...common, Description: text, Version: remark }),
  (em): BackupServer =>
    known({
      id: idOf(em),
      name: em.Name,
      description: em.Description,
      version: em.Version,
    }),
);

export const enterpriseManager = made(
  entity({
    SupportedVersions: listField(entity({ Name: text })),
  }),
  (em) => {
    if (em.SupportedVersions.length === 0) throw new FieldError("names no SupportedVersions");
    return em.SupportedVersions.map((version) => version.Name);
  },
);

export const logonSession = made(
  entity({ SessionId: text, Href: text, Links: links }),
  (em): Logon => {
    const link = em.Links.find(({ Rel }) => sameWord(Rel, "Delete"));
    const end =
      link?.Href || em.Href || (em.SessionId.trim() && `/logonSessions/${em.SessionId.trim()}`);
    if (!end) throw new FieldError("has no id");
    return { end, cloud: em.Links.some(({ Type }) => sameWord(Type, "CloudConnectService")) };
  },
);

/** A logon session as the list of all shows it. */
export interface ListedLogon {
  readonly id: string;
  readonly user: string;
}

export const listedLogon = made(
  entity({ SessionId: text, UserName: text }),
  (em): ListedLogon => ({ id: em.SessionId.trim(), user: em.UserName.trim() }),
);
