/**
 * EM's answers as the things of types.ts. A reading knows what it expects and makes it of a parsed body, or throws a
 * `BodyError` that says what came instead.
 */
import { z } from "zod";
import {
  count,
  entity,
  flag,
  guidIn,
  idOf,
  instant,
  type Link,
  known,
  links,
  linkTo,
  list,
  moment,
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
import { BodyError, type Document, type Fields, isFields, items, type Wire } from "./wire.ts";

export interface Reading<Thing> {
  /** With its article, for sentences. */
  readonly expects: string;
  read(document: Document): Thing;
}

/** One page of a query, and how many there are. */
export interface Page<Thing> {
  readonly things: readonly Thing[];
  readonly pages: number;
}

export interface Logon {
  /** The path or address that ends the logon session. */
  readonly end: string;
  /** Whether EM offers Cloud Connect to this account. */
  readonly cloud: boolean;
}

// What every thing has.

const common = { UID: text, Href: text, Name: text, Links: links };
const BACKUP_SERVER = /backupServer/i;

const serverOf = (all: readonly Link[]) => refOf(linkTo(all, "Up", BACKUP_SERVER));

// Failover plans.

const planVm = entity({
  FailoverPlanVMId: text,
  FailoveredVmId: text,
  Href: text,
  Name: text,
  DisplayName: text,
  Order: count,
}).transform(
  (em): PlanVm => ({
    id: guidIn(em.FailoverPlanVMId) ?? guidIn(em.FailoveredVmId) ?? guidIn(em.Href) ?? "",
    name: em.DisplayName || em.Name,
    order: em.Order,
  }),
);

const planInfo = entity({ Includes: list(planVm) }).optional();

const planOptions = entity({
  PreFailoverPlanCommandEnabled: flag,
  PreFailoverPlanCommand: remark,
  PostFailoverPlanCommandEnabled: flag,
  PostFailoverPlanCommand: remark,
}).optional();

const plan = (kind: PlanKind) =>
  entity({
    ...common,
    Description: text,
    TenantUid: text,
    TenantName: text,
    CloudFailoverPlanOptions: planOptions,
    CloudFailoverPlanInfo: planInfo,
    FailoverPlanInfo: planInfo,
  }).transform((em, context): FailoverPlan => {
    const options = em.CloudFailoverPlanOptions;
    const tenantId = guidIn(em.TenantUid);
    return known({
      id: idOf(em, context),
      name: em.Name,
      kind,
      description: em.Description,
      tenant: tenantId ? { id: tenantId, name: em.TenantName } : undefined,
      backupServer: serverOf(em.Links),
      vms: inOrder((em.CloudFailoverPlanInfo ?? em.FailoverPlanInfo)?.Includes ?? []),
      commandBefore: options?.PreFailoverPlanCommandEnabled ? options.PreFailoverPlanCommand : undefined,
      commandAfter: options?.PostFailoverPlanCommandEnabled ? options.PostFailoverPlanCommand : undefined,
    });
  });

const inOrder = (vms: readonly PlanVm[]) => vms.toSorted((one, other) => one.order - other.order);

// Tasks.

const taskResult = entity({
  Success: flag,
  Message: remark,
  ConfirmationNeeded: flag,
  CredentialsNeeded: flag,
}).transform((em) =>
  known({
    success: em.Success,
    message: em.Message,
    confirmationNeeded: em.ConfirmationNeeded,
    credentialsNeeded: em.CredentialsNeeded,
  }),
);

const task = entity({
  TaskId: text,
  Href: text,
  State: word("Running", "OperationFinished", "Finished"),
  Operation: text,
  Result: taskResult.optional(),
  Links: links,
}).transform((em, context): Task => {
  const id = em.TaskId.trim() || lastSegment(em.Href);
  if (!id) context.addIssue("has no TaskId");
  return known({
    id,
    state: em.State,
    operation: em.Operation.trim(),
    result: em.Result,
    sessions: madeSessions(em.Links),
  });
});

const lastSegment = (href: string) => href.split("?")[0]?.split("/").at(-1) ?? "";

function madeSessions(all: readonly Link[]): Ref[] {
  const related = all.filter((link) => linkTo([link], "Related", /cloudFailoverSession|failoverSessions\//i));
  return related.flatMap((link) => refOf(link) ?? []);
}

// Cloud failover sessions.

const sessionState = word("Starting", "Working", "Stopping", "Stopped");
const result = z.preprocess((said) => said ?? "None", word("None", "Success", "Warning", "Failed"));

const vmTask = entity({
  VmName: text,
  VmReplicaPointLink: ownLink,
  CreationTimeUTC: moment,
  EndTimeUTC: moment,
  State: sessionState,
  Result: result,
  Progress: percent,
  FailureMessage: remark,
}).transform(
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

const failoverSession = entity({
  ...common,
  CreationTimeUTC: instant,
  EndTimeUTC: moment,
  State: sessionState,
  Result: result,
  Progress: percent,
  FailureMessage: remark,
  CloudFailoverTasks: list(vmTask),
}).transform(
  (em, context): FailoverSession =>
    known({
      id: idOf(em, context),
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

const replicaPoint = entity({
  ...common,
  VmDisplayName: text,
  CreationTimeUTC: instant,
  PointType: word("CDP", "Full", "ReverseIncrement", "Increment", "Snapshot"),
  State: word("Unknown", "Ready", "Failover", "Failback", "PermanentFailover"),
}).transform(
  (em, context): ReplicaPoint =>
    known({
      id: idOf(em, context),
      name: em.Name,
      vm: em.VmDisplayName || beforeAt(em.Name),
      createdAt: em.CreationTimeUTC,
      type: em.PointType,
      state: em.State,
      replica: refOf(linkTo(em.Links, "Up", /cloudReplica|cloud\/replicas\//i)),
      backupServer: serverOf(em.Links),
    }),
);

const beforeAt = (name: string) => name.slice(0, name.lastIndexOf("@")) || name;

// The estate.

const backupServer = entity({ ...common, Description: text, Version: remark }).transform(
  (em, context): BackupServer =>
    known({ id: idOf(em, context), name: em.Name, description: em.Description, version: em.Version }),
);

const enterpriseManager = entity({ SupportedVersions: list(entity({ Name: text })) }).transform(
  (em, context) => {
    if (em.SupportedVersions.length === 0) context.addIssue("names no SupportedVersions");
    return em.SupportedVersions.map((version) => version.Name);
  },
);

const logonSession = entity({ SessionId: text, Href: text, Links: links }).transform((em, context): Logon => {
  const link = em.Links.find(({ Rel }) => sameWord(Rel, "Delete"));
  const end = link?.Href || em.Href || (em.SessionId.trim() && `/logonSessions/${em.SessionId.trim()}`);
  if (!end) context.addIssue("has no id");
  return { end, cloud: em.Links.some(({ Type }) => sameWord(Type, "CloudConnectService")) };
});

// Readings.

/** One thing on its own. `names`: its root element or `Type`, the first of them for sentences. */
function one<Thing>(thing: z.ZodType<Thing>, ...names: readonly [string, ...string[]]): Reading<Thing> {
  return {
    expects: withArticle(names[0]),
    read: (document) => make(thing, only(document, names), names[0]),
  };
}

/** A collection with its entities, like `CloudFailoverPlans`. */
function collection<Thing>(thing: z.ZodType<Thing>, root: string): Reading<Thing[]> {
  return {
    expects: `a list of ${root}`,
    read: (document) => {
      if (document.format === "xml") only(document, [root]);
      return items(document.body).map((item) => make(thing, item, root.replace(/s$/, "")));
    },
  };
}

/** A page of the query service, with entities. */
function page<Thing>(thing: z.ZodType<Thing>, name: string): Reading<Page<Thing>> {
  return {
    expects: `a QueryResult with entities of ${name}`,
    read: (document) => {
      const answer = queryResult(document);
      const things = items(answer.entities).map((item) => make(thing, item, name));
      if (things.length === 0 && items(answer.refs).length > 0) {
        throw new BodyError("references without their entities");
      }
      const paging = make(entity({ PagesCount: count }), answer.paginginfo ?? "", "PagingInfo");
      return { things, pages: paging.PagesCount };
    },
  };
}

function queryResult(document: Document): Fields {
  if (document.format === "xml") only(document, ["QueryResult"]);
  const answer = document.body === "" ? {} : document.body;
  const parts = ["entities", "refs", "resources", "paginginfo"];
  if (!isFields(answer) || !parts.some((part) => part in answer)) throw new BodyError(nameOf(document));
  return answer;
}

/** The body, if it is what it should be by its root element or by its `Type`. */
function only(document: Document, names: readonly string[]): Wire {
  const { root, body } = document;
  const type = isFields(body) && typeof body.type === "string" ? body.type : undefined;
  const named = [root, type].filter((name) => name !== undefined);
  const matches = named.some((name) => names.some((wanted) => sameWord(wanted, name)));
  if (!matches && named.length > 0) throw new BodyError(nameOf(document));
  if (document.format === "json" && !isFields(body)) throw new BodyError(nameOf(document));
  return body;
}

const nameOf = (document: Document) => withArticle(document.root ?? "JSON of another kind");

function withArticle(name: string): string {
  if (name.startsWith("JSON")) return name;
  const plain = /^\w{1,60}$/.test(name) ? name : "XML document of another kind";
  return `${/^[aeiox]/i.test(plain) ? "an" : "a"} ${plain}`;
}

function make<Thing>(thing: z.ZodType<Thing>, wire: Wire, name: string): Thing {
  const made = thing.safeParse(wire);
  if (made.success) return made.data;
  const [issue] = made.error.issues;
  const where = issue?.path.filter((step) => typeof step === "string").join("/");
  throw new BodyError(`${withArticle(name)} whose ${where || "content"} ${issue?.message ?? "is wrong"}`);
}

export const discoveryReading = one<string[]>(enterpriseManager, "EnterpriseManager");
export const logonReading = one<Logon>(logonSession, "LogonSession");
export const taskReading = one<Task>(task, "Task");
export const sessionReading = one<FailoverSession>(failoverSession, "CloudFailoverSession");
export const sessionsReading = page<FailoverSession>(failoverSession, "CloudFailoverSession");
export const pointReading = one<ReplicaPoint>(replicaPoint, "CloudVmReplicaPoint");
export const pointsReading = page<ReplicaPoint>(replicaPoint, "CloudVmReplicaPoint");
export const backupServersReading = collection<BackupServer>(backupServer, "BackupServers");

export const planReading: Readonly<Record<PlanKind, Reading<FailoverPlan>>> = {
  cloud: one<FailoverPlan>(plan("cloud"), "CloudFailoverPlan"),
  ordinary: one<FailoverPlan>(plan("ordinary"), "FailoverPlan"),
};

export const plansReading: Readonly<Record<PlanKind, Reading<FailoverPlan[]>>> = {
  cloud: collection<FailoverPlan>(plan("cloud"), "CloudFailoverPlans"),
  ordinary: collection<FailoverPlan>(plan("ordinary"), "FailoverPlans"),
};

/** What EM says went wrong, in an `Error` body of either format; undefined where there is no such body. */
export function errorMessage(document: Document): string | undefined {
  if (!isFields(document.body)) return undefined;
  const said = [document.body.message, document.body.firstchanceexceptionmessage];
  return said.find((words): words is string => typeof words === "string" && words.trim() !== "");
}
