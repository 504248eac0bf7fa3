/**
 * One request to EM and its whole answer, or an `EmError`. Nothing of axios gets out of here: its
 * errors carry the request with its password.
 */
import { createRequire } from "node:module";
import type { AxiosResponse, AxiosStatic } from "axios";
import type { EmError } from "./errors.ts";
import { interruptedError, transportError, type Where } from "./no-answer.ts";
import { plainAgent, secureAgent, type Trust } from "./tls.ts";

/** As the one file that the package keeps for `require`: as modules it is sixty. */
const axios: AxiosStatic = createRequire(import.meta.url)("axios");

export interface EmCall {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below `/api`, with its query; never an address with a host. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /**
   * An order is sent over a connection of its own, and its failure says whether EM may have carried
   * it out.
   */
  readonly order: boolean;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  header(name: string): string | undefined;
}

export interface EmTransport {
  readonly where: Where;
  send(call: EmCall): Promise<Answer>;
  /** Closes the connections that wait for more. */
  close(): void;
}

export interface TransportOptions {
  /** EM's address with `/api`. */
  readonly base: URL;
  readonly trust: Trust;
  readonly proxy?: URL | undefined;
  /** The longest silence, and the longest time to connect. */
  readonly silenceMs: number;
  /** The largest answer, unpacked, in bytes. */
  readonly maxBytes: number;
}

export function httpTo(options: TransportOptions): EmTransport {
  const secure = options.base.protocol === "https:";
  const where: Where = { origin: options.base.origin, secure };
  const { trust, proxy, silenceMs: connectMs } = options;
  const common = { trust, proxy, connectMs };
  const agentFor = secure ? secureAgent : plainAgent;
  const kept = agentFor({ ...common, keepAlive: true });
  // A kept connection that EM has just closed would make an order look perhaps carried out when it
  // never arrived.
  const fresh = agentFor({ ...common, keepAlive: false });
  const client = axios.create(settings(options));
  return {
    where,
    async send(call) {
      const agent = call.order ? fresh : kept;
      try {
        return answerOf(
          await client.request({ ...requestOf(call), httpAgent: agent, httpsAgent: agent }),
        );
      } catch (error) {
        throw failureOf(error, call, where);
      }
    },
    close() {
      kept.destroy();
      fresh.destroy();
    },
  };
}

const settings = ({ base, silenceMs, maxBytes }: TransportOptions) => ({
  baseURL: base.href,
  allowAbsoluteUrls: false,
  maxRedirects: 0,
  proxy: false as const,
  // Of silence; the total is bounded by each call's signal.
  timeout: silenceMs,
  transitional: { clarifyTimeoutError: true },
  maxContentLength: maxBytes,
  responseType: "arraybuffer" as const,
  validateStatus: () => true,
});

const requestOf = ({ method, path, headers, body, signal }: EmCall) => ({
  method,
  url: path,
  // `false` keeps axios from naming a type of its own where there is no body.
  headers: { "Content-Type": false, ...headers, "User-Agent": "failover-bot" },
  ...(body === undefined ? {} : { data: body }),
  signal,
});

function answerOf(response: AxiosResponse<ArrayBuffer>): Answer {
  const { headers } = response;
  return {
    status: response.status,
    // Drops the byte order mark that EM may put before JSON.
    text: new TextDecoder().decode(response.data),
    header: (name) => {
      const value: unknown = headers[name];
      return typeof value === "string" ? value : undefined;
    },
  };
}

function failureOf(error: unknown, call: EmCall, where: Where): EmError {
  const sent = call.order && hadConnection(error);
  return call.signal.aborted
    ? interruptedError(call.signal, where, sent)
    : transportError(error, where, sent);
}

/** Our agents give a request its socket only once it is connected and trusted. */
function hadConnection(error: unknown): boolean {
  if (!axios.isAxiosError(error) && !axios.isCancel(error)) return true;
  const request: unknown = "request" in error ? error.request : undefined;
  if (typeof request !== "object" || request === null) return false;
  return !("socket" in request) || Boolean(request.socket);
}
