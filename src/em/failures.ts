/**
 * What can go wrong between us and EM, as sentences that name the cure. Made of named fields alone:
 * no request, no header and no body of another's making gets in here, except EM's own error
 * message, shortened.
 */
import { EmError, type EmFailure } from "./errors.ts";
import { DEMANDED, UntrustedError } from "./tls.ts";
import { distrusted } from "./untrusted.ts";

/** What a request is about, for sentences and for figures. */
export type Route =
  | "discovery"
  | "logon"
  | "logoff"
  | "logons"
  | "backupServers"
  | "plans"
  | "plan"
  | "startPlan"
  | "testPlan"
  | "undoPlan"
  | "collect"
  | "tasks"
  | "task"
  | "removeTask"
  | "sessions"
  | "session"
  | "points"
  | "point"
  | "replicationSessions"
  | "replicationSession"
  | "replicationTasks"
  | "replicationTask";

const ABOUT: Readonly<Record<Route, string>> = {
  discovery: "what Enterprise Manager offers",
  logon: "the logon",
  logoff: "the end of the logon",
  logons: "the logons of all",
  backupServers: "the backup servers",
  plans: "the failover plans",
  plan: "a failover plan",
  startPlan: "the start of a failover plan",
  testPlan: "the test of a failover plan",
  undoPlan: "the undoing of a failover plan",
  collect: "the collection of data from a backup server",
  tasks: "the tasks",
  task: "a task",
  removeTask: "the removal of a task",
  sessions: "the cloud failover sessions",
  session: "a cloud failover session",
  points: "the cloud replica points",
  point: "a cloud replica point",
  replicationSessions: "the replication sessions",
  replicationSession: "a replication session",
  replicationTasks: "the VMs of a replication session",
  replicationTask: "a VM of a replication session",
};

const ADMINISTRATOR = "Portal Administrator";
/**
 * The roles of EM that may do it, by its security page; only a Portal Administrator may do
 * everything that a bot needs.
 */
const ROLES: Readonly<Partial<Record<Route, string>>> = {
  logon: `${ADMINISTRATOR}, Portal User or Restore Operator`,
  plans: `${ADMINISTRATOR} or Restore Operator`,
  plan: `${ADMINISTRATOR} or Restore Operator`,
  startPlan: `${ADMINISTRATOR} or Restore Operator`,
  testPlan: `${ADMINISTRATOR} or Restore Operator`,
  undoPlan: `${ADMINISTRATOR} or Restore Operator`,
  session: `${ADMINISTRATOR}, Portal User or Restore Operator`,
  points: `${ADMINISTRATOR} or Portal User`,
  point: `${ADMINISTRATOR} or Portal User`,
  replicationSession: `${ADMINISTRATOR} or Portal User`,
  replicationTasks: `${ADMINISTRATOR} or Portal User`,
  replicationTask: `${ADMINISTRATOR} or Portal User`,
};

export interface Where {
  /** EM's origin, as it may be shown. */
  readonly origin: string;
  readonly secure: boolean;
}

const PORTS = "EM's REST API is on port 9398 (https) or, in old versions, 9399 (http)";

/** What a failure of the transport means. `sent`: whether the request may have reached EM. */
export function transportError(error: unknown, where: Where, sent: boolean): EmError {
  const cause = causeOf(error);
  if (cause instanceof UntrustedError) return certificateError(cause, where);
  const { failure, brief, advice } = explain(codeOf(error), messageOf(error), where);
  return advised(failure, brief, advice, { perhapsDone: sent });
}

/**
 * The advice stands at the end of the message alone: somebody who sets the bot up wants it, a war
 * room does not.
 */
function advised(
  failure: EmFailure,
  brief: string,
  advice = "",
  options: { perhapsDone?: boolean; fingerprint?: string } = {},
): EmError {
  return new EmError(failure, `${brief}${advice}`, { ...options, brief });
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
  [DEMANDED]: [
    "it demands a certificate of its client, and the bot has none",
    "; have whatever answers at EM_URL demand none: EM itself needs but user name and password",
  ],
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

/** An answer that is no success. */
export interface Unwell {
  readonly status: number;
  /** It answers an order, which EM may have carried out nevertheless. */
  readonly order: boolean;
  /** The body is EM's own error body, so nothing between us and EM has made the answer. */
  readonly byEm: boolean;
  /** EM's words. */
  readonly said?: string;
  /** How long to wait before asking again, in milliseconds, where the answer says so. */
  readonly afterMs?: number;
}

/** What EM's status says, with its own words where it has any. */
export function statusError(route: Route, unwell: Unwell): EmError {
  const { status, said, afterMs } = unwell;
  const perhapsDone = unwell.order && !isRefusal(unwell);
  const words = said ? `: ${said}` : ` (HTTP ${status})`;
  const about = ABOUT[route];
  if (status === 401) return unauthorizedError(route, perhapsDone);
  if (status === 403) return forbiddenError(route, perhapsDone);
  if (!unwell.order && isLostTask(status, said)) return lostTaskError();
  if (status === 404) return notFoundError(route, words, perhapsDone);
  if (status < 400) return redirectError(about, status, perhapsDone);
  if (PASSES.has(status)) return busyError(about, words, perhapsDone, afterMs);
  if (status < 500)
    return new EmError("rejected", `Enterprise Manager refuses ${about}${words}`, { perhapsDone });
  const sentence = `Enterprise Manager could not answer ${about}${words}`;
  return new EmError("server-error", sentence, { perhapsDone });
}

/**
 * Only these, in EM's own words, say that an order was not carried out. What stands between us and
 * EM may have passed it on, whatever it answers itself; and a 401 in a logon that was just read
 * from is no refusal that EM would give.
 */
const REFUSALS: ReadonlySet<number> = new Set([400, 403, 404, 409]);
const isRefusal = ({ status, byEm }: Unwell) => byEm && REFUSALS.has(status);

/** Not now: asked again, a question may be answered. */
const PASSES: ReadonlySet<number> = new Set([408, 425, 429, 503]);

function busyError(
  about: string,
  words: string,
  perhapsDone: boolean,
  afterMs: number | undefined,
): EmError {
  return new EmError("busy", `Enterprise Manager does not answer ${about} now${words}`, {
    perhapsDone,
    ...(afterMs === undefined ? {} : { afterMs }),
  });
}

const LOST_TASK = /no backup task with id [^\s]{1,100} in current rest session/i;
const isLostTask = (status: number, said: string | undefined) =>
  status === 500 && LOST_TASK.test(said ?? "");

export function lostTaskError(): EmError {
  const sentence =
    "Enterprise Manager no longer knows the task: tasks live only in the logon that made them";
  return new EmError("not-found", sentence);
}

function unauthorizedError(route: Route, perhapsDone: boolean): EmError {
  const [brief, advice] =
    route === "logon"
      ? [
          "Enterprise Manager refuses the user name or the password",
          ": check EM_USERNAME (DOMAIN\\user or user@domain) and EM_PASSWORD",
        ]
      : [
          `Enterprise Manager refuses a fresh logon of its own for ${ABOUT[route]}`,
          ": check the account of EM_USERNAME and EM_PASSWORD in Enterprise Manager, and that nothing between removes X-RestSvcSessionId",
        ];
  return advised("unauthorized", brief, advice, { perhapsDone });
}

function forbiddenError(route: Route, perhapsDone: boolean): EmError {
  const roles = ROLES[route] ?? ADMINISTRATOR;
  const best = roles === ADMINISTRATOR ? "" : ` (${ADMINISTRATOR} covers all that the bot does)`;
  const advice = `: give the account of EM_USERNAME the role ${roles}${best}`;
  return advised(
    "forbidden",
    `Enterprise Manager does not allow this account ${ABOUT[route]}`,
    advice,
    { perhapsDone },
  );
}

function notFoundError(route: Route, words: string, perhapsDone: boolean): EmError {
  return route === "logon"
    ? advised("not-found", `There is no Enterprise Manager at EM_URL${words}`, `; ${PORTS}`)
    : new EmError("not-found", `Enterprise Manager has not found ${ABOUT[route]}${words}`, {
        perhapsDone,
      });
}

function redirectError(about: string, status: number, perhapsDone: boolean): EmError {
  const brief = `Enterprise Manager answered about ${about} with HTTP ${status} and sends us elsewhere`;
  const advice =
    "; the bot does not follow, because its logon must not go anywhere else: EM_URL must name EM itself";
  return advised("unreadable", brief, advice, { perhapsDone });
}

export function bodyError(
  route: Route,
  expects: string,
  whatCame: string,
  order: boolean,
): EmError {
  const sentence = `Cannot read what Enterprise Manager answered about ${ABOUT[route]}: expected ${expects}, got ${whatCame}`;
  return new EmError("unreadable", sentence, { perhapsDone: order });
}

const LONGEST_MESSAGE = 300;

/** EM's own words, on one line, without blanks around and not longer than a message should be. */
export function shortened(said: string): string {
  const line = said.replace(/[\s\p{Cc}]+/gu, " ").trim();
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE - 1)}…` : line;
}
