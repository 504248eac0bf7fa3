/** Reads: collections, single resources, and questions. */

import { hasCdp } from "../dialects.ts";
import { isGuid } from "../estate/ids.ts";
import { type Answer, ok, refused } from "./answer.ts";
import { listed, type Parameters, parameter, queryResult } from "./query.ts";
import type { Item, Resource, View } from "./resource.ts";
import {
  cloudFailoverPlans,
  cloudFailoverSessions,
  cloudReplicas,
  cloudVmReplicaPoints,
  planVmNode,
} from "./resources-cloud.ts";
import {
  backupServers,
  cdpReplicaSessions,
  cdpReplicaTaskSessions,
  failoverPlans,
  ordinaryVmNode,
  replicaSessions,
  replicaTaskSessions,
} from "./resources-site.ts";
import { mayDo, type Role } from "./rights.ts";
import type { Call, Route } from "./routes.ts";
import { taskQuery } from "./routes-tasks.ts";
import { items, type Node, plain } from "./tree.ts";

const cloudResources = [
  cloudFailoverPlans,
  cloudFailoverSessions,
  cloudVmReplicaPoints,
  cloudReplicas,
];
const siteResources = [
  backupServers,
  failoverPlans,
  replicaSessions,
  replicaTaskSessions,
  cdpReplicaSessions,
  cdpReplicaTaskSessions,
];

const queryable = [...cloudResources, ...siteResources];

export const resourceRoutes = (role: Role): readonly Route[] => [
  ...cloudResources.flatMap((resource) =>
    readsOf(resource).map((route) => ({ ...route, cloud: true as const })),
  ),
  ...siteResources.flatMap((resource) => readsOf(resource)),
  ...readsOf({ ...replicaTaskSessions, path: "/repicaTaskSessions" }),
  ...includesOf("/cloud/cloudFailoverPlans", "cloud"),
  ...includesOf("/failoverPlans", "ordinary"),
  ...childrenOf(cloudReplicas, "vmReplicaPoints", cloudVmReplicaPoints, "replicauid"),
  ...childrenOf(replicaSessions, "replicaTaskSessions", replicaTaskSessions, "jobsessionuid"),
  ...childrenOf(replicaSessions, "repicaTaskSessions", replicaTaskSessions, "jobsessionuid"),
  ...childrenOf(
    cdpReplicaSessions,
    "cdpReplicaTaskSessions",
    cdpReplicaTaskSessions,
    "policysessionuid",
  ),
  { method: "GET", path: "/query", subject: "anything", answer: (call) => query(call, role) },
];

function readsOf(resource: Resource): Route[] {
  const { path, subject } = resource;
  return [
    {
      method: "GET",
      path,
      subject,
      answer: (call) => ok(collection(resource, resource.items(call.view), call)),
    },
    { method: "GET", path: `${path}/{id}`, subject, answer: (call) => single(resource, call) },
  ];
}

const isEntity = (parameters: Parameters): boolean =>
  parameter(parameters, "format")?.toLowerCase() === "entity";

function collection(resource: Resource, found: readonly Item[], { parameters }: Call): Node {
  if (!isEntity(parameters))
    return plain("EntityReferences", [
      items(
        "Refs",
        found.map((item) => item.reference("Ref")),
      ),
    ]);
  const entities = found.map((item) => listed(item.entity(), resource));
  return plain(resource.list, [items(resource.list, entities)]);
}

function single(resource: Resource, call: Call): Answer {
  const [id = ""] = call.ids;
  if (!isGuid(id)) return refused(400, ` ID ${id} is invalid. Type: ${resource.type}`);
  const found = resource.items(call.view).find((item) => item.id === id.toLowerCase());
  if (!found) return refused(404, `Cannot find ${spoken(resource.type)} [${id}]`);
  return ok(isEntity(call.parameters) ? found.entity() : found.reference("EntityRef"));
}

/** `CloudFailoverPlan` becomes `cloud failover plan`. */
const spoken = (type: string): string =>
  type.replace(/(?<!^)[A-Z]/g, (capital) => ` ${capital}`).toLowerCase();

/** The children of one parent, by the field that names it. */
function childrenOf(parent: Resource, name: string, children: Resource, field: string): Route[] {
  const answer = (call: Call): Answer => {
    const uid = `urn:veeam:${parent.type}:${(call.ids[0] ?? "").toLowerCase()}`;
    const found = children.items(call.view).filter((item) => item.value(field) === uid);
    return ok(collection(children, found, call));
  };
  const path = `${parent.path}/{id}/${name}`;
  return [{ method: "GET", path, subject: children.subject, answer }];
}

function includesOf(path: string, kind: "cloud" | "ordinary"): Route[] {
  const subject = kind === "cloud" ? ("cloud-plans" as const) : ("ordinary-plans" as const);
  const cloud = kind === "cloud" ? { cloud: true as const } : {};
  return [
    {
      method: "GET",
      path: `${path}/{id}/includes`,
      subject,
      ...cloud,
      answer: (call) => includes(call, kind),
    },
    {
      method: "GET",
      path: `${path}/{id}/includes/{vm}`,
      subject,
      ...cloud,
      answer: (call) => include(call, kind),
    },
  ];
}

function includedNodes({ view, ids }: Call, kind: "cloud" | "ordinary"): Node[] | undefined {
  const plan = view.world.plans(kind).find((each) => each.id === ids[0]?.toLowerCase());
  return plan?.vms.map((vm) =>
    kind === "cloud" ? planVmNode(plan, vm, view) : ordinaryVmNode(plan, vm, view),
  );
}

function includes(call: Call, kind: "cloud" | "ordinary"): Answer {
  const nodes = includedNodes(call, kind);
  if (!nodes) return refused(404, `Cannot find failover plan [${call.ids[0]}]`);
  const name = kind === "cloud" ? "CloudFailoveredVms" : "FailoveredVms";
  return ok(plain(name, [items(name, nodes)]));
}

function include(call: Call, kind: "cloud" | "ordinary"): Answer {
  const found = includedNodes(call, kind)?.find((each) =>
    each.href?.endsWith(`/${call.ids[1]?.toLowerCase()}`),
  );
  return found ? ok(found) : refused(404, `Cannot find failover plan VM [${call.ids[1]}]`);
}

const isThere = ({ querySubject, path }: Resource, { hasCloud, dialect }: View): boolean =>
  (querySubject !== "query-cloud" || hasCloud) && (!path.startsWith("/cdp") || hasCdp(dialect));

function query(call: Call, role: Role): Answer {
  const type = parameter(call.parameters, "type") ?? "";
  if (type.toLowerCase() === "task") return mayDo(role, "query") ? ok(taskQuery(call)) : denied();
  const resource = queryable.find((each) => each.type.toLowerCase() === type.toLowerCase());
  if (!resource || !isThere(resource, call.view))
    return refused(400, `Query type "${type}" is not supported`);
  if (!mayDo(role, resource.querySubject)) return denied();
  return ok(queryResult(resource, call.parameters, call.view));
}

const denied = (): Answer => refused(403, "Access denied");
