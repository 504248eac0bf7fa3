/**
 * EM's answers as the things of types.ts. A reading knows what it expects and makes it of a parsed
 * body, or throws a `BodyError` that says what came instead.
 */
import {
  backupServer,
  enterpriseManager,
  failoverSession,
  type ListedLogon,
  type Logon,
  listedLogon,
  logonSession,
  plan,
  replicaPoint,
  task,
  vmTask,
} from "./entities.ts";
import { countField, entity, FieldError, type Reader, sameWord } from "./fields.ts";
import { inParts, type ReadOne } from "./parts.ts";
import type { ListNames } from "./pieces.ts";
import { replicationSession, replicationTask, tasksOfSession } from "./replication-entities.ts";
import type {
  BackupServer,
  FailoverPlan,
  FailoverSession,
  PlanKind,
  ReplicaPoint,
  ReplicationKind,
  ReplicationSession,
  ReplicationTask,
  Task,
} from "./types.ts";
import {
  BodyError,
  type Document,
  type Fields,
  isFields,
  items,
  parseBody,
  type Wire,
} from "./wire.ts";

export interface Decoder<Thing> {
  /** With its article, for sentences. */
  readonly expects: string;
  read(document: Document): Thing;
}

/** One page of a query, and how many there are. */
export interface Page<Thing> {
  readonly things: readonly Thing[];
  readonly pages: number;
}

/** Reads a page, and each of its things on its own. */
export interface PageDecoder<Thing> extends Decoder<Page<Thing>>, ListNames {
  /** Also of a page whose list was emptied, and that had this many things. */
  read(document: Document, taken?: number): Page<Thing>;
  readonly readOne: ReadOne<Thing>;
}

/** Reads a list that is all of an answer, and each of its things on its own. */
export interface ListDecoder<Thing> extends Decoder<Thing[]>, ListNames {
  readonly readOne: ReadOne<Thing>;
}

/** One thing on its own. `names`: its root element or `Type`, the first of them for sentences. */
function one<Thing>(
  thing: Reader<Thing>,
  ...names: readonly [string, ...string[]]
): Decoder<Thing> {
  return {
    expects: withArticle(names[0]),
    read: (document) => make(thing, only(document, names), names[0]),
  };
}

/** A collection with its entities, like `CloudFailoverPlans`. */
function collection<Thing>(thing: Reader<Thing>, root: string): ListDecoder<Thing> {
  const name = root.replace(/s$/, "");
  return {
    expects: `a list of ${root}`,
    list: root,
    entity: name,
    read: (document) => {
      if (document.format === "xml") only(document, [root]);
      return items(document.body).map((item) => make(thing, item, name));
    },
    readOne: onItsOwn(thing, name),
  };
}

const onItsOwn =
  <Thing>(thing: Reader<Thing>, name: string): ReadOne<Thing> =>
  (text) =>
    make(thing, parseBody(text).body, name);

/** A page of the query service, with entities. */
function page<Thing>(
  thing: Reader<Thing>,
  name: string,
  readOne = onItsOwn(thing, name),
): PageDecoder<Thing> {
  return {
    expects: `a QueryResult with entities of ${name}`,
    list: `${name}s`,
    entity: name,
    read: (document, taken = 0) => {
      const answer = queryResult(document);
      const things = items(answer.entities).map((item) => make(thing, item, name));
      if (things.length + taken === 0 && items(answer.refs).length > 0) {
        throw new BodyError("references without their entities");
      }
      const paging = make(
        entity({ PagesCount: countField }),
        answer.paginginfo ?? "",
        "PagingInfo",
      );
      return { things, pages: paging.PagesCount };
    },
    readOne,
  };
}

function queryResult(document: Document): Fields {
  if (document.format === "xml") only(document, ["QueryResult"]);
  const answer = document.body === "" ? {} : document.body;
  const parts = ["entities", "refs", "resources", "paginginfo"];
  if (!isFields(answer) || !parts.some((part) => part in answer))
    throw new BodyError(nameOf(document));
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

function make<Thing>(thing: Reader<Thing>, wire: Wire, name: string): Thing {
  try {
    return thing(wire);
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    const where = error.where.join("/") || "content";
    throw new BodyError(`${withArticle(name)} whose ${where} ${error.message}`);
  }
}

export const discoveryReading = one<string[]>(enterpriseManager, "EnterpriseManager");
export const logonReading = one<Logon>(logonSession, "LogonSession");
export const taskReading = one<Task>(task, "Task");
export const sessionReading = one<FailoverSession>(failoverSession, "CloudFailoverSession");
export const sessionsReading = page<FailoverSession>(
  failoverSession,
  "CloudFailoverSession",
  inParts(onItsOwn(failoverSession, "CloudFailoverSession"), {
    // EM calls each of the list as it calls the list.
    list: "CloudFailoverTasks",
    entity: "CloudFailoverTasks",
    readOne: onItsOwn(vmTask, "CloudFailoverTasks"),
    partsOf: ({ vms }) => vms,
    withParts: (session, vms) => ({ ...session, vms }),
  }),
);
export const sessionsListReading = collection<FailoverSession>(
  failoverSession,
  "CloudFailoverSessions",
);
export const pointReading = one<ReplicaPoint>(replicaPoint, "CloudVmReplicaPoint");
export const pointsReading = page<ReplicaPoint>(replicaPoint, "CloudVmReplicaPoint");
export const backupServersReading = collection<BackupServer>(backupServer, "BackupServers");

export const planReading: Readonly<Record<PlanKind, Decoder<FailoverPlan>>> = {
  cloud: one<FailoverPlan>(plan("cloud"), "CloudFailoverPlan"),
  ordinary: one<FailoverPlan>(plan("ordinary"), "FailoverPlan"),
};

export const plansReading: Readonly<Record<PlanKind, ListDecoder<FailoverPlan>>> = {
  cloud: collection<FailoverPlan>(plan("cloud"), "CloudFailoverPlans"),
  ordinary: collection<FailoverPlan>(plan("ordinary"), "FailoverPlans"),
};

export const logonsReading = collection<ListedLogon>(listedLogon, "LogonSessions");
export const tasksReading = collection<Task>(task, "Tasks");

/** EM's own names of a kind of replication. */
export interface ReplicationReadings {
  readonly session: Decoder<ReplicationSession>;
  readonly sessions: PageDecoder<ReplicationSession>;
  /** The address of a session's VMs, of the session. */
  readonly tasksAddress: Decoder<string>;
  readonly tasks: ListDecoder<ReplicationTask>;
  readonly task: Decoder<ReplicationTask>;
}

const replicationReadings = (
  kind: ReplicationKind,
  session: readonly [string, ...string[]],
  taskSession: string,
): ReplicationReadings => ({
  session: one<ReplicationSession>(replicationSession(kind), ...session),
  sessions: page<ReplicationSession>(replicationSession(kind), session[0]),
  tasksAddress: one<string>(tasksOfSession, ...session),
  tasks: collection<ReplicationTask>(replicationTask(kind), `${taskSession}s`),
  task: one<ReplicationTask>(replicationTask(kind), taskSession),
});

export const replicationReading: Readonly<Record<ReplicationKind, ReplicationReadings>> = {
  snapshot: replicationReadings("snapshot", ["ReplicaJobSession"], "ReplicaTaskSession"),
  cdp: replicationReadings(
    "cdp",
    ["CdpReplicaSession", "CdpPolicySession"],
    "CdpReplicaTaskSession",
  ),
};

/** What EM says went wrong. */
export interface EmRefusal {
  readonly message: string;
  /** The HTTP status that EM itself names in the body; undefined where it names none. */
  readonly status?: number;
}

/** The `Error` body of EM, in either format; undefined where there is no such body. */
export function refusalIn({ root, body }: Document): EmRefusal | undefined {
  if (!isFields(body) || (root !== undefined && root.toLowerCase() !== "error")) return undefined;
  const said = [body.message, body.firstchanceexceptionmessage];
  const message = said.find(
    (words): words is string => typeof words === "string" && words.trim() !== "",
  );
  if (message === undefined) return undefined;
  const status = Number(body.statuscode);
  return Number.isInteger(status) ? { message, status } : { message };
}
