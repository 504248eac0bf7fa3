/**
 * An Enterprise Manager that is a record in memory: what a test writes there is what the bot reads,
 * and what the bot orders is written down. It does nothing by itself, so a test takes milliseconds.
 */
import type { EmClient, PointFilter, SessionFilter } from "../../src/em/client.ts";
import { EmError } from "../../src/em/errors.ts";
import type {
  FailoverPlan,
  FailoverSession,
  PlanKind,
  Receipt,
  Ref,
  ReplicaPoint,
  StartFrom,
  Task,
} from "../../src/em/types.ts";

/** `newest`: of the sessions, those that are read to see what nobody saw run. */
type Method = Exclude<keyof EmClient, "origin" | "clockOffsetMs"> | "newest";

/** An order as it came in. */
export interface Ordered {
  readonly action: "start" | "test" | "undo";
  readonly plan: FailoverPlan;
  readonly from?: StartFrom;
}

export interface PaperEm {
  readonly client: EmClient;
  plans: FailoverPlan[];
  sessions: FailoverSession[];
  points: ReplicaPoint[];
  tasks: Task[];
  servers: Ref[];
  /** The logon that shows the tasks. */
  logon: string;
  readonly ordered: Ordered[];
  /** Ids of tasks that were deleted, and of servers whose data was collected. */
  readonly deleted: string[];
  readonly collected: string[];
  /** All that it was asked, in turn. */
  readonly asked: Method[];
  /** The next such question ends so; `carriedOut`: EM has done it all the same. */
  fail(method: Method, error: EmError, carriedOut?: boolean): void;
  /** Every such question ends so, until it is told otherwise. */
  broken: { readonly method: Method; readonly error: EmError } | undefined;
  /** Something happens just before the next such question is answered. */
  before(method: Method, act: () => unknown): void;
}

export const lostAnswer = () =>
  new EmError("timed-out", "EM did not answer in time: look at the network", {
    brief: "EM did not answer in time",
    perhapsDone: true,
  });
export const refusal = () => new EmError("rejected", "EM refused: the tenant is out of quota");
export const silence = () =>
  new EmError("unreachable", "Cannot reach EM: check EM_URL", { brief: "Cannot reach EM" });
export const forbidden = () => new EmError("forbidden", "EM does not let this account do this");
export const missing = () => new EmError("not-found", "EM knows no such thing");

interface State extends Omit<PaperEm, "client"> {
  readonly befallen: Map<Method, (() => Promise<void>)[]>;
}

export function paperEm(): PaperEm {
  const befallen: State["befallen"] = new Map();
  const befall = (method: Method, act: () => Promise<void>) =>
    void befallen.set(method, [...(befallen.get(method) ?? []), act]);
  const state: State = {
    befallen,
    plans: [],
    sessions: [],
    points: [],
    tasks: [],
    servers: [{ id: "server-1", name: "srv13" }],
    logon: "logon-1",
    ordered: [],
    deleted: [],
    collected: [],
    asked: [],
    broken: undefined,
    fail: (method, error, carriedOut = false) =>
      befall(method, async () => {
        throw carriedOut ? new CarriedOut(error) : error;
      }),
    before: (method, act) =>
      befall(method, async () => {
        await act();
      }),
  };
  return Object.assign(state, { client: clientOf(state) });
}

/** EM has done it, and its answer is lost. */
class CarriedOut extends Error {
  readonly told: EmError;

  constructor(told: EmError) {
    super(told.message);
    this.told = told;
  }
}

async function answer<T>(state: State, method: Method, does: () => T): Promise<T> {
  state.asked.push(method);
  const { broken } = state;
  if (broken?.method === method) throw broken.error;
  try {
    await state.befallen.get(method)?.shift()?.();
  } catch (error) {
    if (!(error instanceof CarriedOut)) throw error;
    does();
    throw error.told;
  }
  return does();
}

function clientOf(state: State): EmClient {
  return {
    origin: "https://em.paper.example:9398",
    clockOffsetMs: 0,
    plans: (kind) => answer(state, "plans", () => state.plans.filter((plan) => plan.kind === kind)),
    plan: (kind, id) => answer(state, "plan", () => planOf(state, kind, id)),
    startPlan: (plan, from) =>
      answer(state, "startPlan", () => order(state, { action: "start", plan, from })),
    testPlan: (plan) => answer(state, "testPlan", () => order(state, { action: "test", plan })),
    undoPlan: (plan) => answer(state, "undoPlan", () => order(state, { action: "undo", plan })),
    task: (id, logon) => answer(state, "task", () => taskOf(state, id, logon)),
    logonId: () => answer(state, "logonId", () => state.logon),
    otherLogons: async () => [],
    tasks: (logon) =>
      answer(state, "tasks", () => (logon === state.logon ? [...state.tasks] : nothing())),
    removeTask: (id, logon) =>
      answer(state, "removeTask", () => {
        const task = taskOf(state, id, logon);
        state.tasks = state.tasks.filter((other) => other !== task);
        state.deleted.push(id);
      }),
    session: (id) =>
      answer(state, "session", () => there(state.sessions.find((one) => one.id === id))),
    sessions: (filter) => answer(state, kindOf(filter), () => sessionsOf(state, filter)),
    points: (filter) => answer(state, "points", () => pointsOf(state, filter)),
    point: (id) => answer(state, "point", () => there(state.points.find((one) => one.id === id))),
    replicationSessions: () => answer(state, "replicationSessions", () => []),
    replicationSession: () => answer(state, "replicationSession", nothing),
    replicationTasks: () => answer(state, "replicationTasks", () => []),
    replicationTask: () => answer(state, "replicationTask", nothing),
    estate: () =>
      answer(state, "estate", () => ({
        versions: ["v1_7"],
        cloud: true,
        backupServers: state.servers.map((server) => ({ ...server, description: "" })),
        answeredInMs: 5,
      })),
    collect: (id) =>
      answer(state, "collect", () => {
        state.collected.push(id);
        return newTask(state, "Collect");
      }),
    close: () => answer(state, "close", () => undefined),
  };
}

/** EM's own answer where there is no such thing. */
function nothing(): never {
  throw missing();
}

function there<T>(found: T | undefined): T {
  return found ?? nothing();
}

const planOf = ({ plans }: State, kind: PlanKind, id: string) =>
  there(plans.find((plan) => plan.kind === kind && plan.id === id));

const taskOf = ({ tasks, logon: own }: State, id: string, logon: string) =>
  there(logon === own ? tasks.find((task) => task.id === id) : undefined);

function order(state: State, ordered: Ordered): Receipt {
  state.ordered.push(ordered);
  return newTask(state, ordered.action);
}

function newTask(state: State, operation: string): Receipt {
  const id = `task-${state.ordered.length + state.collected.length}`;
  const task: Task = { id, state: "Running", operation, sessions: [] };
  state.tasks = [...state.tasks, task];
  return { task, logon: state.logon };
}

const OPEN: readonly string[] = ["Starting", "Working", "Stopping"];

const kindOf = ({ open, planName, createdFrom }: SessionFilter): Method =>
  !open && planName === undefined && createdFrom !== undefined ? "newest" : "sessions";

function sessionsOf({ sessions }: State, filter: SessionFilter): FailoverSession[] {
  const { open, planName, createdFrom = 0, result, limit = Number.POSITIVE_INFINITY } = filter;
  return sessions
    .filter(({ state }) => !open || OPEN.includes(state))
    .filter(({ name }) => planName === undefined || name === planName)
    .filter(({ createdAt }) => createdAt >= createdFrom)
    .filter((session) => result === undefined || session.result === result)
    .sort((a, b) => b.createdAt - a.createdAt)
    .slice(0, limit);
}

const pointsOf = ({ points }: State, { vms, createdFrom = 0, limit }: PointFilter) =>
  points
    .filter(({ vm }) => vms === undefined || vms.includes(vm))
    .filter(({ createdAt }) => createdAt >= createdFrom)
    .sort((a, b) => b.createdAt - a.createdAt)
    .slice(0, limit);
