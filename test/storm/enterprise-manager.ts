/**
 * Enterprise Manager in this process, with its own clock, and the way to it, on which requests and
 * answers are late, lost, refused or replaced. What it was asked and what it did stands in its own
 * records; what is checked afterwards is checked against them.
 */
import { interruptedError, transportError, type Where } from "../../src/em/no-answer.ts";
import type { Answer, EmCall, EmTransport } from "../../src/em/transport.ts";
import { type Raw, write } from "../../src/sandbox/api/negotiate.ts";
import { type Asked, serve } from "../../src/sandbox/api/service.ts";
import { type Control, control } from "../../src/sandbox/control.ts";
import { courseOf } from "../../src/sandbox/estate/course.ts";
import type { Action, Plan, Run } from "../../src/sandbox/estate/estate.ts";
import { historyOf, transitionAt } from "../../src/sandbox/estate/history.ts";
import type { World } from "../../src/sandbox/estate/world.ts";
import { sandboxParts } from "../../src/sandbox/sandbox.ts";
import { type ScenarioName, scenarios } from "../../src/sandbox/scenarios.ts";
import { setSwitches } from "../../src/sandbox/switches.ts";
import { type EmPast, emPast } from "../truth/em-past.ts";
import { happens, type Life, touch } from "./life.ts";
import { type MovedClock, movedClock } from "./moved-clock.ts";
import type { VirtualTime } from "./virtual-time.ts";
import { oneOf, type Weather } from "./weather.ts";

/** An order as it came in; `run`: what it became, where it was carried out. */
export interface EmPost {
  readonly at: number;
  readonly life: number;
  readonly plan: Plan;
  readonly action: Action;
  readonly run?: Run;
}

export interface EnterpriseManager {
  readonly world: World;
  readonly control: Control;
  readonly posts: readonly EmPost[];
  /** When it was asked anything, by simulated time. */
  readonly asked: readonly number[];
  /** Never to be read anywhere. */
  readonly secrets: ReadonlySet<string>;
  /** Its clock is moved by so much against that of the world. */
  moveClock(ms: number): void;
  readonly clock: MovedClock;
  /** Until then nobody answers there. */
  awayTo: number;
  transportFor(life: Life): EmTransport;
  /** Somebody orders at EM's own console. */
  orderAtConsole(planId: string, action: Action): void;
  /** Somebody edits a plan there. */
  editPlan(planId: string, vms: readonly string[]): void;
  readonly edits: readonly { readonly at: number; readonly planId: string }[];
  readonly past: EmPast;
  /** When the run had ended, all its VMs stood as they stand after such a run. */
  cameTrue(run: Run): boolean;
}

export const account = { username: "SANDBOX\\storm", password: "canary-Pa55word-of-the-storm" };

const where: Where = { origin: "https://em.storm.example:9398", secure: true };

interface State {
  readonly time: VirtualTime;
  readonly weather: Weather;
  readonly parts: ReturnType<typeof sandboxParts>;
  readonly posts: EmPost[];
  readonly asked: number[];
  readonly secrets: Set<string>;
  readonly em: { awayTo: number };
  /** `latest`: the furthest that it ever was. */
  readonly clock: { latest: number };
  /** Runs that came true, noted before an order on a clock that was set back could change that. */
  readonly true_: Set<string>;
  readonly past: EmPast;
  readonly itsClock: MovedClock;
}

export function enterpriseManager(
  time: VirtualTime,
  weather: Weather,
  bornAt: number,
  scenario: ScenarioName,
): EnterpriseManager {
  const em = { awayTo: 0 };
  const itsClock = movedClock(time.elapsed, bornAt);
  const clock = { latest: bornAt };
  const now = () => {
    const at = bornAt + time.elapsed() + itsClock.aheadMs;
    clock.latest = Math.max(clock.latest, at);
    return at;
  };
  const parts = sandboxParts({ scenario, now, ...account });
  const { username, password } = account;
  const basic = Buffer.from(`${username}:${password}`).toString("base64");
  const state: State = {
    time,
    weather,
    parts,
    posts: [],
    asked: [],
    secrets: new Set([password, basic]),
    em,
    clock,
    true_: new Set(),
    past: emPast(scenarios[scenario], setSwitches()),
    itsClock,
  };
  const edits: { at: number; planId: string }[] = [];
  const consoleOf = control(parts.world, parts.service, parts.front.faults);
  return Object.assign(em, {
    world: parts.world,
    control: consoleOf,
    posts: state.posts,
    asked: state.asked,
    secrets: state.secrets,
    past: state.past,
    clock: itsClock,
    moveClock: (ms: number) => {
      noteTruth(state);
      notePast(state);
      itsClock.aheadMs += ms;
    },
    transportFor: (life: Life) => transportFor(state, life),
    orderAtConsole: (planId: string, action: Action) => {
      noteTruth(state);
      consoleOf.order(planId, action);
    },
    edits,
    editPlan: (planId: string, vms: readonly string[]) => {
      edits.push({ at: time.elapsed(), planId });
      consoleOf.editPlan(planId, vms);
    },
    cameTrue: (run: Run) => state.true_.has(run.id) || isTrue(state, run),
  });
}

const notePast = ({ past, parts, itsClock }: Pick<State, "past" | "parts" | "itsClock">) =>
  past.note(parts.world.recorded(), itsClock.aheadMs);

function noteTruth(state: State): void {
  for (const run of state.parts.world.runs()) if (isTrue(state, run)) state.true_.add(run.id);
}

/**
 * By what happened to the VMs, whatever EM shows of it and when; what runs that began later did to
 * them does not count. Ordinary plans show nothing of their VMs, so nothing can be false of them.
 */
function isTrue({ parts: { world }, clock }: State, run: Run): boolean {
  if (run.kind === "ordinary") return true;
  const history = historyOf(world.runs().map((one) => ({ kind: "run", run: one })));
  const { stopsAt } = courseOf(run);
  const isOver = (vm: string) => transitionAt(history, vm, stopsAt).state === "Failover";
  return (
    stopsAt <= clock.latest && run.vms.every(({ vm }) => isOver(vm) === (run.action === "start"))
  );
}

function transportFor(state: State, life: Life): EmTransport {
  return {
    where,
    send: (call) => {
      if (call.order) happens("order", life);
      return touch(life, state.time, () => travel(state, life, call));
    },
    close: () => undefined,
  };
}

/** What becomes of a request on its way. */
type Fate =
  | { readonly is: "answered" }
  | { readonly is: "refused" }
  | { readonly is: "silent" | "cut"; readonly carriedOut: boolean }
  | { readonly is: "replaced"; readonly raw: Raw; readonly carriedOut: boolean };

function travel(state: State, life: Life, call: EmCall): Promise<Answer> {
  const { time, weather } = state;
  state.asked.push(time.elapsed());
  notePast(state);
  const isSlow = weather.strikes("em-slow", 15);
  const wayMs = isSlow
    ? weather.dice("em-slow").between(500, 20_000)
    : weather.dice("em-way").between(5, 60);
  return new Promise((resolve, reject) => {
    const abort = () => reject(interruptedError(call.signal, where, call.order));
    if (call.signal.aborted) return abort();
    call.signal.addEventListener("abort", abort, { once: true });
    time.after(wayMs, () => {
      const fate = fateOf(state, call);
      const raw = isCarriedOut(fate) ? carryOut(state, life, call) : undefined;
      time.after(wayMs, () => settle(fate, raw, call, state, { resolve, reject }));
    });
  });
}

const isCarriedOut = (fate: Fate) =>
  fate.is === "answered" || ("carriedOut" in fate && fate.carriedOut);

/** Orders meet with more than reads, of which each order needs many. */
function fateOf({ time, weather, em, parts }: State, call: EmCall): Fate {
  if (em.awayTo > time.elapsed()) {
    const dice = weather.dice("em-away");
    return dice.percent(50) ? { is: "refused" } : { is: "silent", carriedOut: false };
  }
  if (weather.strikes("em-cut", call.order ? 40 : 5)) {
    const dice = weather.dice("em-cut");
    return { is: dice.percent(50) ? "cut" : "silent", carriedOut: dice.percent(60) };
  }
  if (weather.strikes("em-otherwise", call.order ? 60 : 2))
    return { is: "replaced", raw: oneOf(weather.dice("em-otherwise"), proxies), carriedOut: true };
  if (weather.strikes("em-refuses", call.order ? 25 : 6)) {
    const status = oneOf(weather.dice("em-refuses"), [400, 401, 403, 404, 409, 500, 503]);
    return {
      is: "replaced",
      raw: wordsOfEm(status, "It cannot be done now", call, parts),
      carriedOut: false,
    };
  }
  if (weather.strikes("em-echo", 6)) {
    const said = `Cannot serve ${JSON.stringify(call.headers)}`;
    return { is: "replaced", raw: wordsOfEm(500, said, call, parts), carriedOut: false };
  }
  return { is: "answered" };
}

/** As EM itself words a refusal. */
const wordsOfEm = (
  status: number,
  error: string,
  { headers }: EmCall,
  { service }: State["parts"],
) => write({ status, error }, /json/.test(headers.Accept ?? ""), service.dialect, setSwitches());

const page = (status: number): Raw => ({
  status,
  headers: { "Content-Type": "text/html" },
  body: "<html><body><h1>The gateway says no</h1></body></html>",
});

/** What stands before EM answers so, whatever EM did. */
const proxies = [
  page(200),
  page(401),
  page(403),
  page(404),
  page(408),
  page(409),
  { ...page(429), headers: { "Content-Type": "text/html", "Retry-After": "2" } },
  page(500),
  page(502),
  page(503),
  page(504),
  { status: 200, headers: { "Content-Type": "application/xml" }, body: "" },
] as const satisfies readonly [Raw, ...Raw[]];

function carryOut(state: State, life: Life, call: EmCall): Raw {
  const { world, service } = state.parts;
  if (call.order) noteTruth(state);
  const before = world.runs();
  const { raw } = serve(askedBy(call), service);
  const token = raw.headers["X-RestSvcSessionId"];
  if (token) state.secrets.add(token);
  if (call.order) note(state, life, call, before);
  return raw;
}

function note({ parts, posts, time }: State, life: Life, { path }: EmCall, before: readonly Run[]) {
  const [, id, action] = /failoverPlans\/([^?/]+)\?action=(start|test|undo)/i.exec(path) ?? [];
  const plan = parts.world.plans().find((one) => one.id === id);
  if (!plan || (action !== "start" && action !== "test" && action !== "undo")) return;
  const run = parts.world.runs().find((one) => !before.some((other) => other.id === one.id));
  posts.push({ at: time.elapsed(), life: life.number, plan, action, ...(run ? { run } : {}) });
}

function askedBy({ method, path, headers, body = "" }: EmCall): Asked {
  const [below = "", query = ""] = path.split(/\?(.*)/s);
  const { Accept: accept, Authorization: authorization } = headers;
  return {
    method,
    path: `/api${below}`,
    parameters: [...new URLSearchParams(query)],
    host: "em.storm.example:9398",
    ...(accept === undefined ? {} : { accept }),
    ...(authorization === undefined ? {} : { authorization }),
    header: headers["X-RestSvcSessionId"],
    hasLength: true,
    body,
  };
}

interface Settle {
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

function settle(fate: Fate, raw: Raw | undefined, call: EmCall, state: State, to: Settle): void {
  const failed = (code: string, sent: boolean) =>
    to.reject(transportError(Object.assign(new Error(code), { code }), where, sent));
  switch (fate.is) {
    case "refused":
      failed("ECONNREFUSED", false);
      return;
    case "cut":
      failed("ECONNRESET", call.order);
      return;
    case "silent":
      return;
    case "replaced":
      to.resolve(answerOf(fate.raw, state));
      return;
    case "answered":
      if (raw) to.resolve(answerOf(raw, state));
      return;
    default:
      fate satisfies never;
  }
}

function answerOf({ status, headers, body }: Raw, { parts }: State): Answer {
  const date = new Date(parts.world.now()).toUTCString();
  const all = new Map(
    Object.entries({ Date: date, ...headers }).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return { status, text: body, header: (name) => all.get(name) };
}
