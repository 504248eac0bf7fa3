/**
 * One request and what it means: the headers that EM wants, the answer understood or its failure
 * named, and no secret in either.
 */
import type { Clock, Turn } from "../clock.ts";
import {
  type Decoder,
  type EmRefusal,
  type ListDecoder,
  type Page,
  type PageDecoder,
  refusalIn,
} from "./decode.ts";
import { type EmTime, emTime } from "./em-time.ts";
import { MEDIA_TYPE } from "./encode.ts";
import { EmError, type EmFailure } from "./errors.ts";
import { bodyError, type Route, shortened, statusError } from "./failures.ts";
import { type Identified, type ReadBefore, readList, readPage } from "./read-page.ts";
import type { Answer, EmCall, EmTransport } from "./transport.ts";
import { BodyError, type Format, type Manner, parseBody } from "./wire.ts";

/** Something asked of EM. */
export interface Request<Thing> {
  readonly route: Route;
  readonly method: EmCall["method"];
  /** Below `/api`. */
  readonly path: string;
  readonly body?: (manner: Manner) => string;
  /** EM may have carried it out even if its answer is lost. */
  readonly order?: boolean;
  readonly expects: string;
  /** Throws, or rejects with, `BodyError`. */
  understand(answer: Answer, turn: Turn): Thing | Promise<Thing>;
}

/** What happened to one request, for figures. */
export interface RequestInfo {
  readonly method: string;
  readonly route: Route;
  readonly ms: number;
  readonly outcome: "ok" | EmFailure;
}

export interface Exchange {
  /** From now on EM is spoken to as it spoke, whatever was configured: an old one knows no JSON. */
  answerAs(manner: Manner): void;
  readonly time: EmTime;
  /**
   * `credentials`: the headers that prove who asks. `signal` ends the request, as does the time
   * limit.
   */
  perform<Thing>(
    request: Request<Thing>,
    credentials: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<Thing>;
  /**
   * Never to be seen in a message, wherever it came from. One of the same kind takes the place of
   * the last.
   */
  keepSecret(kind: "password" | "basic" | "token" | "decoded token", secret: string): void;
}

export interface ExchangeOptions {
  readonly http: EmTransport;
  readonly format: Format;
  readonly clock: Clock;
  /** For one request with its whole answer. */
  readonly totalMs: number;
  readonly onRequest?: ((info: RequestInfo) => void) | undefined;
}

/** Shorter ones would be found in any sentence. */
const SHORTEST_SECRET = 4;

export function exchangeOver({
  http,
  clock,
  totalMs,
  onRequest,
  ...options
}: ExchangeOptions): Exchange {
  const secrets = new Map<string, string>();
  const time = emTime(clock);
  let manner: Manner = { format: options.format, camelCase: false };
  return {
    answerAs({ format, camelCase }) {
      manner = { format, camelCase };
    },
    time,
    keepSecret(kind, secret) {
      if (secret.length >= SHORTEST_SECRET) secrets.set(kind, secret);
    },
    async perform(request, credentials, signal) {
      const began = clock.elapsed();
      const report = (outcome: RequestInfo["outcome"]) =>
        onRequest?.({
          method: request.method,
          route: request.route,
          ms: clock.elapsed() - began,
          outcome,
        });
      try {
        const answer = await http.send(
          callOf(request, manner, credentials, within(clock, totalMs, signal)),
        );
        const thing = await meaning(request, answer, clock.turn(), [...secrets.values()]);
        time.heard(answer.header("date"), clock.elapsed() - began);
        report("ok");
        return time.ours(thing);
      } catch (error) {
        report(error instanceof EmError ? error.failure : "unreadable");
        throw error;
      }
    },
  };
}

/** A request that is answered with a body. */
export function reads<Thing>(
  request: Pick<Request<Thing>, "route" | "path"> & Partial<Request<Thing>>,
  reading: Decoder<Thing>,
): Request<Thing> {
  return {
    method: "GET",
    expects: reading.expects,
    understand: (answer) => reading.read(parseBody(answer.text)),
    ...request,
  };
}

/** A request that is answered with a list. */
export const readsList = <Thing extends Identified>(
  request: Pick<Request<unknown>, "route" | "path">,
  reading: ListDecoder<Thing>,
): Request<Thing[]> => ({
  method: "GET",
  expects: reading.expects,
  understand: (answer, turn) => readList(answer.text, reading, turn),
  ...request,
});

/** A request that is answered with a page of a query; `known`: see `readPage`. */
export const readsPage = <Thing extends Identified>(
  request: Pick<Request<unknown>, "route" | "path">,
  reading: PageDecoder<Thing>,
  known?: ReadBefore<Thing>,
): Request<Page<Thing>> => ({
  method: "GET",
  expects: reading.expects,
  understand: (answer, turn) => readPage(answer.text, reading, turn, known),
  ...request,
});

/** A signal that aborts after so many milliseconds, or with the given one. */
export function within(
  clock: Pick<Clock, "deadline">,
  ms: number,
  signal?: AbortSignal,
): AbortSignal {
  const limit = clock.deadline(ms);
  return signal ? AbortSignal.any([limit, signal]) : limit;
}

/**
 * EM chooses the format of the answer and of the request by Accept alone: it and Content-Type
 * always agree.
 */
function callOf(
  request: Request<unknown>,
  manner: Manner,
  credentials: Record<string, string>,
  signal: AbortSignal,
): EmCall {
  const { method, path, order = false } = request;
  const body = request.body?.(manner);
  const type = MEDIA_TYPE[manner.format];
  const headers: Record<string, string> = { Accept: type, ...credentials };
  if (body !== undefined) headers["Content-Type"] = type;
  if (body === undefined && method === "POST") headers["Content-Length"] = "0";
  return { method, path, headers, order, signal, ...(body === undefined ? {} : { body }) };
}

async function meaning<Thing>(
  request: Request<Thing>,
  answer: Answer,
  turn: Turn,
  secrets: readonly string[],
): Promise<Thing> {
  const { route, order = false } = request;
  const clean = (said: string) =>
    secrets.reduce((text, secret) => text.replaceAll(secret, "…"), said);
  if (answer.status < 200 || answer.status >= 300) {
    const refusal = refusalBy(answer);
    throw statusError(route, {
      status: answer.status,
      order,
      byEm: refusal !== undefined && (refusal.status ?? answer.status) === answer.status,
      ...(refusal
        ? { said: shortened(clean(refusal.message)) }
        : { wantsCertificate: CERTIFICATE_PAGE.test(answer.text) }),
      ...(waitAsked(answer) ?? {}),
    });
  }
  try {
    return await request.understand(answer, turn);
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    throw bodyError(route, request.expects, clean(error.message), order);
  }
}

/** As nginx and IIS say it, which take the TLS of a client without a certificate. */
const CERTIFICATE_PAGE =
  /no required ssl certificate|ssl client certificate|client certificate (?:is )?required/i;

/** Nothing where it is not EM's error body, such as a proxy's page. */
function refusalBy(answer: Answer): EmRefusal | undefined {
  try {
    return refusalIn(parseBody(answer.text));
  } catch {
    return undefined;
  }
}

/** `Retry-After`, in seconds; a date there would be by a clock that nobody has checked. */
function waitAsked(answer: Answer): { afterMs: number } | undefined {
  const seconds = Number(answer.header("retry-after") ?? Number.NaN);
  return seconds >= 0 ? { afterMs: seconds * 1000 } : undefined;
}
