/**
 * What it means that EM was not reached, or that no whole answer came, as sentences that name the
 * cure. Made of named fields alone: no request and no header gets in here.
 */
import { advised, EmError, type EmFailure } from "./errors.ts";
import { DEMANDED, UntrustedError } from "./tls.ts";
import { distrusted } from "./untrusted.ts";

export interface Where {
  /** EM's origin, as it may be shown. */
  readonly origin: string;
  readonly secure: boolean;
}

export const PORTS = "EM's REST API is on port 9398 (https) or, in old versions, 9399 (http)";

/** What a failure of the transport means. `sent`: whether the request may have reached EM. */
export function transportError(error: unknown, where: Where, sent: boolean): EmError {
  const cause = causeOf(error);
  if (cause instanceof UntrustedError) return certificateError(cause, where);
  const { failure, brief, advice } = explain(codeOf(error), messageOf(error), where);
  return advised(failure, brief, advice, { perhapsDone: sent });
}

const causeOf = (error: unknown) => (error instanceof Error ? error.cause : undefined);
const messageOf = (error: unknown) => (error instanceof Error ? error.message : "");

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "";
}

interface Explained {
  readonly failure: EmFailure;
  readonly brief: string;
  readonly advice?: string;
}

export const DEMAND_NONE =
  "; have whatever answers at EM_URL demand none: EM itself needs but user name and password";

/** Why there is no connection, and what to look at then. */
const UNREACHED: Readonly<Record<string, readonly [why: string, advice: string]>> = {
  ECONNREFUSED: [
    "the connection was refused",
    "; check EM_URL, and that the Enterprise Manager service runs",
  ],
  ENOTFOUND: ["its name is not known", "; check EM_URL"],
  EAI_AGAIN: ["its name could not be looked up", "; check EM_URL and the name service"],
  EHOSTUNREACH: ["there is no way to it", "; check the network and EM_URL"],
  ENETUNREACH: ["there is no way to it", "; check the network and EM_URL"],
  EHOSTDOWN: ["the host is down", ""],
  [DEMANDED]: ["it demands a certificate of its client, and the bot has none", DEMAND_NONE],
  NO_SUCH_NAME: [
    "what answers there does not serve that name",
    "; write in EM_URL the name of Enterprise Manager itself",
  ],
  OLD_TLS: [
    "it offers no TLS that this machine takes (1.2 or later)",
    "; switch TLS 1.2 on, on the EM server",
  ],
};

/** By what TLS's own codes end in; OpenSSL calls the same by several names. */
const TLS_ENDS: readonly (readonly [end: RegExp, as: string])[] = [
  [/CERTIFICATE_REQUIRED$/, DEMANDED],
  [/UNRECOGNIZED_NAME$/, "NO_SUCH_NAME"],
  [/ALERT_PROTOCOL_VERSION$/, "OLD_TLS"],
];

const named = (code: string) => TLS_ENDS.find(([end]) => end.test(code))?.[1] ?? code;

const CLOSED = new Set(["ECONNRESET", "EPIPE", "ECONNABORTED"]);
const PLAIN_HTTP =
  /^(?:ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)|EPROTO)$/;

function explain(code: string, message: string, where: Where): Explained {
  const to = `Cannot reach Enterprise Manager at ${where.origin}`;
  const unreached = (why: string, advice = ""): Explained => ({
    failure: "unreachable",
    brief: `${to}: ${why}`,
    advice,
  });
  const reason = UNREACHED[named(code)];
  if (reason) return unreached(...reason);
  if (code === "EPROXY") return unreached(message.replace(/^The/, "the"), "; check EM_PROXY");
  if (code === "ETIMEDOUT")
    return { failure: "timed-out", brief: `${to}: no whole answer came in time` };
  if (CLOSED.has(code)) return closed(to, where);
  if (PLAIN_HTTP.test(code))
    return unreached("no TLS is spoken there, most likely plain HTTP", `; ${PORTS}`);
  if (code.startsWith("ERR_SSL") || code.startsWith("ERR_TLS"))
    return unreached(`no common version of TLS was found (${code})`);
  if (code.startsWith("HPE_")) return notHttp(to, where);
  if (code === "ERR_BAD_RESPONSE" || code.startsWith("Z_") || code.startsWith("ERR_ZLIB"))
    return { failure: "unreadable", brief: unreadableBody(message, where) };
  return unreached(`the connection failed (${/^\w{1,40}$/.test(code) ? code : "no code"})`);
}

function closed(to: string, { secure }: Where): Explained {
  const brief = `${to}: it closed the connection`;
  if (secure) return { failure: "unreachable", brief: `${brief} without an answer` };
  const advice = `; if that is its https port, write https in EM_URL (${PORTS})`;
  return { failure: "unreachable", brief, advice };
}

function notHttp(to: string, { secure }: Where): Explained {
  return secure
    ? { failure: "unreadable", brief: `${to}: what answers there does not speak HTTP` }
    : {
        failure: "unreachable",
        brief: `${to}: what answers there speaks no plain HTTP, most likely TLS`,
        advice: `; ${PORTS}`,
      };
}

function unreadableBody(message: string, where: Where): string {
  const what = message.includes("maxContentLength")
    ? "is too large"
    : "was cut off or cannot be unpacked";
  return `Cannot read the answer of Enterprise Manager at ${where.origin}: it ${what}`;
}

/** The whole of the time has passed, or the caller has lost interest. */
export function interruptedError(signal: AbortSignal, where: Where, sent: boolean): EmError {
  const late = signal.reason instanceof Error && signal.reason.name === "TimeoutError";
  const what = late ? "gave no whole answer in time" : "was not waited for any longer";
  return new EmError("timed-out", `Enterprise Manager at ${where.origin} ${what}`, {
    perhapsDone: sent,
  });
}

function certificateError(error: UntrustedError, where: Where): EmError {
  const { why, advice } = distrusted(error);
  const brief = `Cannot trust the certificate that ${where.origin} shows: ${why}`;
  const { fingerprint } = error.shown;
  return advised("certificate", brief, advice, { fingerprint });
}
