/**
 * Failover plans, their orders and tasks, their sessions and replica points: which address answers
 * what.
 */

import type {
  EmOrders,
  EmPlans,
  EmPoints,
  EmSessions,
  EmTasks,
  PointFilter,
  SessionFilter,
} from "./client.ts";
import {
  planReading,
  plansReading,
  pointReading,
  pointsReading,
  sessionReading,
  sessionsListReading,
  sessionsReading,
  taskReading,
  tasksReading,
} from "./decode.ts";
import { startBody } from "./encode.ts";
import { EmError } from "./errors.ts";
import { type Request, reads, readsList, readsPage } from "./exchange.ts";
import { type InPages, largePages } from "./large-pages.ts";
import { unlessNotFound } from "./optional.ts";
import { allPages, newest } from "./paging.ts";
import { pageAddress, pointsQueries, type Query, sessionsQuery, sinceByEm } from "./query.ts";
import { knownPages, type ReadBefore } from "./read-page.ts";
import type { EmQuestions } from "./retrying.ts";
import type {
  FailoverPlan,
  FailoverSession,
  PlanKind,
  Receipt,
  ReplicaPoint,
  StartFrom,
  Task,
} from "./types.ts";

type Failovers = EmPlans & EmOrders & EmTasks & EmSessions & EmPoints;

const PLANS: Readonly<Record<PlanKind, string>> = {
  cloud: "/cloud/cloudFailoverPlans",
  ordinary: "/failoverPlans",
};
const SESSIONS = "/cloud/failoverSessions";
const POINTS = "/cloud/vmReplicaPoints";

export function failoversOver(asking: EmQuestions): Failovers {
  const [inPages, known] = [largePages(), knownPages<FailoverSession>()];
  return {
    plans: (kind, signal) =>
      asking.ask(
        readsList({ route: "plans", path: `${PLANS[kind]}?format=Entity` }, plansReading[kind]),
        signal,
      ),
    plan: (kind, id, signal) =>
      asking.ask(
        reads({ route: "plan", path: entityPath(PLANS[kind], id) }, planReading[kind]),
        signal,
      ),
    startPlan: (plan, from, signal) =>
      receipt(
        asking,
        orderTo("start", plan, (manner) => startBody(plan.kind, byEm(asking, from), manner)),
        signal,
      ),
    testPlan: (plan, signal) => testPlan(asking, plan, signal),
    undoPlan: (plan, signal) => receipt(asking, orderTo("undo", plan), signal),
    task: (id, logon, signal) =>
      asking.askIn(logon, reads({ route: "task", path: taskPath(id) }, taskReading), signal),
    logonId: async (signal) => (await asking.logon(signal)).local,
    tasks: (logon, signal) =>
      asking.askIn(logon, readsList({ route: "tasks", path: "/tasks" }, tasksReading), signal),
    removeTask: (id, logon, signal) => asking.orderIn(logon, removalOf(id), signal),
    session: (id, signal) =>
      asking.ask(
        reads({ route: "session", path: entityPath(SESSIONS, id) }, sessionReading),
        signal,
      ),
    sessions: (filter, signal) => sessions({ asking, inPages, known }, filter, signal),
    point: (id, signal) =>
      asking.ask(reads({ route: "point", path: entityPath(POINTS, id) }, pointReading), signal),
    points: (filter, signal) => points(asking, inPages, filter, signal),
  };
}

export const entityPath = (collection: string, id: string) =>
  `${collection}/${encodeURIComponent(id)}?format=Entity`;

const taskPath = (id: string) => `/tasks/${encodeURIComponent(id)}`;

const orderTo = (
  action: "start" | "test" | "undo",
  { kind, id }: FailoverPlan,
  body?: Request<Task>["body"],
): Request<Task> => ({
  ...reads(
    { route: `${action}Plan`, path: `${PLANS[kind]}/${encodeURIComponent(id)}?action=${action}` },
    taskReading,
  ),
  method: "POST",
  order: true,
  ...(body ? { body } : {}),
});

export async function receipt(
  asking: EmQuestions,
  order: Request<Task>,
  signal?: AbortSignal,
): Promise<Receipt> {
  const { thing: task, logon } = await asking.order(order, signal);
  return { task, logon: logon.local };
}

async function testPlan(
  asking: EmQuestions,
  plan: FailoverPlan,
  signal?: AbortSignal,
): Promise<Receipt> {
  if (plan.kind === "cloud") return receipt(asking, orderTo("test", plan), signal);
  throw new EmError(
    "rejected",
    "Enterprise Manager can test cloud failover plans only, and this one is ordinary",
  );
}

const byEm = ({ ems }: EmQuestions, from: StartFrom): StartFrom =>
  from.points === "latest" ? from : { ...from, at: ems(from.at) };

const removalOf = (id: string): Request<void> => ({
  route: "removeTask",
  method: "DELETE",
  path: taskPath(id),
  order: true,
  expects: "nothing",
  understand: () => undefined,
});

const sessionsList = readsList(
  { route: "sessions", path: `${SESSIONS}?format=Entity` },
  sessionsListReading,
);

interface SessionPages {
  readonly asking: EmQuestions;
  readonly inPages: InPages;
  readonly known: (address: string) => ReadBefore<FailoverSession>;
}

/**
 * EM's filter is coarser than ours: it compares names without case and times by the second. Where
 * the role may not ask questions about sessions it may still list them: all of the last 30 days, so
 * only then.
 */
async function sessions(
  { asking, inPages, known }: SessionPages,
  filter: SessionFilter,
  signal?: AbortSignal,
): Promise<FailoverSession[]> {
  const query = sessionsQuery(await sinceByEm(asking, filter, signal));
  const wanted = (session: FailoverSession) =>
    (!filter.open || session.state !== "Stopped") &&
    (filter.planName === undefined || session.name === filter.planName) &&
    (filter.result === undefined || session.result === filter.result) &&
    session.createdAt >= (filter.createdFrom ?? Number.NEGATIVE_INFINITY);
  const ask = (path: string) =>
    asking.ask(readsPage({ route: "sessions", path }, sessionsReading, known(path)), signal);
  try {
    return await inPages(query, (sized) =>
      allPages((page) => ask(pageAddress(sized, page)), { wanted, limit: filter.limit }),
    );
  } catch (error) {
    const mayList = error instanceof EmError && error.failure === "forbidden";
    const all = mayList ? await unlessNotFound(asking.ask(sessionsList, signal)) : undefined;
    if (!all) throw error;
    return newest(all.filter(wanted), filter.limit);
  }
}

/** A large estate has hundreds of thousands of points. */
const POINTS_PAGES_AT_ONCE = 4;

async function points(
  asking: EmQuestions,
  inPages: InPages,
  filter: PointFilter,
  signal?: AbortSignal,
): Promise<ReplicaPoint[]> {
  const found = new Map<string, ReplicaPoint>();
  for (const query of pointsQueries(await sinceByEm(asking, filter, signal)))
    for (const point of await pointsOf(asking, inPages, query, filter, signal))
      found.set(point.id, point);
  return newest([...found.values()], filter.limit);
}

function pointsOf(
  asking: EmQuestions,
  inPages: InPages,
  query: Query,
  filter: PointFilter,
  signal?: AbortSignal,
): Promise<ReplicaPoint[]> {
  const { limit, enough, createdFrom = Number.NEGATIVE_INFINITY, states } = filter;
  const wanted = ({ createdAt, state }: ReplicaPoint) =>
    createdAt >= createdFrom && (states === undefined || states.includes(state));
  return inPages(query, (sized) => {
    const ask = (page: number) =>
      asking.ask(
        readsPage({ route: "points", path: pageAddress(sized, page) }, pointsReading),
        signal,
      );
    return allPages(ask, { wanted, limit, enough, atOnce: POINTS_PAGES_AT_ONCE });
  });
}
