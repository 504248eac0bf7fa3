/**
 * What an answer of EM's means that is no success, as sentences that name the cure. Made of named
 * fields alone: no request, no header and no body of another's making gets in here, except EM's own
 * error message, shortened.
 */
import { advised, EmError } from "./errors.ts";
import { DEMAND_NONE, PORTS } from "./no-answer.ts";

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

/** An answer that is no success. */
export interface Unwell {
  readonly status: number;
  /** It answers an order, which EM may have carried out nevertheless. */
  readonly order: boolean;
  /** The body is EM's own error body, so nothing between us and EM has made the answer. */
  readonly byEm: boolean;
  /** EM's words. */
  readonly said?: string;
  /** A page of whatever stands before EM says that a certificate of the client is missing. */
  readonly wantsCertificate?: boolean;
  /** How long to wait before asking again, in milliseconds, where the answer says so. */
  readonly afterMs?: number;
}

/** What EM's status says, with its own words where it has any. */
export function statusError(route: Route, unwell: Unwell): EmError {
  const { status, said, afterMs } = unwell;
  const perhapsDone = unwell.order && !isRefusal(unwell);
  const words = said ? `: ${said}` : ` (HTTP ${status})`;
  const about = ABOUT[route];
  if (unwell.wantsCertificate) return demandedError(perhapsDone);
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

function demandedError(perhapsDone: boolean): EmError {
  const brief =
    "What stands before Enterprise Manager demands a certificate of its client, and the bot has none";
  return advised("rejected", brief, DEMAND_NONE, { perhapsDone });
}

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
