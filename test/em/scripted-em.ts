/** A server that says what a test tells it to, over real HTTP, and remembers what it was asked. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TlsOptions } from "node:tls";
import { onTestFinished, vi } from "vitest";
import { type Clock, systemClock } from "../../src/clock.ts";
import { connectEm, type EmOptions } from "../../src/em/connect.ts";
import { EmError } from "../../src/em/errors.ts";
import { linkOf, linksOf } from "./em-things.ts";
import { type Dialect, mediaTypeOf, write } from "./em-writer.ts";

export interface Asked {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

export interface Said {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/**
 * What is said to a request; "cut" closes the connection instead, "hang" says nothing. `nth`: among
 * those of its key.
 */
export type Answering = (asked: Asked, nth: number) => Said | "cut" | "hang";

/** As Node takes it. */
export type ServerTls = TlsOptions & { readonly key: string; readonly cert: string };

export interface ScriptedEm {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Those whose method and path begin so. */
  askedFor(key: string): readonly Asked[];
}

export const LOGON = "POST /api/sessionMngr/";
export const TOKEN = "c2Vzc2lvbiB0b2tlbiBjYW5hcnk=";
export const LOGON_ID = "44cfbdbe-5a95-4156-8867-91f069b7c2cc";

export const said = (
  root: string,
  thing: Parameters<typeof write>[1],
  dialect: Dialect = "xml",
): Said => ({
  headers: { "Content-Type": mediaTypeOf(dialect) },
  body: write(root, thing, dialect),
});

/** A logon whose token bears its number, so that tests see which one is used. */
export const loggedOnAs = (token: string, dialect: Dialect = "xml", ...types: string[]): Said => {
  const links = types.map((type) => linkOf("Down", "/cloud", type));
  const logon = {
    SessionId: LOGON_ID,
    Links: linksOf(...links, linkOf("Delete", `/logonSessions/${LOGON_ID}`)),
  };
  const { headers, body } = said("LogonSession", logon, dialect);
  return {
    status: 201,
    headers: { ...headers, "X-RestSvcSessionId": token },
    ...(body ? { body } : {}),
  };
};

/**
 * `script`: by the beginning of method and path; the longest that fits answers. Logon and logoff
 * answer by themselves.
 */
export async function scriptedEm(
  script: Readonly<Record<string, Answering>>,
  tls?: ServerTls,
): Promise<ScriptedEm> {
  const asked: Asked[] = [];
  const full: Record<string, Answering> = {
    [LOGON]: () => loggedOnAs(TOKEN),
    "DELETE /api/logonSessions": () => ({ status: 204 }),
    ...script,
  };
  const listener = listenerOf(full, asked);
  const server = tls ? createSecureServer(tls, listener) : createServer(listener);
  const url = await listening(server, tls ? "https" : "http");
  return { url, asked, askedFor: (key) => asked.filter((one) => keyOf(one).startsWith(key)) };
}

const keyOf = (asked: Asked) => `${asked.method} ${asked.path}`;

function listenerOf(script: Readonly<Record<string, Answering>>, asked: Asked[]): RequestListener {
  const counts = new Map<string, number>();
  return async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = "", url: path = "", headers, rawHeaders } = request;
    const one = { method, path, headers, rawHeaders, body: Buffer.concat(chunks).toString() };
    asked.push(one);
    const key = Object.keys(script)
      .filter((start) => keyOf(one).startsWith(start))
      .sort((a, b) => b.length - a.length)[0];
    const nth = (counts.get(key ?? "") ?? 0) + 1;
    counts.set(key ?? "", nth);
    const answer =
      key === undefined ? { status: 404 } : (script[key]?.(one, nth) ?? { status: 404 });
    if (answer === "hang") return;
    if (answer === "cut") return void request.socket.destroy();
    response.sendDate = false;
    response.writeHead(answer.status ?? 200, { ...answer.headers }).end(answer.body);
  };
}

/** Listens on a free port until the test has finished. */
export async function listening(
  server: Server | import("node:net").Server,
  scheme: string,
): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    if ("closeAllConnections" in server) server.closeAllConnections();
    server.close();
  });
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Stands still but for pauses, which pass at once. */
export const patientClock = (): Clock & { readonly slept: number[] } => {
  const slept: number[] = [];
  return {
    slept,
    now: () => Date.UTC(2026, 0, 1),
    elapsed: () => 0,
    deadline: AbortSignal.timeout,
    turn: systemClock.turn,
    sleep: async (ms) => {
      slept.push(ms);
    },
  };
};

export const PASSWORD = "canary-Pässwort-7f3a";

/** A client that is closed when the test has finished. */
export function emAt(url: string, options: Partial<EmOptions> = {}) {
  const em = connectEm({
    url,
    username: "DOM\\bot",
    password: PASSWORD,
    clock: patientClock(),
    ...options,
  });
  onTestFinished(() => em.close({ keepLogon: true }));
  return em;
}

/** The failure of what is expected to fail. */
export async function failureOf(promise: Promise<unknown>): Promise<EmError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof EmError) return error;
    throw error;
  }
  throw new Error("It did not fail");
}

/** Time limits that run out when the test says so, instead of by the clock on the wall. */
export function heldTime(): { runOut(): void } {
  const limit = new AbortController();
  const held = vi.spyOn(AbortSignal, "timeout").mockReturnValue(limit.signal);
  onTestFinished(() => held.mockRestore());
  return { runOut: () => limit.abort(new DOMException("The time has run out", "TimeoutError")) };
}
