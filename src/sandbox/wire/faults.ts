/** What befalls requests and answers on their way, by scenario or because a test orders it. */

import type { Raw } from "../api/negotiate.ts";
import type { Run } from "../estate/estate.ts";
import { chance } from "../estate/ids.ts";
import type { Scenario } from "../scenarios.ts";
import { nonsense } from "./garbage.ts";

interface Passing {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly isJson: boolean;
}

/** Which requests something befalls; without it, whichever comes next. */
export type Match = (request: { readonly method: string; readonly path: string }) => boolean;

/**
 * serve: as always. lose: EM never hears of it. serve-and-lose: carried out, but the answer never
 * comes. raw: this is answered instead of what EM says; `served`: after EM has carried it out.
 */
interface Fate {
  /** Of real time. */
  readonly waitMs: number;
  readonly outcome:
    | "serve"
    | "lose"
    | "serve-and-lose"
    | { readonly raw: Raw; readonly served?: boolean };
  /** Serve, say so, then wait before the answer leaves. */
  readonly held?: { readonly arrived: () => void; readonly released: Promise<void> };
}

export interface Faults {
  fateOf(request: Passing): Fate;
  /** Everything is refused, as if nobody were there. */
  isUnreachable: boolean;
  slowMs: number;
  loseNext(match?: Match): void;
  answerNext(raw: Raw, match?: Match): void;
  /** What stands before EM passes it on, EM carries it out, and something else is answered. */
  serveAndAnswerNext(raw: Raw, match?: Match): void;
  holdNext(match?: Match): Held;
}

export interface Held {
  /** Resolves when the request has been carried out. */
  readonly arrived: Promise<void>;
  /** Lets the answer go. */
  release(): void;
}

interface Ordered {
  readonly match: Match;
  readonly fate: () => Omit<Fate, "waitMs">;
}

const anything: Match = () => true;
const isOrder: Match = ({ method, path }) =>
  method === "POST" && /[?&]action=(start|test|undo)/i.test(path);
const isLogon: Match = ({ path }) => /sessionMngr/i.test(path);

export function makeFaults(scenario: Scenario, speed: number): Faults {
  let ordered: readonly Ordered[] = [];
  let count = 0;

  function ordersFor(request: Passing): Omit<Fate, "waitMs"> | undefined {
    const found = ordered.find((each) => each.match(request));
    ordered = ordered.filter((each) => each !== found);
    return found?.fate();
  }

  const add = (fate: Ordered["fate"], match: Match = anything): void => {
    ordered = [...ordered, { match, fate }];
  };

  const faults: Faults = {
    isUnreachable: false,
    slowMs: 0,
    fateOf(request) {
      count += 1;
      const fate = ordersFor(request);
      return fate
        ? { waitMs: faults.slowMs, ...fate }
        : usual(scenario, request, count, faults.slowMs, speed);
    },
    loseNext: (match) => add(() => ({ outcome: "serve-and-lose" }), match),
    answerNext: (raw, match) => add(() => ({ outcome: { raw } }), match),
    serveAndAnswerNext: (raw, match) => add(() => ({ outcome: { raw, served: true } }), match),
    holdNext(match) {
      const arrived = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      const held = { arrived: arrived.resolve, released: released.promise };
      add(() => ({ outcome: "serve", held }), match);
      return { arrived: arrived.promise, release: released.resolve };
    },
  };
  return faults;
}

function usual(
  scenario: Scenario,
  request: Passing,
  count: number,
  slowMs: number,
  speed: number,
): Fate {
  const serve: Fate = { waitMs: slowMs, outcome: "serve" };
  switch (scenario.answers) {
    case "arrive":
      return serve;
    case "orders-lost":
      return isOrder(request) ? { ...serve, outcome: "serve-and-lose" } : serve;
    case "flaky":
      return flaky(request, count, slowMs, speed);
    case "garbage":
      return request.method === "GET" && count % 4 === 0 && !isLogon(request)
        ? { ...serve, outcome: { raw: nonsense(count / 4, request.isJson) } }
        : serve;
  }
}

const busy: Raw = {
  status: 503,
  headers: { "Content-Type": "text/html", "Retry-After": "1" },
  body: "<html><body><h1>Service Unavailable</h1></body></html>",
};

function flaky(request: Passing, count: number, slowMs: number, speed: number): Fate {
  const waitMs = slowMs + chance(200, 1_500, "slow", count) / speed;
  const luck = chance(0, 99, "luck", count);
  if (luck < 8) return { waitMs, outcome: { raw: busy } };
  return { waitMs, outcome: luck < 13 && request.method === "GET" ? "lose" : "serve" };
}

const GONE_AFTER_MS = 15_000;
const GONE_FOR_MS = 60_000;

/** When EM restarted last because of an order, if it ever did; and until when it is gone. */
export function lastRestart(
  runs: readonly Run[],
  now: number,
): { from: number; to: number } | undefined {
  const starts = runs.map((run) => run.orderedAt + GONE_AFTER_MS).filter((from) => from <= now);
  const from = Math.max(...starts);
  return starts.length === 0 ? undefined : { from, to: from + GONE_FOR_MS };
}
