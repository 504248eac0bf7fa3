/** From one request to one answer. Knows nothing of sockets. */

import { type Dialect, hasCdp } from "../dialects.ts";
import type { Answer } from "./answer.ts";
import { BadRequest } from "./filter.ts";
import type { Logon, Logons } from "./logons.ts";
import { type Raw, wantsJson, write, writeRefusal } from "./negotiate.ts";
import { type Parameters, parameter } from "./query.ts";
import type { View } from "./resource.ts";
import type { Role } from "./rights.ts";
import { type Call, findRoute, objection, type Route } from "./routes.ts";
import { orderRoutes } from "./routes-orders.ts";
import { resourceRoutes } from "./routes-resources.ts";
import { discovery, logonNode, serviceRoutes, versionsOf } from "./routes-service.ts";
import { taskRoutes } from "./routes-tasks.ts";
import type { Tasks } from "./tasks.ts";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly parameters: Parameters;
  readonly accept?: string;
  readonly authorization?: string;
  readonly header?: string | undefined;
  /** The `Host` that was called. */
  readonly host: string;
  readonly cookie?: string;
  /** Whether the client said how long its body is. */
  readonly hasLength: boolean;
  readonly body: string;
}

export interface Service {
  readonly dialect: Dialect;
  readonly role: Role;
  readonly username: string;
  readonly password: string;
  readonly logons: Logons;
  readonly tasks: Tasks;
  /** How things stand now, for a client that called this origin. */
  view(origin: string): View;
  readonly scheme: "http" | "https";
}

export interface Served {
  readonly raw: Raw;
  /** The logon that asked. */
  readonly logon?: Logon;
}

export function serve(asked: Asked, service: Service): Served {
  const view = service.view(`${service.scheme}://${asked.host}`);
  const isJson = wantsJson(asked.accept, service.dialect);
  const logon = logonOf(asked, service, view);
  const answer = guarded(() => answerTo(asked, service, view, logon, isJson));
  const writer = answer.status === 401 || answer.status === 403 ? writeRefusal : write;
  return {
    raw: writer(answer, isJson, service.dialect, view.switches),
    ...(logon ? { logon } : {}),
  };
}

function guarded(answer: () => Answer): Answer {
  try {
    return answer();
  } catch (error) {
    if (error instanceof BadRequest) return { status: 400, error: error.message };
    return { status: 500, error: "Object reference not set to an instance of an object." };
  }
}

/** The cookie wins over the header. */
function logonOf(asked: Asked, { logons }: Service, view: View): Logon | undefined {
  const [, cookie] = /(?:^|;\s*)X-RestSvcSessionId=([^;]*)/i.exec(asked.cookie ?? "") ?? [];
  const token = cookie ?? asked.header;
  return token === undefined ? undefined : logons.use(token, view.now);
}

function answerTo(
  asked: Asked,
  service: Service,
  view: View,
  logon: Logon | undefined,
  isJson: boolean,
): Answer {
  const path = asked.path.replace(/\/{2,}/g, "/");
  const under = /^\/api(\/.*)?$/i.exec(path)?.[1] ?? (/^\/api$/i.test(path) ? "/" : undefined);
  if (under === undefined) return { status: 404, error: "The requested resource was not found" };
  if (asked.method === "POST" && !asked.hasLength) return { status: 411, error: "Length Required" };
  if (under === "/" && asked.method === "GET") return { status: 200, body: discovery(view) };
  if (/^\/sessionMngr\/?$/i.test(under)) return logOn(asked, service, view);
  if (!logon) return notLoggedOn;
  return routed(asked, under, service, { view, logon, isJson });
}

const notLoggedOn: Answer = {
  status: 401,
  error: "Authorization header has been expected but not found (or found but is expired)",
};

function routed(
  asked: Asked,
  under: string,
  service: Service,
  { view, logon, isJson }: { view: View; logon: Logon; isJson: boolean },
): Answer {
  const found = findRoute(routesOf(service), asked.method, under);
  if ("status" in found) return found;
  const { logons, tasks } = service;
  const { parameters, body } = asked;
  const call: Call = { view, logon, logons, tasks, parameters, ids: found.ids, body, isJson };
  return objection(found, service.role, view.hasCloud) ?? found.route.answer(call);
}

function routesOf({ dialect, role }: Service): readonly Route[] {
  const all = [...serviceRoutes, ...taskRoutes, ...orderRoutes, ...resourceRoutes(role)];
  return hasCdp(dialect) ? all : all.filter((route) => !route.path.startsWith("/cdp"));
}

function logOn(asked: Asked, service: Service, view: View): Answer {
  if (asked.method !== "POST")
    return { status: 405, error: `Method ${asked.method} is not allowed` };
  const version = parameter(asked.parameters, "v") ?? "latest";
  const isKnown = version === "latest" || versionsOf[service.dialect].includes(version);
  if (!isKnown && view.switches.unknownVersion === "400")
    return { status: 400, error: `Version ${version} is not supported` };
  if (!isRightful(asked.authorization, service)) return wrongCredentials;
  const logon = service.logons.open(service.username, view.now);
  if (!logon) return { status: 503, error: "The maximum number of sessions has been reached" };
  return {
    status: 201,
    body: logonNode(logon, view),
    headers: {
      "X-RestSvcSessionId": logon.token,
      "Set-Cookie": `X-RestSvcSessionId=${logon.token}; Path=/api;`,
      Location: `${view.base}/logonSessions/${logon.id}`,
    },
  };
}

const wrongCredentials: Answer = {
  status: 401,
  error: "The user name or password is incorrect",
  headers: { "WWW-Authenticate": "Basic Realm=RestSvc" },
};

function isRightful(authorization: string | undefined, { username, password }: Service): boolean {
  const [, encoded = ""] = /^Basic\s+(\S+)$/i.exec(authorization ?? "") ?? [];
  return Buffer.from(encoded, "base64").toString("utf8") === `${username}:${password}`;
}
