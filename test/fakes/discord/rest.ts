/**
 * Discord's REST API on a real HTTP server: authorisation, rate limits, faults to order, and a
 * route for each call.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { checkRequest } from "./openapi.ts";
import { type Json, Refusal, type SentFile } from "./world.ts";

export interface Received {
  readonly method: string;
  /** Without `/api/v10`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Json | undefined;
  readonly files: readonly SentFile[];
}

type Route = (request: Received, match: string[]) => unknown;
export type Routes = readonly (readonly [method: string, path: RegExp, route: Route])[];

/** So many requests to one route and channel in a window; Discord says so in headers. */
interface RateLimit {
  readonly limit: number;
  readonly windowMs: number;
}

export type Fault =
  | {
      readonly kind: "refusal";
      readonly status: number;
      readonly code: number;
      readonly message: string;
    }
  | { readonly kind: "rate limit"; readonly retryAfterS: number; readonly global?: boolean }
  /** A 429 whose time stands in its body alone. */
  | { readonly kind: "limit in the body"; readonly retryAfterS: number }
  /** The request is carried out, and its answer lost. */
  | { readonly kind: "lost answer" }
  /** The request is carried out, and its answer kept back until it is let go. */
  | { readonly kind: "held answer"; readonly until: Promise<void>; arrived(): void }
  /** The request is carried out late, once it is let go, whoever waits for it yet. */
  | { readonly kind: "held back"; readonly until: Promise<void>; arrived(): void }
  | { readonly kind: "failure"; readonly status: number }
  /** Something before Discord answers with a page; nothing is carried out. */
  | { readonly kind: "page"; readonly status: number }
  /** A 200 with JSON that is no answer to what was asked; nothing is carried out. */
  | { readonly kind: "no thing" }
  /** A 429 as Cloudflare sends it: no code, no Retry-After, no headers of Discord's. */
  | { readonly kind: "bare limit" };

export interface Held {
  /** Resolves when the request has been carried out; of one that is held back, when it has come. */
  readonly arrived: Promise<void>;
  /** Lets its answer go, or the request. */
  release(): void;
}

export interface FakeRest {
  readonly http: Server;
  readonly received: Received[];
  /** The next request of this method (and path) ends so. */
  breakNext(fault: Fault, method?: string, path?: RegExp): void;
  /** The next request that brings a file ends so. */
  breakNextFile(fault: Fault): void;
  /** All requests of this path end so, until the returned function is called. */
  breakFrom(fault: Fault, path: RegExp): () => void;
  /**
   * The next request of this method and path is carried out, and its answer kept back until it is
   * let go.
   */
  holdNext(method: string, path: RegExp): Held;
  /** The next request of this method and path is carried out once it is let go, and not before. */
  holdBackNext(method: string, path: RegExp): Held;
  limitMessages(limit: RateLimit | undefined): void;
  /** Resolves when a request has come whose path and method fit. */
  next(method: string, path: RegExp): Promise<Received>;
}

interface Order {
  readonly fault: Fault;
  readonly method: string | undefined;
  readonly path: RegExp | undefined;
  readonly stays?: true;
  /** Of a request that brings a file alone. */
  readonly hasFile?: true;
}

const prefix = "/api/v10";
const withoutToken = /^\/(interactions|webhooks)\//;
const messagesRoute = /^\/channels\/(\d+)\/messages/;

/** Fields of a form are `payload_json` and `files[n]`; Discord passes over others. */
async function fileIn(field: string, value: File | string): Promise<SentFile[]> {
  if (typeof value === "string" || !/^files\[\d+\]$/.test(field)) return [];
  return [
    { name: value.name, mediaType: value.type, bytes: Buffer.from(await value.arrayBuffer()) },
  ];
}

async function readBody(request: IncomingMessage): Promise<Pick<Received, "body" | "files">> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const type = request.headers["content-type"] ?? "";
  const raw = Buffer.concat(chunks);
  if (raw.length === 0) return { body: undefined, files: [] };
  if (!type.startsWith("multipart/"))
    return { body: JSON.parse(raw.toString()) as Json, files: [] };
  const form = await new Response(raw, { headers: { "content-type": type } }).formData();
  const payload = form.get("payload_json");
  const files = await Promise.all([...form].map(([field, value]) => fileIn(field, value)));
  return {
    body: typeof payload === "string" ? (JSON.parse(payload) as Json) : {},
    files: files.flat(),
  };
}

export function createRest(
  routes: Routes,
  tokenIsRight: (token: string) => boolean,
  now: () => number,
): FakeRest {
  const received: Received[] = [];
  const orders: Order[] = [];
  const waiters: { method: string; path: RegExp; wake(request: Received): void }[] = [];
  const windows = new Map<string, { used: number; endsAt: number }>();
  let rateLimit: RateLimit | undefined;

  function takeOrder({ method, path, files }: Received): Fault | undefined {
    const at = orders.findIndex(
      (order) =>
        (order.method ?? method) === method &&
        (order.path ?? /^/).test(path) &&
        (files.length > 0 || !order.hasFile),
    );
    const order = orders[at];
    if (order && !order.stays) orders.splice(at, 1);
    return order?.fault;
  }

  function breakFrom(fault: Fault, path: RegExp): () => void {
    const order: Order = { fault, method: undefined, path, stays: true };
    orders.push(order);
    return () => void orders.splice(orders.indexOf(order), 1);
  }

  /** Once it is let go it holds none any more. */
  function hold(kind: "held answer" | "held back", method: string, path: RegExp): Held {
    const arrived = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const fault = { kind, until: released.promise, arrived: arrived.resolve };
    orders.push({ fault, method, path });
    return { arrived: arrived.promise, release: released.resolve };
  }

  /** Headers of the bucket, or a refusal where it is empty. */
  function bucket({ method, path }: Received): Record<string, string> {
    const channel = messagesRoute.exec(path)?.[1];
    if (!rateLimit || !channel || method === "GET") return {};
    const key = `${method} ${channel}`;
    const present = windows.get(key);
    const open =
      present && present.endsAt > now() ? present : { used: 0, endsAt: now() + rateLimit.windowMs };
    windows.set(key, open);
    const resetAfterS = (open.endsAt - now()) / 1000;
    if (open.used >= rateLimit.limit)
      throw new Refusal(429, 0, "You are being rate limited.", resetAfterS);
    open.used += 1;
    return {
      "x-ratelimit-limit": String(rateLimit.limit),
      "x-ratelimit-remaining": String(rateLimit.limit - open.used),
      "x-ratelimit-reset-after": String(resetAfterS),
      "x-ratelimit-bucket": `messages-${method}`,
    };
  }

  function run(request: Received): unknown {
    for (const [method, path, route] of routes) {
      const match = path.exec(request.path);
      if (method === request.method && match) return route(request, match.slice(1));
    }
    throw new Refusal(404, 0, `404: Not Found (${request.method} ${request.path})`);
  }

  function send(
    response: ServerResponse,
    status: number,
    body: unknown,
    headers: Record<string, string> = {},
  ) {
    response.setHeader("Date", new Date(now()).toUTCString());
    if (body === undefined) return response.writeHead(204, headers).end();
    response.writeHead(status, { ...headers, "content-type": "application/json" });
    return response.end(JSON.stringify(body));
  }

  function sendPage(response: ServerResponse, status: number): void {
    const page = "<!doctype html><title>Attention required! | Cloudflare</title>error code: 1015";
    response.writeHead(status, { "content-type": "text/html; charset=UTF-8" }).end(page);
  }

  function sendRefusal(response: ServerResponse, refusal: Refusal, global = false): void {
    const { status, code, message, retryAfterS } = refusal;
    if (retryAfterS === undefined) return void send(response, status, { code, message });
    const headers = {
      "retry-after": String(retryAfterS),
      ...(global ? { "x-ratelimit-global": "true" } : {}),
    };
    send(response, status, { message, retry_after: retryAfterS, global }, headers);
  }

  function wakeFor(request: Received): void {
    const due = waiters.filter(
      ({ method, path }) => method === request.method && path.test(request.path),
    );
    for (const waiter of due) {
      waiters.splice(waiters.indexOf(waiter), 1);
      waiter.wake(request);
    }
  }

  async function answer(request: Received, response: ServerResponse): Promise<void> {
    const fault = takeOrder(request);
    if (fault?.kind === "held back") {
      fault.arrived();
      await fault.until;
    }
    if (fault?.kind === "failure")
      return void send(response, fault.status, { message: "Server error" });
    if (fault?.kind === "page") return void sendPage(response, fault.status);
    if (fault?.kind === "no thing") return void send(response, 200, "ok");
    if (fault?.kind === "bare limit") return void sendPage(response, 429);
    if (fault?.kind === "refusal") throw new Refusal(fault.status, fault.code, fault.message);
    if (fault?.kind === "limit in the body") {
      send(response, 429, { message: "Slow down", retry_after: fault.retryAfterS, global: false });
      return;
    }
    if (fault?.kind === "rate limit") {
      sendRefusal(response, new Refusal(429, 0, "Slow down", fault.retryAfterS), fault.global);
      return;
    }
    checkRequest(request.method, request.path, request.body);
    const headers = bucket(request);
    const result = run(request);
    if (fault?.kind === "lost answer") return void response.destroy();
    if (fault?.kind !== "held answer") return void send(response, 200, result, headers);
    fault.arrived();
    void fault.until.then(() => send(response, 200, result, headers));
  }

  async function serve(raw: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = new URL(raw.url ?? "", "http://discord");
    const path = pathname.slice(prefix.length);
    const request: Received = {
      method: raw.method ?? "GET",
      path,
      query,
      ...(await readBody(raw)),
    };
    received.push(request);
    try {
      const token = (raw.headers.authorization ?? "").replace(/^Bot /, "");
      if (!withoutToken.test(path) && !tokenIsRight(token))
        throw new Refusal(401, 0, "401: Unauthorized");
      await answer(request, response);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      sendRefusal(response, error);
    }
    wakeFor(request);
  }

  const http = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });

  return {
    http,
    received,
    breakNext: (fault, method, path) => orders.push({ fault, method, path }),
    breakNextFile: (fault) =>
      orders.push({ fault, method: "POST", path: undefined, hasFile: true }),
    breakFrom,
    holdNext: (method, path) => hold("held answer", method, path),
    holdBackNext: (method, path) => hold("held back", method, path),
    limitMessages: (limit) => {
      rateLimit = limit;
    },
    next: (method, path) => new Promise((wake) => waiters.push({ method, path, wake })),
  };
}
