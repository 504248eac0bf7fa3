/** HTTP around the service: reads requests, suffers faults, writes answers. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { type Raw, wantsJson } from "../api/negotiate.ts";
import { type Asked, type Service, serve } from "../api/service.ts";
import { type Faults, lastRestart } from "./faults.ts";

/** One request as it came in. */
export interface RequestRecord {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Sandbox time, in milliseconds. */
  readonly at: number;
  readonly accept: string;
  /** The id of the logon session that asked, where there was one. */
  readonly logon?: string;
  /** Absent where the request was refused or lost before EM heard of it. */
  readonly status?: number;
}

export interface Front {
  readonly service: Service;
  readonly faults: Faults;
  readonly requests: RequestRecord[];
  readonly restarts: boolean;
}

const KEPT_REQUESTS = 10_000;
const MOST_BODY_BYTES = 1_000_000;

export async function listen(
  front: Front,
  port: number,
  tls: { readonly key: string; readonly cert: string } | undefined,
): Promise<Server> {
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    handle(front, request, response).catch(() => request.socket.destroy());
  };
  const server = tls ? createTlsServer({ ...tls }, onRequest) : createServer(onRequest);
  server.on("connection", (socket) => {
    if (front.faults.isUnreachable) socket.destroy();
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

export function originOf(server: Server, isTls: boolean): string {
  const { port } = server.address() as AddressInfo;
  return `${isTls ? "https" : "http"}://127.0.0.1:${port}`;
}

async function handle(
  front: Front,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (front.faults.isUnreachable || isRestarting(front)) return void request.socket.destroy();
  const asked = await read(request);
  const passing = { method: asked.method, path: request.url ?? "", isJson: isJson(asked, front) };
  const fate = front.faults.fateOf(passing);
  if (fate.waitMs > 0) await setTimeout(fate.waitMs);
  if (fate.outcome === "lose") return lose(front, request, asked);
  const instead = typeof fate.outcome === "object" ? fate.outcome : undefined;
  if (instead && !instead.served) return answer(front, request, asked, instead.raw, response);
  const { raw, logon } = serve(asked, front.service);
  fate.held?.arrived();
  await fate.held?.released;
  if (fate.outcome === "serve-and-lose" || front.faults.isUnreachable)
    return lose(front, request, asked, logon?.id);
  answer(front, request, asked, instead?.raw ?? raw, response, logon?.id);
}

const isJson = ({ accept }: Asked, { service }: Front): boolean =>
  wantsJson(accept, service.dialect);

/** Whoever comes first after a restart finds all logons gone. */
function isRestarting({ service, restarts }: Front): boolean {
  if (!restarts) return false;
  const { world, now } = service.view("");
  const restart = lastRestart(
    world.runs().filter((run) => run.orderedAt >= world.bornAt),
    now,
  );
  if (!restart) return false;
  for (const logon of service.logons.alive(now))
    if (logon.createdAt < restart.from) service.logons.close(logon.id);
  return now < restart.to;
}

async function read(request: IncomingMessage): Promise<Asked> {
  const { headers } = request;
  const [path = "", query = ""] = (request.url ?? "").split(/\?(.*)/s);
  return {
    method: request.method ?? "GET",
    path,
    parameters: [...new URLSearchParams(query)],
    host: headers.host ?? "",
    ...(headers.accept === undefined ? {} : { accept: headers.accept }),
    ...(headers.authorization === undefined ? {} : { authorization: headers.authorization }),
    ...(headers.cookie === undefined ? {} : { cookie: headers.cookie }),
    header: [headers["x-restsvcsessionid"]].flat()[0],
    hasLength:
      headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined,
    body: await bodyOf(request),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) throw new RangeError("The body is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function lose(front: Front, request: IncomingMessage, asked: Asked, logon?: string): void {
  note(front, request, asked, logon);
  request.socket.destroy();
}

function answer(
  front: Front,
  request: IncomingMessage,
  asked: Asked,
  raw: Raw,
  response: ServerResponse,
  logon?: string,
): void {
  note(front, request, asked, logon, raw.status);
  const body = Buffer.from(raw.body, "utf8");
  response.sendDate = false;
  response.writeHead(raw.status, reasons[raw.status] ?? "OK", {
    ...usualHeaders,
    Date: new Date(front.service.view("").now).toUTCString(),
    ...(raw.status === 204 ? {} : { "Content-Length": body.length }),
    ...raw.headers,
  });
  response.end(body);
}

function note(
  front: Front,
  request: IncomingMessage,
  asked: Asked,
  logon?: string,
  status?: number,
): void {
  front.requests.push({
    method: asked.method,
    path: request.url ?? "",
    at: front.service.view("").now,
    accept: asked.accept ?? "",
    ...(logon === undefined ? {} : { logon }),
    ...(status === undefined ? {} : { status }),
  });
  if (front.requests.length > KEPT_REQUESTS) front.requests.shift();
}

const usualHeaders = {
  "Cache-Control": "private",
  Server: "Microsoft-HTTPAPI/2.0",
  "X-Frame-Options": "SAMEORIGIN",
  "X-Content-Type-Options": "nosniff",
};

/** EM writes its reasons without blanks. */
const reasons: Record<number, string> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "NoContent",
  302: "Found",
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  409: "Conflict",
  411: "LengthRequired",
  500: "InternalServerError",
  502: "BadGateway",
  503: "ServiceUnavailable",
};
