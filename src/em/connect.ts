/** The EM client: which address of EM's API answers which question of `EmClient`. */
import type { Clock } from "../clock.ts";
import { apiBase } from "./address.ts";
import { type Asking, askingOf } from "./asking.ts";
import type { EmClient, PointFilter, SessionFilter } from "./client.ts";
import {
  backupServersReading,
  discoveryReading,
  planReading,
  plansReading,
  pointReading,
  pointsReading,
  sessionReading,
  sessionsReading,
  taskReading,
} from "./decode.ts";
import { startBody } from "./encode.ts";
import { EmError } from "./errors.ts";
import { exchangeOver, type RequestInfo, reads } from "./exchange.ts";
import { httpTo } from "./http.ts";
import { loggedOn } from "./logged-on.ts";
import { allPages, newest } from "./paging.ts";
import { pageAddress, pointsQueries, type Query, sessionsQuery } from "./query.ts";
import { isFingerprint, type Trust } from "./tls.ts";
import type {
  Estate,
  FailoverPlan,
  FailoverSession,
  PlanKind,
  Receipt,
  ReplicaPoint,
  StartFrom,
} from "./types.ts";
import type { Format } from "./wire.ts";

export interface EmOptions extends Trust {
  /** Like `https://em.example.com:9398`, with or without `/api`. */
  readonly url: string;
  /** `DOMAIN\user` or `user@domain`. */
  readonly username: string;
  readonly password: string;
  /** Default `xml`, which every EM speaks; an EM that answers `json` with XML is spoken to in XML. */
  readonly format?: Format;
  readonly clock: Clock;
  readonly limits?: Partial<EmLimits>;
  /** Called after each request to EM, for figures. Must not throw. */
  readonly onRequest?: (info: RequestInfo) => void;
}

export interface EmLimits {
  /** For one question with its retries, or one order. */
  readonly totalMs: number;
  /** How often a question is asked again after a failure that may pass. Orders never are. */
  readonly retries: number;
  /** Before the first retry; doubled before each next. */
  readonly retryPauseMs: number;
  /** The largest answer, unpacked. */
  readonly maxBytes: number;
}

const LIMITS: EmLimits = {
  totalMs: 15_000,
  retries: 2,
  retryPauseMs: 250,
  maxBytes: 64 * 1024 * 1024,
};

/**
 * Connects to nothing yet: the first question logs on. Throws `EmError` where a setting cannot work, and names it.
 * Certificates are always checked: against `fingerprint`, else against `ca`, else against those that Node brings.
 */
export function connectEm(options: EmOptions): EmClient {
  const { clock, onRequest, format = "xml" } = options;
  const limits = { ...LIMITS, ...options.limits };
  const base = apiBase(options.url);
  const trust = checkedTrust(options);
  const http = httpTo({ base, trust, silenceMs: limits.totalMs, maxBytes: limits.maxBytes });
  const exchange = exchangeOver({ http, format, clock, totalMs: limits.totalMs, onRequest });
  const logged = loggedOn(exchange, options, base, clock);
  const asking = askingOf({ ...limits, exchange, logged, where: http.where, clock });
  return {
    origin: http.where.origin,
    get clockOffsetMs() {
      return exchange.clockOffsetMs;
    },
    estate: (signal) => estate(asking, signal),
    plans: (kind, signal) =>
      asking.ask(reads({ route: "plans", path: `${PLANS[kind]}?format=Entity` }, plansReading[kind]), signal),
    plan: (kind, id, signal) =>
      asking.ask(reads({ route: "plan", path: entityPath(PLANS[kind], id) }, planReading[kind]), signal),
    startPlan: (plan, from, signal) => startPlan(asking, plan, from, signal),
    task: (id, logon, signal) =>
      asking.askIn(
        logon,
        reads({ route: "task", path: `/tasks/${encodeURIComponent(id)}` }, taskReading),
        signal,
      ),
    session: (id, signal) =>
      asking.ask(reads({ route: "session", path: entityPath(SESSIONS, id) }, sessionReading), signal),
    sessions: (filter, signal) => sessions(asking, filter, signal),
    points: (filter, signal) => points(asking, filter, signal),
    point: (id, signal) =>
      asking.ask(reads({ route: "point", path: entityPath(POINTS, id) }, pointReading), signal),
    async close({ keepLogon = false } = {}) {
      await asking.close(keepLogon);
      http.close();
    },
  };
}

const PLANS: Readonly<Record<PlanKind, string>> = {
  cloud: "/cloud/cloudFailoverPlans",
  ordinary: "/failoverPlans",
};
const SESSIONS = "/cloud/failoverSessions";
const POINTS = "/cloud/vmReplicaPoints";

const entityPath = (collection: string, id: string) =>
  `${collection}/${encodeURIComponent(id)}?format=Entity`;

function checkedTrust({ ca, fingerprint }: Trust): Trust {
  if (fingerprint !== undefined && !isFingerprint(fingerprint)) {
    const must = "must be a SHA-256 fingerprint: 64 hexadecimal digits, in pairs with colons or without";
    throw new EmError("certificate", `EM_FINGERPRINT ${must}`);
  }
  return { ...(ca === undefined ? {} : { ca }), ...(fingerprint === undefined ? {} : { fingerprint }) };
}

async function estate(asking: Asking, signal?: AbortSignal): Promise<Estate> {
  const { cloud } = await asking.logon(signal);
  const began = performance.now();
  const versions = await asking.askOpenly(reads({ route: "discovery", path: "/" }, discoveryReading), signal);
  const answeredInMs = Math.round(performance.now() - began);
  const servers = reads(
    { route: "backupServers", path: "/backupServers?format=Entity" },
    backupServersReading,
  );
  return { versions, cloud, answeredInMs, backupServers: await asking.ask(servers, signal) };
}

async function startPlan(
  asking: Asking,
  plan: FailoverPlan,
  from: StartFrom,
  signal?: AbortSignal,
): Promise<Receipt> {
  const { thing, logon } = await asking.order(
    reads(
      {
        route: "startPlan",
        method: "POST",
        path: `${PLANS[plan.kind]}/${encodeURIComponent(plan.id)}?action=start`,
        body: (format) => startBody(plan.kind, from, format),
        order: true,
      },
      taskReading,
    ),
    signal,
  );
  return { task: thing, logon: logon.local };
}

/** EM's filter is coarser than ours: it compares names without case and times by the second. */
async function sessions(
  asking: Asking,
  filter: SessionFilter,
  signal?: AbortSignal,
): Promise<FailoverSession[]> {
  const query = sessionsQuery(filter);
  const wanted = (session: FailoverSession) =>
    (!filter.open || session.state !== "Stopped") &&
    (filter.planName === undefined || session.name === filter.planName) &&
    (filter.result === undefined || session.result === filter.result) &&
    session.createdAt >= (filter.createdFrom ?? Number.NEGATIVE_INFINITY);
  return allPages((page) => asking.ask(sessionsPage(query, page), signal), wanted, filter.limit);
}

const sessionsPage = (query: Query, page: number) =>
  reads({ route: "sessions", path: pageAddress(query, page) }, sessionsReading);

async function points(asking: Asking, filter: PointFilter, signal?: AbortSignal): Promise<ReplicaPoint[]> {
  const found = new Map<string, ReplicaPoint>();
  const wanted = (point: ReplicaPoint) => point.createdAt >= (filter.createdFrom ?? Number.NEGATIVE_INFINITY);
  for (const query of pointsQueries(filter)) {
    const ask = (page: number) => asking.ask(pointsPage(query, page), signal);
    for (const point of await allPages(ask, wanted, filter.limit)) found.set(point.id, point);
  }
  return newest([...found.values()], filter.limit);
}

const pointsPage = (query: Query, page: number) =>
  reads({ route: "points", path: pageAddress(query, page) }, pointsReading);
