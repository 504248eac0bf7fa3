/** The Web API of the fake over HTTP: tokens, rates, faults, and then the method. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Fault, Faults } from "./faults.ts";
import { type Answer, type Args, type Lent, methods, Refused } from "./methods.ts";
import type { Meter } from "./rates.ts";
import type { World } from "./world.ts";

export interface Called {
  readonly method: string;
  readonly args: Args;
  /** By the clock. */
  readonly at: number;
  /** Absent for those that went well. */
  error?: string;
}

export interface ApiOptions {
  readonly world: World;
  readonly faults: Faults;
  readonly meter: Meter;
  readonly lent: Lent;
  readonly botToken: string;
  readonly appToken: string;
  readonly calls: Called[];
  newSocketAddress(): string;
  /** An answer to a command or press; false where its address is spent. */
  respond(id: string, body: Args): boolean;
  /** After every answer. */
  answered(called: Called): void;
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const bodyOf = async (request: IncomingMessage) => (await bytesOf(request)).toString("utf8");

const send = (
  response: ServerResponse,
  status: number,
  body: Answer,
  headers: Record<string, string> = {},
) =>
  response
    .writeHead(status, { "content-type": "application/json", ...headers })
    .end(JSON.stringify(body));

const bearer = (request: IncomingMessage) => request.headers.authorization?.replace(/^Bearer /, "");

/** Tokens that are not known, or no longer. */
function checkToken(
  { world, botToken, appToken }: ApiOptions,
  method: string,
  token: string | undefined,
): void {
  const isSocket = method === "apps.connections.open";
  if (token === undefined) throw new Refused("not_authed");
  if (token !== (isSocket ? appToken : botToken)) throw new Refused("invalid_auth");
  if (isSocket ? world.isAppTokenRevoked : world.isTokenRevoked) throw new Refused("token_revoked");
}

function carryOut(options: ApiOptions, method: string, args: Args): Answer {
  if (method === "apps.connections.open") return { url: options.newSocketAddress() };
  const run = methods[method];
  if (!run) throw new Refused("unknown_method");
  return run(options.world, args, options.lent);
}

/** The answer of a call, with what stands in for an error. */
function outcomeOf(
  options: ApiOptions,
  called: Called,
  token: string | undefined,
  fault?: Fault,
): Answer {
  try {
    checkToken(options, called.method, token);
    if (typeof fault === "object" && "error" in fault) throw new Refused(fault.error, fault.more);
    return { ok: true, ...carryOut(options, called.method, called.args) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    called.error = error.message;
    return { ok: false, error: error.message, ...error.more };
  }
}

function fail(response: ServerResponse, { status, page }: { status: number; page?: string }) {
  if (page === undefined) return send(response, status, {});
  return response.writeHead(status, { "content-type": "text/html" }).end(page);
}

const limited = (response: ServerResponse, seconds: number) =>
  send(response, 429, { ok: false, error: "ratelimited" }, { "retry-after": String(seconds) });

async function call(
  options: ApiOptions,
  method: string,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const args = Object.fromEntries(new URLSearchParams(await bodyOf(request)));
  const called: Called = { method, args, at: options.world.clock.now() };
  options.calls.push(called);
  const fault = options.faults.take(method);
  if (fault === "dropped") return response.destroy();
  if (typeof fault === "object" && "status" in fault) return fail(response, fault);
  const wait =
    fault && typeof fault === "object" && "retryAfterS" in fault
      ? fault.retryAfterS
      : options.meter(method, String(args.channel));
  if (wait > 0) {
    called.error = "ratelimited";
    return limited(response, wait);
  }
  if (typeof fault === "object" && "heldBack" in fault) {
    fault.arrived();
    await fault.heldBack;
  }
  const answer = outcomeOf(
    options,
    called,
    bearer(request) ?? (args.token as string | undefined),
    fault,
  );
  if (typeof fault === "object" && "held" in fault) {
    fault.arrived();
    await fault.held;
  }
  if (fault === "lost") response.destroy();
  else if (fault !== "silent")
    send(response, 200, answer, { "x-oauth-scopes": [...options.world.scopes].join(",") });
  options.answered(called);
}

/** An address takes one file of the announced size, once. */
function keepFile({ world }: ApiOptions, id: string, method: string, bytes: Buffer): number {
  const file = world.files.get(id);
  if (!file || file.bytes) return 404;
  if (method !== "POST" || bytes.length !== file.size) return 400;
  file.bytes = bytes;
  return 200;
}

/** Faults are those of the "method" `files.upload`. */
async function takeFile(
  options: ApiOptions,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const fault = options.faults.take("files.upload");
  const bytes = await bytesOf(request);
  if (fault === "dropped") return response.destroy();
  if (typeof fault === "object" && "status" in fault) return send(response, fault.status, {});
  const status = keepFile(options, id, request.method ?? "", bytes);
  if (fault === "lost") return response.destroy();
  if (fault !== "silent") send(response, status, {});
}

async function takeResponse(
  options: ApiOptions,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const isTaken = options.respond(id, JSON.parse(await bodyOf(request)));
  send(response, isTaken ? 200 : 404, { ok: isTaken });
}

async function serve(
  options: ApiOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, folder, name = ""] = new URL(request.url ?? "", "http://slack").pathname.split("/");
  if (folder === "api") await call(options, name, request, response);
  else if (folder === "upload") await takeFile(options, name, request, response);
  else if (folder === "response") await takeResponse(options, name, request, response);
  else send(response, 404, {});
}

export const createApi = (options: ApiOptions): Server =>
  createServer((request, response) => {
    response.setHeader("Date", new Date(options.world.clock.now()).toUTCString());
    serve(options, request, response).catch((error: unknown) => {
      console.error("The fake Slack failed", error);
      response.destroy();
    });
  });
