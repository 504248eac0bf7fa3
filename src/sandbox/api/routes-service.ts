/** The service itself: its versions, its logon sessions, and where everything is. */

import { type Dialect, hasCdp } from "../dialects.ts";
import { type Answer, done, ok, refused } from "./answer.ts";
import type { Logon } from "./logons.ts";
import type { View } from "./resource.ts";
import type { Call, Route } from "./routes.ts";
import { items, type Link, list, type Node, plain, value } from "./tree.ts";

export const versionsOf: { readonly [Of in Dialect]: readonly string[] } = {
  "9.5": ["v1_1", "v1_2", "v1_3"],
  "9.5u4": ["v1_1", "v1_2", "v1_3", "v1_4"],
  "12": ["v1_5", "v1_6", "v1_7"],
  "13": ["v1_5", "v1_6", "v1_7"],
};

/** What anybody may see. */
export function discovery({ base, dialect }: View): Node {
  const create = (version: string): Link => ({
    rel: "Create",
    type: "LogonSession",
    href: `${base}/sessionMngr/?v=${version}`,
  });
  const versions = versionsOf[dialect].map(
    (name): Node => ({
      element: "SupportedVersion",
      form: "plain",
      name,
      links: [create(name)],
      members: [],
    }),
  );
  return {
    element: "EnterpriseManager",
    form: "resource",
    links: [
      { rel: "Down", type: "LogonSessionList", href: `${base}/logonSessions` },
      create("latest"),
    ],
    members: [list("SupportedVersions", versions, "SupportedVersions")],
  };
}

export const serviceRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/logonSessions",
    subject: "anything",
    answer: (call) => ok(logonList(call)),
  },
  { method: "GET", path: "/logonSessions/{id}", subject: "anything", answer: readLogon },
  { method: "DELETE", path: "/logonSessions/{id}", subject: "anything", answer: deleteLogon },
  {
    method: "GET",
    path: "/cloud",
    subject: "cloud",
    cloud: true,
    answer: ({ view, logon }) => ok(cloud(view, logon)),
  },
  {
    method: "GET",
    path: "/querySvc",
    subject: "query",
    answer: ({ view, logon }) => ok(queryService(view, logon)),
  },
];

const downLinks: readonly (readonly [path: string, type: string])[] = [
  ["tasks", "TaskList"],
  ["backupServers", "BackupServerReferenceList"],
  ["failoverPlans", "FailoverPlanReferenceList"],
  ["replicaSessions", "ReplicaJobSessionReferenceList"],
  ["replicaTaskSessions", "ReplicaTaskSessionReferenceList"],
  ["querySvc", "QueryService"],
];

const cdpLinks: typeof downLinks = [
  ["cdpReplicaSessions", "CdpReplicaSessionReferenceList"],
  ["cdpReplicaTaskSessions", "CdpReplicaTaskSessionReferenceList"],
];

export function logonNode(logon: Logon, view: View): Node {
  const { base, dialect, hasCloud } = view;
  const href = `${base}/logonSessions/${logon.id}`;
  const down = [
    ...downLinks,
    ...(hasCdp(dialect) ? cdpLinks : []),
    ...(hasCloud ? [["cloud", "CloudConnectService"] as const] : []),
  ];
  return {
    element: "LogonSession",
    form: "resource",
    type: "LogonSession",
    href,
    links: [
      { rel: "Up", type: "EnterpriseManager", href: `${base}/` },
      ...down.map(([path, type]): Link => ({ rel: "Down", type, href: `${base}/${path}` })),
      { rel: "Delete", href },
    ],
    members: [value("UserName", logon.userName), value("SessionId", logon.id)],
  };
}

const aliveLogons = ({ logons, view }: Call): readonly Logon[] => logons.alive(view.now);

function logonList(call: Call): Node {
  const nodes = aliveLogons(call).map((logon) => logonNode(logon, call.view));
  return plain("LogonSessions", [items("LogonSessions", nodes)]);
}

const findLogon = (call: Call): Logon | undefined =>
  aliveLogons(call).find((logon) => logon.id === call.ids[0]?.toLowerCase());

const noLogon = (id: string | undefined): Answer =>
  refused(404, `Cannot find logon session [${id}]`);

function readLogon(call: Call): Answer {
  const logon = findLogon(call);
  return logon ? ok(logonNode(logon, call.view)) : noLogon(call.ids[0]);
}

function deleteLogon(call: Call): Answer {
  const logon = findLogon(call);
  if (!logon) return noLogon(call.ids[0]);
  call.logons.close(logon.id);
  return done;
}

const cloudLists: readonly (readonly [path: string, type: string])[] = [
  ["cloudFailoverPlans", "CloudFailoverPlan"],
  ["failoverSessions", "CloudFailoverSession"],
  ["vmReplicaPoints", "CloudVmReplicaPoint"],
  ["replicas", "CloudReplica"],
];

const upToLogon = ({ base }: View, logon: Logon): Link => ({
  rel: "Up",
  type: "LogonSession",
  href: `${base}/logonSessions/${logon.id}`,
});

function cloud(view: View, logon: Logon): Node {
  const to = (path: string, type: string, format: string): Link => ({
    rel: "Down",
    type,
    href: `${view.base}/cloud/${path}${format}`,
  });
  return {
    element: "CloudConnectService",
    form: "resource",
    type: "CloudConnectService",
    href: `${view.base}/cloud`,
    links: [
      upToLogon(view, logon),
      ...cloudLists.map(([path, type]) => to(path, `${type}ReferenceList`, "")),
      ...cloudLists.map(([path, type]) => to(path, `${type}List`, "?format=Entity")),
    ],
    members: [],
  };
}

const siteTypes = [
  "FailoverPlan",
  "ReplicaJobSession",
  "ReplicaTaskSession",
  "BackupServer",
] as const;

function queryService(view: View, logon: Logon): Node {
  const types = [...siteTypes, ...(view.hasCloud ? cloudLists.map(([, type]) => type) : [])];
  return {
    element: "QueryService",
    form: "resource",
    type: "QueryService",
    href: `${view.base}/querySvc`,
    links: [
      upToLogon(view, logon),
      ...types.map(
        (type): Link => ({
          rel: "Down",
          type: "QueryResult",
          href: `${view.base}/query?type=${type}&format=Entities&pageSize=15&page=1`,
        }),
      ),
    ],
    members: [],
  };
}
